#include "pages/pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "diagnose/diagnosis.h"

static void each_is_found_by_its_name(void **state)
{
    (void)state;
    for (int i = 0; i < PAGE_COUNT; i++) {
        const struct page_entry *p = page_entry((enum page)i);
        assert_int_equal(page_find(p->name), i);
        assert_true(!p->key || page_find(p->key) == (enum page)i);
        assert_true(p->title && p->help && p->build);
        assert_true(!p->queries || p->text);
    }
    assert_int_equal(page_find("0"), PAGE_COUNT);
}

static void arguments_of_keys_are_checked(void **state)
{
    (void)state;
    static const struct {
        enum argument kind;
        const char *argument, *why; // NULL: it can be done
    } cases[] = {
        {ARGUMENT_PAGE, "pods", NULL},
        {ARGUMENT_PAGE, "2", NULL},
        {ARGUMENT_PAGE, "nowhere", "there is no page 'nowhere'; these are: incident stage"},
        {ARGUMENT_COLUMN, "worst", NULL},
        {ARGUMENT_COLUMN, "change", NULL},
        {ARGUMENT_COLUMN, "/question", NULL},
        {ARGUMENT_COLUMN, "x median", NULL},
        {ARGUMENT_COLUMN, "max", NULL},
        {ARGUMENT_COLUMN, "value", NULL},
        {ARGUMENT_COLUMN, "verdict", "there is no column 'verdict'; these are: worst, metric,"},
        {ARGUMENT_COLUMN, "", "there is no column ''"}, // the mark has no heading
        {ARGUMENT_STAGE, "nowhere", NULL},              // only a server knows
        {ARGUMENT_TEXT, "nowhere", NULL},
    };
    struct str why;
    str_init(&why);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        str_clear(&why);
        const char *wanted = cases[i].why;
        bool good = page_check_argument(cases[i].kind, cases[i].argument, &why);
        if (good != !wanted || (wanted && strncmp(why.text, wanted, strlen(wanted)) != 0)) {
            fail_msg("%s is said to be: %s", cases[i].argument, why.text);
        }
    }
    str_finish(&why);
}

// Pages of text keep whatever was selected before.
static void rows_are_of_some_pages(void **state)
{
    (void)state;
    static const struct {
        enum row_kind kind;
        bool exemplars, on[PAGE_COUNT];
    } cases[] = {
        {ROW_POD, false, {[PAGE_STAGE] = true, [PAGE_PODS] = true, [PAGE_POD] = true}},
        {ROW_EXEMPLAR, true, {[PAGE_STAGE] = true}},
        {ROW_SERIES, false, {[PAGE_QUERY] = true}},
        {ROW_READY, false, {[PAGE_QUERY] = true}},
        {ROW_THING, false,
            {[PAGE_TARGETS] = true,
                [PAGE_ALERTS] = true,
                [PAGE_ALERT] = true,
                [PAGE_CHANGES] = true}},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        for (int page = 0; page < PAGE_COUNT; page++) {
            struct view_state s = {.page = (enum page)page, .exemplars = cases[k].exemplars};
            bool expected = cases[k].on[page] || page == PAGE_HELP || page == PAGE_PROMQL;
            assert_int_equal(page_has_row(&s, (struct row_id){.kind = cases[k].kind}), expected);
            assert_true(page_has_row(&s, (struct row_id){.kind = ROW_STAGE}));
            assert_true(page_has_row(&s, (struct row_id){.kind = ROW_TOOL}));
            assert_true(page_has_row(&s, (struct row_id){.kind = ROW_SOURCE}));
            s.exemplars = false;
            assert_false(page_has_row(&s, (struct row_id){.kind = ROW_EXEMPLAR}));
        }
    }
}

static void keys_are_text_in_a_query_alone(void **state)
{
    (void)state;
    for (int page = 0; page < PAGE_COUNT; page++) {
        struct view_state s = {.page = (enum page)page, .query.edited = true};
        assert_int_equal(page_types(&s), page == PAGE_QUERY);
        s.query.edited = false;
        assert_false(page_types(&s));
    }
}

static void the_wall_shows_tools_where_there_are_any(void **state)
{
    (void)state;
    static struct diagnosis d;
    for (size_t tools = 0; tools < 2; tools++) {
        d.tools_count = tools;
        for (int i = 0; i < PAGE_COUNT; i++) {
            const struct page_entry *p = page_entry((enum page)i);
            bool expected = i == PAGE_INCIDENT || i == PAGE_ERRORS || i == PAGE_WALL ||
                            (i == PAGE_TOOLS && tools > 0);
            assert_int_equal(p->rotates && p->rotates(&d), expected);
        }
    }
}

// A stage opens from a table, a pod on its stage's page; pages of queries bring PromQL for editing.
static void enter_opens_what_is_selected(void **state)
{
    (void)state;
    static struct view_row row = {.id = {ROW_STAGE, 2, 0}};
    static struct view_table table = {.rows = &row, .count = 1};
    static struct view v;
    v.panes[0] =
        (struct view_pane){.kind = PANE_TABLE, .table = &table, .can_focus = true, .focused = true};
    v.panes_count = 1;
    struct view_state s = {.selected = row.id};
    struct page_act act = page_entry(PAGE_INCIDENT)->open(&v, &s);
    assert_int_equal(act.kind, PAGE_ACT_GO);
    assert_int_equal(act.page, PAGE_STAGE);
    assert_int_equal(act.row.index, 2);
    assert_int_equal(page_entry(PAGE_STAGE)->open(&v, &s).kind, PAGE_ACT_FULL);
    assert_int_equal(page_entry(PAGE_HELP)->open(&v, &s).kind, PAGE_ACT_FULL);
    assert_int_equal(page_entry(PAGE_QUERY)->open(&v, &s).kind, PAGE_ACT_QUERY);
    assert_int_equal(page_entry(PAGE_PROMQL)->open(&v, &s).kind, PAGE_ACT_QUERY);
    s.selected = (struct row_id){ROW_POD, 1, 0};
    act = page_entry(PAGE_STAGE)->open(&v, &s);
    assert_int_equal(act.kind, PAGE_ACT_GO);
    assert_int_equal(act.page, PAGE_PODS);
    assert_int_equal(act.row.index, 1);
    s.selected.kind = ROW_EXEMPLAR;
    act = page_entry(PAGE_STAGE)->open(&v, &s);
    assert_int_equal(act.kind, PAGE_ACT_SAY);
    assert_string_equal(act.text, "{copy-trace} copies its trace id");
    s.selected.kind = ROW_SOURCE;
    assert_int_equal(page_entry(PAGE_INCIDENT)->open(&v, &s).kind, PAGE_ACT_FOLD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_found_by_its_name),
        cmocka_unit_test(arguments_of_keys_are_checked),
        cmocka_unit_test(rows_are_of_some_pages),
        cmocka_unit_test(keys_are_text_in_a_query_alone),
        cmocka_unit_test(the_wall_shows_tools_where_there_are_any),
        cmocka_unit_test(enter_opens_what_is_selected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
