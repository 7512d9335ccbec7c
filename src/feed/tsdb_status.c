// What fills the server's memory: the metrics with the most series, the labels with the most
// values.
#include <stdlib.h>

#include "base/mem.h"
#include "feed/feed.h"
#include "feed/of_server.h"
#include "prom/listing.h"

enum { LISTED_MOST = 100 };

static const struct listing_field pairs[] = {
    {"name", "name", LISTING_TEXT},
    {"value", "value", LISTING_NUMBER},
};

static const struct listing_field head[] = {{"value", "numSeries", LISTING_NUMBER}};

enum { PAIRS = sizeof pairs / sizeof *pairs };

// What each thing in the list is, and where such things are in the answer.
static const struct {
    const char *what, *at;
} kinds[] = {
    {"metric", "seriesCountByMetricName"},
    {"label", "labelValueCountByLabelName"},
};

/** Of a thing in the list. */
enum field { FIELD_WHAT, FIELD_NAME, FIELD_VALUE, FIELDS };

static const char *const field_names[FIELDS] = {"what", "name", "value"};

static void write(struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    (void)env, (void)ask;
    prom_request_listing(r, "/api/v1/status/tsdb", "limit=20");
}

static void take(struct list *out, const char *what, const struct list *things)
{
    for (size_t i = 0; i < things->count; i++) {
        struct list_value *values = list_add(out);
        values[FIELD_WHAT].text = mem_strdup(what);
        values[FIELD_NAME].text = mem_strdup(list_text(things, i, "name"));
        values[FIELD_VALUE].number = list_number(things, i, "value");
    }
}

static enum prom_status decode(
    long status, const char *body, size_t len, struct filling *out, struct str *why)
{
    struct list *list = mem_zalloc(1, sizeof *list);
    *out = (struct filling){list, of_server_finish};
    for (size_t k = 0; k < FIELDS; k++) {
        list->fields[k] = field_names[k];
    }
    list->fields_count = FIELDS;
    struct list all = {0};
    enum prom_status result = prom_decode_object(
        status, body, len, "headStats", head, sizeof head / sizeof *head, &all, why);
    if (result == PROM_OK) {
        take(list, "head", &all);
    }
    list_finish(&all);
    for (size_t k = 0; result == PROM_OK && k < sizeof kinds / sizeof *kinds; k++) {
        struct list things = {0};
        result = prom_decode_listing(
            status, body, len, kinds[k].at, pairs, PAIRS, LISTED_MOST, &things, why);
        take(list, kinds[k].what, &things);
        list_finish(&things);
    }
    return result;
}

const struct feed_type feed_tsdb = {
    .kind = FEED_TSDB,
    .name = "tsdb",
    .rank = RANK_SCREEN,
    .each_tick = true,
    .of_server = true,
    .write = write,
    .missing = of_server_missing,
    .decode = decode,
};
