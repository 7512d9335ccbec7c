/**
 * The same answers decoded by way of cJSON's tree: what prom/ is compared with.
 */
#ifndef RAGTOP_TESTS_PROM_TREE_H
#define RAGTOP_TESTS_PROM_TREE_H

#include "prom/decode.h"

/** As prom_decode_samples(), without its bound on series. What is not PROM_OK is PROM_FAILED. */
enum prom_status tree_samples(long status, const char *body, size_t len, struct batch *out);

/** As prom_decode_names(). */
enum prom_status tree_names(long status, const char *body, size_t len, struct prom_names *out);

/** As prom_decode_type(). */
enum prom_status tree_type(
    long status, const char *body, size_t len, const char *metric, struct str *type);

/** Aborts unless both ways say the same about BODY, read in steps of STEP bytes. */
void tree_compare(long status, const char *body, size_t len, size_t step);

#endif
