#include "export/picture.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct theme theme_of(const char *text)
{
    struct theme theme;
    struct str why;
    str_init(&why);
    if (!theme_parse(&theme, "t", text, &why)) {
        fail_msg("%s", why.text);
    }
    str_finish(&why);
    return theme;
}

static const char colors[] = "normal = default\n"
                             "critical = red/203/#ff5f5f bold\n"
                             "ok = bright-green/77/#5fd75f on blue/17/#00005f\n"
                             "selected = default on gray/240/#585858\n";

static void ansi_by_depth(void **state)
{
    (void)state;
    static const struct {
        enum color_depth depth;
        const char *want;
    } cases[] = {
        {COLOR_NEVER, "\x1b[0ma\x1b[0;1mb\x1b[0;7mc\x1b[0m\n"},
        {COLOR_16, "\x1b[0ma\x1b[0;1;31mb\x1b[0;92;44mc\x1b[0m\n"},
        {COLOR_256, "\x1b[0ma\x1b[0;1;38;5;203mb\x1b[0;38;5;77;48;5;17mc\x1b[0m\n"},
        {COLOR_AUTO, "\x1b[0ma\x1b[0;1;38;5;203mb\x1b[0;38;5;77;48;5;17mc\x1b[0m\n"},
        {COLOR_TRUE,
            "\x1b[0ma\x1b[0;1;38;2;255;95;95mb\x1b[0;38;2;95;215;95;48;2;0;0;95mc\x1b[0m\n"},
    };
    const struct theme theme = theme_of(colors);
    struct canvas c;
    canvas_init(&c, 3, 1);
    canvas_put(&c, 0, 0, 'a', ROLE_NORMAL);
    canvas_put(&c, 1, 0, 'b', ROLE_CRITICAL);
    canvas_put(&c, 2, 0, 'c', ROLE_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str s;
        str_init(&s);
        picture_add_ansi(&s, &c, &theme, cases[i].depth);
        assert_string_equal(s.text, cases[i].want);
        str_finish(&s);
    }
    canvas_finish(&c);
}

static void ansi_joins_what_looks_alike(void **state)
{
    (void)state;
    const struct theme theme = theme_of(colors);
    struct canvas c;
    struct str s;
    str_init(&s);
    canvas_init(&c, 6, 2);
    canvas_text(&c, 0, 0, 6, "\u65E5e\u0301x", ROLE_NORMAL);
    canvas_select(&c, (struct rect){0, 1, 6, 1});
    picture_add_ansi(&s, &c, &theme, COLOR_16);
    assert_string_equal(s.text, "\x1b[0m\u65E5e\u0301x  \x1b[0m\n\x1b[0;100m      \x1b[0m\n");
    str_finish(&s);
    canvas_finish(&c);
}

/** Whether tags nest and close, which is all of XML that is needed. */
static void assert_well_formed(const char *text)
{
    int depth = 0;
    for (const char *p = text; *p; p++) {
        if (*p == '<') {
            const char *end = strchr(p, '>');
            assert_non_null(end);
            assert_null(memchr(p + 1, '<', (size_t)(end - p) - 1));
            depth += p[1] == '/' ? -1 : end[-1] == '/' ? 0 : 1;
            assert_true(depth >= 0);
            p = end;
        } else if (*p == '&') {
            assert_true(strncmp(p, "&lt;", 4) == 0 || strncmp(p, "&gt;", 4) == 0 ||
                        strncmp(p, "&amp;", 5) == 0 || strncmp(p, "&quot;", 6) == 0 ||
                        strncmp(p, "&apos;", 6) == 0);
        } else {
            assert_true(*p != '>');
        }
    }
    assert_int_equal(depth, 0);
}

// Dark text is read on a light page.
static void svg_has_the_page_of_its_theme(void **state)
{
    (void)state;
    static const struct {
        const char *theme, *page, *text;
    } cases[] = {{"dim = #8d98a5\n", "height='19' fill='#101418'", "fill='#d0d0d0'"},
        {"dim = #5c6773\n", "height='19' fill='#ffffff'", "fill='#222222'"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct theme theme = theme_of(cases[i].theme);
        struct canvas c;
        struct str s;
        str_init(&s);
        canvas_init(&c, 3, 1);
        canvas_put(&c, 0, 0, 'a', ROLE_NORMAL);
        picture_add_svg(&s, &c, &theme);
        assert_non_null(strstr(s.text, cases[i].page));
        assert_non_null(strstr(s.text, cases[i].text));
        canvas_finish(&c);
        str_finish(&s);
    }
}

static void svg_is_well_formed(void **state)
{
    (void)state;
    const struct theme theme = theme_of(colors);
    struct canvas c;
    struct str s;
    str_init(&s);
    canvas_init(&c, 20, 4);
    canvas_text(&c, 0, 0, 20, "a<b>c&d \"e' \u65E5", ROLE_CRITICAL);
    canvas_text(&c, 0, 1, 20, "\u2581\u2588\u28FF e\u0301", ROLE_OK);
    canvas_select(&c, (struct rect){0, 2, 20, 1});
    picture_add_svg(&s, &c, &theme);
    assert_well_formed(s.text);
    static const char *const parts[] = {"<svg xmlns=", "a&lt;b&gt;c&amp;d", "\u65E5", "#ff5f5f",
        "#00005f", "#585858", "font-weight='bold'"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!strstr(s.text, parts[i])) {
            fail_msg("'%s' is not in\n%s", parts[i], s.text);
        }
    }
    str_finish(&s);
    canvas_finish(&c);
}

/** Frames and areas are drawn, so that they meet whatever the font is. */
static void lines_and_blocks_are_drawn(void **state)
{
    (void)state;
    const struct theme theme = theme_of("border = #111111\nok = #222222");
    struct canvas c;
    struct str s;
    str_init(&s);
    canvas_init(&c, 4, 2);
    canvas_text(&c, 0, 0, 4, "\u256D\u2500\u2500\u256E", ROLE_BORDER);
    canvas_text(&c, 0, 1, 1, "\u2502", ROLE_BORDER);
    canvas_text(&c, 1, 1, 3, "\u2584\u2584\u2588", ROLE_OK);
    picture_add_svg(&s, &c, &theme);
    assert_well_formed(s.text);
    static const char *const parts[] = {"stroke='#111111' d='M4.5 19Q4.5 9.5 9 9.5'",
        "stroke='#111111' d='M9 9.5H27'", "stroke='#111111' d='M31.5 19Q31.5 9.5 27 9.5'",
        "stroke='#111111' d='M4.5 19V38'",
        "<rect x='9' y='28' width='18' height='10' fill='#222222'",
        "<rect x='27' y='19' width='9' height='19' fill='#222222'"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!strstr(s.text, parts[i])) {
            fail_msg("'%s' is not in\n%s", parts[i], s.text);
        }
    }
    assert_null(strstr(s.text, "<text"));
    str_finish(&s);
    canvas_finish(&c);
}

/** An area fades towards the background from line to line, where colours are fine enough. */
static void areas_fade(void **state)
{
    (void)state;
    const struct theme theme = theme_of("normal = #ffffff on #000000\nfill = cyan/23/#646464");
    struct canvas c;
    struct str s;
    str_init(&s);
    canvas_init(&c, 2, 8);
    canvas_fill(&c, (struct rect){0, 0, 1, 8}, 0x2588, ROLE_FILL);
    for (int y = 0; y < 8; y++) { // another line on the area's colour
        canvas_put_on(&c, 1, y, '-', ROLE_NORMAL, ROLE_FILL);
    }
    canvas_fade(&c, (struct rect){0, 0, 2, 8});
    picture_add_svg(&s, &c, &theme);
    static const char *const parts[] = {"height='19' fill='#646464'", "height='19' fill='#323232'"};
    for (size_t i = 0; i < 2; i++) {
        const char *area = strstr(s.text, parts[i]);
        assert_non_null(area);
        assert_non_null(strstr(area + 1, parts[i]));
    }
    str_clear(&s);
    picture_add_ansi(&s, &c, &theme, COLOR_TRUE);
    assert_non_null(strstr(s.text, ";38;2;100;100;100"));
    assert_non_null(strstr(s.text, ";38;2;50;50;50"));
    assert_non_null(strstr(s.text, ";48;2;50;50;50"));
    str_clear(&s);
    picture_add_ansi(&s, &c, &theme, COLOR_256);
    assert_null(strstr(s.text, ";2;"));
    str_finish(&s);
    canvas_finish(&c);
}

static void nothing_is_a_picture_too(void **state)
{
    (void)state;
    const struct theme theme = theme_of(colors);
    struct canvas c;
    struct str s;
    str_init(&s);
    canvas_init(&c, 0, 0);
    picture_add_ansi(&s, &c, &theme, COLOR_TRUE);
    assert_string_equal(s.text, "");
    picture_add_svg(&s, &c, &theme);
    assert_well_formed(s.text);
    str_finish(&s);
    canvas_finish(&c);
}

int main(void)
{
    if (!setlocale(LC_CTYPE, "C.UTF-8")) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ansi_by_depth),
        cmocka_unit_test(ansi_joins_what_looks_alike),
        cmocka_unit_test(svg_has_the_page_of_its_theme),
        cmocka_unit_test(svg_is_well_formed),
        cmocka_unit_test(lines_and_blocks_are_drawn),
        cmocka_unit_test(areas_fade),
        cmocka_unit_test(nothing_is_a_picture_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
