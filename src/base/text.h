/**
 * Sentences for the reader in the reader's language.
 *
 * A sentence stands in English where it arises, whole, as `_("cannot reach %s")`; a translator may
 * take its arguments in another order, `%2$s`. Translations are gettext's, po/LANGUAGE.po, and
 * compiled in, as a debug pod has neither locales nor catalogue files. Without one it is English.
 */
#ifndef RAGTOP_BASE_TEXT_H
#define RAGTOP_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

/** A sentence: where it begins in the texts of its language, in English and then translated. */
struct text_entry {
    unsigned english, translated, forms; /**< so many forms of the plural, one behind another */
};

/**
 * A language, as po/embed_po.py writes it: the entries in the order of strcmp(). Without pointers
 * into the texts, so that a program that speaks English reads none of it as it starts.
 */
struct text_catalogue {
    const char *language; /**< "zh", "pt_BR" */
    unsigned long (*form)(unsigned long n);
    const char *texts; /**< each ended by a NUL */
    const struct text_entry *entries;
    size_t count;
};

/** The translation of the sentence ENGLISH, or itself. */
const char *text_get(const char *english) __attribute__((format_arg(1)));

/** The same of a sentence about N things, ONE of them or MANY; N is rounded, its sign is dropped.
 */
const char *text_count(const char *one, const char *many, double n)
    __attribute__((format_arg(1), format_arg(2)));

/** The sentence that stands there, translated; N_() of one that is translated where it is used. */
#define _(english) text_get(english)
#define N_(english) (english)

/** Whether LOCALE, a name such as "en_US.UTF-8" or "C", or the first of several, is English. */
bool text_is_english(const char *locale);

/**
 * The language of CATALOGUES, which a NULL ends, for LOCALES, the names that LANG or LANGUAGE may
 * have: "pt_BR.UTF-8" is pt_BR, else pt; of "fr:zh_CN:en" the first that there is. `zh`, `zh-Hans`,
 * `zh_SG` and `zh_MY` are zh_CN; `zh_TW`, `zh_HK` and `zh-Hant` are not. NULL: English, or none.
 */
const struct text_catalogue *text_find(
    const struct text_catalogue *const *catalogues, const char *locales);

/**
 * Whether sentences are another language's: then a name may stand anywhere in them, and has no
 * capital because it is the first of the English one.
 */
bool text_is_translated(void);

/** Appends what stands between two sentences: a blank, but nothing behind a Chinese full stop. */
void text_add_gap(struct str *s);

/** Whether TEXT ends as a question does, so that no full stop follows. */
bool text_asks(const char *text);

/** FIRST and then SECOND, which may be NULL, both whole sentences. */
const char *text_two(struct arena *a, const char *first, const char *second);

/**
 * From now on, text is that of CATALOGUE; NULL: English. Before anything is said, or for what is
 * not said to the reader, such as a log; the return is what it was until then.
 */
const struct text_catalogue *text_use(const struct text_catalogue *catalogue);

#endif
