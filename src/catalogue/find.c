#include "catalogue/find.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalogue/pick.h"
#include "config/metric_key.h"

bool find_add_query(
    struct str *s, const struct profile *profiles, size_t count, const char *selector)
{
    struct pick_query q;
    pick_query_init(&q);
    for (size_t i = 0; i < count; i++) {
        const struct profile *p = &profiles[i];
        pick_query_add_labels(&q, p->where);
        for (size_t k = 0; k < p->detect.count; k++) {
            pick_query_add_name(&q, p->detect.items[k], "");
        }
    }
    return pick_query_end(&q, selector, s);
}

static bool shows(const struct profile *p, const struct labels *row)
{
    bool is = false;
    for (size_t k = 0; !is && k < p->detect.count; k++) {
        char *metric = mem_strdup(p->detect.items[k]);
        metric_key_narrow(&metric, p->where);
        is = pick_matches(metric, row);
        free(metric);
    }
    return is;
}

static const char *namespace_of(const struct labels *row)
{
    const char *own = labels_get(row, "namespace");
    return own ? own : "";
}

// Whether a component of RAG stacks alone is in NAMESPACE.
static bool has_stack(
    const struct profile *profiles, size_t count, const struct batch *rows, const char *namespace)
{
    bool has = false;
    for (size_t r = 0; !has && r < rows->count; r++) {
        const struct labels *row = &rows->series[r].labels;
        for (size_t i = 0; !has && i < count && strcmp(namespace_of(row), namespace) == 0; i++) {
            has = !profiles[i].generic && shows(&profiles[i], row);
        }
    }
    return has;
}

size_t find_take(
    const struct profile *profiles, size_t count, const struct batch *rows, bool *found)
{
    size_t any = 0;
    for (size_t i = 0; i < count; i++) {
        const struct profile *p = &profiles[i];
        found[i] = p->detect.count == 0; // what the user names is looked for in any case
        for (size_t r = 0; !found[i] && r < rows->count; r++) {
            const struct labels *row = &rows->series[r].labels;
            found[i] = shows(p, row) &&
                       (!p->generic || has_stack(profiles, count, rows, namespace_of(row)));
        }
        any += found[i];
    }
    return any;
}
