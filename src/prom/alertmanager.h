/**
 * The dialect of an Alertmanager, version 2 of its API
 * (https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml).
 */
#ifndef RAGTOP_PROM_ALERTMANAGER_H
#define RAGTOP_PROM_ALERTMANAGER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "series/routing.h"

/**
 * Decodes an answer to /api/v2/alerts, /api/v2/silences or /api/v2/alerts/groups, LEN bytes of BODY
 * with a NUL behind them, into what *OUT has of that, which is to be empty. False: it is no such
 * answer.
 */
bool prom_decode_routed(const char *body, size_t len, struct routing *out);
bool prom_decode_silences(const char *body, size_t len, struct routing *out);
bool prom_decode_groups(const char *body, size_t len, struct routing *out);

/** Sets ID to that in the answer to a silence that was made. False: there is none. */
bool prom_decode_silence_id(const char *body, size_t len, struct str *id);

/** Appends what BODY, of a refusal, says, fit to be shown: a JSON text, bare or as `message`, or
 * plain text. False: it says nothing to a reader, as a page of HTML. */
bool prom_add_refusal(struct str *s, const char *body, size_t len);

/** Appends SILENCE as it is made or, where it has an id, changed. */
void prom_add_silence(struct str *json, const struct silence *silence);

#endif
