#include "poll/lookup_step.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/names.h"
#include "config/signal_keys.h"
#include "plan/promql.h"
#include "poll/lookup_expr.h"
#include "poll/lookup_match.h"
#include "poll/lookup_note.h"
#include "poll/poller_state.h"
#include "prom/request.h"
#include "promql/name.h"
#include "promql/regex.h"

static const char total[] = "_total";

enum { WITHIN_LEAST = 4 };

size_t lookup_name_length(const char *metric)
{
    return name_length(metric);
}

const struct signal *lookup_signal(const struct poller *p, const struct lookup *l)
{
    return l->signal >= 0 ? &p->plan->signals[l->signal] : NULL;
}

// It is asked for by its count: see plan.c.
static bool is_declared_latency(const struct signal *s)
{
    return s->declared && signal_has_base(s->declared->form);
}

bool lookup_is_latency(const struct poller *p, const struct lookup *l)
{
    const struct signal *s = lookup_signal(p, l);
    return !s || is_declared_latency(s) ||
           (s->kind == SIGNAL_LATENCY && !s->source.count && !s->said);
}

const char *lookup_written(const struct poller *p, const struct lookup *l)
{
    const struct signal *s = lookup_signal(p, l);
    return s && is_declared_latency(s) ? s->declared->source.metric : l->metric;
}

bool lookup_counts_errors(const struct signal *s)
{
    return s && (s->kind == SIGNAL_ERRORS || s->kind == SIGNAL_TOOL_ERRORS);
}

bool lookup_same_name(const char *a, const char *b)
{
    size_t len = lookup_name_length(a);
    return lookup_name_length(b) == len && strncmp(a, b, len) == 0;
}

int lookup_metrics(const struct signal *s)
{
    return 2 + (int)s->names_count;
}

const char *lookup_metric(const struct signal *s, int which)
{
    const char *second = s->source.count ? s->source.count : s->limit.metric;
    return which == 0 ? s->source.metric : which == 1 ? second : s->names[which - 2].name;
}

bool lookup_has_text(const struct prom_names *names, const char *text)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->items[i], text) == 0) {
            return true;
        }
    }
    return false;
}

bool lookup_names(const struct signal *s, const char *metric)
{
    bool does = false;
    for (int k = 0; !does && k < lookup_metrics(s); k++) {
        const char *its = lookup_metric(s, k);
        does = its && lookup_same_name(its, metric);
    }
    return does;
}

enum presence *lookup_presence(struct signal *s, int which)
{
    return which == 0   ? &s->presence
           : which == 1 ? &s->limit_presence
                        : &s->names[which - 2].presence;
}

void lookup_settle(struct poller *p, const struct lookup *l, enum presence presence)
{
    for (size_t i = 0; i < p->plan->signals_count; i++) {
        struct signal *s = &p->draft->signals[i];
        for (int k = 0; k < lookup_metrics(s); k++) {
            const char *metric = lookup_metric(s, k);
            enum presence *its = lookup_presence(s, k);
            bool open = *its == PRESENCE_MISSING || *its == PRESENCE_ABSENT;
            if (metric && open && lookup_same_name(metric, l->metric)) {
                *its = presence;
            }
        }
    }
}

// ---- what to ask ------------------------------------------------------------------------------

// What is brief would be within too many names.
static void add_within(struct str *regex, const char *part)
{
    if (strlen(part) >= WITHIN_LEAST) {
        str_add(regex, "|.*");
        regex_add_literal(regex, part);
        str_add(regex, ".*");
    }
}

// Names that begin as that of L does, or have the rest of it, whatever the case of their letters.
static void add_names_like(
    struct str *s, const struct poller *p, const struct lookup *l, const char *extra)
{
    const char *metric = lookup_written(p, l);
    struct str token, regex, name, stem;
    str_init(&name);
    str_init(&stem);
    str_init(&token);
    str_init(&regex);
    size_t len = strcspn(metric, "_:.{ \t");
    bool more = metric[len] && strchr("_:.", metric[len]);
    str_append(&token, metric, len);
    str_add(&regex, "(?i)");
    regex_add_literal(&regex, token.text);
    str_addf(&regex, "%s.*", more ? "[_:.]" : "");
    promql_add_name(&name, metric);
    names_add_stem(&stem, name.text);
    add_within(&regex, stem.text); // a prefix may be missing, or
    add_within(&regex, more && stem.len > len ? stem.text + len + 1 : ""); // another one
    str_add(s, "{__name__=~");
    str_add_quoted(s, regex.text);
    str_addf(s, "%s%s}", extra ? "," : "", extra ? extra : "");
    str_finish(&name);
    str_finish(&stem);
    str_finish(&token);
    str_finish(&regex);
}

static void add_series(struct str *s, const struct poller *p, const struct lookup *l)
{
    struct str name, regex;
    const char *extra = l->beyond ? NULL : p->config->selector;
    str_init(&name);
    str_init(&regex);
    promql_add_name(&name, lookup_written(p, l));
    regex_add_literal(&regex, name.text);
    str_addf(&regex, "%s", lookup_is_latency(p, l) ? "(_bucket|_sum|_count)?" : "");
    str_add(s, "{__name__=~");
    str_add_quoted(s, regex.text);
    str_addf(s, "%s%s}", extra ? "," : "", extra ? extra : "");
    str_finish(&name);
    str_finish(&regex);
}

// Of one name alone: a moment has no name, and of two names some would be of one series.
static void add_ended(struct str *s, const struct poller *p, const struct lookup *l)
{
    const char *extra = p->config->selector;
    str_add(s, "max_over_time(max(timestamp({__name__=");
    str_add_quoted(s, l->ended);
    str_addf(s, "%s%s}))[%dd:5m])", extra ? "," : "", extra ? extra : "", LOOKUP_DAYS);
}

// Under which name the metadata may have it: that of OpenMetrics has no suffix.
void lookup_add_family(struct str *s, const struct lookup *l)
{
    size_t suffix = l->step == LOOKUP_FAMILY ? strlen(total) : 0;
    str_append(s, l->metric, lookup_name_length(l->metric) - suffix);
}

void lookup_write(struct prom_request *r, const struct poller *p, const struct lookup *l,
    int64_t tick_ms, int64_t now_ms)
{
    int64_t from_ms = tick_ms - p->scope->span_ms;
    int64_t earlier_ms = tick_ms - LOOKUP_DAYS * (int64_t)CLOCK_DAY_MS;
    int64_t until_ms = tick_ms + LOOKUP_DAYS * (int64_t)CLOCK_DAY_MS;
    until_ms = p->scope->at_ms == 0 || now_ms < tick_ms ? tick_ms
               : now_ms < until_ms                      ? now_ms
                                                        : until_ms;
    struct str s;
    str_init(&s);
    switch (l->step) {
    case LOOKUP_TYPE:
    case LOOKUP_FAMILY:
        lookup_add_family(&s, l);
        prom_request_metadata(r, s.text);
        break;
    case LOOKUP_NEAR:
        add_names_like(&s, p, l, p->config->selector);
        prom_request_label_values(r, "__name__", s.text, from_ms, tick_ms);
        break;
    case LOOKUP_ANYWHERE:
        add_names_like(&s, p, l, NULL);
        prom_request_label_values(r, "__name__", s.text, from_ms, until_ms);
        break;
    case LOOKUP_LATER:
        add_series(&s, p, l);
        prom_request_label_values(r, "__name__", s.text, tick_ms, until_ms);
        break;
    case LOOKUP_EARLIER:
        add_series(&s, p, l);
        prom_request_label_values(r, "__name__", s.text, earlier_ms, tick_ms);
        break;
    case LOOKUP_ENDED:
        add_ended(&s, p, l);
        prom_request_instant(r, s.text, tick_ms, p->config->source.timeout_ms);
        break;
    case LOOKUP_LABELS:
        add_series(&s, p, l);
        prom_request_labels(r, s.text, from_ms, l->beyond ? until_ms : tick_ms);
        break;
    case LOOKUP_VALUES:
        add_series(&s, p, l); // what failed within days has shown that its value is right
        prom_request_label_values(r, l->label, s.text,
            lookup_counts_errors(lookup_signal(p, l)) ? earlier_ms : from_ms,
            l->beyond ? until_ms : tick_ms);
        break;
    case LOOKUP_EXPRESSIONS:
        lookup_add_expressions(&s, p);
        prom_request_label_values(r, "__name__", s.text, from_ms, tick_ms);
        break;
    case LOOKUP_DONE: break;
    }
    str_finish(&s);
}

// ---- what was answered ------------------------------------------------------------------------

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
    str_addf(&s, "%s%s", name, total);
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
    l->declared = *type && l->step == LOOKUP_TYPE && !ends_in(l->metric, len, total);
    if (l->declared) { // it may be the family of a counter that has series, called `_total`
        l->step = LOOKUP_NEAR;
    } else if (*type) {
        lookup_settle(p, l, PRESENCE_DECLARED);
        l->step = LOOKUP_DONE;
    } else {
        bool more = l->step == LOOKUP_TYPE && ends_in(l->metric, len, total);
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
