#include "bind/key.h"

#include <stdio.h>
#include <string.h>

#include "base/ascii.h"
#include "base/names.h"
#include "base/text.h"
#include "base/utf8.h"

enum { CTRL_BIT = 0x40, FUNCTION_KEYS = KEY_CODE_F12 - KEY_CODE_F1 + 1 };

static const struct {
    keystroke key;
    const char *name;
} named[] = {
    {' ', "Space"},
    {KEY_ESC, "Esc"},
    {KEY_CODE_ENTER, "Enter"},
    {KEY_CODE_TAB, "Tab"},
    {KEY_CODE_BACK_TAB, "Shift-Tab"},
    {KEY_CODE_UP, "Up"},
    {KEY_CODE_DOWN, "Down"},
    {KEY_CODE_LEFT, "Left"},
    {KEY_CODE_RIGHT, "Right"},
    {KEY_CODE_HOME, "Home"},
    {KEY_CODE_END, "End"},
    {KEY_CODE_PAGE_UP, "PgUp"},
    {KEY_CODE_PAGE_DOWN, "PgDn"},
    {KEY_CODE_BACKSPACE, "Backspace"},
    {KEY_CODE_DELETE, "Delete"},
};

// A terminal sends the same for both.
static const struct {
    char letter;
    const char *same;
} twins[] = {{'H', "Backspace"}, {'I', "Tab"}, {'J', "Enter"}, {'M', "Enter"}, {'[', "Esc"}};

static bool parse_named(const char *name, size_t len, keystroke *out)
{
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        if (strlen(named[i].name) == len && ascii_same_n(name, named[i].name, len)) {
            *out = named[i].key;
            return true;
        }
    }
    for (int i = 0; i < FUNCTION_KEYS; i++) {
        char function[8];
        int function_len = snprintf(function, sizeof function, "F%d", i + 1);
        if ((size_t)function_len == len && ascii_same_n(name, function, len)) {
            *out = KEY_CODE_F1 + (keystroke)i;
            return true;
        }
    }
    return false;
}

/** The length of the `C-` or `Ctrl-` that NAME begins with; 0: neither. */
static size_t control_length(const char *name, size_t len)
{
    return len == 3 && ascii_same_n(name, "C-", 2)      ? 2
           : len == 6 && ascii_same_n(name, "Ctrl-", 5) ? 5
                                                        : 0;
}

static bool parse_control(char letter, keystroke *out, struct str *why)
{
    letter = letter >= 'a' && letter <= 'z' ? (char)(letter - 'a' + 'A') : letter;
    for (size_t i = 0; i < sizeof twins / sizeof *twins; i++) {
        if (twins[i].letter == letter) {
            str_setf(why, _("the same as %s to a terminal; use %s"), twins[i].same, twins[i].same);
            return false;
        }
    }
    if (letter < 'A' || letter > '_') {
        str_setf(why, _("not a key; Ctrl goes with a letter, or with one of \\ ] ^ _"));
        return false;
    }
    *out = (keystroke)(letter - CTRL_BIT);
    return true;
}

static bool is_visible(uint32_t ch)
{
    return ch > ' ' && ch < KEY_CODE_FIRST && utf8_is_safe(ch) && utf8_char_width(ch) > 0;
}

bool key_parse(const char *name, size_t len, keystroke *out, struct str *why)
{
    const char *end = name;
    uint32_t ch = len > 0 ? utf8_next(&end) : 0;
    if (is_visible(ch) && ch != UTF8_REPLACEMENT && end == name + len) {
        *out = ch;
        return true;
    }
    size_t control = control_length(name, len);
    if (control > 0) {
        return parse_control(name[control], out, why);
    }
    if (parse_named(name, len, out)) {
        return true;
    }
    const char *names[sizeof named / sizeof *named + 1] = {NULL};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        names[i] = named[i].name;
    }
    struct arena a = {0};
    str_setf(why, _("not a key; use a character, %s, F1 to F%d, or C-x for Ctrl-X"),
        names_in(&a, names, NAMES_COMMA), FUNCTION_KEYS);
    arena_finish(&a);
    return false;
}

bool key_add_name(struct str *s, keystroke k)
{
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        if (named[i].key == k) {
            str_add(s, named[i].name);
            return true;
        }
    }
    if (k >= KEY_CODE_F1 && k <= KEY_CODE_F12) {
        str_addf(s, "F%u", (unsigned)(k - KEY_CODE_F1 + 1));
    } else if (k > 0 && k < ' ') {
        str_addf(s, "Ctrl-%c", (char)(k + CTRL_BIT));
    } else if (is_visible(k)) {
        utf8_add(s, k);
    } else {
        return false;
    }
    return true;
}
