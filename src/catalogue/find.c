#include "catalogue/find.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "catalogue/account.h"
#include "catalogue/pick.h"
#include "config/metric_key.h"

// Without the others a profile may be found that has nothing there, which its parts show. Each
// label makes more rows, and one of routes or paths thousands.
static void add_needed_labels(struct pick_query *q, const char *where)
{
    struct selector *selector = pick_selector(where);
    for (size_t i = 0; selector && i < selector->count; i++) {
        if (!select_matches(&selector->matchers[i], "")) {
            pick_query_add_label(q, selector->matchers[i].name);
        }
    }
    pick_free(selector);
}

bool find_asks(const struct profile *profiles, size_t count)
{
    bool any = false;
    for (size_t i = 0; !any && i < count; i++) {
        any = profiles[i].detect.count > 0;
    }
    return any;
}

void find_add_query(
    struct str *s, const struct profile *profiles, size_t count, const char *selector)
{
    struct pick_query q;
    pick_query_init(&q, PICK_METRICS);
    for (size_t i = 0; i < count; i++) {
        const struct profile *p = &profiles[i];
        add_needed_labels(&q, p->where);
        for (size_t k = 0; k < p->detect.count; k++) {
            pick_query_add_name(&q, p->detect.items[k], "");
        }
    }
    pick_query_end(&q, selector, NULL, s);
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

static bool is_among(const struct name_list *list, const char *name)
{
    bool is = false;
    for (size_t i = 0; !is && i < list->count; i++) {
        is = strcmp(list->items[i], name) == 0;
    }
    return is;
}

/** The namespaces where a component of RAG stacks alone is. */
static struct name_list stacks_in(
    const struct profile *profiles, size_t count, const struct batch *rows)
{
    struct name_list all = {0};
    for (size_t r = 0; r < rows->count; r++) {
        const struct labels *row = &rows->series[r].labels;
        bool is = is_among(&all, namespace_of(row));
        for (size_t i = 0; !is && i < count; i++) {
            if (!profiles[i].generic && shows(&profiles[i], row)) {
                names_push(&all, namespace_of(row));
                break;
            }
        }
    }
    return all;
}

size_t find_take(const struct profile *profiles, size_t count, const struct batch *rows,
    bool *found, struct component_list *seen)
{
    struct name_list stacks = stacks_in(profiles, count, rows);
    size_t any = 0;
    for (size_t i = 0; i < count; i++) {
        const struct profile *p = &profiles[i];
        found[i] = p->detect.count == 0; // what the user names is looked for in any case
        for (size_t r = 0; r < rows->count; r++) {
            const struct labels *row = &rows->series[r].labels;
            bool counts = !p->generic || is_among(&stacks, namespace_of(row));
            if (shows(p, row)) {
                account_recognise(seen, p, row, counts ? COMPONENT_TAKEN : COMPONENT_ALONE);
                found[i] = found[i] || counts;
            }
        }
        any += found[i];
    }
    names_finish(&stacks);
    return any;
}
