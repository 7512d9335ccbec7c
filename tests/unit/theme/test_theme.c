#include "theme/theme.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "theme/color.h"

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
    assert_int_equal(count, 9);
    assert_null(theme_builtin(count));
    assert_null(theme_builtin(-1));
}

/** Relative luminance as WCAG 2 defines it. */
static double luminance(int32_t rgb)
{
    static const double weights[] = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        double v = (rgb >> (16 - 8 * i) & 0xff) / 255.0;
        sum += weights[i] * (v <= 0.03928 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4));
    }
    return sum;
}

static double contrast(int32_t a, int32_t b)
{
    double la = luminance(a) + 0.05, lb = luminance(b) + 0.05;
    return la > lb ? la / lb : lb / la;
}

static bool is_line(int role)
{
    return role == ROLE_SPARK || role == ROLE_SPARK_USUAL || role == ROLE_LINE_LOW ||
           role == ROLE_LINE_HIGH || role == ROLE_LINE_USUAL || role == ROLE_BORDER_FOCUS;
}

/** What is there to be seen past. */
static bool is_rule(int role)
{
    return role == ROLE_BORDER || role == ROLE_GRID;
}

static bool is_area(int role)
{
    return (role >= ROLE_FILL && role <= ROLE_FILL_CRITICAL) ||
           (role >= ROLE_HEAT_1 && role <= ROLE_HEAT_4);
}

/** The colours of a terminal that a theme is made for, where it leaves them to the terminal. */
static const struct {
    const char *name;
    int32_t fg, bg;
    double least;
} made_for[] = {
    {"default", 0xd0d0d0, 0x101418, 4.5},
    {"light", 0x222222, 0xffffff, 4.5},
    {"high-contrast", 0xd0d0d0, 0x101418, 7},
    {"deuteranopia", 0xd0d0d0, 0x101418, 4.5},
    {"tritanopia", 0xd0d0d0, 0x101418, 4.5},
    {"solarized", 0xd0d0d0, 0x101418, 4.5},
    {"gruvbox", 0xd0d0d0, 0x101418, 4.5},
    {"nord", 0xd0d0d0, 0x101418, 4.5},
};

enum { MADE_FOR = sizeof made_for / sizeof *made_for };

/** Text can be read on the background that a theme is made for, and lines can be seen. */
static void shipped_themes_are_readable(void **state)
{
    (void)state;
    for (size_t i = 0; i < MADE_FOR; i++) {
        struct theme theme;
        struct str why;
        str_init(&why);
        assert_true(theme_load(&theme, made_for[i].name, NULL, &why));
        const struct style *cursor = &theme.styles[ROLE_SELECTED];
        for (int role = 0; role < ROLE_COUNT; role++) {
            const struct style *s = &theme.styles[role];
            double least = is_line(role)   ? 2.5
                           : is_area(role) ? 1.2
                           : is_rule(role) ? 1.3
                                           : made_for[i].least;
            int32_t fg = s->fg.rgb < 0 ? made_for[i].fg : s->fg.rgb;
            int32_t bg = s->bg.rgb < 0 ? made_for[i].bg : s->bg.rgb;
            int32_t fg256 = s->fg.c256 < 0 ? made_for[i].fg : color_index_rgb(s->fg.c256);
            int32_t bg256 = s->bg.c256 < 0 ? made_for[i].bg : color_index_rgb(s->bg.c256);
            bool own = theme_stands_out(&theme, (enum role)role);
            int32_t under = own ? bg256 : color_index_rgb(cursor->bg.c256);
            if (contrast(fg, bg) < least || contrast(fg256, bg256) < least ||
                (!is_area(role) && !is_rule(role) && contrast(fg256, under) < least * 0.7)) {
                fail_msg("%s: %s has a contrast of %.1f (24 bits), %.1f (256), %.1f (selected)",
                    made_for[i].name, role_name((enum role)role), contrast(fg, bg),
                    contrast(fg256, bg256), contrast(fg256, under));
            }
        }
        str_finish(&why);
    }
}

/** More is further from the background, and a line stands out from the area below it. */
static void heat_rises_and_lines_stand_out(void **state)
{
    (void)state;
    static const enum role pairs[][2] = {{ROLE_SPARK, ROLE_FILL}, {ROLE_WARNING, ROLE_FILL_WARNING},
        {ROLE_CRITICAL, ROLE_FILL_CRITICAL}};
    for (size_t i = 0; i < MADE_FOR; i++) {
        struct theme theme;
        struct str why;
        str_init(&why);
        assert_true(theme_load(&theme, made_for[i].name, NULL, &why));
        const struct color *bg = &theme.styles[ROLE_NORMAL].bg;
        int32_t under = bg->c256 < 0 ? made_for[i].bg : color_index_rgb(bg->c256);
        double before = 1;
        for (int role = ROLE_HEAT_1; role <= ROLE_HEAT_5; role++) {
            double now = contrast(color_index_rgb(theme.styles[role].fg.c256), under);
            if (now <= before) {
                fail_msg(
                    "%s: %s is no more than less", made_for[i].name, role_name((enum role)role));
            }
            before = now;
        }
        for (size_t k = 0; k < 3; k++) {
            const struct style *line = &theme.styles[pairs[k][0]],
                               *area = &theme.styles[pairs[k][1]];
            assert_true(contrast(line->fg.rgb, area->fg.rgb) >= 1.5);
            assert_true(
                contrast(color_index_rgb(line->fg.c256), color_index_rgb(area->fg.c256)) >= 1.5);
        }
        str_finish(&why);
    }
}

// --- as other eyes see them

/** Linear RGB of a colour, 0 to 1. */
static void linear(int32_t rgb, double *out)
{
    for (int i = 0; i < 3; i++) {
        double v = (rgb >> (16 - 8 * i) & 0xff) / 255.0;
        out[i] = v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
    }
}

/** CIE L*a*b* of linear RGB (sRGB primaries, D65). */
static void to_lab(const double *rgb, double *lab)
{
    static const double xyz[3][3] = {
        {0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}};
    static const double white[] = {0.9505, 1, 1.089};
    double f[3];
    for (int i = 0; i < 3; i++) {
        double v = (xyz[i][0] * rgb[0] + xyz[i][1] * rgb[1] + xyz[i][2] * rgb[2]) / white[i];
        f[i] = v > 0.008856 ? cbrt(v) : 7.787 * v + 16.0 / 116;
    }
    lab[0] = 116 * f[1] - 16;
    lab[1] = 500 * (f[0] - f[1]);
    lab[2] = 200 * (f[1] - f[2]);
}

/**
 * How different two colours look to eyes that EYE describes: Machado, Oliveira and Fernandes, "A
 * Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), severity 1.
 */
static double difference(int32_t a, int32_t b, const double eye[3][3])
{
    const int32_t colors[] = {a, b};
    double lab[2][3], sum = 0;
    for (int k = 0; k < 2; k++) {
        double rgb[3], seen[3];
        linear(colors[k], rgb);
        for (int i = 0; i < 3; i++) {
            double v = eye[i][0] * rgb[0] + eye[i][1] * rgb[1] + eye[i][2] * rgb[2];
            seen[i] = v < 0 ? 0 : v > 1 ? 1 : v;
        }
        to_lab(seen, lab[k]);
    }
    for (int i = 0; i < 3; i++) {
        sum += (lab[0][i] - lab[1][i]) * (lab[0][i] - lab[1][i]);
    }
    return sqrt(sum);
}

static const double protan[3][3] = {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216},
    {-0.003882, -0.048116, 1.051998}};
static const double deutan[3][3] = {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413},
    {-0.011820, 0.042940, 0.968881}};
static const double tritan[3][3] = {{1.255528, -0.076749, -0.178779},
    {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}};

/** What must not be confused is far apart to the eyes that a theme is for. */
static void other_eyes_tell_roles_apart(void **state)
{
    (void)state;
    static const struct {
        const char *theme;
        const double (*eye)[3];
    } cases[] = {{"deuteranopia", deutan}, {"deuteranopia", protan}, {"tritanopia", tritan}};
    static const enum role pairs[][2] = {{ROLE_OK, ROLE_WARNING}, {ROLE_OK, ROLE_CRITICAL},
        {ROLE_WARNING, ROLE_CRITICAL}, {ROLE_SPARK, ROLE_WARNING}, {ROLE_SPARK, ROLE_CRITICAL},
        {ROLE_UNKNOWN, ROLE_CRITICAL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct theme theme;
        struct str why;
        str_init(&why);
        assert_true(theme_load(&theme, cases[i].theme, NULL, &why));
        for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++) {
            const struct color *a = &theme.styles[pairs[k][0]].fg,
                               *b = &theme.styles[pairs[k][1]].fg;
            double rich = difference(a->rgb, b->rgb, cases[i].eye);
            double poor =
                difference(color_index_rgb(a->c256), color_index_rgb(b->c256), cases[i].eye);
            if (rich < 20 || poor < 20) {
                fail_msg("%s: %s and %s are %.0f apart (24 bits), %.0f (256)", cases[i].theme,
                    role_name(pairs[k][0]), role_name(pairs[k][1]), rich, poor);
            }
        }
        str_finish(&why);
    }
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
    assert_non_null(strstr(why.text, "default, deuteranopia, gruvbox, high-contrast"));
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
        cmocka_unit_test(shipped_themes_are_readable),
        cmocka_unit_test(heat_rises_and_lines_stand_out),
        cmocka_unit_test(other_eyes_tell_roles_apart),
        cmocka_unit_test(mono_has_no_colors),
        cmocka_unit_test(loads_by_name_and_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
