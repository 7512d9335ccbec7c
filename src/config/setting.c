#include "config/setting.h"

#include <string.h>

#include "base/check.h"
#include "base/text.h"
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

bool setting_set(enum setting_id id, const char *text, void *out, struct str *why)
{
    return value_read(settings[id].type, text, (char *)out + settings[id].offset, why);
}

void setting_defaults(enum setting_owner owner, void *out)
{
    struct str why;
    str_init(&why);
    for (int i = 0; i < SETTING_COUNT; i++) {
        if (settings[i].owner == owner && settings[i].initial) {
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

static void add_option(struct str *out, enum setting_id id)
{
    const struct setting *s = &settings[id];
    struct str left;
    str_init(&left);
    if (!s->option) {
        return;
    }
    if (s->letter) {
        str_addf(&left, "-%c, ", s->letter);
    } else {
        str_add(&left, "    ");
    }
    const char *placeholder = s->placeholder ? s->placeholder : "";
    str_addf(
        &left, "--%s%s%s", s->option, *placeholder && *placeholder != '[' ? " " : "", placeholder);
    str_addf(out, "  %-29s %s\n", left.text, _(s->help));
    str_finish(&left);
}

void setting_add_help(struct str *out)
{
#define GROUP(title) str_addf(out, "\n%s:\n", _(title));
#define SETTING(id, ...) add_option(out, SETTING_##id);
#include "config/setting.def"
}
