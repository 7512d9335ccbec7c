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

/** What a page asks for. */
struct page {
    struct layout_wish wishes[LAYOUT_PANES_MAX];
    size_t count;
};

static const struct page pages[] = {
    {.count = 0},
    {{{.least = 1, .lines = 1, .grow = 1}}, 1},
    // a verdict, two tables, charts
    {{{1, 2, 2, 0, 0, 0, false, FRAME_NONE, 0}, {3, 4, 4, 0, 1, 0, false, FRAME_NONE, 0},
         {3, 5, 5, 0, 2, 0, false, FRAME_NONE, 0}, {5, 7, 0, 1, 3, 0, false, FRAME_NONE, 0},
         {5, 7, 0, 1, 4, 1, false, FRAME_NONE, 0}, {5, 7, 0, 1, 5, 0, false, FRAME_NONE, 0},
         {6, 10, 0, 1, 9, 0, false, FRAME_NONE, 0}},
        7},
    // many rows
    {{{1, 4, 4, 0, 0, 0, false, FRAME_NONE, 0}, {3, 201, 201, 0, 1, 0, false, FRAME_NONE, 0},
         {3, 65, 65, 0, 2, 0, false, FRAME_NONE, 0}, {5, 7, 0, 1, 3, 0, false, FRAME_NONE, 0}},
        4},
    // a card and panes beside each other on wide screens
    {{{3, 5, 5, 0, 0, 0, false, FRAME_NONE, 0}, {7, 12, 0, 2, 1, 0, false, FRAME_NONE, 0},
         {6, 10, 0, 1, 3, 170, false, FRAME_NONE, 0}, {5, 7, 0, 1, 2, 0, false, FRAME_NONE, 0},
         {5, 7, 0, 1, 2, 72, false, FRAME_NONE, 0}, {5, 7, 0, 1, 2, 140, false, FRAME_NONE, 0},
         {2, 2, 0, 0, 4, 72, false, FRAME_NONE, 0}},
        7},
    // big rows
    {{{1, 4, 4, 0, 0, 0, false, FRAME_NONE, 0}, {2, 7, 0, 1, 1, 0, false, FRAME_NONE, 0},
         {2, 7, 0, 1, 2, 0, false, FRAME_NONE, 0}, {2, 7, 0, 1, 3, 0, false, FRAME_NONE, 0}},
        4},
    // wishes that make no sense
    {{{0, 0, 0, 0, 0, 9, false, FRAME_NONE, 0}, {-3, -1, 7, -2, 1, 0, false, FRAME_NONE, 0},
         {9, 2, 1, 1, 1, 1, false, FRAME_NONE, 0}},
        3},
};

enum { PAGES = sizeof pages / sizeof *pages };

/** The areas of a page on a screen. */
struct placed {
    struct area header, status, panes[LAYOUT_PANES_MAX], frames[LAYOUT_PANES_MAX];
};

static struct placed place(const struct page *p, int w, int h)
{
    struct placed out;
    struct layout_place places[LAYOUT_PANES_MAX];
    layout_screen(w, h, p->wishes, p->count, &out.header, &out.status, places);
    for (size_t i = 0; i < p->count; i++) {
        out.panes[i] = places[i].area;
        out.frames[i] = places[i].frame;
    }
    return out;
}

static bool overlap(struct area a, struct area b)
{
    return !is_empty(a) && !is_empty(b) && a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h &&
           b.y < a.y + a.h;
}

/** Every area lies inside W x H, none covers another, and they are in order. */
static void assert_sound(const struct placed *l, const struct page *p, int w, int h)
{
    struct area all[LAYOUT_PANES_MAX + 2];
    size_t n = 0;
    all[n++] = l->header;
    for (size_t i = 0; i < p->count; i++) {
        all[n++] = l->panes[i];
    }
    all[n++] = l->status;
    int y = 0;
    for (size_t i = 0; i < n; i++) {
        struct area a = all[i];
        bool inside =
            a.x >= 0 && a.y >= 0 && a.w >= 0 && a.h >= 0 && a.x + a.w <= w && a.y + a.h <= h;
        bool ordered = is_empty(a) || a.y >= y;
        bool alone = true;
        for (size_t k = 0; k < i; k++) {
            alone = alone && !overlap(a, all[k]);
        }
        if (!inside || !ordered || !alone) {
            fail_msg("page %zu at %dx%d: area %zu is %d,%d %dx%d", (size_t)(p - pages), w, h, i,
                a.x, a.y, a.w, a.h);
        }
        y = is_empty(a) ? y : a.y;
    }
}

static void areas_of_every_size(void **state)
{
    (void)state;
    for (size_t k = 0; k < PAGES; k++) {
        for (int h = 1; h <= HIGHEST; h++) {
            for (int w = 1; w <= WIDEST; w++) {
                struct placed l = place(&pages[k], w, h);
                assert_sound(&l, &pages[k], w, h);
                assert_int_equal(is_empty(l.header), h < 3);
                assert_int_equal(is_empty(l.status), h < 6);
                assert_true(is_empty(l.status) || l.status.y + 1 == h);
                // what matters most is always there
                assert_false(pages[k].count > 0 && is_empty(l.panes[0]));
            }
        }
    }
}

static void no_size_is_no_area(void **state)
{
    (void)state;
    static const int sizes[][2] = {{0, 0}, {0, 5}, {5, 0}, {-1, 5}, {5, -1}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct placed l = place(&pages[2], sizes[i][0], sizes[i][1]);
        assert_true(is_empty(l.header) && is_empty(l.status));
        for (size_t k = 0; k < pages[2].count; k++) {
            assert_true(is_empty(l.panes[k]));
        }
    }
}

static void a_usual_terminal_shows_the_tables(void **state)
{
    (void)state;
    struct placed l = place(&pages[2], 80, 24);
    assert_true(l.panes[0].h == 2 && l.panes[1].h == 4 && l.panes[2].h == 5);
    assert_int_equal(l.status.y, 23);
    assert_true(is_empty(l.panes[6])); // the least important
    l = place(&pages[2], 200, 60);
    for (size_t i = 0; i < pages[2].count; i++) {
        assert_true(l.panes[i].h >= pages[2].wishes[i].lines);
    }
}

static void less_important_panes_go_first(void **state)
{
    (void)state;
    for (size_t k = 0; k < PAGES - 1; k++) { // not those without sense
        for (int h = 1; h <= HIGHEST; h++) {
            struct placed l = place(&pages[k], 60, h);
            for (size_t i = 0; i < pages[k].count; i++) {
                for (size_t j = 0; j < pages[k].count; j++) {
                    const struct layout_wish *a = &pages[k].wishes[i], *b = &pages[k].wishes[j];
                    bool alone = a->beside != 1 && b->beside != 1;
                    bool wrong = is_empty(l.panes[i]) && !is_empty(l.panes[j]);
                    if (alone && a->rank < b->rank && i + 1 < pages[k].count && wrong &&
                        pages[k].wishes[i + 1].beside != 1) {
                        fail_msg("page %zu, height %d: pane %zu is there without %zu", k, h, j, i);
                    }
                }
            }
        }
    }
}

static void a_pane_has_its_least_or_nothing(void **state)
{
    (void)state;
    for (size_t k = 0; k < PAGES - 1; k++) {
        for (int h = 8; h <= HIGHEST; h++) {
            struct placed l = place(&pages[k], 100, h);
            for (size_t i = 0; i < pages[k].count; i++) {
                const struct layout_wish *wish = &pages[k].wishes[i];
                assert_true(is_empty(l.panes[i]) || l.panes[i].h >= wish->least);
                assert_true(wish->grow > 0 || wish->beside || l.panes[i].h <= wish->lines);
            }
        }
    }
}

static void wide_screens_have_panes_side_by_side(void **state)
{
    (void)state;
    struct placed narrow = place(&pages[4], 100, 60), wide = place(&pages[4], 200, 60);
    assert_true(narrow.panes[2].y > narrow.panes[1].y);
    assert_true(narrow.panes[4].y == narrow.panes[3].y && narrow.panes[4].x > narrow.panes[3].x);
    assert_int_equal(wide.panes[2].y, wide.panes[1].y);
    assert_int_equal(wide.panes[2].h, wide.panes[1].h);
    assert_int_equal(wide.panes[5].y, wide.panes[3].y);
    assert_int_equal(wide.panes[6].x + wide.panes[6].w, 200);
}

// --- frames

static const struct page framed[] = {
    // a verdict, two tables in one frame, charts side by side
    {{{1, 2, 2, 0, 0, 0, false, FRAME_NONE, 0}, {3, 4, 4, 0, 1, 0, false, FRAME_ROUND, 0},
         {3, 5, 5, 0, 2, 0, false, FRAME_JOINED, 0}, {5, 7, 0, 1, 3, 0, false, FRAME_TITLED, 0},
         {5, 7, 0, 1, 4, 1, false, FRAME_TITLED, 0}, {5, 7, 0, 1, 5, 0, false, FRAME_TITLED, 0}},
        6},
    // a text, a table without a frame, many rows
    {{{1, 4, 4, 0, 0, 0, false, FRAME_NONE, 0}, {1, 1, 1, 0, 1, 0, false, FRAME_NONE, 0},
         {3, 201, 201, 0, 1, 0, false, FRAME_ROUND, 0}, {2, 9, 0, 1, 2, 0, false, FRAME_TITLED, 0}},
        4},
};

enum { FRAMED = sizeof framed / sizeof *framed };

/** Two frames have nothing in common but what is between them, unless they are one. */
static bool is_apart(struct area a, struct area b)
{
    bool one = a.x == b.x && a.y == b.y && a.w == b.w && a.h == b.h;
    struct area inside = {a.x + 1, a.y + 1, a.w - 2, a.h - 2};
    return one || is_empty(a) || is_empty(b) || !overlap(inside, b);
}

/** What one pane claims is its own, as far as half of the width goes, and the others share the
 * rest. */
static void a_pane_has_the_columns_that_it_claims(void **state)
{
    (void)state;
    struct page p = {
        {{5, 7, 7, 0, 0, 0, false, FRAME_TITLED, 0}, {5, 7, 7, 0, 1, 1, false, FRAME_TITLED, 0},
            {5, 7, 7, 0, 1, 1, false, FRAME_TITLED, 77}},
        3};
    for (int w = 60; w <= 240; w++) {
        struct placed l = place(&p, w, 40);
        const struct area *f = l.frames;
        bool claimed = w >= 2 * 77;
        assert_true(f[0].x == 0 && f[1].x == f[0].w && f[2].x == f[1].x + f[1].w);
        assert_int_equal(f[2].x + f[2].w, w);
        assert_true(claimed ? f[2].w == 77 : f[2].w <= w / 3 + 1);
        assert_true(f[1].w - f[0].w >= 0 && f[1].w - f[0].w <= 1);
    }
}

static void frames_of_every_size(void **state)
{
    (void)state;
    for (size_t k = 0; k < FRAMED; k++) {
        for (int h = 8; h <= HIGHEST; h++) {
            for (int w = 20; w <= WIDEST; w += 7) {
                struct placed l = place(&framed[k], w, h);
                for (size_t i = 0; i < framed[k].count; i++) {
                    struct area a = l.panes[i], f = l.frames[i];
                    bool frame = framed[k].wishes[i].frame != FRAME_NONE && !is_empty(a);
                    bool round = a.y > f.y && a.y + a.h < f.y + f.h && a.x == f.x && a.w == f.w;
                    bool within = f.y > l.header.y && f.y + f.h <= l.status.y && f.x + f.w <= w;
                    bool apart = true;
                    for (size_t j = 0; j < i; j++) {
                        apart = apart && is_apart(f, l.frames[j]) && is_apart(l.frames[j], f) &&
                                (is_empty(f) || !overlap(f, l.panes[j]) || f.y == l.frames[j].y ||
                                    a.w < w);
                    }
                    if (frame ? !(round && within && apart) : !is_empty(f)) {
                        fail_msg("page %zu at %dx%d: pane %zu is %d,%d %dx%d in %d,%d %dx%d", k, w,
                            h, i, a.x, a.y, a.w, a.h, f.x, f.y, f.w, f.h);
                    }
                }
            }
        }
    }
}

static void two_tables_are_in_one_frame(void **state)
{
    (void)state;
    struct placed l = place(&framed[0], 80, 40);
    assert_memory_equal(&l.frames[1], &l.frames[2], sizeof l.frames[1]);
    assert_int_equal(l.panes[2].y, l.panes[1].y + l.panes[1].h);
    assert_int_equal(l.frames[1].h, l.panes[1].h + l.panes[2].h + 2);
}

/** Where lines are few, borders go before rows do, and then what is between them. */
static void frames_share_borders_before_rows_are_lost(void **state)
{
    (void)state;
    bool shared = false;
    for (int h = 18; h <= HIGHEST; h++) {
        struct placed l = place(&framed[0], 80, h);
        assert_true(l.panes[1].h == 4 && l.panes[2].h == 5);
        bool chart = !is_empty(l.panes[3]);
        int end = l.frames[2].y + l.frames[2].h;
        shared = shared || (chart && l.frames[3].y == end - 1);
        assert_true(!chart || l.frames[3].y == end || l.frames[3].y == end - 1);
        assert_true(h < 40 || l.frames[3].y == end);
    }
    assert_true(shared);
}

/** A table that yields gives lines to the last chart, and keeps its least. */
static void a_table_yields_to_the_last_chart(void **state)
{
    (void)state;
    struct page p = framed[0];
    p.wishes[2].yields = true;
    bool yields = false;
    for (int h = 12; h <= HIGHEST; h++) {
        struct placed firm = place(&framed[0], 80, h), l = place(&p, 80, h);
        assert_true(l.panes[1].h >= firm.panes[1].h && l.panes[2].h >= (h < 15 ? 0 : 3));
        assert_true(!is_empty(l.panes[3]) || is_empty(firm.panes[3]));
        assert_true(!is_empty(l.panes[3]) || l.panes[2].h == firm.panes[2].h);
        yields = yields || (!is_empty(l.panes[3]) && is_empty(firm.panes[3]));
    }
    assert_true(yields);
}

// --- columns

static const struct view_column columns[] = {
    {"", KIND_MARK, 0, 24},
    {"metric", KIND_NAME, 0, 0},
    {"now", KIND_NUMBER, 8, 0},
    {"usual", KIND_NUMBER, 8, 40},
    {"change", KIND_NUMBER, 7, 32},
    {"errors", KIND_NUMBER, 8, 90},
    {"rate", KIND_NUMBER, 8, 110},
    {"", KIND_TREND, 0, 0},
    {"verdict", KIND_WORDS, 0, 0},
};

enum { COLUMNS = sizeof columns / sizeof *columns, NAME = 1, NOW, ERRORS = 5, RATE, TREND, WORDS };

static void columns_of_every_width(void **state)
{
    (void)state;
    static const int names[] = {1, 14, 30, 72, 100}, verdicts[] = {0, 6, 30, 200};
    for (int width = 1; width <= WIDEST; width++) {
        for (size_t i = 0; i < 5 * 4 * 2; i++) {
            struct column_place p[COLUMNS];
            layout_columns(
                p, width, columns, COLUMNS, names[i % 5], verdicts[i / 5 % 4], i / 20 ? ERRORS : 0);
            int x = 0;
            for (int k = 0; k < COLUMNS; k++) {
                if (p[k].w < 0 || (p[k].w > 0 && (p[k].x < x || p[k].x + p[k].w > width))) {
                    fail_msg("width %d, name %d, verdict %d: column %d is %d at %d", width,
                        names[i % 5], verdicts[i / 5 % 4], k, p[k].w, p[k].x);
                }
                x = p[k].w > 0 ? p[k].x + p[k].w : x;
            }
            assert_true(p[NOW].w > 0); // the number is the last to go
            assert_true(width < 40 || p[NAME].w >= 12);
        }
    }
}

static void errors_stay_when_they_matter(void **state)
{
    (void)state;
    struct column_place p[COLUMNS];
    layout_columns(p, 80, columns, COLUMNS, 20, 20, 0);
    assert_int_equal(p[ERRORS].w, 0);
    layout_columns(p, 80, columns, COLUMNS, 20, 20, ERRORS);
    assert_true(p[ERRORS].w > 0);
    layout_columns(p, 120, columns, COLUMNS, 20, 20, 0);
    assert_true(p[ERRORS].w > 0);
}

// Of words that are all but whole, the end is what they are about.
static void a_trend_yields_what_completes_the_words(void **state)
{
    (void)state;
    struct column_place p[COLUMNS];
    layout_columns(p, 79, columns, COLUMNS, 16, 26, 0);
    assert_true(p[TREND].w == 6 && p[WORDS].w == 26);
    layout_columns(p, 79, columns, COLUMNS, 16, 28, 0);
    assert_true(p[TREND].w == 4 && p[WORDS].w == 28);
    layout_columns(p, 79, columns, COLUMNS, 16, 29, 0); // too long all the same
    assert_true(p[TREND].w == 6 && p[WORDS].w == 26);
}

// What a sparkline shows, the chart below shows better; of names cut short nobody knows the rest.
static void the_verdict_goes_last(void **state)
{
    (void)state;
    static const struct view_column pods[] = {
        {"", KIND_MARK, 0, 24},
        {"pod", KIND_NAME, 0, 0},
        {"now", KIND_NUMBER, 8, 0},
        {"x median", KIND_NUMBER, 9, 48},
        {"errors", KIND_NUMBER, 8, 56},
        {"rate", KIND_NUMBER, 8, 64},
        {"up", KIND_NUMBER, 8, 78},
        {"", KIND_TREND, 0, 0},
        {"verdict", KIND_WORDS, 0, 0},
    };
    struct column_place p[9];
    layout_columns(p, 80, pods, 9, 18, 14, 0);
    assert_true(p[8].w >= 14 && p[7].w == 0 && p[6].w > 0);
    layout_columns(p, 80, pods, 9, 34, 14, 0); // and columns that narrower screens lack go before
    assert_true(p[8].w >= 11 && p[7].w == 0 && p[6].w == 0 && p[3].w > 0);
    layout_columns(p, 120, pods, 9, 18, 14, 0);
    assert_true(p[8].w >= 14 && p[7].w >= 20 && p[6].w > 0);
    static const struct view_column targets[] = {{"", KIND_MARK, 0, 0}, {"target", KIND_NAME, 0, 0},
        {"health", KIND_NUMBER, 8, 0}, {"last scrape", KIND_NUMBER, 12, 70},
        {"verdict", KIND_WORDS, 0, 0}};
    layout_columns(p, 80, targets, 5, 41, 8, 0);
    assert_true(p[1].w == 41 && p[4].w >= 8);
    layout_columns(p, 80, targets, 5, 60, 8, 0);
    assert_true(p[1].w == 43 && p[4].w >= 11);
}

static void names_are_as_wide_as_their_column_says(void **state)
{
    (void)state;
    static const struct view_column why[] = {
        {"", KIND_MARK, 0, 0}, {"why", KIND_NAME, 7, 0}, {"", KIND_CODE, 0, 0}};
    for (int width = 40; width <= WIDEST; width++) {
        struct column_place p[3];
        layout_columns(p, width, why, 3, 15, 30, 0);
        assert_int_equal(p[1].w, 7);
        assert_int_equal(p[2].x + p[2].w, width);
    }
}

static void a_table_of_its_own_width_is_whole(void **state)
{
    (void)state;
    for (int names = 1; names <= 60; names += 7) {
        for (int verdict = 10; verdict <= 120; verdict += 7) {
            struct column_place p[COLUMNS];
            int width = layout_table_width(columns, COLUMNS, names, verdict);
            layout_columns(p, width, columns, COLUMNS, names, verdict, 0);
            assert_true(p[WORDS].w >= verdict);
            assert_true(p[NAME].w >= (names < 72 ? names : 72));
            assert_true(p[TREND].w >= 20);
            assert_true(p[RATE].w > 0 && p[ERRORS].w > 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(areas_of_every_size),
        cmocka_unit_test(no_size_is_no_area),
        cmocka_unit_test(a_usual_terminal_shows_the_tables),
        cmocka_unit_test(less_important_panes_go_first),
        cmocka_unit_test(a_pane_has_its_least_or_nothing),
        cmocka_unit_test(wide_screens_have_panes_side_by_side),
        cmocka_unit_test(a_pane_has_the_columns_that_it_claims),
        cmocka_unit_test(frames_of_every_size),
        cmocka_unit_test(two_tables_are_in_one_frame),
        cmocka_unit_test(frames_share_borders_before_rows_are_lost),
        cmocka_unit_test(a_table_yields_to_the_last_chart),
        cmocka_unit_test(columns_of_every_width),
        cmocka_unit_test(errors_stay_when_they_matter),
        cmocka_unit_test(a_trend_yields_what_completes_the_words),
        cmocka_unit_test(the_verdict_goes_last),
        cmocka_unit_test(names_are_as_wide_as_their_column_says),
        cmocka_unit_test(a_table_of_its_own_width_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
