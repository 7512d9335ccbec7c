/**
 * Which of the servers that speak Prometheus' HTTP API answers, and what it cannot do that others
 * can. Found by asking, or where that is not answered, by the address.
 */
#ifndef RAGTOP_PROM_SERVER_KIND_H
#define RAGTOP_PROM_SERVER_KIND_H

#include <stdbool.h>
#include <stddef.h>

enum { FLAVOUR_NAME_MAX = 128 };

/** What a server does not have: bits. */
enum server_kind_lack {
    LACKS_METADATA = 1,  /**< what kind a metric is */
    LACKS_RULES = 2,     /**< rules and alerts */
    LACKS_EXEMPLARS = 4, /**< traces beside samples */
    LACKS_TARGETS = 8,   /**< what is scraped */
    LACKS_DOTS = 16,     /**< labels whose names have other characters than letters, digits and _ */
    LACKS_QUOTES = 32,   /**< quotes around those: they stand as they are, see prom/bare.h */
};

struct server_kind {
    char name[FLAVOUR_NAME_MAX]; /**< clean: "Prometheus 2.42.0", "VictoriaMetrics" */
    unsigned lacks;
    const char *limits; /**< what a reader must know of its numbers, as a sentence; NULL: nothing */
};

/**
 * Tells by the answer to /api/v1/status/buildinfo: HTTP STATUS and LEN bytes of BODY with a NUL
 * behind them, and by the address URL. False when neither tells; *OUT is untouched.
 */
bool server_kind_tell(
    struct server_kind *out, const char *url, long status, const char *body, size_t len);

/** Where the API often is below an address that has none itself: the I-th prefix; NULL: no more. */
const char *server_kind_prefix(size_t i);

#endif
