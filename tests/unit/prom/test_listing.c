#include "prom/listing.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 10 };

static const struct listing_field fields[] = {
    {"job", "labels.job", LISTING_TEXT},
    {"health", "health", LISTING_TEXT},
    {"error", "lastError", LISTING_TEXT},
    {"last_ms", "lastScrape", LISTING_MOMENT},
    {"took_s", "lastScrapeDuration", LISTING_NUMBER},
    {"interval_s", "scrapeInterval|discoveredLabels.__scrape_interval__", LISTING_DURATION},
};

// As Prometheus 2.42 has it: one target is down, one is up, one was not scraped yet.
static const char of_prometheus[] =
    "{\"status\":\"success\",\"data\":{\"activeTargets\":[{\"discoveredLabels\":{\"__address__\":"
    "\"127"
    ".0.0.1:9\",\"__metrics_path__\":\"/"
    "metrics\",\"__scheme__\":\"http\",\"__scrape_interval__\":\"1"
    "s\",\"__scrape_timeout__\":\"500ms\",\"job\":\"gone\"},\"labels\":{\"instance\":\"127.0.0.1:"
    "9\",\"jo"
    "b\":\"gone\"},\"scrapePool\":\"gone\",\"scrapeUrl\":\"http://127.0.0.1:9/"
    "metrics\",\"globalUrl\":"
    "\"\",\"lastError\":\"Get \\\"http://127.0.0.1:9/metrics\\\": dial tcp 127.0.0.1:9: connect: c"
    "onnection refused\",\"lastScrape\":\"2026-11-29T01:55:58.060184745Z\",\"lastScrapeDuration"
    "\":0.000432913,\"health\":\"down\",\"scrapeInterval\":\"1s\",\"scrapeTimeout\":\"500ms\"},{"
    "\"disco"
    "veredLabels\":{\"__address__\":\"127.0.0.1:25990\",\"__metrics_path__\":\"/metrics\",\"__schem"
    "e__\":\"http\",\"__scrape_interval__\":\"1s\",\"__scrape_timeout__\":\"500ms\",\"job\":"
    "\"self\"},\"l"
    "abels\":{\"instance\":\"127.0.0.1:25990\",\"job\":\"self\"},\"scrapePool\":\"self\","
    "\"scrapeUrl\":\""
    "http://127.0.0.1:25990/"
    "metrics\",\"globalUrl\":\"\",\"lastError\":\"\",\"lastScrape\":\"2026-11-"
    "29T01:55:58.066890074Z\",\"lastScrapeDuration\":0.003355577,\"health\":\"up\",\"scrapeInterv"
    "al\":\"1s\",\"scrapeTimeout\":\"500ms\"},{\"discoveredLabels\":{\"__address__\":\"127.0.0.1:"
    "2599"
    "0\",\"__metrics_path__\":\"/"
    "metrics\",\"__scheme__\":\"http\",\"__scrape_interval__\":\"10m\",\"__"
    "scrape_timeout__\":\"500ms\",\"instance\":\"slow-one\",\"job\":\"slow\"},\"labels\":{"
    "\"instance\":\""
    "slow-one\",\"job\":\"slow\"},\"scrapePool\":\"slow\",\"scrapeUrl\":\"http://127.0.0.1:25990/"
    "metr"
    "ics\",\"globalUrl\":\"\",\"lastError\":\"\",\"lastScrape\":\"0001-01-01T00:00:00Z\","
    "\"lastScrapeDu"
    "ration\":0,\"health\":\"unknown\",\"scrapeInterval\":\"10m\",\"scrapeTimeout\":\"500ms\"}],"
    "\"dropp"
    "edTargets\":[]}}";

// As VictoriaMetrics 1.79 has the same ones: the second of them was not scraped yet.
static const char of_victoriametrics[] =
    "{\"status\":\"success\",\"data\":{\"activeTargets\":[{\"discoveredLabels\":{\"__address__\":"
    "\"127"
    ".0.0.1:25990\",\"__metrics_path__\":\"/metrics\",\"__scheme__\":\"http\",\"__scrape_interval__"
    "\":\"1s\",\"__scrape_timeout__\":\"500ms\",\"job\":\"self\"},\"labels\":{\"instance\":\"127.0."
    "0.1:25"
    "990\",\"job\":\"self\"},\"scrapePool\":\"self\",\"scrapeUrl\":\"http://127.0.0.1:25990/"
    "metrics\","
    "\"lastError\":\"\",\"lastScrape\":\"2026-11-29T01:55:58.539Z\",\"lastScrapeDuration\":0.004,"
    "\"l"
    "astSamplesScraped\":371,\"health\":\"up\"},{\"discoveredLabels\":{\"__address__\":\"127.0.0.1:"
    "25990\",\"__metrics_path__\":\"/"
    "metrics\",\"__scheme__\":\"http\",\"__scrape_interval__\":\"10m0"
    "s\",\"__scrape_timeout__\":\"500ms\",\"instance\":\"slow-one\",\"job\":\"slow\"},\"labels\":{"
    "\"insta"
    "nce\":\"slow-one\",\"job\":\"slow\"},\"scrapePool\":\"slow\",\"scrapeUrl\":\"http://"
    "127.0.0.1:2599"
    "0/"
    "metrics\",\"lastError\":\"\",\"lastScrape\":\"1970-01-01T00:00:00Z\",\"lastScrapeDuration\":0"
    ",\"lastSamplesScraped\":0,\"health\":\"down\"},{\"discoveredLabels\":{\"__address__\":\"127.0."
    "0"
    ".1:9\",\"__metrics_path__\":\"/"
    "metrics\",\"__scheme__\":\"http\",\"__scrape_interval__\":\"1s\",\""
    "__scrape_timeout__\":\"500ms\",\"job\":\"gone\"},\"labels\":{\"instance\":\"127.0.0.1:9\","
    "\"job\":\""
    "gone\"},\"scrapePool\":\"gone\",\"scrapeUrl\":\"http://127.0.0.1:9/"
    "metrics\",\"lastError\":\"err"
    "or when scraping \\\"http://127.0.0.1:9/metrics\\\": dial tcp4 127.0.0.1:9: connect: con"
    "nection refused; try -enableTCP6 command-line flag if you scrape ipv6 addresses\",\"la"
    "stScrape\":\"2026-11-29T01:55:58.009Z\",\"lastScrapeDuration\":0.001,\"lastSamplesScraped\""
    ":0,\"health\":\"down\"}],\"droppedTargets\":[]}}";

static enum prom_status decode(
    struct list *out, long status, const char *body, size_t most, struct str *why)
{
    *out = (struct list){0};
    str_clear(why);
    return prom_decode_listing(status, body, strlen(body), "activeTargets", fields,
        sizeof fields / sizeof *fields, most, out, why);
}

static void targets_are_read_from_both_servers(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        struct {
            const char *job, *health, *error;
            double took_s, interval_s;
            bool scraped;
        } want[3];
    } cases[] = {
        {of_prometheus,
            {{"gone", "down", "connection refused", 0.000433, 1, true},
                {"self", "up", "", 0.003356, 1, true}, {"slow", "unknown", "", 0, 600, false}}},
        {of_victoriametrics,
            {{"self", "up", "", 0.004, 1, true}, {"slow", "down", "", 0, 600, false},
                {"gone", "down", "connection refused", 0.001, 1, true}}},
    };
    for (size_t k = 0; k < 2; k++) {
        struct list list;
        struct str why;
        str_init(&why);
        assert_int_equal(decode(&list, 200, cases[k].body, MOST, &why), PROM_OK);
        assert_int_equal(list.count, 3);
        for (size_t i = 0; i < 3; i++) {
            assert_string_equal(list_text(&list, i, "job"), cases[k].want[i].job);
            assert_string_equal(list_text(&list, i, "health"), cases[k].want[i].health);
            assert_non_null(strstr(list_text(&list, i, "error"), cases[k].want[i].error));
            assert_true(fabs(list_number(&list, i, "took_s") - cases[k].want[i].took_s) < 1e-6);
            assert_true(list_number(&list, i, "interval_s") == cases[k].want[i].interval_s);
            assert_int_equal(isnan(list_number(&list, i, "last_ms")), !cases[k].want[i].scraped);
            assert_true(isnan(list_number(&list, i, "job"))); // it is a text
            assert_string_equal(list_text(&list, i, "nothing"), "");
        }
        list_finish(&list);
        str_finish(&why);
    }
}

static void what_is_too_much_is_counted(void **state)
{
    (void)state;
    struct list list;
    struct str why;
    str_init(&why);
    assert_int_equal(decode(&list, 200, of_prometheus, 2, &why), PROM_OK);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.left_out, 1);
    list_finish(&list);
    str_finish(&why);
}

// Nothing that a server may say is taken for what it is not.
static void what_is_no_list_is_refused(void **state)
{
    (void)state;
    static const struct {
        long status;
        const char *body;
        enum prom_status want;
    } cases[] = {
        {404, "404 page not found", PROM_FOREIGN},
        {200, "{\"status\":\"success\",\"data\":{}}", PROM_FOREIGN},
        {200, "{\"status\":\"success\",\"data\":{\"activeTargets\":{}}}", PROM_FOREIGN},
        {200, "{\"status\":\"success\",\"data\":[]}", PROM_FOREIGN},
        {403, "{\"status\":\"error\",\"error\":\"no\"}", PROM_UNAUTHORIZED},
        {200, "{\"status\":\"success\",\"data\":{\"activeTargets\":[]}}", PROM_OK},
        {200, "{\"status\":\"success\",\"data\":{\"activeTargets\":[7,null,[],{}]}}", PROM_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct list list;
        struct str why;
        str_init(&why);
        assert_int_equal(decode(&list, cases[i].status, cases[i].body, MOST, &why), cases[i].want);
        assert_int_equal(why.len > 0, cases[i].want != PROM_OK);
        list_finish(&list);
        str_finish(&why);
    }
}

// What comes from outside steers no terminal, and a moment that is none is not shown as one.
static void values_are_fit_to_be_shown(void **state)
{
    (void)state;
    struct list list;
    struct str why;
    str_init(&why);
    static const char body[] =
        "{\"status\":\"success\",\"data\":{\"activeTargets\":[{\"labels\":{\"job\":"
        "\"a\\u001b[31mb\"},\"lastScrape\":\"never\",\"lastScrapeDuration\":\"x\","
        "\"scrapeInterval\":\"-1s\",\"health\":7}]}}";
    assert_int_equal(decode(&list, 200, body, MOST, &why), PROM_OK);
    assert_string_equal(list_text(&list, 0, "job"), "a\xEF\xBF\xBD[31mb");
    assert_true(isnan(list_number(&list, 0, "last_ms")));
    assert_true(isnan(list_number(&list, 0, "took_s")));
    assert_true(isnan(list_number(&list, 0, "interval_s")));
    assert_string_equal(list_text(&list, 0, "health"), "");
    list_finish(&list);
    str_finish(&why);
}

static const struct listing_field own[] = {
    {"pool", "", LISTING_TEXT},
    {"good", "reloadConfigSuccess", LISTING_BOOL},
    {"bad", "corrupt", LISTING_BOOL},
    {"none", "missing", LISTING_BOOL},
    {"kept", "storageRetention", LISTING_TEXT},
};

// An array of texts, an object, and an object of numbers under any names.
static void other_shapes_are_read(void **state)
{
    (void)state;
    static const char texts[] =
        "{\"status\":\"success\",\"data\":{\"scrapePools\":[\"a\",\"b/c\"]}}";
    static const char object[] = "{\"status\":\"success\",\"data\":{\"reloadConfigSuccess\":true,"
                                 "\"corrupt\":false,\"storageRetention\":\"15d\"}}";
    static const char counts[] = "{\"status\":\"success\",\"data\":{\"n\":{\"a/b.c\":3,\"d\":0,"
                                 "\"\\u001b[2J\":\"x\"}}}";
    struct list list = {0};
    struct str why;
    str_init(&why);
    assert_int_equal(
        prom_decode_listing(200, texts, sizeof texts - 1, "scrapePools", own, 1, MOST, &list, &why),
        PROM_OK);
    assert_int_equal(list.count, 2);
    assert_string_equal(list_text(&list, 1, "pool"), "b/c");
    list_finish(&list);
    assert_int_equal(
        prom_decode_object(200, object, sizeof object - 1, NULL, own, 5, &list, &why), PROM_OK);
    assert_int_equal(list.count, 1);
    assert_true(list_number(&list, 0, "good") == 1 && list_number(&list, 0, "bad") == 0);
    assert_true(isnan(list_number(&list, 0, "none")));
    assert_string_equal(list_text(&list, 0, "kept"), "15d");
    list_finish(&list);
    assert_int_equal(prom_decode_counts(
                         200, counts, sizeof counts - 1, "n", "pool", "dropped", MOST, &list, &why),
        PROM_OK);
    assert_int_equal(list.count, 3);
    assert_string_equal(list_text(&list, 0, "pool"), "a/b.c");
    assert_true(list_number(&list, 0, "dropped") == 3 && isnan(list_number(&list, 2, "dropped")));
    assert_null(strchr(list_text(&list, 2, "pool"), '\033')); // nothing steers a terminal
    list_finish(&list);
    assert_int_equal(
        prom_decode_counts(200, counts, sizeof counts - 1, "n", "pool", "dropped", 2, &list, &why),
        PROM_OK);
    assert_int_equal(list.left_out, 1);
    list_finish(&list);
    // what is of another shape is refused
    assert_int_equal(
        prom_decode_object(200, texts, sizeof texts - 1, "scrapePools", own, 5, &list, &why),
        PROM_FOREIGN);
    list_finish(&list);
    assert_int_equal(prom_decode_counts(
                         200, texts, sizeof texts - 1, "scrapePools", "a", "b", MOST, &list, &why),
        PROM_FOREIGN);
    list_finish(&list);
    assert_int_equal(prom_decode_object(403, "", 0, NULL, own, 5, &list, &why), PROM_UNAUTHORIZED);
    list_finish(&list);
    str_finish(&why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_shapes_are_read),
        cmocka_unit_test(targets_are_read_from_both_servers),
        cmocka_unit_test(what_is_too_much_is_counted),
        cmocka_unit_test(what_is_no_list_is_refused),
        cmocka_unit_test(values_are_fit_to_be_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
