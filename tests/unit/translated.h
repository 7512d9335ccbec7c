/*
 * A language of a few sentences for a test.
 */
#ifndef RAGTOP_TESTS_UNIT_TRANSLATED_H
#define RAGTOP_TESTS_UNIT_TRANSLATED_H

#include "base/str.h"
#include "base/text.h"

enum { TRANSLATED_MAX = 16 };

struct translated {
    struct text_catalogue catalogue;
    struct text_entry entries[TRANSLATED_MAX];
    struct str texts;
};

static inline unsigned long translated_form(unsigned long n)
{
    (void)n;
    return 0;
}

/** Fills T with COUNT pairs, in the order of strcmp(), and speaks it until translated_finish(). */
static inline void translated_init(
    struct translated *t, const char *const (*pairs)[2], size_t count)
{
    str_init(&t->texts);
    for (size_t i = 0; i < count; i++) {
        t->entries[i].english = (unsigned)t->texts.len;
        str_add(&t->texts, pairs[i][0]);
        str_addc(&t->texts, 0);
        t->entries[i].translated = (unsigned)t->texts.len;
        str_add(&t->texts, pairs[i][1]);
        str_addc(&t->texts, 0);
        t->entries[i].forms = 1;
    }
    t->catalogue = (struct text_catalogue){"zh", translated_form, t->texts.text, t->entries, count};
    text_use(&t->catalogue);
}

static inline void translated_finish(struct translated *t)
{
    text_use(NULL);
    str_finish(&t->texts);
}

#endif
