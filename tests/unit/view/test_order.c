#include "view/order.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct view_column columns[] = {
    {"", KIND_MARK, 0, 0},
    {"name", KIND_NAME, 0, 0},
    {"now", KIND_NUMBER, 8, 0},
    {"", KIND_TREND, 0, 0},
    {"verdict", KIND_WORDS, 0, 0},
};

static const struct {
    const char *name, *words, *also;
    int parent;
    double trouble, now;
} rows[] = {
    {"answer", "normal", "answer_seconds", -1, 3, 1},
    {"retrieval", "slow", "retrieval_seconds", 0, 3, 5},
    {"vector_db", "CULPRIT", "vdb_seconds", 1, 3, 4},
    {"rerank", "normal", "rerank_seconds", 1, 0, NAN},
    {"generation", "normal", "llm_seconds", 0, 0, 9},
    {"Zero", "no traffic", "zero_seconds", -1, 1, NAN},
};

enum { ROWS = sizeof rows / sizeof *rows };

/** Orders the rows and writes their names, blank between, into S; those kept for the tree in (). */
static void ordered(struct str *s, struct view_sort sort, const char *filter, bool tree)
{
    struct arena a = {0};
    struct view_table t = {.columns = columns, .columns_count = 5, .count = ROWS, .sort = sort};
    int parents[ROWS];
    const char *also[ROWS];
    t.rows = arena_alloc(&a, ROWS, sizeof *t.rows);
    for (int i = 0; i < ROWS; i++) {
        t.rows[i].id.index = i;
        t.rows[i].cells[0].value = rows[i].trouble;
        t.rows[i].cells[1].text = rows[i].name;
        t.rows[i].cells[2].value = rows[i].now;
        t.rows[i].cells[4].text = rows[i].words;
        parents[i] = rows[i].parent;
        also[i] = rows[i].also;
    }
    order_rows(&a, &t, tree ? parents : NULL, also, filter);
    str_clear(s);
    for (size_t i = 0; i < t.count; i++) {
        const char *name = t.rows[i].cells[1].text;
        str_addf(s, t.rows[i].context ? "%s(%s)" : "%s%s", i ? " " : "", name);
    }
    assert_int_equal(t.count + t.hidden, ROWS);
    arena_finish(&a);
}

static void sorts(void **state)
{
    (void)state;
    static const struct {
        struct view_sort sort;
        bool tree;
        const char *want;
    } cases[] = {
        {{0, false}, true, "answer retrieval vector_db rerank generation Zero"},
        {{0, true}, true, "Zero answer generation retrieval rerank vector_db"},
        {{1, false}, true, "Zero answer generation retrieval rerank vector_db"},
        {{1, true}, true, "answer retrieval vector_db rerank generation Zero"},
        {{2, false}, true, "answer generation retrieval vector_db rerank Zero"},
        {{2, true}, true, "answer retrieval vector_db rerank generation Zero"}, // unknown: last
        {{2, false}, false, "generation retrieval vector_db answer Zero rerank"},
        {{0, false}, false, "answer retrieval vector_db Zero generation rerank"},
    };
    struct str s;
    str_init(&s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ordered(&s, cases[i].sort, "", cases[i].tree);
        if (strcmp(s.text, cases[i].want) != 0) {
            fail_msg("case %zu: %s", i, s.text);
        }
    }
    str_finish(&s);
}

static void filters(void **state)
{
    (void)state;
    static const struct {
        const char *filter, *want;
        bool tree;
    } cases[] = {
        {"vector", "(answer) (retrieval) vector_db", true}, // the tree is kept
        {"VECTOR", "(answer) (retrieval) vector_db", true},
        {"vector", "vector_db", false},
        {"culprit", "(answer) (retrieval) vector_db", true}, // the words are found too
        {"llm_", "(answer) generation", true},               // and the metric
        {"nothing", "", true},
        {"!normal", "(answer) retrieval vector_db Zero", true},
        {"!", "answer retrieval vector_db rerank generation Zero", true},
        {"e", "answer retrieval vector_db rerank generation Zero", true},
    };
    struct str s;
    str_init(&s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ordered(&s, (struct view_sort){0}, cases[i].filter, cases[i].tree);
        if (strcmp(s.text, cases[i].want) != 0) {
            fail_msg("/%s: %s", cases[i].filter, s.text);
        }
    }
    str_finish(&s);
}

static void walks_over_the_columns(void **state)
{
    (void)state;
    struct view_table t = {.columns = columns, .columns_count = 5};
    static const int right[] = {1, 2, 0}, left[] = {2, 1, 0};
    for (size_t i = 0; i < 3; i++) {
        t.sort.column = order_next_column(&t, 1);
        assert_int_equal(t.sort.column, right[i]);
    }
    for (size_t i = 0; i < 3; i++) {
        t.sort.column = order_next_column(&t, -1);
        assert_int_equal(t.sort.column, left[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorts),
        cmocka_unit_test(filters),
        cmocka_unit_test(walks_over_the_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
