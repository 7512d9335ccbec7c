/**
 * What is declared under `signals:`, in documents and in the sentence.
 */
#include "export/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "unit/world.h"

static const char stages[] = "window: 5m\nrefresh: 15s\nspan: 1h\nstages:\n"
                             "  - {name: llm, latency: llm_seconds, signals: {waiting: {queue: w}, "
                             "kv_cache: {ratio: k, full: 0.95}}}\n";

static const char *text_of(const cJSON *o, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, key));
}

static void a_warning_of_its_own_is_said(void **state)
{
    (void)state;
    const struct load load = {2, 0.3};
    struct world w;
    world_init(&w, stages);
    world_requests(&w, "llm", load, load);
    world_series(&w, w.plan.stages[0].declared_first, NULL, NULL, 2, 2);
    world_series(&w, w.plan.stages[0].declared_first + 1, NULL, NULL, 0.4, 0.97);
    world_judge(&w);
    struct view_source source = {.words = world_words(&w)};
    const struct report report = {.sources = &source, .count = 1};
    struct str text;
    str_init(&text);
    report_add_json(&text, &report);
    cJSON *root = cJSON_Parse(text.text);
    assert_non_null(root);
    const cJSON *verdict = cJSON_GetObjectItemCaseSensitive(root, "verdict");
    assert_string_equal(text_of(verdict, "condition"), "incident");
    assert_string_equal(text_of(verdict, "severity"), "warning");
    assert_string_equal(text_of(verdict, "stage"), "llm");
    assert_string_equal(text_of(verdict, "signal"), "kv_cache");
    assert_non_null(
        strstr(text_of(verdict, "summary"), "llm: KV cache in use 97 %, usually 40 %, since "));
    const cJSON *row;
    int found = 0;
    cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(root, "rows"))
    {
        bool cache = strcmp(text_of(row, "signal"), "kv_cache") == 0;
        if (cache || strcmp(text_of(row, "signal"), "waiting") == 0) {
            assert_string_equal(text_of(row, "statistic"), "value");
            assert_string_equal(text_of(row, "unit"), cache ? "ratio" : "count");
            assert_string_equal(text_of(row, "severity"), cache ? "warning" : "ok");
            assert_string_equal(
                text_of(row, "reason"), "CULPRIT: KV cache in use 97 %, usually 40 %");
            found++;
        }
    }
    assert_int_equal(found, 2);
    cJSON_Delete(root);
    str_finish(&text);
    world_finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_warning_of_its_own_is_said)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
