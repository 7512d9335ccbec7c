#include "config/setting.h"

#include <string.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/names.h"
#include "base/text.h"
#include "base/wrap.h"
#include "config/config.h"

#define CONFIG(member) OWNER_CONFIG, offsetof(struct config, member)
#define ENDPOINT(member) OWNER_ENDPOINT, offsetof(struct endpoint, member)
#define ENDPOINT_ITSELF OWNER_ENDPOINT, 0
#define ELSEWHERE OWNER_NONE, 0

const struct setting settings[SETTING_COUNT] = {
#define GROUP(title)
#define SETTING(id, key, letter, option, placeholder, place, type, initial, help, text)            \
    {key, letter, option, placeholder, place, &type, initial, help},
#include "config/setting.def"
};

const enum setting_id env_settings[ENV_COUNT] = {
#define ENV(name, setting, text) SETTING_##setting,
#include "config/env.def"
};

/** Whether the value of S may be left out: its default is then what it is instead. */
static bool is_optional(const struct setting *s)
{
    return s->placeholder && s->placeholder[0] == '[';
}

bool setting_set(enum setting_id id, const char *text, void *out, struct str *why)
{
    return value_read(settings[id].type, text, (char *)out + settings[id].offset, why);
}

void setting_defaults(enum setting_owner owner, void *out)
{
    struct str why;
    str_init(&why);
    for (int i = 0; i < SETTING_COUNT; i++) {
        if (settings[i].owner == owner && settings[i].initial && !is_optional(&settings[i])) {
            bool good = setting_set((enum setting_id)i, settings[i].initial, out, &why);
            check(good);
        }
    }
    str_finish(&why);
}

/** What KEY is called directly under PREFIX; NULL: it does not stand there. */
static const char *below(const char *key, const char *prefix)
{
    size_t len = strlen(prefix);
    return key && strncmp(key, prefix, len) == 0 ? key + len : NULL;
}

size_t setting_keys(const char *prefix, const char **names)
{
    size_t count = 0;
    for (int i = 0; i < SETTING_COUNT; i++) {
        const char *name = below(settings[i].key, prefix);
        if (name && !strchr(name, '.')) {
            names[count++] = name;
        }
    }
    names[count] = NULL;
    return count;
}

bool setting_read(const struct reader *r, const yaml_node_t *mapping, const char *prefix,
    enum setting_owner owner, void *out)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        const struct setting *s = &settings[i];
        const char *name = below(s->key, prefix);
        if (s->owner == owner && name && !strchr(name, '.') &&
            !reader_value(r, mapping, name, s->type, (char *)out + s->offset)) {
            return false;
        }
    }
    return true;
}

// --- help

/** The variables that stand for S. */
static const char *env_of(struct arena *a, const struct setting *s)
{
    const char *names[ENV_COUNT + 1];
    size_t count = 0;
    for (int i = 0; i < ENV_COUNT; i++) {
        if (s == &settings[env_settings[i]]) {
            names[count++] = env_names[i];
        }
    }
    names[count] = NULL;
    return names_in(a, names, NAMES_OR);
}

static const char *duration_in(struct arena *a, int64_t ms)
{
    struct str s;
    str_init(&s);
    clock_add_duration(&s, ms);
    const char *text = arena_printf(a, "%s", s.text);
    str_finish(&s);
    return text;
}

/** What stands in place of the LEN bytes of NAME. */
static const char *value_of(struct arena *a, const struct setting *s, const char *name, size_t len,
    const char *const *pages)
{
    const struct {
        const char *name, *value;
    } all[] = {
        {"default", s->initial},
        {"choices", s->type->names ? names_in(a, s->type->names, NAMES_OR) : NULL},
        {"found_formats", names_in(a, type_found_format.names, NAMES_OR)},
        {"rules_formats", names_in(a, type_rules_format.names, NAMES_OR)},
        {"doctor_formats", names_in(a, type_doctor_format.names, NAMES_OR)},
        {"frame_formats", names_in(a, type_frame_format.names, NAMES_OR)},
        {"least", duration_in(a, s->type->least)},
        {"most", duration_in(a, s->type->most)},
        {"pages", names_in(a, pages, NAMES_OR)},
        {"env", env_of(a, s)},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (strlen(all[i].name) == len && memcmp(all[i].name, name, len) == 0 && all[i].value) {
            return all[i].value;
        }
    }
    check(false); // a table names what it does not have
    return "";
}

void setting_fill(
    struct str *out, const struct setting *s, const char *text, const char *const *pages)
{
    struct arena a = {0};
    for (const char *open; (open = strchr(text, '{')); text = strchr(open, '}') + 1) {
        str_append(out, text, (size_t)(open - text));
        str_add(out, value_of(&a, s, open + 1, strcspn(open + 1, "}"), pages));
    }
    str_add(out, text);
    arena_finish(&a);
}

enum { HELP_COLUMN = 32, HELP_WIDTH = 80 };

/** Appends TEXT from HELP_COLUMN on, on as many lines as it needs. */
static void add_wrapped(struct str *out, const char *text)
{
    for (bool first = true; *text || first; first = false) {
        const char *end = wrap_line_end(text, HELP_WIDTH - HELP_COLUMN);
        str_addf(out, "%*s", first ? 0 : HELP_COLUMN, "");
        str_append(out, text, (size_t)(end - text));
        str_addc(out, '\n');
        text = wrap_next_line(end);
    }
}

static void add_option(struct str *out, enum setting_id id, const char *const *pages)
{
    const struct setting *s = &settings[id];
    struct str left, help;
    if (!s->option) {
        return;
    }
    str_init(&left);
    str_init(&help);
    if (s->letter) {
        str_addf(&left, "-%c, ", s->letter);
    } else {
        str_add(&left, "    ");
    }
    const char *placeholder = s->placeholder ? s->placeholder : "";
    str_addf(&left, "--%s%s%s", s->option, *placeholder && !is_optional(s) ? " " : "", placeholder);
    setting_fill(&help, s, _(s->help), pages);
    str_addf(out, "  %-29s ", left.text);
    add_wrapped(out, help.text);
    str_finish(&left);
    str_finish(&help);
}

void setting_add_help(struct str *out, const char *const *pages)
{
#define GROUP(title) str_addf(out, "\n%s:\n", _(title));
#define SETTING(id, ...) add_option(out, SETTING_##id, pages);
#include "config/setting.def"
}
