#include "view/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { WIDEST = 250, HIGHEST = 80 };

static bool is_empty(struct area a)
{
    return a.w == 0 || a.h == 0;
}

/** Every area lies inside W x H and below the one before it. */
static void assert_sound(const struct layout *l, int w, int h, struct layout_wish wish)
{
    const struct area areas[] = {l->header, l->verdict, l->stages, l->tools, l->chart, l->status};
    int y = 0;
    for (size_t i = 0; i < sizeof areas / sizeof *areas; i++) {
        struct area a = areas[i];
        bool inside =
            a.x >= 0 && a.y >= 0 && a.w >= 0 && a.h >= 0 && a.x + a.w <= w && a.y + a.h <= h;
        bool below = is_empty(a) || a.y >= y;
        if (!inside || !below) {
            fail_msg("%dx%d, wish %d %d %d: area %zu is %d,%d %dx%d", w, h, wish.verdict,
                wish.stages, wish.tools, i, a.x, a.y, a.w, a.h);
        }
        y = is_empty(a) ? y : a.y + a.h;
    }
}

static void areas_of_every_size(void **state)
{
    (void)state;
    static const struct layout_wish wishes[] = {
        {1, 0, 0}, {1, 1, 0}, {1, 3, 4}, {3, 5, 0}, {9, 40, 64}, {2, 200, 1}, {0, 3, 0}};
    for (size_t k = 0; k < sizeof wishes / sizeof *wishes; k++) {
        for (int h = 1; h <= HIGHEST; h++) {
            for (int w = 1; w <= WIDEST; w++) {
                struct layout l = layout_page(w, h, wishes[k]);
                assert_sound(&l, w, h, wishes[k]);
                assert_false(is_empty(l.verdict)); // the one thing that is always there
                assert_true(l.stages.h <= wishes[k].stages + 1);
                assert_true(l.tools.h <= wishes[k].tools + 1);
                assert_true(is_empty(l.chart) || l.chart.h >= 5);
                assert_true(is_empty(l.status) || l.status.y + 1 == h);
            }
        }
    }
}

static void no_size_is_no_area(void **state)
{
    (void)state;
    static const int sizes[][2] = {{0, 0}, {0, 5}, {5, 0}, {-1, 5}, {5, -1}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct layout l = layout_page(sizes[i][0], sizes[i][1], (struct layout_wish){1, 3, 3});
        assert_true(is_empty(l.header) && is_empty(l.verdict) && is_empty(l.stages) &&
                    is_empty(l.tools) && is_empty(l.chart) && is_empty(l.status));
    }
}

static void a_usual_terminal_shows_it_all(void **state)
{
    (void)state;
    struct layout l = layout_page(80, 24, (struct layout_wish){2, 3, 4});
    assert_true(l.header.h == 1 && l.verdict.h == 2 && l.stages.h == 4 && l.tools.h == 5);
    assert_int_equal(l.status.y, 23);
    l = layout_page(200, 60, (struct layout_wish){2, 3, 4});
    assert_true(l.chart.h > 20);
}

static void a_line_more_takes_nothing_away(void **state)
{
    (void)state;
    const struct layout_wish wish = {2, 5, 4};
    for (int h = 1; h < HIGHEST; h++) {
        struct layout a = layout_page(80, h, wish), b = layout_page(80, h + 1, wish);
        if (h + 1 != 6 && h + 1 != 20 && h + 1 != 3 && h + 1 != 12) { // where a pane or air begins
            assert_true(b.stages.h >= a.stages.h);
            assert_true(b.tools.h >= a.tools.h);
        }
    }
}

static void columns_of_every_width(void **state)
{
    (void)state;
    static const int names[] = {1, 14, 30, 48, 100}, verdicts[] = {0, 6, 30, 200};
    for (int width = 1; width <= WIDEST; width++) {
        for (size_t i = 0; i < 5 * 4 * 2; i++) {
            struct column_place p[COLUMN_COUNT];
            layout_columns(p, width, names[i % 5], verdicts[i / 5 % 4], i / 20);
            int x = 0;
            for (int k = 0; k < COLUMN_COUNT; k++) {
                if (p[k].w < 0 || (p[k].w > 0 && (p[k].x < x || p[k].x + p[k].w > width))) {
                    fail_msg("width %d, name %d, verdict %d: column %d is %d at %d", width,
                        names[i % 5], verdicts[i / 5 % 4], k, p[k].w, p[k].x);
                }
                x = p[k].w > 0 ? p[k].x + p[k].w : x;
            }
            assert_true(p[COLUMN_NOW].w > 0); // the number is the last to go
            assert_true(width < 40 || p[COLUMN_NAME].w >= 12);
        }
    }
}

static void errors_stay_when_they_matter(void **state)
{
    (void)state;
    struct column_place p[COLUMN_COUNT];
    layout_columns(p, 80, 20, 20, false);
    assert_int_equal(p[COLUMN_ERRORS].w, 0);
    layout_columns(p, 80, 20, 20, true);
    assert_true(p[COLUMN_ERRORS].w > 0);
    layout_columns(p, 120, 20, 20, false);
    assert_true(p[COLUMN_ERRORS].w > 0);
}

static void a_table_of_its_own_width_is_whole(void **state)
{
    (void)state;
    for (int names = 1; names <= 60; names += 7) {
        for (int verdict = 10; verdict <= 120; verdict += 7) {
            struct column_place p[COLUMN_COUNT];
            layout_columns(p, layout_table_width(names, verdict), names, verdict, false);
            assert_true(p[COLUMN_VERDICT].w >= verdict);
            assert_true(p[COLUMN_NAME].w >= (names < 48 ? names : 48));
            assert_true(p[COLUMN_TREND].w >= 20);
            assert_true(p[COLUMN_RATE].w > 0 && p[COLUMN_ERRORS].w > 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(areas_of_every_size),
        cmocka_unit_test(no_size_is_no_area),
        cmocka_unit_test(a_usual_terminal_shows_it_all),
        cmocka_unit_test(a_line_more_takes_nothing_away),
        cmocka_unit_test(columns_of_every_width),
        cmocka_unit_test(errors_stay_when_they_matter),
        cmocka_unit_test(a_table_of_its_own_width_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
