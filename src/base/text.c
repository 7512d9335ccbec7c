#include "base/text.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"

// the only state of its kind: a parameter of every function that says something would be worse
static const struct text_catalogue *used;

static int compare(const void *key, const void *entry)
{
    return strcmp(key, used->texts + ((const struct text_entry *)entry)->english);
}

static const struct text_entry *find(const char *english)
{
    return used && *english
               ? bsearch(english, used->entries, used->count, sizeof *used->entries, compare)
               : NULL;
}

const char *text_get(const char *english)
{
    const struct text_entry *entry = find(english);
    return entry ? used->texts + entry->translated : english;
}

const char *text_count(const char *one, const char *many, double n)
{
    const struct text_entry *entry = find(one);
    double whole = fmin(round(fabs(n)), 1e9);
    if (!entry) {
        return whole == 1 ? one : many;
    }
    unsigned long form = used->form((unsigned long)whole);
    const char *text = used->texts + entry->translated;
    for (unsigned long i = form < entry->forms ? form : 0; i > 0; i--) {
        text += strlen(text) + 1;
    }
    return text;
}

static char folded(char c)
{
    return c == '-' ? '_' : ascii_lower(c);
}

/** Whether the LEN bytes of NAME are LANGUAGE, whichever way it is written: "zh-hans". */
static bool is_called(const char *language, const char *name, size_t len)
{
    size_t same = 0;
    while (same < len && language[same] && folded(language[same]) == folded(name[same])) {
        same++;
    }
    return len > 0 && same == len && !language[len];
}

static const struct text_catalogue *find_language(
    const struct text_catalogue *const *catalogues, const char *name, size_t len)
{
    while (*catalogues && !is_called((*catalogues)->language, name, len)) {
        catalogues++;
    }
    return *catalogues;
}

// Those who write traditional characters are not given simplified ones unless they ask for them.
static bool is_simplified_chinese(const char *name, size_t len)
{
    static const char *const names[] = {"zh", "zh_SG", "zh_MY", "zh_Hans"};
    bool found = len > 8 && is_called("zh_Hans_", name, 8);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        found = found || is_called(names[i], name, len);
    }
    return found;
}

static const struct text_catalogue *find_locale(
    const struct text_catalogue *const *catalogues, const char *locale, size_t len)
{
    size_t whole = strcspn(locale, ".@"), bare = strcspn(locale, "_-.@");
    whole = whole < len ? whole : len;
    bare = bare < len ? bare : len;
    const struct text_catalogue *found = find_language(catalogues, locale, whole);
    if (!found && is_simplified_chinese(locale, whole)) {
        found = find_language(catalogues, "zh_CN", 5);
    }
    return found ? found : find_language(catalogues, locale, bare);
}

bool text_is_english(const char *locale)
{
    size_t whole = strcspn(locale, ".@:"), bare = strcspn(locale, "_-.@:");
    return is_called("en", locale, bare) || is_called("C", locale, whole) ||
           is_called("POSIX", locale, whole);
}

const struct text_catalogue *text_find(
    const struct text_catalogue *const *catalogues, const char *locales)
{
    const struct text_catalogue *found = NULL;
    while (*locales && !found && !text_is_english(locales)) {
        size_t len = strcspn(locales, ":");
        found = find_locale(catalogues, locales, len);
        locales += len + (locales[len] == ':');
    }
    return found;
}

bool text_is_translated(void)
{
    return used != NULL;
}

static bool ends_in(const char *text, size_t len, const char *end)
{
    size_t end_len = strlen(end);
    return len >= end_len && memcmp(text + len - end_len, end, end_len) == 0;
}

static bool needs_gap(const char *text, size_t len)
{
    return len > 0 && text[len - 1] != ' ' && !ends_in(text, len, "。") &&
           !ends_in(text, len, "？");
}

void text_add_gap(struct str *s)
{
    str_add(s, needs_gap(s->text, s->len) ? " " : "");
}

bool text_asks(const char *text)
{
    size_t len = strlen(text);
    return ends_in(text, len, "?") || ends_in(text, len, "？");
}

const char *text_two(struct arena *a, const char *first, const char *second)
{
    const char *gap = needs_gap(first, strlen(first)) ? " " : "";
    return second ? arena_printf(a, "%s%s%s", first, gap, second) : first;
}

const struct text_catalogue *text_use(const struct text_catalogue *catalogue)
{
    const struct text_catalogue *before = used;
    used = catalogue;
    return before;
}
