/**
 * The sentence that names the culprit. Private to words/.
 */
#ifndef RAGTOP_WORDS_INCIDENT_H
#define RAGTOP_WORDS_INCIDENT_H

#include "base/arena.h"
#include "words/words.h"

/** Appends what the verdict, an incident, blames and why, and what else is wrong. */
void incident_add_summary(struct str *s, const struct words *w);

// --- its parts, a file each: what they say is in arena A

/** The sentences on a stage that is called more often, or that nothing calls any more. */
const char *incident_called(struct arena *a, const struct words *w);

/** The sentence on the faults beside the culprit; NULL: there are none. */
const char *incident_also(struct arena *a, const struct words *w);

/** What the fault comes of, each a clause; NULL: that is not known. */
struct incident_causes {
    const char *resource; /**< what is full, or queues */
    const char *declared; /**< of what the configuration declares */
    const char *stalled;  /**< pods that complete nothing while others do */
    const char *strain;   /**< of containers, nodes or GPUs */
    const char *load;     /**< more requests */
    const char *scaled;   /**< as many requests for fewer targets */
    const char *changed;  /**< a rollout, or new pods; where it is not load */
};

struct incident_causes incident_causes(struct arena *a, const struct words *w);

/** What waits or runs while nothing comes of it: `waiting 300 (usually 0) and slots 64/64 in use`;
 * NULL: nothing that is known. */
const char *incident_work(struct arena *a, const struct words *w);

/** Whether STAGE, which is slow, may be slow because of a part of it. */
bool incident_is_open(const struct words *w, int stage);

/** Whose the rest of the rise is, other than what is told of the culprits; NULL: nothing is. */
const char *incident_rest(struct arena *a, const struct words *w);

/** The faults beside the culprit, as a clause; NULL: there are none. */
const char *incident_others(struct arena *a, const struct words *w);

/** SAID with what the fault comes of behind it, the surest that is known: `...; traffic is 3.1x
 * usual: load`. */
const char *incident_cause(struct arena *a, const struct words *w, const char *said);

/** SAID with the pods behind it that complete nothing while others do: `...; vllm-2, one of 4 pods
 * of vllm, completes nothing`. */
const char *incident_stalled(struct arena *a, const struct words *w, const char *said);

/** The sentence that the culprit, by ERRORS or its latency, is above its SLO, of which SAID is the
 * numbers. */
const char *incident_slo_alone(
    struct arena *a, const struct words *w, bool errors, const char *said);

/** SAID with `, since 09:12` behind it, or `, for more than 1 h`, where that is known. */
const char *incident_onset(
    struct arena *a, const struct words *w, const char *said, struct onset o);

/** SAID with `(other pods: 310 ms)` behind it, where one pod is to blame. */
const char *incident_other_pods(struct arena *a, const struct words *w, const char *said);

/** The tools that most failed calls are of: `grep (40 % of its calls) and find (12 %)`; NULL: that
 * is not known. */
const char *incident_failing_tools(struct arena *a, const struct words *w);

/** SAID with the tools behind it that most failed calls are of: `..., mostly grep (40 % of its
 * calls)`. */
const char *incident_failing(struct arena *a, const struct words *w, const char *said);

#endif
