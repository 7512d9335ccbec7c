#include "base/value.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/clock.h"
#include "base/home.h"
#include "base/mem.h"
#include "base/names.h"
#include "base/plain.h"
#include "base/text.h"

const struct value_type value_a_flag = {.read = value_flag}, value_a_share = {.read = value_share},
                        value_a_text = {.read = value_text}, value_a_line = {.read = value_line},
                        value_a_plain_text = {.read = value_plain},
                        value_a_file = {.read = value_text, .file = true};

bool value_read(const struct value_type *type, const char *text, void *out, struct str *why)
{
    return type->read(type, text, out, why);
}

bool value_expand(const struct value_type *type, const char *text, const char *home,
    struct str *out, struct str *why)
{
    str_clear(out);
    if (type->file) {
        return home_expand(out, text, home, why);
    }
    str_add(out, text);
    return true;
}

void value_show(const struct value_type *type, const char *text, struct str *out)
{
    (type->show ? type->show : plain_add)(out, text);
}

bool value_misses_unit(const struct value_type *type, const char *text, struct str *why)
{
    static const char *const units[] = {"ms", "s", "m", "h", "d"};
    const char *guesses[3] = {NULL};
    size_t count = 0;
    struct arena a = {0};
    bool number = *text && strspn(text, "0123456789.") == strlen(text);
    for (size_t i = 0; number && i < sizeof units / sizeof *units && count < 2; i++) {
        int64_t ms;
        const char *guess = arena_printf(&a, "%.20s%s", text, units[i]);
        if (clock_parse_duration(guess, &ms) && ms >= type->least && ms <= type->most) {
            guesses[count++] = guess;
        }
    }
    if (count > 0) {
        str_setf(why, _("without a unit; use %s"), names_in(&a, guesses, NAMES_OR));
    }
    arena_finish(&a);
    return count > 0;
}

bool value_duration(const struct value_type *type, const char *text, void *out, struct str *why)
{
    int64_t ms;
    if (!clock_parse_duration(text, &ms)) {
        str_setf(why, _("not a duration; use 90s, 5m or 1h"));
        return false;
    }
    if (ms < type->least || ms > type->most) {
        if (value_misses_unit(type, text, why)) { // seconds were not meant
            return false;
        }
        bool low = ms < type->least;
        struct str limit;
        str_init(&limit);
        clock_add_duration(&limit, low ? type->least : type->most);
        str_setf(why, low ? _("too short; at least %s") : _("too long; at most %s"), limit.text);
        str_finish(&limit);
        return false;
    }
    *(int64_t *)out = ms;
    return true;
}

bool value_choice(const struct value_type *type, const char *text, void *out, struct str *why)
{
    for (int i = 0; type->names[i]; i++) {
        if (strcmp(text, type->names[i]) == 0) {
            memcpy(out, &i, sizeof i);
            return true;
        }
    }
    struct arena a = {0};
    str_setf(why, _(type->refusal), names_in(&a, type->names, NAMES_OR));
    arena_finish(&a);
    return false;
}

bool value_flag(const struct value_type *type, const char *text, void *out, struct str *why)
{
    (void)type;
    static const char *const words[] = {"false", "true", "no", "yes", "off", "on"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (ascii_same(text, words[i])) {
            *(bool *)out = i % 2;
            return true;
        }
    }
    str_setf(why, _("neither true nor false"));
    return false;
}

bool value_share(const struct value_type *type, const char *text, void *out, struct str *why)
{
    (void)type;
    char *end;
    double n = strtod(text, &end);
    bool percent = *end == '%';
    // strtod() alone would take signs, 0x1p-3 and nan
    bool digits = strspn(text, "0123456789.") > 0 && !strpbrk(text, "xX");
    double ratio = percent ? n / 100 : n;
    if (!digits || end == text || end[percent] != '\0') {
        str_setf(why, _("not a percentage or ratio; use 1%% or 0.01"));
        return false;
    }
    if (!percent && n >= 1) {
        str_setf(why, _("too large for a ratio; for a percentage use %.80s%%"), text);
        return false;
    }
    if (!(ratio > 0 && ratio <= 1)) {
        str_setf(why, _("not between 0 and 100%%"));
        return false;
    }
    *(double *)out = ratio;
    return true;
}

bool value_text(const struct value_type *type, const char *text, void *out, struct str *why)
{
    (void)type;
    (void)why;
    char *copy = mem_strdup(text), **field = out;
    free(*field);
    *field = copy;
    return true;
}

bool value_line(const struct value_type *type, const char *text, void *out, struct str *why)
{
    if (!plain_is_line(text)) {
        str_setf(why, _("not one line of text"));
        return false;
    }
    return value_text(type, text, out, why);
}

bool value_plain(const struct value_type *type, const char *text, void *out, struct str *why)
{
    if (!plain_is(text)) {
        str_setf(why, _("not one line of printable text"));
        return false;
    }
    return value_text(type, text, out, why);
}
