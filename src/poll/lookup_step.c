#include "poll/lookup_step.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "poll/lookup_expr.h"
#include "poll/lookup_match.h"
#include "poll/lookup_metric.h"
#include "poll/lookup_note.h"
#include "poll/poller_state.h"

static bool ends_in(const char *name, size_t len, const char *end)
{
    size_t n = strlen(end);
    return len > n && strncmp(name + len - n, end, n) == 0;
}

// Whether a signal that names the metric of L names NAME as well: it is something else there.
static bool is_other_half(const struct poller *p, const struct lookup *l, const char *name)
{
    bool is = false;
    for (size_t i = 0; !is && i < p->plan->signals_count; i++) {
        const struct signal *s = &p->plan->signals[i];
        is = lookup_names(s, l->metric) && !lookup_same_name(name, l->metric) &&
             lookup_names(s, name);
    }
    return is;
}

// Whether NAME is what another number of the same stage, or of the tools, is taken from: nobody
// means that. With matchers it may be so.
static bool is_taken(const struct poller *p, const struct lookup *l, const char *name)
{
    const struct signal *s = lookup_signal(p, l);
    bool is = false;
    if (!s || s->names_count > 0 || strchr(l->metric, '{')) {
        return false;
    }
    for (size_t i = 0; !is && *name && i < p->plan->signals_count; i++) {
        const struct signal *other = &p->plan->signals[i];
        is = !other->deep && other->kind != s->kind && other->stage == s->stage &&
             !lookup_same_name(name, l->metric) && lookup_names(other, name);
    }
    return is;
}

// The names that could be configured in the place of the one that is missing; the others are "".
static void keep_alike(const struct poller *p, const struct lookup *l, struct prom_names *names)
{
    static const char *const parts[] = {"_bucket", "_sum", "_count", "_created"};
    const struct signal *s = lookup_signal(p, l);
    bool latency = lookup_is_latency(p, l), pair = s && s->source.count;
    bool raw = s && s->names_count > 0;
    for (size_t i = 0; i < names->count; i++) {
        char *name = names->items[i];
        size_t len = strlen(name);
        for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
            bool base = latency && ends_in(name, len, parts[k]) && k < 3;
            bool no =
                !latency && !raw && ends_in(name, len, parts[k]) && k != 2 && !(k == 1 && pair);
            name[base ? len - strlen(parts[k]) : no ? 0 : len] = '\0';
            len = strlen(name);
        }
        name[is_other_half(p, l, name) || is_taken(p, l, name) ? 0 : len] = '\0';
    }
}

/** How much of what is looked up is among names. */
enum own {
    OWN_NOTHING,
    OWN_COUNT,
    OWN_BARE, /**< its bare name, where a histogram or a Summary is declared */
    OWN_SERIES,
};

static enum own own_series(const struct poller *p, const struct lookup *l, struct prom_names *names)
{
    enum own own = OWN_NOTHING;
    const char *metric = lookup_written(p, l);
    size_t len = lookup_name_length(metric);
    bool latency = lookup_is_latency(p, l), declared = metric != l->metric;
    for (size_t i = 0; i < names->count && own != OWN_SERIES; i++) {
        const char *name = names->items[i];
        if (strncmp(name, metric, len) != 0) {
            continue;
        }
        const char *rest = name + len;
        bool part = latency && (strcmp(rest, "_bucket") == 0 || strcmp(rest, "_sum") == 0);
        bool count = latency && strcmp(rest, "_count") == 0;
        bool bare = !*rest;
        own = part || (declared ? count : bare) ? OWN_SERIES
              : bare                            ? OWN_BARE
              : count                           ? OWN_COUNT
                                                : own;
    }
    return own;
}

void lookup_check_names(struct poller *p, struct lookup *l)
{
    l->step = LOOKUP_DONE;
    if (l->missing) {
        lookup_settle(p, l, PRESENCE_ABSENT);
    }
    if (!p->lookups.checked && (l->missing || l->signal < 0)) {
        p->lookups.checked = true;
        p->lookups.checking = p->phase == PHASE_POLLING;
        p->discover_ms = 0;
    }
    if (l->signal < 0) { // it may still have to be looked up
        free(l->label);
        *l = (struct lookup){.step = LOOKUP_DONE};
    }
}

static bool has_name(const struct poller *p, const struct lookup *l, const struct prom_names *names)
{
    const char *metric = lookup_written(p, l);
    size_t len = lookup_name_length(metric);
    for (size_t i = 0; i < names->count; i++) {
        if (strlen(names->items[i]) == len && strncmp(names->items[i], metric, len) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_total(const char *name, const struct prom_names *names)
{
    struct str s;
    str_init(&s);
    str_addf(&s, "%s%s", name, LOOKUP_TOTAL);
    bool has = lookup_has_text(names, s.text);
    str_finish(&s);
    return has;
}

static void take_nearest(struct poller *p, struct lookup *l, struct prom_names *names)
{
    keep_alike(p, l, names);
    const char *metric = lookup_written(p, l);
    char *name = mem_strndup(metric, lookup_name_length(metric));
    bool never_fired = l->declared && !has_total(name, names);
    l->nearest = mem_strdup(names_nearest_metric(name, names->items, names->count));
    free(name);
    l->step = never_fired ? LOOKUP_DONE : LOOKUP_EARLIER;
    if (never_fired) {
        lookup_settle(p, l, PRESENCE_DECLARED);
    }
}

// Why the selector matches none of its series; one metric is enough where that is so of all.
static void look_beyond(struct poller *p, struct lookup *l)
{
    bool known = false;
    for (size_t i = 0; lookup_all_absent(p->plan) && i < p->lookups.count; i++) {
        known = known || p->lookups.items[i].beyond;
    }
    if (!known) {
        l->beyond = true;
        l->step = LOOKUP_LABELS;
    }
}

static void take_near(struct poller *p, struct lookup *l, struct prom_names *names)
{
    if (l->step == LOOKUP_NEAR) {
        enum own own = own_series(p, l, names);
        if (own == OWN_SERIES) {
            lookup_check_names(p, l);
        } else if (own == OWN_COUNT || own == OWN_BARE) {
            l->step = LOOKUP_DONE;
            lookup_settle(p, l, PRESENCE_ABSENT);
            (own == OWN_COUNT ? lookup_say_count : lookup_say_bare)(p, l);
        } else {
            take_nearest(p, l, names);
        }
        return;
    }
    keep_alike(p, l, names);
    l->step = LOOKUP_DONE;
    lookup_settle(p, l, PRESENCE_ABSENT);
    if (has_name(p, l, names)) {
        look_beyond(p, l);
    } else {
        lookup_say_missing(p, l);
    }
}

static void go_beyond_selector(struct poller *p, struct lookup *l)
{
    if (p->config->selector) {
        l->step = LOOKUP_ANYWHERE;
    } else {
        l->step = LOOKUP_DONE;
        lookup_settle(p, l, PRESENCE_ABSENT);
        lookup_say_missing(p, l);
    }
}

// The count of a histogram, which is a single series of each of its many.
static const char *briefest(const struct prom_names *names)
{
    const char *name = names->items[0];
    for (size_t i = 0; i < names->count; i++) {
        name = ends_in(names->items[i], strlen(names->items[i]), "_count") ? names->items[i] : name;
    }
    return name;
}

static void take_earlier(struct poller *p, struct lookup *l, const struct prom_names *names)
{
    l->step = LOOKUP_DONE;
    if (names->count > 0) {
        l->ended = mem_strdup(briefest(names));
        l->step = LOOKUP_ENDED;
    } else if (p->scope->at_ms > 0) {
        l->step = LOOKUP_LATER;
    } else {
        go_beyond_selector(p, l);
    }
}

void lookup_take_ended(struct poller *p, struct lookup *l, int64_t at_ms)
{
    l->step = LOOKUP_DONE;
    for (size_t i = 0; i < p->plan->signals_count; i++) {
        if (lookup_names(&p->plan->signals[i], l->metric)) {
            p->store->signals[i].ended_ms = at_ms;
        }
    }
    lookup_settle(p, l, PRESENCE_ABSENT);
    lookup_say_ended(p, l, at_ms);
}

static void take_later(struct poller *p, struct lookup *l, const struct prom_names *names)
{
    if (names->count > 0) {
        l->step = LOOKUP_DONE;
        lookup_settle(p, l, PRESENCE_ABSENT);
        lookup_say_later(p, l);
    } else {
        go_beyond_selector(p, l);
    }
}

void lookup_take_type(struct poller *p, struct lookup *l, const char *type)
{
    size_t len = lookup_name_length(l->metric);
    l->declared = *type && l->step == LOOKUP_TYPE && !ends_in(l->metric, len, LOOKUP_TOTAL);
    if (l->declared) { // it may be the family of a counter that has series, called `_total`
        l->step = LOOKUP_NEAR;
    } else if (*type) {
        lookup_settle(p, l, PRESENCE_DECLARED);
        l->step = LOOKUP_DONE;
    } else {
        bool more = l->step == LOOKUP_TYPE && ends_in(l->metric, len, LOOKUP_TOTAL);
        l->step = more ? LOOKUP_FAMILY : LOOKUP_NEAR;
    }
}

void lookup_take_names(struct poller *p, struct lookup *l, struct prom_names *names)
{
    switch (l->step) {
    case LOOKUP_NEAR:
    case LOOKUP_ANYWHERE: take_near(p, l, names); break;
    case LOOKUP_EARLIER: take_earlier(p, l, names); break;
    case LOOKUP_LATER: take_later(p, l, names); break;
    case LOOKUP_LABELS: lookup_take_labels(p, l, names); break;
    case LOOKUP_VALUES: lookup_take_values(p, l, names); break;
    case LOOKUP_EXPRESSIONS:
        l->step = LOOKUP_DONE;
        lookup_take_expressions(p, names);
        break;
    case LOOKUP_TYPE:
    case LOOKUP_FAMILY:
    case LOOKUP_ENDED:
    case LOOKUP_DONE: break;
    }
}
