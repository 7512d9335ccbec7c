/**
 * A query of the user's own, and the words to write it with. Part of the poller: see poll/poller.h.
 */
#ifndef RAGTOP_POLL_OWN_QUERY_H
#define RAGTOP_POLL_OWN_QUERY_H

#include "poll/poller.h"
#include "series/query.h"
#include "series/vocabulary.h"

/**
 * Has EXPR (NULL: nothing) asked at the next turn and then at every refresh, until called again:
 * with RANGE over the span, of which later only what is missing is asked, else at the moment alone.
 * The same as before changes nothing; what is on its way for another one is ended, so that there is
 * never more than one of them. However it ends, the poller goes on as before.
 */
void poller_query(struct poller *p, const char *expr, bool range);

/** Asks for all of it again at the next turn, even while paused or backing off. */
void poller_query_again(struct poller *p);

/** What is known of it; valid as long as the poller. */
const struct query *poller_query_result(const struct poller *p);

/**
 * The words of KIND for METRIC and LABEL ("": of any), which are asked for if they are not known.
 * See its state. Valid until the next call.
 */
const struct vocabulary *poller_words(
    struct poller *p, enum vocabulary_kind kind, const char *metric, const char *label);

#endif
