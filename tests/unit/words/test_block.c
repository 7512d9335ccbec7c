/*
 * The verdict as lines: what they say is what the sentences say.
 */
#include "words/block.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "unit/words/said.h"
#include "unit/world.h"

// `CULPRIT: vector_db, P95 *1.7 s*`, and each line that follows after ` / `, with its label.
static void add_all(struct str *s, const struct block *b)
{
    str_addf(s, "%s:", b->badge ? b->badge : "");
    for (size_t i = 0; i < b->count; i++) {
        str_addf(s, "%s%s", i > 0 ? " / " : "", block_label(b->lines[i].about));
        for (size_t k = 0; k < b->lines[i].count; k++) {
            str_addf(s, "%s %s", k > 0 ? "," : "", b->lines[i].parts[k].text);
        }
    }
    for (char *p = s->text; *p; p++) {
        *p = *p == BLOCK_MARK ? '*' : *p;
    }
}

// What is read first is what is said in the sentences, too: no number is another one.
static void check_numbers(const struct block *b, const char *summary)
{
    for (size_t k = 0; k < b->lines[0].count; k++) {
        const struct block_part *part = &b->lines[0].parts[k];
        const char *from = part->tone == BLOCK_BAD ? strchr(part->text, BLOCK_MARK) : NULL;
        while (from) {
            const char *end = strchr(from + 1, BLOCK_MARK);
            assert_non_null(end);
            char number[128];
            snprintf(number, sizeof number, "%.*s", (int)(end - from - 1), from + 1);
            char *times = strstr(number, "×");
            if (times) { // as sentences have it
                times[0] = 'x';
                times[1] = '\0';
            }
            assert_has("summary", summary, number);
            from = strchr(end + 1, BLOCK_MARK);
        }
    }
}

static void assert_block(struct world *w, const char *const *parts)
{
    struct arena a = {0};
    struct block b;
    struct str s, summary;
    str_init(&s);
    str_init(&summary);
    world_judge(w);
    const struct words words = world_words(w);
    block_of(&b, &a, &words);
    add_all(&s, &b);
    words_add_summary(&summary, &words);
    for (; *parts; parts++) {
        assert_has("block", s.text, *parts);
    }
    check_numbers(&b, summary.text);
    str_finish(&summary);
    str_finish(&s);
    arena_finish(&a);
}

#define BLOCK(w, ...) assert_block(w, (const char *const[]){__VA_ARGS__, NULL})

static void article(struct world *w)
{
    world_init(w, world_article);
    world_requests(w, "retrieval", usually, (struct load){2, 1.8});
    world_requests(w, "vector_db", (struct load){2, 0.25}, (struct load){2, 1.7});
    world_requests(w, "generation", (struct load){2, 0.55}, (struct load){2, 0.55});
}

static void names_the_culprit_in_one_line(void **state)
{
    (void)state;
    struct world w;
    article(&w);
    world_pool(&w, "vector_db", 40, 97, 100);
    BLOCK(&w, "CULPRIT: vector_db, P95 *1.7 s*, *6.", "explains *97 %* of retrieval's slowdown",
        " / likely ", "*connections 97/100* in use", " / not ", "generation (normal)");
    world_finish(&w);
}

static void evidence_is_a_number_and_what_it_means(void **state)
{
    (void)state;
    struct world w;
    struct arena a = {0};
    struct str s;
    str_init(&s);
    article(&w);
    world_pool(&w, "vector_db", 40, 97, 100);
    world_judge(&w);
    const struct words words = world_words(&w);
    for (size_t i = 0; i < w.diagnosis.verdict.evidence_count; i++) {
        const struct words_finding f = words_find(&a, &words, i);
        str_addf(&s, "%s|%s\n", f.number, f.meaning);
    }
    assert_has("evidence", s.text, "1.7 s|P95 of vector_db, usually 250 ms\n");
    assert_has("evidence", s.text, "97 %|of retrieval's rise is vector_db\n");
    assert_has("evidence", s.text, "97/100|connections of vector_db in use\n");
    assert_has("evidence", s.text, "normal|generation (600 requests)\n");
    str_finish(&s);
    arena_finish(&a);
    world_finish(&w);
}

static void what_is_calm_is_one_line(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_calm(&w);
    BLOCK(&w, "OK: all 3 stages normal, ", " requests in the last 5 min");
    struct arena a = {0};
    struct block b;
    const struct words words = world_words(&w);
    block_of(&b, &a, &words);
    assert_int_equal(b.count, 1);
    arena_finish(&a);
    world_finish(&w);
}

static void each_fault_has_its_word(void **state)
{
    (void)state;
    struct world w;
    article(&w);
    world_requests(&w, "retrieval", usually, usually);
    world_requests(&w, "vector_db", (struct load){2, 0.25}, (struct load){2, 0.25});
    world_errors(&w, "generation", 0.001, 0.2);
    BLOCK(&w, "FAILING: generation, *10 %* of its requests fail, usually ");
    world_finish(&w);
    world_init(&w, world_article);
    world_calm(&w);
    world_tool(&w, "search", 0.5, 8);
    BLOCK(&w, "TOO MANY CALLS: tool search, called *", "usually ");
    world_finish(&w);
    world_init(&w, world_article);
    world_calm(&w);
    world_tool(&w, "search", 0.5, 0.5);
    world_tool_errors(&w, 0.0001, 0.2);
    BLOCK(&w, "FAILING: tool calls, *", "of calls fail");
    world_finish(&w);
}

static void what_is_not_known_is_no_verdict(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    BLOCK(&w, "NO DATA: The server knows ");
    world_finish(&w);
    article(&w);
    w.store.source.health = HEALTH_LOST;
    snprintf(w.store.source.why, sizeof w.store.source.why, "connection refused");
    BLOCK(&w, "UNREACHABLE: Cannot reach Prometheus: connection refused.");
    world_finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_the_culprit_in_one_line),
        cmocka_unit_test(evidence_is_a_number_and_what_it_means),
        cmocka_unit_test(what_is_calm_is_one_line),
        cmocka_unit_test(each_fault_has_its_word),
        cmocka_unit_test(what_is_not_known_is_no_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
