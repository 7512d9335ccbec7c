/**
 * Values of JSON documents. Private to export/.
 */
#ifndef RAGTOP_EXPORT_PUT_H
#define RAGTOP_EXPORT_PUT_H

#include <cjson/cJSON.h>
#include <stdint.h>

#include "base/str.h"

/** Adds V to TO as KEY; what is not finite is null: JSON has no NaN, and 0 would be a lie. */
void put_number(cJSON *to, const char *key, double v);

/** The same of TEXT; NULL is null. */
void put_text(cJSON *to, const char *key, const char *text);

/** The same of a moment, in RFC 3339; 0 is null. */
void put_moment(cJSON *to, const char *key, int64_t at_ms);

/** Appends the document ROOT, and frees it. */
void put_document(struct str *s, cJSON *root);

/** The same as YAML. */
void put_yaml(struct str *s, cJSON *root);

#endif
