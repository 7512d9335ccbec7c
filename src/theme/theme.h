/**
 * Themes: a style for every role, read from small files.
 *
 * A line is `role = foreground [on background] [bold] [dim] [underline] [reverse]`. A colour is
 * `default`, one of the 16 names (`red`, `bright-blue`, `gray`), `0`-`255`, or `#rrggbb`; several
 * with `/` between them are choices from poorest to richest: `red/203/#ff5f5f` is red with 16
 * colours, 203 with 256, and #ff5f5f with true colour. `#` at the start of a line is a comment.
 * A role that a file does not name looks like its parent in role.def; one without a background has
 * that of `normal`.
 */
#ifndef RAGTOP_THEME_THEME_H
#define RAGTOP_THEME_THEME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/embedded.h"
#include "base/str.h"
#include "theme/role.h"

enum style_attr {
    STYLE_BOLD = 1 << 0,
    STYLE_DIM = 1 << 1,
    STYLE_UNDERLINE = 1 << 2,
    STYLE_REVERSE = 1 << 3,
};

/** A colour at three depths; -1 is the terminal's default. */
struct color {
    int c16;     /**< 0-15 or -1 */
    int c256;    /**< 0-255 or -1 */
    int32_t rgb; /**< 0xrrggbb or -1 */
};

struct style {
    struct color fg, bg;
    unsigned attrs; /**< enum style_attr, or-ed */
};

struct theme {
    struct style styles[ROLE_COUNT];
};

/** The themes of the folder themes/; a NULL name ends them. */
extern const struct embedded_file embedded_themes[];

/**
 * Parses the text of a theme file. NAME is the file's name for messages. On failure returns false
 * with *WHY = `name:line:column: sentence`; *OUT is untouched.
 */
bool theme_parse(struct theme *out, const char *name, const char *text, struct str *why);

/**
 * The theme called NAME (built in), or read from the file NAME when it contains a `/` or ends in
 * `.theme`, or from `themes/NAME.theme` in CONFIG_DIR (may be NULL). NULL is "default".
 * False with a sentence in *WHY that names the known themes.
 */
bool theme_load(struct theme *out, const char *name, const char *config_dir, struct str *why);

/** Whether ROLE has another background than `normal` or is reversed, as what must stand out is. */
bool theme_stands_out(const struct theme *theme, enum role role);

/** Whether the roles of heat differ by colour alone, with 256 of them or more. */
bool theme_has_shades(const struct theme *theme);

/** The name of the built-in theme I, or NULL past the last. */
const char *theme_builtin(int i);

#endif
