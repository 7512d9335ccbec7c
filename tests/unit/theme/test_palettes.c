/*
 * The themes that are built in, as eyes have them: text can be read, more looks like more, and what
 * must not be confused is far apart, also to eyes that do not tell all colours apart.
 */
#include "theme/theme.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "theme/color.h"
#include "theme/fade.h"
#include "theme/ground.h"

/** The colours of a terminal, which a theme may leave to it. */
struct terminal {
    int32_t fg, bg;
};

static const struct terminal black = {0xd0d0d0, 0x000000}, dark = {0xd0d0d0, 0x101418},
                             white = {0x222222, 0xffffff};

enum { RICH, POOR, DEPTHS };

static const char *const depth_names[DEPTHS] = {"24 bits", "256 colours"};

/** C at DEPTH; TERMINALS where it is the terminal's own. */
static int32_t rgb_of(const struct color *c, int depth, int32_t terminals)
{
    bool own = depth == RICH ? c->rgb < 0 : c->c256 < 0;
    return own ? terminals : depth == RICH ? c->rgb : color_index_rgb(c->c256);
}

static int32_t fg_of(const struct theme *theme, int role, int depth, const struct terminal *t)
{
    return rgb_of(&theme->styles[role].fg, depth, t->fg);
}

static int32_t bg_of(const struct theme *theme, int role, int depth, const struct terminal *t)
{
    return rgb_of(&theme->styles[role].bg, depth, t->bg);
}

/** Linear RGB of a colour, 0 to 1: IEC 61966-2-1. */
static void linear(int32_t rgb, double *out)
{
    for (int i = 0; i < 3; i++) {
        double v = (rgb >> (16 - 8 * i) & 0xff) / 255.0;
        out[i] = v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
    }
}

/** Contrast as WCAG 2.1 defines it, 1 to 21. */
static double contrast(int32_t a, int32_t b)
{
    static const double weights[] = {0.2126, 0.7152, 0.0722};
    const int32_t colors[] = {a, b};
    double light[2] = {0.05, 0.05};
    for (int k = 0; k < 2; k++) {
        double rgb[3];
        linear(colors[k], rgb);
        for (int i = 0; i < 3; i++) {
            light[k] += weights[i] * rgb[i];
        }
    }
    return light[0] > light[1] ? light[0] / light[1] : light[1] / light[0];
}

/** CIE L*a*b* of linear RGB (sRGB primaries, D65). */
static void to_lab(const double *rgb, double *lab)
{
    static const double xyz[3][3] = {
        {0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}};
    static const double d65[] = {0.9505, 1, 1.089};
    double f[3];
    for (int i = 0; i < 3; i++) {
        double v = (xyz[i][0] * rgb[0] + xyz[i][1] * rgb[1] + xyz[i][2] * rgb[2]) / d65[i];
        f[i] = v > 0.008856 ? cbrt(v) : 7.787 * v + 16.0 / 116;
    }
    lab[0] = 116 * f[1] - 16;
    lab[1] = 500 * (f[0] - f[1]);
    lab[2] = 200 * (f[1] - f[2]);
}

/**
 * How eyes see linear RGB: Machado, Oliveira and Fernandes, "A Physiologically-based Model for
 * Simulation of Color Vision Deficiency" (2009), severity 1.
 */
struct eyes {
    const char *name;
    double matrix[3][3];
};

static const struct eyes all_cones = {"eyes", {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
static const struct eyes protan = {
    "protanopes", {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216},
                      {-0.003882, -0.048116, 1.051998}}};
static const struct eyes deutan = {
    "deuteranopes", {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413},
                        {-0.011820, 0.042940, 0.968881}}};
static const struct eyes tritan = {
    "tritanopes", {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602},
                      {0.004733, 0.691367, 0.303900}}};

static void seen_lab(int32_t color, const struct eyes *eyes, double *lab)
{
    double rgb[3], seen[3];
    linear(color, rgb);
    for (int i = 0; i < 3; i++) {
        const double *row = eyes->matrix[i];
        double v = row[0] * rgb[0] + row[1] * rgb[1] + row[2] * rgb[2];
        seen[i] = v < 0 ? 0 : v > 1 ? 1 : v;
    }
    to_lab(seen, lab);
}

/** How different two colours look to EYES: the distance CIE76. */
static double difference(int32_t a, int32_t b, const struct eyes *eyes)
{
    double lab[2][3], sum = 0;
    seen_lab(a, eyes, lab[0]);
    seen_lab(b, eyes, lab[1]);
    for (int i = 0; i < 3; i++) {
        sum += (lab[0][i] - lab[1][i]) * (lab[0][i] - lab[1][i]);
    }
    return sqrt(sum);
}

// --- what is demanded; each says in *WHY what is not so

/**
 * The contrast that ROLE needs on its background, where text needs TEXT: so do lines of charts, as
 * their names and values are written in the same colours.
 */
static double least_of(int role, double text)
{
    switch (role) {
    case ROLE_SPARK_USUAL:
    case ROLE_LINE_USUAL:
    case ROLE_BORDER_FOCUS: return 3;
    case ROLE_BORDER:
    case ROLE_GRID: return 1.3; // to be seen past
    case ROLE_FILL:
    case ROLE_FILL_WARNING:
    case ROLE_FILL_CRITICAL:
    case ROLE_HEAT_1:
    case ROLE_HEAT_2:
    case ROLE_HEAT_3:
    case ROLE_HEAT_4: return 1.2;
    default: return text;
    }
}

/** Whether rows have texts of ROLE also under the cursor, where nothing is dim. */
static bool is_in_rows(int role)
{
    static const enum role all[] = {ROLE_NORMAL, ROLE_STRONG, ROLE_OK, ROLE_WARNING, ROLE_CRITICAL,
        ROLE_UNKNOWN, ROLE_STALE, ROLE_NOTICE, ROLE_KEY};
    bool any = false;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        any = any || (int)all[i] == role;
    }
    return any;
}

/** The colour of ROLE under the cursor, whose own is that of what has none. */
static int32_t selected_fg(const struct theme *theme, int role, int depth, const struct terminal *t)
{
    bool none = theme->styles[role].fg.rgb < 0;
    return fg_of(theme, none ? ROLE_SELECTED : role, depth, t);
}

/** Text has a contrast of TEXT on its own ground, and so has what is under the cursor. */
static bool is_readable(
    const struct theme *theme, const struct terminal *t, double text, struct str *why)
{
    for (int role = 0; role < ROLE_COUNT; role++) {
        double least = least_of(role, text);
        bool own = theme_stands_out(theme, (enum role)role);
        for (int depth = 0; depth < DEPTHS; depth++) {
            int32_t fg = fg_of(theme, role, depth, t);
            double on_own = contrast(fg, bg_of(theme, role, depth, t));
            double selected =
                contrast(selected_fg(theme, role, depth, t), bg_of(theme, ROLE_SELECTED, depth, t));
            if (on_own < least || (!own && is_in_rows(role) && selected < text)) {
                str_setf(why, "%s at %s has a contrast of %.1f, %.1f under the cursor, on #%06x",
                    role_name((enum role)role), depth_names[depth], on_own, selected,
                    (unsigned)t->bg);
                return false;
            }
        }
    }
    return true;
}

/** More is further from the background, in contrast and in lightness. */
static bool heat_rises(
    const struct theme *theme, const struct terminal *t, const struct eyes *eyes, struct str *why)
{
    for (int depth = 0; depth < DEPTHS; depth++) {
        double before[3], now[3];
        int32_t ground = bg_of(theme, ROLE_NORMAL, depth, t);
        seen_lab(ground, eyes, before);
        double way = before[0] < 50 ? 1 : -1;
        for (int role = ROLE_HEAT_1; role <= ROLE_HEAT_5; role++) {
            seen_lab(fg_of(theme, role, depth, t), eyes, now);
            if (way * (now[0] - before[0]) < 3) {
                str_setf(why, "%s at %s is no more than less to %s", role_name((enum role)role),
                    depth_names[depth], eyes->name);
                return false;
            }
            memcpy(before, now, sizeof before);
        }
    }
    return true;
}

/** An area fades step by step, is seen to its foot, and lines stand out from all of it. */
static bool areas_fade(const struct theme *theme, const struct terminal *t, struct str *why)
{
    for (int role = ROLE_FILL; role <= ROLE_FILL_CRITICAL; role++) {
        int32_t ground = bg_of(theme, ROLE_NORMAL, RICH, t);
        double before = contrast(fg_of(theme, role, RICH, t), ground);
        for (int shade = 1; shade <= FADE_MOST; shade++) {
            int32_t rgb = fade_color(theme, (enum role)role, shade);
            double now = contrast(rgb, ground);
            if (rgb < 0 || now >= before || now < 1.02 ||
                contrast(fg_of(theme, ROLE_LINE_USUAL, RICH, t), rgb) < 2.5) {
                str_setf(why, "%s faded by %d is #%06x, with a contrast of %.2f after %.2f",
                    role_name((enum role)role), shade, (unsigned)rgb, now, before);
                return false;
            }
            before = now;
        }
    }
    return true;
}

/** Lines stand out from the areas that they are drawn on. */
static bool lines_stand_out(const struct theme *theme, const struct terminal *t, struct str *why)
{
    static const struct {
        enum role line, area;
        double least;
    } pairs[] = {{ROLE_SPARK, ROLE_FILL, 1.5}, {ROLE_WARNING, ROLE_FILL_WARNING, 1.5},
        {ROLE_CRITICAL, ROLE_FILL_CRITICAL, 1.5}, {ROLE_LINE_USUAL, ROLE_FILL, 2.5},
        {ROLE_LINE_USUAL, ROLE_FILL_WARNING, 2.5}, {ROLE_LINE_USUAL, ROLE_FILL_CRITICAL, 2.5}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        for (int depth = 0; depth < DEPTHS; depth++) {
            double now = contrast(
                fg_of(theme, pairs[i].line, depth, t), fg_of(theme, pairs[i].area, depth, t));
            if (now < pairs[i].least) {
                str_setf(why, "%s on %s at %s has a contrast of %.1f", role_name(pairs[i].line),
                    role_name(pairs[i].area), depth_names[depth], now);
                return false;
            }
        }
    }
    return true;
}

/** Whether two roles are LEAST apart to EYES, by their grounds if GROUNDS. */
static bool are_apart(const struct theme *theme, const enum role *pair, bool grounds, double least,
    const struct eyes *eyes, struct str *why)
{
    for (int depth = 0; depth < DEPTHS; depth++) {
        int32_t colors[2];
        for (int i = 0; i < 2; i++) {
            colors[i] =
                grounds ? bg_of(theme, pair[i], depth, &dark) : fg_of(theme, pair[i], depth, &dark);
        }
        double now = difference(colors[0], colors[1], eyes);
        if (now < least) {
            str_setf(why, "%s and %s at %s are %.0f apart to %s", role_name(pair[0]),
                role_name(pair[1]), depth_names[depth], now, eyes->name);
            return false;
        }
    }
    return true;
}

/** What must not be confused is far apart to EYES; SERIES is how far the lines of a query are. */
static bool roles_are_apart(
    const struct theme *theme, const struct eyes *eyes, double series, struct str *why)
{
    static const enum role pairs[][2] = {{ROLE_OK, ROLE_WARNING}, {ROLE_OK, ROLE_CRITICAL},
        {ROLE_WARNING, ROLE_CRITICAL}, {ROLE_SPARK, ROLE_WARNING}, {ROLE_SPARK, ROLE_CRITICAL},
        {ROLE_UNKNOWN, ROLE_CRITICAL}};
    static const enum role grounds[][2] = {{ROLE_BADGE_OK, ROLE_BADGE_WARNING},
        {ROLE_BADGE_OK, ROLE_BADGE_CRITICAL}, {ROLE_BADGE_WARNING, ROLE_BADGE_CRITICAL}};
    bool good = true;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs && good; i++) {
        good = are_apart(theme, pairs[i], false, 20, eyes, why);
    }
    for (size_t i = 0; i < sizeof grounds / sizeof *grounds && good; i++) {
        good = are_apart(theme, grounds[i], true, 20, eyes, why);
    }
    for (int a = ROLE_SERIES_1; a < ROLE_SERIES_6 && good; a++) {
        for (int b = a + 1; b <= ROLE_SERIES_6 && good; b++) {
            good = are_apart(
                theme, (const enum role[]){(enum role)a, (enum role)b}, false, series, eyes, why);
        }
    }
    return good;
}

// --- the themes

static void load(struct theme *theme, const char *name)
{
    struct str why;
    str_init(&why);
    assert_true(theme_load(theme, name, NULL, &why));
    str_finish(&why);
}

/** On which terminals the built-in theme NAME has to be good; the number of them. */
static int terminals_of(const char *name, const struct theme *theme, struct terminal *out)
{
    if (strcmp(name, "light") == 0) {
        out[0] = white;
        return 1;
    }
    out[0] = dark;
    out[1] = black;
    out[2] = white; // which a theme with a background of its own does not care for
    return theme->styles[ROLE_NORMAL].bg.rgb >= 0 ? 3 : 2;
}

static void shipped_themes_are_good(void **state)
{
    (void)state;
    struct str why;
    str_init(&why);
    const char *name;
    for (int i = 0; (name = theme_builtin(i)) != NULL; i++) {
        struct theme theme;
        struct terminal terminals[3];
        load(&theme, name);
        double text = strcmp(name, "high-contrast") == 0 ? 7 : 4.5;
        int count = strcmp(name, "mono") == 0 ? 0 : terminals_of(name, &theme, terminals);
        for (int k = 0; k < count; k++) {
            if (!is_readable(&theme, &terminals[k], text, &why) ||
                !heat_rises(&theme, &terminals[k], &all_cones, &why) ||
                !lines_stand_out(&theme, &terminals[k], &why)) {
                fail_msg("%s: %s", name, why.text);
            }
        }
        if (count && !roles_are_apart(&theme, &all_cones, 14, &why)) {
            fail_msg("%s: %s", name, why.text);
        }
    }
    str_finish(&why);
}

/** A theme that is named on a terminal that it was not made for brings what it is read on. */
static void themes_are_readable_on_any_terminal(void **state)
{
    (void)state;
    static const struct terminal *const terminals[] = {&black, &dark, &white};
    struct str why;
    str_init(&why);
    const char *name;
    for (int i = 0; (name = theme_builtin(i)) != NULL; i++) {
        struct theme theme;
        load(&theme, name);
        enum ground ground = ground_of(&theme);
        bool own = theme.styles[ROLE_NORMAL].bg.rgb >= 0;
        assert_int_equal(ground == GROUND_ANY, own || strcmp(name, "mono") == 0);
        assert_int_equal(ground == GROUND_LIGHT, strcmp(name, "light") == 0);
        ground_lay(&theme);
        for (size_t k = 0; k < 3 && strcmp(name, "mono") != 0; k++) {
            if (!is_readable(&theme, terminals[k], 4.5, &why) ||
                !lines_stand_out(&theme, terminals[k], &why) ||
                !areas_fade(&theme, terminals[k], &why)) {
                fail_msg("%s: %s", name, why.text);
            }
        }
    }
    str_finish(&why);
}

/** Deuteranopia and protanopia take the same hues for one another, so one theme serves both. */
static const struct {
    const char *theme;
    const struct eyes *eyes;
} made_for[] = {{"deuteranopia", &deutan}, {"deuteranopia", &protan}, {"tritanopia", &tritan}};

static void other_eyes_tell_roles_apart(void **state)
{
    (void)state;
    struct str why;
    str_init(&why);
    for (size_t i = 0; i < sizeof made_for / sizeof *made_for; i++) {
        struct theme theme;
        load(&theme, made_for[i].theme);
        if (!roles_are_apart(&theme, made_for[i].eyes, 10, &why) ||
            !heat_rises(&theme, &dark, made_for[i].eyes, &why)) {
            fail_msg("%s: %s", made_for[i].theme, why.text);
        }
    }
    str_finish(&why);
}

/** Themes that are not as they should be are found out, and the default one by other eyes. */
static void bad_themes_are_found_out(void **state)
{
    (void)state;
    struct theme theme;
    struct str why;
    str_init(&why);
    assert_true(theme_parse(&theme, "t", "dim = #606060", &why));
    assert_false(is_readable(&theme, &dark, 4.5, &why));
    assert_non_null(strstr(why.text, "dim at 24 bits"));
    assert_true(theme_parse(&theme, "t", "tab = 238/#f0f0f0 on 236/#101010", &why));
    assert_false(is_readable(&theme, &dark, 4.5, &why));
    assert_non_null(strstr(why.text, "at 256 colours"));
    assert_true(theme_parse(&theme, "t", "badge_ok = #888888 on #777777", &why));
    assert_false(is_readable(&theme, &dark, 4.5, &why));
    assert_non_null(strstr(why.text, "badge_ok"));
    load(&theme, "default");
    assert_false(is_readable(&theme, &white, 4.5, &why));
    theme.styles[ROLE_HEAT_4].fg = theme.styles[ROLE_HEAT_3].fg;
    assert_false(heat_rises(&theme, &dark, &all_cones, &why));
    assert_non_null(strstr(why.text, "heat_4"));
    theme.styles[ROLE_LINE_USUAL].fg = theme.styles[ROLE_FILL].fg;
    assert_false(lines_stand_out(&theme, &dark, &why));
    assert_non_null(strstr(why.text, "line_usual on fill"));
    assert_true(theme_parse(
        &theme, "t", "ok = #00a000\nwarning = #c08000\ncritical = #ff3030\nspark = #00ffff", &why));
    assert_false(roles_are_apart(&theme, &deutan, 10, &why));
    assert_non_null(strstr(why.text, "to deuteranopes"));
    str_finish(&why);
}

/** Measures, against values that are known. */
static void measures_are_right(void **state)
{
    (void)state;
    assert_true(fabs(contrast(0xffffff, 0x000000) - 21) < 0.01);
    assert_true(fabs(contrast(0x767676, 0xffffff) - 4.54) < 0.01);
    double lab[3];
    seen_lab(0xff0000, &all_cones, lab); // 53.24, 80.09, 67.20
    assert_true(fabs(lab[0] - 53.24) < 0.1 && fabs(lab[1] - 80.09) < 0.2);
    assert_true(fabs(difference(0xffffff, 0x000000, &all_cones) - 100) < 0.1);
    // gray is gray to all eyes
    assert_true(difference(0x808080, 0x808080, &tritan) < 0.01);
    seen_lab(0x808080, &deutan, lab);
    assert_true(fabs(lab[1]) < 1 && fabs(lab[2]) < 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_are_right),
        cmocka_unit_test(bad_themes_are_found_out),
        cmocka_unit_test(shipped_themes_are_good),
        cmocka_unit_test(themes_are_readable_on_any_terminal),
        cmocka_unit_test(other_eyes_tell_roles_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
