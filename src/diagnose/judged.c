#include "diagnose/judged.h"

#include <stddef.h>

#include "base/check.h"

struct judged {
    enum signal_kind kind;
    size_t reading, onset; // in struct stage_diagnosis
    int rank;
};

#define JUDGED(reading, onset, rank)                                                               \
    offsetof(struct stage_diagnosis, reading), offsetof(struct stage_diagnosis, onset), rank

static const struct judged table[] = {
#define SIGNAL(id, name, unit, bad, per, asked, write, judged, told, says)                         \
    [CLASS_##id] = {SIGNAL_##id, judged},
#include "config/signal.def"
};

static const size_t rows = sizeof table / sizeof *table;

static const struct judged *row_of(enum signal_class signal)
{
    check(signal > CLASS_NONE && (size_t)signal < rows);
    return &table[signal];
}

enum signal_kind judged_kind(enum signal_class signal)
{
    return row_of(signal)->kind;
}

const struct reading *judged_reading(const struct stage_diagnosis *s, enum signal_class signal)
{
    return (const struct reading *)(const void *)((const char *)s + row_of(signal)->reading);
}

struct onset judged_onset(const struct stage_diagnosis *s, enum signal_class signal)
{
    if (signal == CLASS_NONE || signal == CLASS_DECLARED) {
        return (struct onset){0};
    }
    const char *at = (const char *)s + row_of(signal)->onset;
    bool either = signal_types[row_of(signal)->kind].bad == SIGNAL_BAD_EITHER;
    bool fewer = either && judged_reading(s, signal)->ratio < 1;
    return fewer ? s->stopped : *(const struct onset *)(const void *)at;
}

int judged_rank(enum signal_class signal)
{
    return signal == CLASS_NONE || signal == CLASS_DECLARED ? (int)rows : row_of(signal)->rank;
}
