#include "draw/canvas.h"

#include <limits.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_text(const struct canvas *c, const char *want)
{
    struct str got;
    str_init(&got);
    canvas_add_text(c, &got);
    assert_string_equal(got.text, want);
    str_finish(&got);
}

static void assert_roles(const struct canvas *c, const char *want)
{
    struct str got;
    str_init(&got);
    canvas_add_roles(c, &got);
    assert_string_equal(got.text, want);
    str_finish(&got);
}

/** Every wide character has its right half and every right half its character. */
static void assert_whole(const struct canvas *c)
{
    for (int y = 0; y < c->h; y++) {
        for (int x = 0; x < c->w; x++) {
            const struct cell *cell = canvas_at(c, x, y);
            const struct cell *next = canvas_at(c, x + 1, y);
            const struct cell *before = canvas_at(c, x - 1, y);
            assert_true((cell->width == 0) == (cell->glyph == 0));
            assert_true(cell->width != 2 || (next && next->width == 0));
            assert_true(cell->width != 0 || (before && before->width == 2));
        }
    }
}

static void starts_blank(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 3, 2);
    assert_text(&c, "\n\n");
    assert_roles(&c, "\n\n");
    canvas_finish(&c);
    canvas_finish(&c);
}

static void takes_any_size(void **state)
{
    (void)state;
    static const int sizes[][2] = {{0, 0}, {0, 5}, {5, 0}, {-1, 3}, {1, 1}, {250, 80}, {2, 1}};
    struct canvas c;
    canvas_init(&c, 0, 0);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        canvas_resize(&c, sizes[i][0], sizes[i][1]);
        canvas_text(&c, 0, 0, 100, "\u6f22 and more", ROLE_OK);
        canvas_fill(&c, (struct rect){-5, -5, 1000, 1000}, 'x', ROLE_DIM);
        canvas_select(&c, (struct rect){INT_MAX, INT_MAX, INT_MAX, INT_MAX});
        assert_null(canvas_at(&c, c.w, 0));
        assert_null(canvas_at(&c, 0, c.h));
        assert_null(canvas_at(&c, -1, -1));
        assert_whole(&c);
    }
    canvas_finish(&c);
}

static void resizing_blanks(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 4, 1);
    canvas_text(&c, 0, 0, 4, "abcd", ROLE_OK);
    canvas_select(&c, (struct rect){0, 0, 4, 1});
    canvas_resize(&c, 4, 1);
    assert_text(&c, "\n");
    assert_roles(&c, "\n");
    canvas_finish(&c);
}

static void writes_text(void **state)
{
    (void)state;
    static const struct {
        int x, columns;
        const char *text;
        int taken;
        const char *want;
    } cases[] = {
        {0, 9, "hello", 5, "hello\n"},
        {1, 3, "hello", 3, " hel\n"},
        {6, 9, "hello", 5, "      he\n"},
        {-2, 9, "hello", 5, "llo\n"},
        {0, 0, "hello", 0, "\n"},
        {0, -4, "hello", 0, "\n"},
        {8, 9, "hello", 5, "\n"},
        {INT_MAX, 9, "hello", 0, "\n"},
        {INT_MIN, 9, "hello", 5, "\n"},
        {0, 9, "\u6f22\u5b57", 4, "\u6f22\u5b57\n"},
        {0, 3, "\u6f22\u5b57", 2, "\u6f22\n"},
        {0, 1, "\u6f22\u5b57", 0, "\n"},
        {7, 9, "\u6f22\u5b57", 4, "\n"},
        {-1, 9, "\u6f22\u5b57", 4, " \u5b57\n"},
        {0, 9, "e\u0301a", 2, "e\u0301a\n"},
        {0, 9, "o\u0308\u0323\u0301", 1, "o\u0308\u0323\n"},
        {0, 9, "\u6f22\u0301|", 3, "\u6f22\u0301|\n"},
        {0, 9, "\u0301a", 1, "a\n"},
        {0, 9, "a\xff z", 4, "a\uFFFD z\n"},
        {0, 9, "\x1b[31m", 5, "\uFFFD[31m\n"},
        {0, 9, "a\u202Eb\u200Bc", 5, "a\uFFFDb\uFFFDc\n"}, // though they take no column
        {0, 9, "a\uFFFEb\u2066", 4, "a\uFFFDb\uFFFD\n"},
    };
    struct canvas c;
    canvas_init(&c, 8, 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        canvas_resize(&c, 8, 1);
        int taken = canvas_text(&c, cases[i].x, 0, cases[i].columns, cases[i].text, ROLE_OK);
        assert_int_equal(taken, cases[i].taken);
        assert_text(&c, cases[i].want);
        assert_whole(&c);
    }
    canvas_finish(&c);
}

static void overwrites_halves(void **state)
{
    (void)state;
    static const struct {
        int x;
        uint32_t glyph;
        const char *want;
    } cases[] = {
        {0, 'a', "a\u5b57|\n"},
        {1, 'a', " a \u5b57|\n"},
        {2, 'a', "  a\u5b57|\n"},
        {2, 0x8a9e, "  \u8a9e |\n"},
        {1, 0x8a9e, " \u8a9e\u5b57|\n"},
        {3, 0x8a9e, " \u6f22\u8a9e|\n"},
        {4, 0x8a9e, " \u6f22 \u8a9e\n"},
    };
    struct canvas c;
    canvas_init(&c, 8, 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        canvas_resize(&c, 8, 1);
        canvas_text(&c, 1, 0, 8, "\u6f22\u5b57|", ROLE_OK);
        canvas_put(&c, cases[i].x, 0, cases[i].glyph, ROLE_DIM);
        if (i == 0) {
            canvas_put(&c, 1, 0, 0x8a9e, ROLE_OK);
            assert_text(&c, "a\u8a9e\u5b57|\n");
        } else {
            assert_text(&c, cases[i].want);
        }
        assert_whole(&c);
    }
    canvas_finish(&c);
}

static void fills_with_wide_glyphs(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 6, 1);
    canvas_fill(&c, (struct rect){0, 0, 6, 1}, '.', ROLE_NORMAL);
    canvas_fill(&c, (struct rect){0, 0, 5, 1}, 0x6f22, ROLE_OK);
    assert_text(&c, "\u6f22\u6f22 .\n");
    assert_roles(&c, "ooooo\n");
    canvas_fill(&c, (struct rect){1, 0, 2, 1}, '-', ROLE_DIM);
    assert_text(&c, " --  .\n");
    assert_whole(&c);
    canvas_finish(&c);
}

static void shows_roles_and_selection(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 6, 3);
    canvas_text(&c, 0, 0, 6, "ab", ROLE_CRITICAL);
    canvas_text(&c, 2, 0, 6, "\u6f22", ROLE_CULPRIT);
    canvas_text(&c, 0, 1, 6, "cd", ROLE_WARNING);
    canvas_select(&c, (struct rect){0, 1, 6, 1});
    canvas_text(&c, 1, 1, 6, "x", ROLE_OK);
    canvas_text(&c, 0, 2, 6, "plain", ROLE_NORMAL);
    assert_text(&c, "ab\u6f22\ncx\nplain\n");
    assert_roles(&c, "ccff\nWO::::\n\n");
    canvas_finish(&c);
}

static void every_role_has_its_letter(void **state)
{
    (void)state;
    bool seen[256] = {false};
    struct canvas c;
    canvas_init(&c, 1, 1);
    for (int i = 0; i < ROLE_COUNT; i++) {
        canvas_put(&c, 0, 0, 'x', (enum role)i);
        struct str got;
        str_init(&got);
        canvas_add_roles(&c, &got);
        unsigned char letter = (unsigned char)(i == ROLE_NORMAL ? '.' : got.text[0]);
        assert_true(letter != '?');
        assert_false(seen[letter]);
        seen[letter] = true;
        str_finish(&got);
    }
    canvas_finish(&c);
}

/** Dim text on the ground of the cursor would be too weak, just where somebody reads. */
static void nothing_is_dim_under_the_cursor(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 4, 2);
    canvas_text(&c, 0, 0, 4, "312", ROLE_DIM);
    canvas_text(&c, 0, 1, 4, "312", ROLE_DIM);
    canvas_select(&c, (struct rect){0, 0, 4, 1});
    assert_int_equal(canvas_at(&c, 1, 0)->role, ROLE_NORMAL);
    assert_int_equal(canvas_at(&c, 1, 1)->role, ROLE_DIM);
    canvas_finish(&c);
}

/** What would make a terminal draw wider than wcwidth() says is left out. */
static void joiners_and_selectors_are_left_out(void **state)
{
    (void)state;
    struct canvas c;
    struct str s;
    str_init(&s);
    canvas_init(&c, 12, 1);
    // a woman, a joiner, a computer; a heart and the selector of its picture; a letter and its mark
    int used = canvas_text(&c, 0, 0, 12,
        "\U0001F469\u200D\U0001F4BB\u2764\uFE0F"
        "e\u0301|",
        ROLE_NORMAL);
    canvas_add_text(&c, &s);
    assert_string_equal(s.text, "\U0001F469\U0001F4BB\u2764"
                                "e\u0301|\n");
    assert_int_equal(used, 2 + 2 + 1 + 1 + 1);
    canvas_finish(&c);
    str_finish(&s);
}

static void moves(void **state)
{
    (void)state;
    struct canvas c;
    struct str s;
    str_init(&s);
    canvas_init(&c, 3, 2);
    canvas_text(&c, 0, 0, 3, "abc", ROLE_STRONG);
    canvas_text(&c, 0, 1, 3, "def", ROLE_STRONG);
    canvas_move(&c, 5, 3, 2, 1);
    canvas_add_text(&c, &s);
    assert_string_equal(s.text, "\n  abc\n  def\n");
    assert_int_equal(canvas_at(&c, 2, 1)->role, ROLE_STRONG);
    canvas_move(&c, 2, 2, -1, -1); // what falls out is gone
    str_clear(&s);
    canvas_add_text(&c, &s);
    assert_string_equal(s.text, " a\n d\n");
    canvas_finish(&c);
    str_finish(&s);
}

static void signs_of_two_letters_take_the_blank_behind_them(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
        int width;
    } cases[] = {
        {"1.4 → 1.5", "1.4 ->1.5\n\n", 9},
        {"1.4→1.5", "1.4>1.5\n\n", 9},
        {"1.4 →", "1.4 >\n\n", 5}, // and none of the next row
        {"2 s ± 3", "2 s +-3\n\n", 7},
        {"2 s ±", "2 s +\n\n", 5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct canvas c;
        canvas_init(&c, cases[i].width, 2);
        canvas_text(&c, 0, 0, cases[i].width, cases[i].text, ROLE_NORMAL);
        canvas_make_ascii(&c);
        assert_text(&c, cases[i].want);
        canvas_finish(&c);
    }
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_blank),
        cmocka_unit_test(takes_any_size),
        cmocka_unit_test(resizing_blanks),
        cmocka_unit_test(writes_text),
        cmocka_unit_test(overwrites_halves),
        cmocka_unit_test(fills_with_wide_glyphs),
        cmocka_unit_test(shows_roles_and_selection),
        cmocka_unit_test(nothing_is_dim_under_the_cursor),
        cmocka_unit_test(joiners_and_selectors_are_left_out),
        cmocka_unit_test(moves),
        cmocka_unit_test(signs_of_two_letters_take_the_blank_behind_them),
        cmocka_unit_test(every_role_has_its_letter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
