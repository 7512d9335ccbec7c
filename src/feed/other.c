// Questions that have files of their own in poll/, which write them and take their answers.
#include "feed/feed.h"

const struct feed_type feed_scrape = {.kind = FEED_SCRAPE, .name = "scrape"};
const struct feed_type feed_lookup = {.kind = FEED_LOOKUP, .name = "lookup", .rank = RANK_USER};
const struct feed_type feed_query = {
    .kind = FEED_QUERY, .name = "query", .rank = RANK_USER, .samples = true};
const struct feed_type feed_words = {.kind = FEED_WORDS, .name = "words", .rank = RANK_USER};
const struct feed_type feed_width = {.kind = FEED_WIDTH, .name = "width", .rank = RANK_USER};
const struct feed_type feed_holdings = {
    .kind = FEED_HOLDINGS, .name = "holdings", .rank = RANK_USER};
