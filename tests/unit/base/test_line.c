#include "base/line.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/** What TYPED makes of a line: `<` `>` move, `[` `]` go to the ends, `x` deletes, `-` rubs out,
 * `u` `w` `k` cut; anything else is typed. */
static void edit(struct line *l, const char *typed)
{
    for (; *typed; typed++) {
        switch (*typed) {
        case '<': line_left(l); break;
        case '>': line_right(l); break;
        case '[': line_home(l); break;
        case ']': line_end(l); break;
        case 'x': line_delete(l); break;
        case '-': line_rub_out(l); break;
        case 'u': line_cut_before(l); break;
        case 'w': line_cut_word(l); break;
        case 'k': line_cut_after(l); break;
        default: line_insert(l, (uint32_t)*typed);
        }
    }
}

static void edits_by_character(void **state)
{
    (void)state;
    static const struct {
        const char *from, *typed, *want;
        size_t cursor;
    } cases[] = {
        {"", "", "", 0}, {"", "<>x-uwk[]", "", 0}, {"sum", "(a)<<b", "sum(ba)", 5},
        {"rate", "[S", "Srate", 1}, {"rate", "<<xx", "ra", 2}, {"rate", "<<-", "rte", 1},
        {"a b  c", "w", "a b  ", 5}, {"a b  ", "w", "a ", 2}, {"a b c", "<<u", " c", 0},
        {"a b c", "<<k", "a b", 3}, {"\u65E5\u672C", "<-", "\u672C", 0},
        {"\u65E5\u672C", "[x", "\u672C", 0}, {"\u65E5\u672C", "<a", "\u65E5a\u672C", 4},
        {"e\u0301o", "<<a", "ae\u0301o", 1}, // marks go with what they stand on
        {"e\u0301o", "<-", "o", 0}, {"e\u0301o", "[x", "o", 0}, {"e\u0301o", "[>a", "e\u0301ao", 4},
        {"\u0301", "-", "", 0}, // a mark on nothing
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct line l;
        line_set(&l, cases[i].from);
        edit(&l, cases[i].typed);
        if (strcmp(l.text, cases[i].want) != 0 || l.cursor != cases[i].cursor) {
            fail_msg("case %zu: '%s', cursor %zu", i, l.text, l.cursor);
        }
    }
}

static void never_grows_beyond_its_room(void **state)
{
    (void)state;
    struct line l = {0};
    while (line_insert(&l, 0x65E5)) {
    }
    assert_int_equal(l.len, LINE_BYTES - 1 - (LINE_BYTES - 1) % 3);
    assert_int_equal(strlen(l.text), l.len);
    assert_true(l.full);
    line_rub_out(&l);
    assert_false(l.full);
    assert_true(line_insert(&l, 0x65E5) && !l.full);
    assert_false(line_replace(&l, 0, 1, "longer than that"));
    assert_true(l.full);
    char text[LINE_BYTES + 10];
    memset(text, 'x', sizeof text);
    memcpy(text + LINE_BYTES - 2, "\u65E5", 4);
    line_set(&l, text);
    assert_true(l.full);
    assert_int_equal(l.len, LINE_BYTES - 2); // cut before the character, not within
}

static void replaces(void **state)
{
    (void)state;
    struct line l;
    line_set(&l, "sum(ra x)");
    assert_true(line_replace(&l, 4, 6, "rate("));
    assert_string_equal(l.text, "sum(rate( x)");
    assert_int_equal(l.cursor, 9);
}

static void shows_where_the_cursor_is(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t cursor;
        int columns;
        size_t want;
    } cases[] = {
        {"", 0, 10, 0},
        {"abc", 3, 4, 0},  // the cursor behind the end fits just so
        {"abcd", 4, 4, 1}, // one to the left
        {"abcdefghij", 0, 6, 0},
        {"abcdefghij", 3, 6, 0},
        {"abcdefghij", 6, 6, 2},
        {"abcdefghij", 10, 6, 5},
        {"\u65E5\u672C\u8A9E\u6587", 12, 5, 6}, // whole characters only
        {"abc", 3, 1, 3},
        {"abc", 1, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t got = line_first_shown(cases[i].text, cases[i].cursor, cases[i].columns);
        if (got != cases[i].want) {
            fail_msg("case %zu: %zu", i, got);
        }
    }
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edits_by_character),
        cmocka_unit_test(never_grows_beyond_its_room),
        cmocka_unit_test(replaces),
        cmocka_unit_test(shows_where_the_cursor_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
