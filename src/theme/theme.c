#include "theme/theme.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/disk.h"
#include "base/names.h"
#include "base/text.h"
#include "base/utf8.h"
#include "theme/color.h"

enum { MAX_FILE_BYTES = 64 * 1024, MAX_QUOTED_BYTES = 40 };

/** Where in the text the parser is, and where its complaint goes. */
struct reader {
    const char *name;
    const char *line; /**< start of the line */
    int line_number;
    struct str *why;
};

/** A piece of a line. */
struct token {
    const char *text;
    size_t len;
};

static bool token_is(struct token t, const char *text)
{
    return strlen(text) == t.len && memcmp(t.text, text, t.len) == 0;
}

static int column_of(const struct reader *r, const char *at)
{
    int column = 1;
    for (const char *p = r->line; p < at && *p; utf8_next(&p)) {
        column++;
    }
    return column;
}

/** TEXT, as far as it fits a sentence. */
static const char *quoted(struct arena *a, const char *text)
{
    struct str s;
    str_init(&s);
    utf8_add_clean(&s, text, MAX_QUOTED_BYTES);
    return arena_take(a, &s);
}

/** Begins a message about T with `name:line:column: `; T as far as it fits a sentence. */
static const char *begin(struct arena *a, const struct reader *r, struct token t)
{
    str_setf(r->why, "%s:%d:%d: ", r->name, r->line_number, column_of(r, t.text));
    return quoted(a, arena_printf(a, "%.*s", (int)t.len, t.text));
}

/** Sets the message to PROBLEM, where `%s` stands for the token. */
static bool complain(const struct reader *r, struct token t, const char *problem)
{
    struct arena a = {0};
    const char *token = begin(&a, r, t);
    str_addf(r->why, problem, token);
    arena_finish(&a);
    return false;
}

static const char *skip_blanks(const char *p)
{
    while (*p == ' ' || *p == '\t' || *p == '\r') {
        p++;
    }
    return p;
}

static struct token next_token(const char **p, const char *stops)
{
    *p = skip_blanks(*p);
    struct token t = {.text = *p, .len = strcspn(*p, stops)};
    *p += t.len;
    return t;
}

/** Reads one choice of a colour into *VALUE; returns how rich it is, or COLOR_NONE. */
static enum color_kind read_choice(struct token t, int32_t *value)
{
    char text[16];
    if (t.len == 0 || t.len >= sizeof text) {
        return COLOR_NONE;
    }
    memcpy(text, t.text, t.len);
    text[t.len] = '\0';
    return color_parse(text, value);
}

/** Reads `red/203/#ff5f5f`. */
static bool read_color(const struct reader *r, struct token t, struct color *out)
{
    struct color c = {-1, -1, -1};
    enum color_kind richest = COLOR_NONE;
    const char *end = t.text + t.len;
    for (const char *p = t.text; p <= end; p++) {
        struct token choice = {.text = p, .len = strcspn(p, "/ \t\r\n")};
        int32_t value = -1;
        enum color_kind kind = read_choice(choice, &value);
        if (kind == COLOR_NONE) {
            return complain(r, choice,
                _("'%s' is not a colour; use default, a name such as red or bright-blue, 0-255 or "
                  "#rrggbb."));
        }
        if (kind <= richest) {
            return complain(r, choice,
                _("'%s' must be richer than the colour before it: a name, then 0-255, then "
                  "#rrggbb."));
        }
        color_fill(&c, kind, richest == COLOR_NONE, value);
        richest = kind;
        p += choice.len;
    }
    *out = c;
    return true;
}

static unsigned attr_of(struct token t)
{
    static const struct {
        const char *name;
        enum style_attr attr;
    } attrs[] = {
        {"bold", STYLE_BOLD},
        {"dim", STYLE_DIM},
        {"underline", STYLE_UNDERLINE},
        {"reverse", STYLE_REVERSE},
    };
    for (size_t i = 0; i < sizeof attrs / sizeof *attrs; i++) {
        if (token_is(t, attrs[i].name)) {
            return attrs[i].attr;
        }
    }
    return 0;
}

/** Reads what stands right of the `=`. */
static bool read_style(const struct reader *r, const char *p, struct style *out)
{
    struct style style = {.fg = {-1, -1, -1}, .bg = {-1, -1, -1}};
    struct token t = next_token(&p, " \t\r\n");
    if (t.len == 0) {
        return complain(
            r, t, _("a foreground colour is missing; `default` is the terminal's own."));
    }
    if (!read_color(r, t, &style.fg)) {
        return false;
    }
    t = next_token(&p, " \t\r\n");
    if (token_is(t, "on")) {
        t = next_token(&p, " \t\r\n");
        if (t.len == 0) {
            return complain(r, t, _("a background colour is missing after `on`."));
        }
        if (!read_color(r, t, &style.bg)) {
            return false;
        }
        t = next_token(&p, " \t\r\n");
    }
    for (; t.len > 0; t = next_token(&p, " \t\r\n")) {
        unsigned attr = attr_of(t);
        if (!attr) {
            return complain(
                r, t, _("'%s' is not an attribute; use bold, dim, underline or reverse."));
        }
        style.attrs |= attr;
    }
    *out = style;
    return true;
}

static enum role role_of(struct token t)
{
    for (int i = 0; i < ROLE_COUNT; i++) {
        if (token_is(t, role_name((enum role)i))) {
            return (enum role)i;
        }
    }
    return ROLE_COUNT;
}

/** Reads one line that is neither blank nor a comment. */
static bool read_line(const struct reader *r, struct theme *theme, bool *seen)
{
    const char *p = r->line;
    struct token name = next_token(&p, " \t\r\n=");
    enum role role = role_of(name);
    if (role == ROLE_COUNT) {
        const char *roles[ROLE_COUNT + 1] = {NULL};
        for (int i = 0; i < ROLE_COUNT; i++) {
            roles[i] = role_name((enum role)i);
        }
        struct arena a = {0};
        const char *token = begin(&a, r, name);
        str_addf(r->why, _("there is no role '%s'; the roles are %s."), token,
            names_in(&a, roles, NAMES_COMMA));
        arena_finish(&a);
        return false;
    }
    if (seen[role]) {
        return complain(
            r, name, _("the role '%s' has a style already; remove one of the two lines."));
    }
    p = skip_blanks(p);
    if (*p != '=') {
        struct token rest = {.text = p, .len = 0};
        return complain(r, rest, _("a `=` is missing after the role."));
    }
    seen[role] = true;
    return read_style(r, p + 1, &theme->styles[role]);
}

static bool has_color(const struct color *c)
{
    return c->c16 >= 0 || c->c256 >= 0 || c->rgb >= 0;
}

bool theme_parse(struct theme *out, const char *name, const char *text, struct str *why)
{
    static const struct style plain = {.fg = {-1, -1, -1}, .bg = {-1, -1, -1}};
    struct theme theme;
    bool seen[ROLE_COUNT] = {false};
    theme.styles[ROLE_NORMAL] = plain;
    struct reader r = {.name = name, .line = text, .line_number = 1, .why = why};
    for (; *r.line; r.line_number++) {
        const char *p = skip_blanks(r.line);
        if (*p != '\n' && *p != '\0' && *p != '#' && !read_line(&r, &theme, seen)) {
            return false;
        }
        r.line += strcspn(r.line, "\n");
        r.line += *r.line == '\n';
    }
    for (int i = 0; i < ROLE_COUNT; i++) {
        if (!seen[i]) {
            theme.styles[i] = theme.styles[role_parent((enum role)i)];
        } else if (!has_color(&theme.styles[i].bg)) {
            theme.styles[i].bg = theme.styles[ROLE_NORMAL].bg;
        }
    }
    *out = theme;
    return true;
}

bool theme_stands_out(const struct theme *theme, enum role role)
{
    const struct color *own = &theme->styles[role].bg, *normal = &theme->styles[ROLE_NORMAL].bg;
    return own->c16 != normal->c16 || own->c256 != normal->c256 || own->rgb != normal->rgb ||
           theme->styles[role].attrs & STYLE_REVERSE;
}

bool theme_has_shades(const struct theme *theme)
{
    for (int a = ROLE_HEAT_1; a < ROLE_HEAT_5; a++) {
        for (int b = a + 1; b <= ROLE_HEAT_5; b++) {
            const struct color *one = &theme->styles[a].fg, *other = &theme->styles[b].fg;
            if (one->c256 == other->c256 || one->rgb == other->rgb) {
                return false;
            }
        }
    }
    return true;
}

const char *theme_builtin(int i)
{
    for (int j = 0; embedded_themes[j].name; j++) {
        if (j == i) {
            return embedded_themes[j].name;
        }
    }
    return NULL;
}

/** Reads a theme from the file PATH; *MISSING where that may be NULL: there is none. */
static bool load_file(struct theme *out, const char *path, bool *missing, struct str *why)
{
    struct str text, reason;
    str_init(&text);
    str_init(&reason);
    bool ok = disk_read(path, DISK_FILE, MAX_FILE_BYTES, 0, &text, &reason);
    if (!ok && missing && (errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG)) {
        *missing = true;
    } else if (!ok) {
        str_setf(why, _("%s: cannot read the theme: %s."), path, reason.text);
    } else if (text.len && memchr(text.text, '\0', text.len)) {
        str_setf(
            why, _("%s: not a text file; a theme has lines such as `warning = yellow`."), path);
        ok = false;
    } else {
        ok = theme_parse(out, path, text.text, why);
    }
    str_finish(&text);
    str_finish(&reason);
    return ok;
}

static void say_unknown(const char *name, const char *config_dir, struct str *why)
{
    struct arena a = {0};
    size_t count = 0;
    while (theme_builtin((int)count)) {
        count++;
    }
    const char **known = arena_alloc(&a, count + 1, sizeof *known);
    for (size_t i = 0; i < count; i++) {
        known[i] = theme_builtin((int)i);
    }
    const char *list = names_in(&a, known, NAMES_COMMA), *shown = quoted(&a, name);
    if (config_dir) {
        str_setf(why, _("there is no theme '%s'; use %s, or one of your own in %s/themes/."), shown,
            list, config_dir);
    } else {
        str_setf(why, _("there is no theme '%s'; use %s."), shown, list);
    }
    arena_finish(&a);
}

bool theme_load(struct theme *out, const char *name, const char *config_dir, struct str *why)
{
    if (!name) {
        name = "default";
    }
    for (int i = 0; embedded_themes[i].name; i++) {
        if (strcmp(embedded_themes[i].name, name) == 0) {
            return theme_parse(out, name, embedded_themes[i].text, why);
        }
    }
    size_t len = strlen(name);
    static const char ending[] = ".theme";
    bool is_path = strchr(name, '/') ||
                   (len >= sizeof ending && strcmp(name + len - sizeof ending + 1, ending) == 0);
    if (is_path) {
        return load_file(out, name, NULL, why);
    }
    bool missing = !config_dir, ok = false;
    if (config_dir) {
        struct str path;
        str_init(&path);
        str_addf(&path, "%s/themes/%s.theme", config_dir, name);
        ok = load_file(out, path.text, &missing, why);
        str_finish(&path);
    }
    if (missing) {
        say_unknown(name, config_dir, why);
    }
    return ok;
}
