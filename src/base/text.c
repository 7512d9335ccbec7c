#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// the only state of its kind: a parameter of every function that says something would be worse
static const struct text_catalogue *used;

static int compare(const void *key, const void *entry)
{
    return strcmp(key, ((const struct text_entry *)entry)->english);
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
    return entry ? entry->forms[0] : english;
}

const char *text_count(const char *one, const char *many, double n)
{
    const struct text_entry *entry = find(one);
    double whole = fmin(round(fabs(n)), 1e9);
    if (!entry) {
        return whole == 1 ? one : many;
    }
    unsigned long form = used->form((unsigned long)whole);
    return form < TEXT_FORMS_MAX && entry->forms[form] ? entry->forms[form] : entry->forms[0];
}

/** The catalogue whose language is the first LEN bytes of NAME. */
static const struct text_catalogue *find_language(
    const struct text_catalogue *const *catalogues, const char *name, size_t len)
{
    for (; *catalogues; catalogues++) {
        const char *language = (*catalogues)->language;
        if (len > 0 && strlen(language) == len && strncmp(language, name, len) == 0) {
            return *catalogues;
        }
    }
    return NULL;
}

const struct text_catalogue *text_find(
    const struct text_catalogue *const *catalogues, const char *locale)
{
    const struct text_catalogue *whole = find_language(catalogues, locale, strcspn(locale, ".@"));
    return whole ? whole : find_language(catalogues, locale, strcspn(locale, "_.@"));
}

void text_use(const struct text_catalogue *catalogue)
{
    used = catalogue;
}
