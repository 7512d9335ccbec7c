#include "series/routing.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool silence_add_matcher(
    struct silence *s, const char *name, const char *value, bool regex, bool negative)
{
    if (s->matchers_count == SILENCE_MATCHERS_MAX) {
        return false;
    }
    mem_grow(&s->matchers, s->matchers_count, &s->matchers_cap);
    s->matchers[s->matchers_count++] =
        (struct silence_matcher){mem_strdup(name), mem_strdup(value), regex, negative};
    return true;
}

void silence_finish(struct silence *s)
{
    for (size_t i = 0; i < s->matchers_count; i++) {
        free(s->matchers[i].name);
        free(s->matchers[i].value);
    }
    free(s->matchers);
    free(s->id);
    free(s->author);
    free(s->comment);
    *s = (struct silence){0};
}

void routing_finish_alerts(struct routing *r)
{
    for (size_t i = 0; i < r->alerts_count; i++) {
        labels_finish(&r->alerts[i].labels);
        free(r->alerts[i].silence);
        free(r->alerts[i].muted);
        free(r->alerts[i].receivers);
        free(r->alerts[i].print);
    }
    free(r->alerts);
    r->alerts = NULL;
    r->alerts_count = r->alerts_cap = r->alerts_left_out = 0;
}

void routing_finish_silences(struct routing *r)
{
    for (size_t i = 0; i < r->silences_count; i++) {
        silence_finish(&r->silences[i]);
    }
    free(r->silences);
    r->silences = NULL;
    r->silences_count = r->silences_cap = r->silences_left_out = 0;
}

void routing_finish_groups(struct routing *r)
{
    for (size_t i = 0; i < r->groups_count; i++) {
        free(r->groups[i].receiver);
        labels_finish(&r->groups[i].labels);
    }
    for (size_t i = 0; i < r->members_count; i++) {
        free(r->members[i].print);
    }
    free(r->groups);
    free(r->members);
    r->groups = NULL;
    r->members = NULL;
    r->groups_count = r->groups_cap = r->members_count = r->members_cap = 0;
    r->groups_known = false;
}

void routing_state_finish(struct routing_state *s)
{
    routing_finish_groups(&s->routing);
    routing_finish_alerts(&s->routing);
    routing_finish_silences(&s->routing);
    *s = (struct routing_state){0};
}

static bool has_all(const struct labels *all, const struct labels *part)
{
    bool has = true;
    for (size_t i = 0; i < part->count && has; i++) {
        const char *value = labels_get(all, part->items[i].name);
        has = value && strcmp(value, part->items[i].value) == 0;
    }
    return has;
}

// Prometheus adds its external labels; of several that have all, the nearest one is meant.
const struct routed *routing_find(const struct routing *r, const struct labels *labels)
{
    const struct routed *found = NULL;
    for (size_t i = 0; i < r->alerts_count; i++) {
        const struct routed *alert = &r->alerts[i];
        bool nearer = !found || alert->labels.count < found->labels.count;
        found = nearer && has_all(&alert->labels, labels) ? alert : found;
    }
    return found;
}

const struct routed_group *routing_group(const struct routing *r, const char *print, size_t i)
{
    for (size_t k = 0; print && k < r->members_count; k++) {
        if (strcmp(r->members[k].print, print) == 0 && i-- == 0) {
            return &r->groups[r->members[k].group];
        }
    }
    return NULL;
}

int silence_index(const char *id)
{
    uint64_t hash = 14695981039346656037u; // FNV-1a
    for (const char *p = id ? id : ""; *p; p++) {
        hash = (hash ^ (unsigned char)*p) * 1099511628211u;
    }
    return (int)(hash & INT_MAX);
}

const struct silence *routing_silence(const struct routing *r, const char *id)
{
    for (size_t i = 0; id && i < r->silences_count; i++) {
        if (r->silences[i].id && strcmp(r->silences[i].id, id) == 0) {
            return &r->silences[i];
        }
    }
    return NULL;
}
