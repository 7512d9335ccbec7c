/*
 * The sentences in another language: its words, in its order.
 */
#include "words/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/translated.h"
#include "unit/words/said.h"
#include "unit/world.h"

static const char *const pairs[][2] = {
    {"%s %%", "%s%%"},
    {"%s is normal (%s request)", "%s 正常（%s 个请求）"},
    {"%s of %s's rise is %s", "%2$s 的增长有 %1$s 来自 %3$s"},
    {"%s, usually %s", "%s（通常 %s）"},
    {"%s: %s", "%s：%s"},
    {"%s: %s.", "%s：%s。"},
    {"CULPRIT: %s", "元凶：%s"},
    {"normal", "正常"},
    {"slow: %s is %s", "慢：%2$s 占 %1$s"},
    {"the latency of %s", "%s 的延迟"},
};

static void says_it_in_another_language(void **state)
{
    (void)state;
    struct world w;
    struct translated chinese;
    world_init(&w, world_article);
    world_requests(&w, "retrieval", usually, (struct load){2, 1.8});
    world_requests(&w, "vector_db", (struct load){2, 0.25}, (struct load){2, 1.7});
    world_requests(&w, "generation", (struct load){20, 0.55}, (struct load){20, 0.55});
    world_pool(&w, "vector_db", 40, 97, 100);
    world_judge(&w);
    translated_init(&chinese, pairs, sizeof pairs / sizeof *pairs);
    assert_reason(&w, "retrieval", "慢：vector_db 占 97%");
    assert_reason(&w, "vector_db", "元凶：connections 97/100");
    assert_reason(&w, "generation", "正常");
    const struct words words = world_words(&w);
    struct str s;
    str_init(&s);
    for (size_t i = 0; i < w.diagnosis.verdict.evidence_count; i++) {
        words_add_evidence(&s, &words, i);
        str_addc(&s, '\n');
    }
    assert_has("evidence", s.text, "vector_db P95 1.7 s（通常 250 ms）");
    assert_has("evidence", s.text, "retrieval 的增长有 97% 来自 vector_db");
    assert_has("evidence", s.text, "generation 正常（6,000 个请求）");
    str_clear(&s);
    words_add_step(&s, &(struct words_step){"the latency of %s", "search", "up", -1});
    assert_string_equal(s.text, "search 的延迟");
    translated_finish(&chinese);
    str_finish(&s);
    world_finish(&w);
}

// What all have in common is the cause, whatever the sign between it and the place.
static void names_the_cause_that_all_refusals_share(void **state)
{
    (void)state;
    struct world w;
    struct translated chinese;
    world_init(&w, "stages: [{name: a, latency: a_seconds}, {name: b, latency: b_seconds}]\n");
    w.store.source.scraped = true;
    for (int i = 0; i < 2; i++) {
        struct signal_data *data = &w.store.signals[w.plan.stages[i].latency_signal];
        data->condition = CONDITION_REFUSED;
        snprintf(data->why, sizeof data->why, "topk() 需要 Prometheus：topk(%d, c)", i);
    }
    world_judge(&w);
    translated_init(&chinese, pairs, sizeof pairs / sizeof *pairs);
    const struct words words = world_words(&w);
    struct str s;
    str_init(&s);
    words_add_summary(&s, &words);
    assert_has("summary", s.text, "：topk() 需要 Prometheus。");
    str_finish(&s);
    translated_finish(&chinese);
    world_finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_it_in_another_language),
        cmocka_unit_test(names_the_cause_that_all_refusals_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
