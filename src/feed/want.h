/**
 * What a frame wants to know, beyond what is always asked for.
 */
#ifndef RAGTOP_FEED_WANT_H
#define RAGTOP_FEED_WANT_H

#include <stdbool.h>
#include <stddef.h>

/** The kinds of queries there are; feeds.def lists them. */
enum feed_kind {
#define FEED(NAME, name, parts) FEED_##NAME,
#include "feed/feeds.def"
#undef FEED
    FEED_KINDS
};

/**
 * One of them. SUBJECT is a signal of the plan for FEED_COMPARE, else a stage: FEED_NOW asks for
 * what explains it (its deep signals, and with any stage those of no stage), FEED_SPAN for their
 * span where it says something, FEED_EACH_POD for that of its pods, FEED_EXEMPLARS for its
 * exemplars. FEED_ROUTING asks an Alertmanager what becomes of alerts, once FEED_ALERTMANAGERS
 * tells where it is, and FEED_ALERT_GROUPS also in which groups it tells of them. FEED_INFRA, whose
 * subject is always 0, is about the pods of all stages that FEED_NOW is about, and of the others
 * while there is room. FEED_CHANGES, likewise, is about the span.
 */
struct want {
    enum feed_kind kind;
    int subject;
    int days; /**< for FEED_COMPARE: how many before, the same for all of one frame */
};

/** A list of them; zeroed, it is empty. */
struct wants {
    struct want *items; /**< owned */
    size_t count, cap;
};

/** Adds WANT; a SUBJECT below 0 is none. */
void wants_add(struct wants *w, struct want want);

/** Whether W has the same WANT. */
bool wants_has(const struct wants *w, const struct want *want);

/** Frees; a zeroed one is accepted. */
void wants_finish(struct wants *w);

#endif
