#include "draw/paragraph.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/wrap.h"

static void breaks_at_blanks(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int w, h;
        const char *lines; // rows, with their line feeds
        int count;
    } cases[] = {
        {"one two three", 20, 2, "one two three\n\n", 1},
        {"one two three", 13, 2, "one two three\n\n", 1},
        {"one two three", 12, 2, "one two\nthree\n", 2},
        {"one two three", 7, 3, "one two\nthree\n\n", 2},
        {"one two three", 5, 3, "one\ntwo\nthree\n", 3},
        {"one two three", 3, 5, "one\ntwo\nthr\nee\n\n", 4}, // a long word is broken
        {"one  two", 4, 3, "one\ntwo\n\n", 2},
        {"one two three four", 7, 2, "one two\nthree~\n", 3}, // what is cut is said
        {"one two", 3, 1, "on~\n", 2},
        {"it is: two three", 7, 1, "it is~\n", 3}, // nothing is promised that does not come
        {"it is, two three", 7, 1, "it is~\n", 3},
        {"", 10, 2, "\n\n", 1},
        {"\u65E5\u672C\u8A9E", 4, 2, "\u65E5\u672C\n\u8A9E\n", 2},
        {"\u65E5\u672C\u8A9E", 3, 3, "\u65E5\n\u672C\n\u8A9E\n", 3},
        {"abc \u65E5\u672C\u8A9E", 7, 2, "abc \u65E5\n\u672C\u8A9E\n", 2}, // not at the blank
        {"\u65E5\u672C\u3002\u8A9E", 4, 3, "\u65E5\n\u672C\u3002\n\u8A9E\n", 3},
        {"\u65E5\uFF08\u672C\uFF09", 6, 2, "\u65E5\n\uFF08\u672C\uFF09\n", 2},
        {"\u65E5\u672Cabc def", 6, 3, "\u65E5\u672C\nabc\ndef\n", 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct canvas c;
        struct str s;
        str_init(&s);
        canvas_init(&c, cases[i].w, cases[i].h);
        const struct rect whole = {0, 0, cases[i].w, cases[i].h};
        int drawn = paragraph_draw(&c, whole, cases[i].text, ROLE_NORMAL, "~");
        canvas_add_text(&c, &s);
        if (strcmp(s.text, cases[i].lines) != 0) {
            fail_msg("'%s' at %d: '%s'", cases[i].text, cases[i].w, s.text);
        }
        int count = wrap_lines(cases[i].text, cases[i].w);
        assert_int_equal(count, cases[i].count);
        assert_true(drawn <= count && drawn <= cases[i].h);
        str_finish(&s);
        canvas_finish(&c);
    }
}

static void counts_the_lines_it_draws(void **state)
{
    (void)state;
    static const char *const texts[] = {"vector_db is the culprit: its P95 is 1.7 s, 5.3x usual.",
        "averyveryverylongwordwithoutanyblankinit and more", " leading and trailing ",
        "\u65E5\u672C \u8A9E\u6587 mixed e\u0301 text"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        for (int w = 2; w < 70; w++) {
            int lines = wrap_lines(texts[i], w);
            struct canvas c;
            struct str s;
            str_init(&s);
            canvas_init(&c, w, lines);
            assert_int_equal(
                paragraph_draw(&c, (struct rect){0, 0, w, lines}, texts[i], ROLE_NORMAL, "~"),
                lines);
            canvas_add_text(&c, &s);
            assert_null(strchr(s.text, '~')); // all of it fits into as many lines
            str_finish(&s);
            canvas_finish(&c);
        }
    }
}

static void impossible_widths_end(void **state)
{
    (void)state;
    for (int w = -3; w <= 1; w++) {
        assert_true(wrap_lines("\u65E5\u672C text", w) >= 1);
        struct canvas c;
        canvas_init(&c, 5, 3);
        paragraph_draw(&c, (struct rect){0, 0, w, 3}, "\u65E5\u672C text", ROLE_NORMAL, "\u2026");
        canvas_finish(&c);
    }
}

int main(void)
{
    if (!setlocale(LC_CTYPE, "C.UTF-8")) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(breaks_at_blanks),
        cmocka_unit_test(counts_the_lines_it_draws),
        cmocka_unit_test(impossible_widths_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
