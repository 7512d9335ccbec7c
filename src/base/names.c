#include "base/names.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/mem.h"
#include "base/text.h"

enum {
    LONGEST_GUESS = 40,
    FARTHEST_GUESS = 2,
    LONGEST_NAME = 200,
    SHORTEST_STEM = 4,
    PREFIX_STEP = 2,
    WORD_STEP = 4,    /**< for a word that the other lacks */
    WORDS_SHARED = 2, /**< by two names at least: one may be no more than the name of the service */
};

void names_push(struct name_list *list, const char *name)
{
    mem_grow(&list->items, list->count, &list->cap);
    list->items[list->count++] = mem_strdup(name);
}

void names_finish(struct name_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i]);
    }
    free(list->items);
    *list = (struct name_list){0};
}

const char *names_in(struct arena *a, const char *const *names, enum names_last last)
{
    return names_some(a, names, last, 0);
}

const char *names_some(
    struct arena *a, const char *const *names, enum names_last last, size_t others)
{
    const char *list = names[0] ? names[0] : "";
    for (size_t i = 1; names[0] && names[i]; i++) {
        enum names_last joint = names[i + 1] || others > 0 ? NAMES_COMMA : last;
        list = joint == NAMES_AND  ? arena_printf(a, _("%s and %s"), list, names[i])
               : joint == NAMES_OR ? arena_printf(a, _("%s or %s"), list, names[i])
                                   : names_next(a, list, names[i]);
    }
    return others == 0 ? list
                       : arena_printf(a, // TRANSLATORS: some are named, and so many are not
                             text_count("%s and %zu other", "%s and %zu others", (double)others),
                             list, others);
}

const char *names_next(struct arena *a, const char *list, const char *name)
{
    // TRANSLATORS: what is listed so far, and the next one
    return list ? arena_printf(a, _("%s, %s"), list, name) : name;
}

bool names_have(const char *const *names, const char *name)
{
    bool any = false;
    for (size_t i = 0; names[i] && !any; i++) {
        any = strcmp(names[i], name) == 0;
    }
    return any;
}

bool names_have_word(const char *const *names, const char *word, size_t len)
{
    bool any = false;
    for (size_t i = 0; names[i] && !any; i++) {
        any = strlen(names[i]) == len && ascii_same_n(names[i], word, len);
    }
    return any;
}

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/** Single-character edits between two texts, a swap of neighbours being one (string alignment). */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t rows[3][LONGEST_NAME + 1]; // of the beginnings of A, as far as they are needed
    for (size_t j = 0; j <= b_len; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= a_len; i++) {
        size_t *row = rows[i % 3], *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            row[j] = smallest(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            row[j] = swapped && before[j - 2] + 1 < row[j] ? before[j - 2] + 1 : row[j];
        }
    }
    return rows[a_len % 3][b_len];
}

const char *names_closest(const char *word, const char *const *names)
{
    const char *closest = NULL;
    size_t least = FARTHEST_GUESS + 1;
    size_t len = strlen(word);
    for (size_t i = 0; names[i] && len <= LONGEST_GUESS; i++) {
        size_t name_len = strlen(names[i]);
        if (name_len > LONGEST_GUESS) {
            continue;
        }
        size_t d = distance(word, len, names[i], name_len);
        // two edits turn any short word into another: that is no typo
        if (d < least && d * 2 < name_len) {
            closest = names[i];
            least = d;
        }
    }
    return closest;
}

// ---- the nearest of what is there -------------------------------------------------------------

/** A name as it is compared: in lower case, every separator an underscore. */
struct folded {
    char text[LONGEST_NAME + 1];
    size_t len, stem; /**< STEM bytes are left without what says unit and kind */
};

// What a name may have more or less than the one that was meant.
static const char *const endings[] = {"total", "bucket", "sum", "count", "created", "seconds",
    "second", "secs", "sec", "s", "milliseconds", "millis", "ms", "microseconds", "us",
    "nanoseconds", "ns", "bytes", "ratio", "percent", "info", NULL};

static size_t stem_length(const char *text, size_t len)
{
    for (size_t i = 0; endings[i]; i++) {
        size_t n = strlen(endings[i]);
        if (len > n + 1 && text[len - n - 1] == '_' && memcmp(text + len - n, endings[i], n) == 0) {
            return stem_length(text, len - n - 1);
        }
    }
    return len;
}

static bool fold(struct folded *out, const char *name)
{
    out->len = strlen(name);
    for (size_t i = 0; i < out->len && out->len <= LONGEST_NAME; i++) {
        out->text[i] = strchr(":.-", name[i]) ? '_' : ascii_lower(name[i]);
    }
    out->stem = out->len <= LONGEST_NAME ? stem_length(out->text, out->len) : 0;
    return out->len > 0 && out->len <= LONGEST_NAME;
}

/** How many edits turn A into B; SIZE_MAX: more than MOST. */
static size_t edits(const char *a, size_t a_len, const char *b, size_t b_len, size_t most)
{
    size_t differs = a_len > b_len ? a_len - b_len : b_len - a_len;
    size_t d = differs > most ? SIZE_MAX : distance(a, a_len, b, b_len);
    return d > most ? SIZE_MAX : d;
}

// Whether the stem of one is that of the other with a prefix.
static bool has_prefix(const struct folded *a, const struct folded *b)
{
    const struct folded *brief = a->stem < b->stem ? a : b, *other = a->stem < b->stem ? b : a;
    size_t more = other->stem - brief->stem;
    return brief->stem >= SHORTEST_STEM && more > 0 && other->text[more - 1] == '_' &&
           memcmp(other->text + more, brief->text, brief->stem) == 0;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/** The word at *AT of the first LEN bytes of TEXT, and its length; *AT goes on to the next one. */
static const char *next_word(const char *text, size_t len, size_t *at, size_t *word_len)
{
    while (*at < len && text[*at] == '_') {
        ++*at;
    }
    const char *word = text + *at;
    while (*at < len && text[*at] != '_') {
        ++*at;
    }
    *word_len = (size_t)(text + *at - word);
    return *word_len > 0 ? word : NULL;
}

/** How many words of the stem of A that of B lacks; sets *SHARED to how many it has. */
static size_t words_lacking(const struct folded *a, const struct folded *b, size_t *shared)
{
    size_t lacking = 0, at = 0, len, other_len;
    const char *word, *other;
    *shared = 0;
    while ((word = next_word(a->text, a->stem, &at, &len))) {
        size_t place = 0;
        bool found = false;
        while (!found && (other = next_word(b->text, b->stem, &place, &other_len))) {
            found = len == other_len && memcmp(word, other, len) == 0;
        }
        lacking += !found;
        *shared += found;
    }
    return lacking;
}

// Whether one word is another, too many or missing: who guesses a name guesses most of its words.
static size_t word_steps(const struct folded *a, const struct folded *b)
{
    size_t shared, other_shared;
    size_t less = words_lacking(a, b, &shared), more = words_lacking(b, a, &other_shared);
    bool near = shared >= WORDS_SHARED && less <= 1 && more <= 1 && less + more > 0;
    return near ? WORD_STEP * (less + more) : SIZE_MAX;
}

// How far NAME is from WORD, both being metrics; another unit or prefix is a small step.
static size_t metric_distance(const struct folded *word, const struct folded *name)
{
    size_t whole = edits(word->text, word->len, name->text, name->len, word->len / 4);
    size_t stem = edits(word->text, word->stem, name->text, name->stem, word->stem / 4);
    size_t step = has_prefix(word, name) ? PREFIX_STEP : SIZE_MAX;
    size_t near = smaller(smaller(whole, step), stem < SIZE_MAX ? stem + 1 : stem);
    return smaller(near, word_steps(word, name));
}

enum { SLIPS_MOST = 2 };

/** What counts as near. */
enum nearness { OF_ANY, OF_METRICS, OF_SLIPS };

static size_t distance_of(
    const struct folded *word, const struct folded *name, enum nearness nearness)
{
    return nearness == OF_METRICS ? metric_distance(word, name)
                                  : edits(word->text, word->len, name->text, name->len,
                                        nearness == OF_SLIPS ? SLIPS_MOST : word->len / 2);
}

static const char *nearest(
    const char *word, char *const *names, size_t count, enum nearness nearness)
{
    struct folded meant, name;
    const char *best = NULL;
    size_t least = SIZE_MAX, least_differs = SIZE_MAX;
    for (size_t i = 0; i < count && fold(&meant, word); i++) {
        if (strcmp(names[i], word) == 0 || !fold(&name, names[i])) {
            continue;
        }
        size_t d = distance_of(&meant, &name, nearness);
        if (d == SIZE_MAX || d > least) {
            continue;
        }
        size_t differs = distance(meant.text, meant.len, name.text, name.len);
        if (d < least || differs < least_differs) {
            best = names[i];
            least = d;
            least_differs = differs;
        }
    }
    return best;
}

const char *names_nearest(const char *word, char *const *names, size_t count)
{
    return nearest(word, names, count, OF_ANY);
}

const char *names_nearest_metric(const char *word, char *const *names, size_t count)
{
    return nearest(word, names, count, OF_METRICS);
}

const char *names_misspelt(const char *word, char *const *names, size_t count)
{
    return nearest(word, names, count, OF_SLIPS);
}

void names_add_stem(struct str *s, const char *metric)
{
    struct folded name;
    if (fold(&name, metric)) {
        str_append(s, metric, name.stem);
    }
}
