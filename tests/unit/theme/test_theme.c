#include "theme/theme.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct theme parse(const char *text)
{
    struct theme theme;
    struct str why;
    str_init(&why);
    if (!theme_parse(&theme, "t", text, &why)) {
        fail_msg("'%s' is refused: %s", text, why.text);
    }
    str_finish(&why);
    return theme;
}

static void assert_color(struct color got, int c16, int c256, int32_t rgb)
{
    assert_int_equal(got.c16, c16);
    assert_int_equal(got.c256, c256);
    assert_int_equal(got.rgb, rgb);
}

static void reads_colors(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int c16, c256;
        int32_t rgb;
    } cases[] = {
        {"default", -1, -1, -1},
        {"red", 1, 1, 0xcd0000},
        {"gray", 8, 8, 0x7f7f7f},
        {"bright-white", 15, 15, 0xffffff},
        {"0", 0, 0, 0},
        {"9", 9, 9, 0xff0000},
        {"196", 9, 196, 0xff0000},
        {"232", 0, 232, 0x080808},
        {"255", 7, 255, 0xeeeeee},
        {"#ff0000", 9, 196, 0xff0000},
        {"#FFfFff", 15, 231, 0xffffff},
        {"red/203/#ff5f5f", 1, 203, 0xff5f5f},
        {"red/203", 1, 203, 0xff5f5f},
        {"red/#ff5f5f", 1, 1, 0xff5f5f},
        {"default/236/#24303d", -1, 236, 0x24303d},
        {"203/#ff0000", 1, 203, 0xff0000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[80];
        snprintf(line, sizeof line, "ok = %s on %s", cases[i].text, cases[i].text);
        struct theme theme = parse(line);
        assert_color(theme.styles[ROLE_OK].fg, cases[i].c16, cases[i].c256, cases[i].rgb);
        assert_color(theme.styles[ROLE_OK].bg, cases[i].c16, cases[i].c256, cases[i].rgb);
    }
}

static void reads_lines(void **state)
{
    (void)state;
    struct theme t = parse("# a comment\r\n"
                           "\n"
                           "   # another = one\n"
                           "normal=white\n"
                           "\tdim \t=  gray   dim\r\n"
                           "warning = yellow on blue bold underline reverse");
    assert_color(t.styles[ROLE_DIM].fg, 8, 8, 0x7f7f7f);
    assert_int_equal(t.styles[ROLE_DIM].attrs, STYLE_DIM);
    assert_color(t.styles[ROLE_DIM].bg, -1, -1, -1);
    assert_color(t.styles[ROLE_WARNING].bg, 4, 4, 0x0000ee);
    assert_int_equal(t.styles[ROLE_WARNING].attrs, STYLE_BOLD | STYLE_UNDERLINE | STYLE_REVERSE);
    // what is not named looks like its parent: `status` like `dim`, `grid` like `border` like `dim`
    assert_color(t.styles[ROLE_KEY].fg, 7, 7, 0xe5e5e5);
    assert_color(t.styles[ROLE_GRID].fg, 8, 8, 0x7f7f7f);
    assert_int_equal(t.styles[ROLE_STATUS].attrs, STYLE_DIM);
    assert_int_equal(t.styles[ROLE_BADGE_CRITICAL].attrs, t.styles[ROLE_WARNING].attrs);
    assert_color(parse("").styles[ROLE_KEY].fg, -1, -1, -1);
}

static void says_where_and_what(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *where;
        const char *what;
    } cases[] = {
        {"ok = rde", "t:1:6: ", "'rde' is not a colour"},
        {"\n\nok = red/256", "t:3:10: ", "'256'"},
        {"ok = red/", "t:1:10: ", "is not a colour"},
        {"ok = #12345", "t:1:6: ", "'#12345'"},
        {"ok = #12345g", "t:1:6: ", "is not a colour"},
        {"ok = 203/red", "t:1:10: ", "'red' must be richer"},
        {"ok = red/blue", "t:1:10: ", "richer"},
        {"ok = red bald", "t:1:10: ", "'bald' is not an attribute"},
        {"ok = red on", "t:1:12: ", "background colour is missing"},
        {"ok = red on blu", "t:1:13: ", "'blu'"},
        {"ok =", "t:1:5: ", "foreground colour is missing"},
        {"ok red", "t:1:4: ", "`=` is missing"},
        {"ok", "t:1:3: ", "`=` is missing"},
        {"  okay = red", "t:1:3: ", "no role 'okay'; the roles are normal, dim"},
        {"= red", "t:1:1: ", "no role"},
        {"ok = red\nok = blue", "t:2:1: ", "already"},
        {"ok = \x1b[31m", "t:1:6: ", "\xEF\xBF\xBD[31m"},
        {"ok = red\xff", "t:1:6: ", "red\xEF\xBF\xBD"},
        {"ok = redredredredredredredredredredredredredredredredredred", "t:1:6: ", "not a colour"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct theme theme;
        memset(&theme, 0x5a, sizeof theme);
        struct theme before = theme;
        struct str why;
        str_init(&why);
        assert_false(theme_parse(&theme, "t", cases[i].text, &why));
        if (strncmp(why.text, cases[i].where, strlen(cases[i].where)) != 0 ||
            !strstr(why.text, cases[i].what) || strchr(why.text, '\033') ||
            why.text[why.len - 1] != '.') {
            fail_msg("'%s' gives: %s", cases[i].text, why.text);
        }
        assert_memory_equal(&theme, &before, sizeof theme);
        str_finish(&why);
    }
}

/** A parent stands before its children, so that it has its style when they take it. */
static void parents_stand_first(void **state)
{
    (void)state;
    for (int role = 0; role < ROLE_COUNT; role++) {
        assert_true((int)role_parent((enum role)role) < role || role == ROLE_NORMAL);
    }
}

/** Whether TEXT without the line at LINE gives the same theme as with it. */
static bool says_nothing(const char *text, const char *line)
{
    struct str rest;
    str_init(&rest);
    str_addf(&rest, "%.*s%s", (int)(line - text), text, line + strcspn(line, "\n"));
    struct theme with = parse(text), without = parse(rest.text);
    bool same = true;
    for (int role = 0; role < ROLE_COUNT; role++) {
        const struct style *a = &with.styles[role], *b = &without.styles[role];
        same = same && a->attrs == b->attrs && memcmp(&a->fg, &b->fg, sizeof a->fg) == 0 &&
               memcmp(&a->bg, &b->bg, sizeof a->bg) == 0;
    }
    str_finish(&rest);
    return same;
}

/** Each shipped theme has a comment first, names `normal`, and otherwise only what differs. */
static void shipped_themes_name_what_differs(void **state)
{
    (void)state;
    static const char idle[] = "dim = red\nstatus = red\nkey = red";
    assert_true(says_nothing(idle, strstr(idle, "status")));
    assert_false(says_nothing(idle, strstr(idle, "key")));
    assert_string_equal(theme_builtin(0), "default");
    int count = 0;
    for (; embedded_themes[count].name; count++) {
        const char *text = embedded_themes[count].text;
        assert_string_equal(theme_builtin(count), embedded_themes[count].name);
        assert_int_equal(text[0], '#');
        assert_non_null(strstr(text, "\nnormal "));
        for (const char *line = strchr(text, '\n'); line; line = strchr(line + 1, '\n')) {
            bool names = line[1] >= 'a' && strncmp(line + 1, "normal ", 7) != 0;
            if (names && says_nothing(text, line + 1)) {
                fail_msg("the theme %s need not say `%.*s`", embedded_themes[count].name,
                    (int)strcspn(line + 1, "\n"), line + 1);
            }
        }
    }
    assert_int_equal(count, 13);
    assert_null(theme_builtin(count));
    assert_null(theme_builtin(-1));
}

static void mono_has_no_colors(void **state)
{
    (void)state;
    struct theme theme;
    struct str why;
    str_init(&why);
    assert_true(theme_load(&theme, "mono", NULL, &why));
    for (int role = 0; role < ROLE_COUNT; role++) {
        assert_color(theme.styles[role].fg, -1, -1, -1);
        assert_color(theme.styles[role].bg, -1, -1, -1);
    }
    assert_false(theme_has_shades(&theme)); // density has to tell heats apart
    assert_true(theme_load(&theme, "light", NULL, &why));
    assert_true(theme_has_shades(&theme));
    str_finish(&why);
}

static void write_file(const char *path, const void *bytes, size_t len)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    fclose(file);
}

static void loads_by_name_and_file(void **state)
{
    (void)state;
    char dir[] = "/tmp/ragtop-theme-XXXXXX";
    assert_non_null(mkdtemp(dir));
    struct str path, why;
    str_init(&path);
    str_init(&why);
    struct theme theme;

    assert_true(theme_load(&theme, NULL, NULL, &why));
    assert_true(theme_load(&theme, "light", dir, &why));

    assert_false(theme_load(&theme, "mine", dir, &why));
    assert_non_null(strstr(why.text, "'mine'"));
    assert_non_null(strstr(why.text, "default, catppuccin, deuteranopia, dracula"));
    assert_non_null(strstr(why.text, dir));

    str_setf(&path, "%s/mine.theme", dir);
    write_file(path.text, "ok = blue\n", 10);
    assert_true(theme_load(&theme, path.text, NULL, &why));
    assert_int_equal(theme.styles[ROLE_OK].fg.c16, 4);

    write_file(path.text, "ok = blu\n", 9);
    assert_false(theme_load(&theme, path.text, NULL, &why));
    assert_memory_equal(why.text, path.text, path.len);
    assert_memory_equal(why.text + path.len, ":1:6: ", 6);

    write_file(path.text, "ok = \0\n", 7);
    assert_false(theme_load(&theme, path.text, NULL, &why));
    assert_non_null(strstr(why.text, "not a text file"));

    static const char big[70000] = "# ";
    write_file(path.text, big, sizeof big);
    assert_false(theme_load(&theme, path.text, NULL, &why));
    assert_non_null(strstr(why.text, "cannot read the theme: it is larger than 64 KiB"));
    unlink(path.text);

    assert_false(theme_load(&theme, path.text, NULL, &why));
    assert_non_null(strstr(why.text, "cannot read the theme: no such file"));
    assert_false(theme_load(&theme, dir, NULL, &why));
    assert_non_null(strstr(why.text, "cannot read the theme: it is a directory"));

    str_setf(&path, "%s/themes", dir);
    assert_int_equal(mkdir(path.text, 0700), 0);
    str_setf(&path, "%s/themes/mine.theme", dir);
    write_file(path.text, "ok = cyan\n", 10);
    assert_true(theme_load(&theme, "mine", dir, &why));
    assert_int_equal(theme.styles[ROLE_OK].fg.c16, 6);
    unlink(path.text);
    str_setf(&path, "%s/themes", dir);
    rmdir(path.text);
    rmdir(dir);
    str_finish(&path);
    str_finish(&why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_colors),
        cmocka_unit_test(reads_lines),
        cmocka_unit_test(says_where_and_what),
        cmocka_unit_test(parents_stand_first),
        cmocka_unit_test(shipped_themes_name_what_differs),
        cmocka_unit_test(mono_has_no_colors),
        cmocka_unit_test(loads_by_name_and_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
