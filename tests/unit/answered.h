/**
 * What a server said, put into a store as the poller would have. To be included after cmocka.h.
 */
#ifndef RAGTOP_TESTS_UNIT_ANSWERED_H
#define RAGTOP_TESTS_UNIT_ANSWERED_H

#include <string.h>

#include "base/str.h"
#include "feed/feed.h"
#include "series/store.h"

/** Fills the slot of FEED with its answer BODY; fails the test where that is none. */
static inline void answered(struct store *store, enum feed_kind feed, const char *body)
{
    struct str why;
    struct filling filling = {0};
    str_init(&why);
    store_begin_slot(store, (int)feed, 0);
    if (feeds[feed]->decode(200, body, strlen(body), &filling, &why) != PROM_OK) {
        fail_msg("%s: %s", body, why.text);
    }
    store_fill_slot(store, (int)feed, filling.data, filling.finish);
    str_finish(&why);
}

/** The same with DATA in the envelope of Prometheus. */
static inline void answered_data(struct store *store, enum feed_kind feed, const char *data)
{
    struct str body;
    str_init(&body);
    str_addf(&body, "{\"status\":\"success\",\"data\":%s}", data);
    answered(store, feed, body.text);
    str_finish(&body);
}

#endif
