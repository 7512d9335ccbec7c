/**
 * Alerts in words.
 */
#ifndef RAGTOP_WORDS_ALERT_WORDS_H
#define RAGTOP_WORDS_ALERT_WORDS_H

#include "base/arena.h"
#include "diagnose/alerting.h"
#include "series/routing.h"
#include "series/rule_set.h"

/** One word for the phase of an alert: `firing`. */
const char *alert_words_phase(enum alert_phase phase);

/**
 * How ALERT stands at NOW_MS by the server's clock, as RULE (NULL: not known) has it: `pending for
 * 2 min, fires in 3 min if it lasts`, `firing for 7 min, true for 12 min`, `no longer true for 2
 * min, kept firing for 3 min more`.
 */
const char *alert_words_standing(
    struct arena *a, const struct alert *alert, const struct rule *rule, int64_t now_ms);

/** The same briefly, for a list: `firing for 7 min`, `pending, 2 of 5 min`. */
const char *alert_words_brief(
    struct arena *a, const struct alert *alert, const struct rule *rule, int64_t now_ms);

/** What it says of itself: its annotation `summary`, or another one; "": nothing. */
const char *alert_words_summary(const struct alert *alert);

/** Appends what S silences, with GAP between: `{alertname="Slow",pod=~"a.*"}`. */
void alert_words_add_matchers(struct str *s, const struct silence *silence, const char *gap);

/** What it is called. */
const char *alert_words_name(const struct alert *alert);

#endif
