#include "base/utf8.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void decodes(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        uint32_t ch;
        size_t len;
    } cases[] = {
        {"", 0, 0},
        {"a", 'a', 1},
        {"\x7F", 0x7F, 1},
        {"\xC2\x80", 0x80, 2},
        {"\xDF\xBF", 0x7FF, 2},
        {"\xE0\xA0\x80", 0x800, 3},
        {"\xEF\xBF\xBF", 0xFFFF, 3},
        {"\xF0\x90\x80\x80", 0x10000, 4},
        {"\xF4\x8F\xBF\xBF", 0x10FFFF, 4},
        // malformed: one byte is taken
        {"\x80", UTF8_REPLACEMENT, 1},
        {"\xBF\xBF", UTF8_REPLACEMENT, 1},
        {"\xC0\x80", UTF8_REPLACEMENT, 1},         // overlong NUL
        {"\xC1\xBF", UTF8_REPLACEMENT, 1},         // overlong
        {"\xE0\x9F\xBF", UTF8_REPLACEMENT, 1},     // overlong
        {"\xF0\x8F\xBF\xBF", UTF8_REPLACEMENT, 1}, // overlong
        {"\xED\xA0\x80", UTF8_REPLACEMENT, 1},     // a surrogate
        {"\xF4\x90\x80\x80", UTF8_REPLACEMENT, 1}, // beyond Unicode
        {"\xF5\x80\x80\x80", UTF8_REPLACEMENT, 1},
        {"\xFE", UTF8_REPLACEMENT, 1},
        {"\xFF", UTF8_REPLACEMENT, 1},
        {"\xC3", UTF8_REPLACEMENT, 1},         // cut
        {"\xE2\x82", UTF8_REPLACEMENT, 1},     // cut
        {"\xF0\x9F\x98", UTF8_REPLACEMENT, 1}, // cut
        {"\xC3"
         "a",
            UTF8_REPLACEMENT, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *p = cases[i].bytes;
        uint32_t ch = utf8_next(&p);
        if (ch != cases[i].ch || (size_t)(p - cases[i].bytes) != cases[i].len) {
            fail_msg("case %zu: U+%04X, %td bytes", i, ch, p - cases[i].bytes);
        }
    }
}

static void encodes_what_it_decodes(void **state)
{
    (void)state;
    struct str s;
    str_init(&s);
    for (uint32_t ch = 1; ch <= 0x10FFFF; ch += ch < 0x3000 ? 1 : 97) {
        if (ch >= 0xD800 && ch <= 0xDFFF) {
            continue;
        }
        str_clear(&s);
        utf8_add(&s, ch);
        const char *p = s.text;
        assert_int_equal(utf8_next(&p), ch);
        assert_true(p == s.text + s.len);
    }
    str_finish(&s);
}

static void measures(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int width;
    } cases[] = {
        {"", 0},
        {"abc", 3},
        {"\u00E9", 1},
        {"e\u0301", 1},
        {"\u65E5\u672C", 4},
        {"\u2581\u2588", 2},
        {"\u2026", 1},
        {"a\u200Bb", 2},
        {"\xFF", 1},
        {"\u2514 x", 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (utf8_width(cases[i].text) != cases[i].width) {
            fail_msg("case %zu: %d columns", i, utf8_width(cases[i].text));
        }
    }
    for (uint32_t ch = 0; ch < 0x11000; ch++) {
        assert_in_range(utf8_char_width(ch), 0, 2);
    }
}

static void cleans(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t max;
        const char *clean;
    } cases[] = {
        {"plain", 99, "plain"},
        {"a\tb\nc\rd", 99, "a b c d"},
        {"\x1b[31mred", 99, "\uFFFD[31mred"},
        {"\x01\x1f\x7f", 99, "\uFFFD\uFFFD\uFFFD"},
        {"\xC2\x9b"
         "31m",
            99, "\uFFFD31m"}, // C1's CSI
        {"\xC2\x80\xC2\x9F", 99, "\uFFFD\uFFFD"},
        {"a\u202Eb\u2066c\u2069", 99, "a\uFFFDb\uFFFDc\uFFFD"},
        {"\u200E\u200F\u061C", 99, "\uFFFD\uFFFD\uFFFD"},
        {"a\u2028b\u2029c", 99, "a\uFFFDb\uFFFDc"},
        {"\uFEFFa", 99, "\uFFFDa"},
        {"\U000E0041", 99, "\uFFFD"},
        {"a\u200Bb\u200Dc\u2060d\u00ADe", 99, "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe"}, // zero width
        {"\uFFFE\uFFFF\uFDD0\U0001FFFE\U0010FFFF", 99, "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"},
        {"\u3164\u115F\u034F", 99, "\uFFFD\uFFFD\uFFFD"}, // invisible letters
        {"\u2500\u2588\u28FF\u00E9\uFFFD", 99, "\u2500\u2588\u28FF\u00E9\uFFFD"},
        {"\xFF\xC3", 99, "\uFFFD\uFFFD"},
        {"\u65E5\u672C", 99, "\u65E5\u672C"},
        {"\u65E5\u672C", 6, "\u65E5\u672C"},
        {"\u65E5\u672C", 5, "\u65E5"}, // never half a character
        {"\u65E5\u672C", 2, ""},
        {"abc", 2, "ab"},
        {"abc", 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str s;
        str_init(&s);
        utf8_add_clean(&s, cases[i].text, cases[i].max);
        if (strcmp(s.text, cases[i].clean) != 0) {
            fail_msg("case %zu: '%s'", i, s.text);
        }
        str_finish(&s);
    }
}

static void nothing_steers_after_cleaning(void **state)
{
    (void)state;
    for (int a = 1; a < 256; a++) {
        for (int b = 1; b < 256; b++) {
            const char text[] = {(char)a, (char)b, (char)0xA0, '\0'};
            struct str s;
            str_init(&s);
            utf8_add_clean(&s, text, sizeof text);
            const char *p = s.text;
            for (uint32_t ch; (ch = utf8_next(&p)) != 0;) {
                assert_true(ch >= 0x20 && !(ch >= 0x7F && ch < 0xA0));
            }
            str_finish(&s);
        }
    }
}

static void fits(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int columns;
        const char *ellipsis, *fitted;
    } cases[] = {
        {"abcdef", 6, "~", "abcdef"}, {"abcdef", 5, "~", "ab~ef"}, {"abcdef", 4, "~", "ab~f"},
        {"abcdef", 3, "~", "a~f"}, {"abcdef", 2, "~", "a~"}, {"abcdef", 1, "~", "~"},
        {"abcdef", 0, "~", ""}, {"abcdef", -3, "~", ""}, {"", 0, "~", ""},
        {"abcdef", 5, "\u2026", "ab\u2026ef"}, {"abcdef", 3, "...", "..."},
        {"abcdef", 2, "...", ""},
        {"\u65E5\u672C\u8A9E\u6587", 7, "~", "\u65E5~\u6587"}, // a wide one does not fit twice
        {"\u65E5\u672C\u8A9E\u6587", 5, "~", "\u65E5~\u6587"},
        {"e\u0301e\u0301e\u0301e\u0301", 3, "~", "e\u0301~e\u0301"}, // marks stay with theirs
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str s;
        str_init(&s);
        utf8_add_fitted(&s, cases[i].text, cases[i].columns, cases[i].ellipsis);
        if (strcmp(s.text, cases[i].fitted) != 0) {
            fail_msg("case %zu: '%s'", i, s.text);
        }
        str_finish(&s);
    }
}

static void fitted_texts_fit(void **state)
{
    (void)state;
    static const char *const texts[] = {"vector_db_query_duration_seconds", "a\u65E5b\u672Cc\u8A9E",
        "\u65E5\u672C\u8A9E\u6587\u65E5\u672C\u8A9E", "e\u0301o\u0308\u0301u\u0300x\u0301\u0302yz",
        "\xFF\xFE\x80 broken \xC3"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        for (int columns = 0; columns < 40; columns++) {
            struct str s;
            str_init(&s);
            utf8_add_fitted(&s, texts[i], columns, "\u2026");
            assert_true(utf8_width(s.text) <= columns);
            bool whole = utf8_width(texts[i]) <= columns;
            assert_int_equal(strcmp(s.text, texts[i]) == 0, whole);
            str_finish(&s);
        }
    }
}

static void cuts_after_a_word(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int columns;
        const char *cut;
    } cases[] = {
        {"slow: its own time", 18, "slow: its own time"},
        {"slow: its own time", 17, "slow: its own…"},
        {"slow: its own time", 14, "slow: its own…"},
        {"slow: its own time", 13, "slow: its…"},
        {"no such metric (rag) here", 18, "no such metric…"}, // not "(ra"
        {"normal; errors: unknown", 17, "normal; errors…"},
        {"usually 4.2 min", 13, "usually…"}, // 4.2 what?
        {"a_name_that_is_long", 8, "a_name_…"},
        {"a_name_that_is_long too", 8, "a_name_…"},
        {"slow: 连接池 60/60", 14, "slow: 连接池…"},
        {"ab: anothername of it", 5, "ab…"}, // what comes after the colon is not to be seen
        {"ab, anothername of it", 4, "ab…"},
        {"slow", 1, "…"},
        {"slow", 0, ""},
        {"", 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str s;
        str_init(&s);
        utf8_add_words(&s, cases[i].text, cases[i].columns, "…");
        assert_string_equal(s.text, cases[i].cut);
        str_finish(&s);
    }
}

static void says_what_it_leaves_out(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t most;
        const char *brief;
    } cases[] = {
        {"sum by (le) (rate(x[5m]))", 25, "sum by (le) (rate(x[5m]))"},
        {"sum by (le) (rate(x[5m]))", 15, "sum by (le)…"},
        {"sum by (le) (rate(x[5m]))", 11, "sum by (le)…"},
        {"two words", 8, "two word…"}, // less than half would be left
        {"several words", 12, "several…"},
        {"a\nb\x01 and more", 6, "a b\ufffd…"},
        {"größer als", 3, "gr…"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str s;
        str_init(&s);
        utf8_add_brief(&s, cases[i].text, cases[i].most);
        assert_string_equal(s.text, cases[i].brief);
        str_finish(&s);
    }
}

int main(void)
{
    if (!setlocale(LC_CTYPE, "C.UTF-8")) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes),
        cmocka_unit_test(encodes_what_it_decodes),
        cmocka_unit_test(measures),
        cmocka_unit_test(cleans),
        cmocka_unit_test(nothing_steers_after_cleaning),
        cmocka_unit_test(fits),
        cmocka_unit_test(fitted_texts_fit),
        cmocka_unit_test(cuts_after_a_word),
        cmocka_unit_test(says_what_it_leaves_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
