/** What is said of a configured name that is not there. Private to poll/. */
#ifndef RAGTOP_POLL_LOOKUP_NOTE_H
#define RAGTOP_POLL_LOOKUP_NOTE_H

#include "base/arena.h"
#include "poll/lookup.h"
#include "prom/decode.h"
#include "promql/select.h"

/** The topic of all notes about the metric of L; in A. */
const char *lookup_topic(struct arena *a, const struct lookup *l);

/** Nothing has its name; with the nearest one that exists, where L knows one. */
void lookup_say_missing(struct poller *p, const struct lookup *l);

/** Of the histogram or Summary that it is to be there is only the count. */
void lookup_say_count(struct poller *p, const struct lookup *l);

/** A histogram or a Summary is declared, and there are only series of the bare name. */
void lookup_say_bare(struct poller *p, const struct lookup *l);

/** It had samples within the last days, until about AT_MS (0: nobody knows), and has none now. */
void lookup_say_ended(struct poller *p, const struct lookup *l, int64_t at_ms);

/** It had no samples at the moment that is looked at nor before, and has had some since. */
void lookup_say_later(struct poller *p, const struct lookup *l);

/**
 * The name exists, but not among what the selector of the configuration matches. M is the matcher
 * that matches none: NAMES are the LABELS that there are, or else the values of its label; NULL: it
 * is not known which one.
 */
void lookup_say_elsewhere(struct poller *p, const struct lookup *l, const struct matcher *m,
    const struct prom_names *names, bool labels);

/** None of its series has LABEL; NAMES are the labels that they have, as far as they are known. */
void lookup_say_label(
    struct poller *p, const struct lookup *l, const char *label, const struct prom_names *names);

/** No series satisfies M; NAMES are the values that its label has. */
void lookup_say_value(struct poller *p, const struct lookup *l, const struct matcher *m,
    const struct prom_names *names);

/** Whether no stage of PLAN has a latency on the server. */
bool lookup_all_absent(const struct plan *plan);

#endif
