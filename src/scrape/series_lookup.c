#include "scrape/series_lookup.h"

struct sought {
    const struct series_lookup *in;
    const struct labels *labels;
};

static bool is_sought(const void *context, size_t at)
{
    const struct sought *sought = context;
    const struct labels *found = &sought->in->of->series[at].labels;
    return (sought->in->matches ? labels_match : labels_equal)(found, sought->labels);
}

static uint64_t hash(const struct series_lookup *l, const struct labels *labels)
{
    return (l->matches ? labels_match_hash : labels_hash)(labels);
}

struct series_lookup lookup_matches(const struct batch *b)
{
    struct series_lookup l = {.of = b, .matches = true};
    for (size_t i = 0; i < b->count; i++) {
        if (!lookup_find(&l, &b->series[i].labels)) {
            lookup_add(&l, i);
        }
    }
    return l;
}

struct batch_series *lookup_find(const struct series_lookup *l, const struct labels *labels)
{
    size_t at = index_find(&l->index, hash(l, labels), is_sought, &(struct sought){l, labels});
    return at == INDEX_NOWHERE ? NULL : &l->of->series[at];
}

void lookup_add(struct series_lookup *l, size_t at)
{
    index_add(&l->index, hash(l, &l->of->series[at].labels), at);
}

void lookup_finish(struct series_lookup *l)
{
    index_finish(&l->index);
}
