#include "view/view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MOST = 64 };

/** A pane of COUNT groups of ROWS rows each, with an empty line between them. */
static struct view_pane pane_of(struct view_entry *entries, int groups, int rows)
{
    struct view_pane pane = {.kind = PANE_ENTRIES, .entries = entries, .flows = true};
    for (int g = 0; g < groups; g++) {
        if (g > 0) {
            entries[pane.count++] = (struct view_entry){0};
        }
        entries[pane.count++] = (struct view_entry){.key = {"heading", ROLE_TITLE}};
        for (int i = 0; i < rows; i++) {
            entries[pane.count++] =
                (struct view_entry){{"k", ROLE_KEY}, {"what it does", ROLE_NORMAL}, .wrap = true};
        }
    }
    assert_true(pane.count <= MOST);
    return pane;
}

static void wide_panes_have_columns(void **state)
{
    (void)state;
    static const struct {
        int width, columns;
    } cases[] = {{0, 1}, {40, 1}, {80, 1}, {111, 1}, {112, 2}, {120, 2}, {168, 3}, {500, 3}};
    struct view_entry entries[MOST];
    struct view_pane pane = pane_of(entries, 4, 5);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct view_flow flow = view_flow(&pane, cases[i].width);
        assert_int_equal(flow.columns, cases[i].columns);
        assert_true(flow.width * flow.columns <= cases[i].width);
        assert_int_equal(flow.first[0], 0);
        assert_int_equal(flow.first[flow.columns], pane.count);
    }
    pane.flows = false;
    assert_int_equal(view_flow(&pane, 500).columns, 1);
    assert_int_equal(view_flow(&pane, 500).lines, pane.count);
}

static void columns_are_even_and_begin_with_headings(void **state)
{
    (void)state;
    struct view_entry entries[MOST];
    struct view_pane pane = pane_of(entries, 4, 5);
    struct view_flow flow = view_flow(&pane, 120);
    // two groups, and an empty line below each
    assert_int_equal(flow.lines, 14);
    assert_int_equal(flow.first[1], 14);
    assert_ptr_equal(entries[flow.first[1]].key.text, entries[0].key.text);
}

static void no_heading_ends_a_column(void **state)
{
    (void)state;
    for (int rows = 1; rows < 8; rows++) {
        for (int groups = 1; groups < 7; groups++) {
            struct view_entry entries[MOST];
            struct view_pane pane = pane_of(entries, groups, rows);
            struct view_flow flow = view_flow(&pane, 200);
            for (int k = 1; k < flow.columns; k++) {
                size_t first = flow.first[k];
                assert_true(first >= flow.first[k - 1]);
                if (first < pane.count) {
                    assert_non_null(entries[first].key.text);
                    assert_true(
                        first == 0 || entries[first - 1].text.text || !entries[first - 1].key.text);
                }
            }
        }
    }
}

static void nothing_is_no_lines(void **state)
{
    (void)state;
    struct view_pane pane = {.kind = PANE_ENTRIES, .flows = true};
    struct view_flow flow = view_flow(&pane, 200);
    assert_int_equal(flow.lines, 0);
    assert_int_equal(flow.first[flow.columns], 0);
}

// What a column would cut has a line of its own, where nothing may be cut.
static void a_fact_too_long_for_a_column_has_a_line(void **state)
{
    (void)state;
    static const struct view_fact facts[] = {{"CPU", {"0.6 of 2 cores", ROLE_STRONG}},
        {"image", {"registry.example/tei-embed:1.4.2", ROLE_STRONG}},
        {"memory", {"2.2 GiB", ROLE_STRONG}}, {"node", {"node-a", ROLE_STRONG}}};
    struct view_pane pane = {.kind = PANE_FACTS, .facts = facts, .count = 4};
    static const struct view_fact_place whole[] = {
        {0, 0, false}, {0, 2, true}, {0, 1, false}, {1, 0, false}};
    assert_int_equal(view_facts_lines(&pane, 80), 2);
    assert_false(view_fact_place(&pane, 80, 1).wide);
    pane.whole = true;
    assert_int_equal(view_facts_lines(&pane, 80), 3);
    for (size_t i = 0; i < pane.count; i++) {
        struct view_fact_place place = view_fact_place(&pane, 80, i);
        assert_int_equal(place.column, whole[i].column);
        assert_int_equal(place.line, whole[i].line);
        assert_int_equal(place.wide, whole[i].wide);
    }
    assert_int_equal(view_facts_lines(&pane, 200), 1); // there it fits
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wide_panes_have_columns),
        cmocka_unit_test(columns_are_even_and_begin_with_headings),
        cmocka_unit_test(no_heading_ends_a_column),
        cmocka_unit_test(nothing_is_no_lines),
        cmocka_unit_test(a_fact_too_long_for_a_column_has_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
