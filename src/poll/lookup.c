#include "poll/lookup.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/names.h"
#include "plan/discover.h"
#include "plan/promql.h"
#include "poll/state.h"
#include "prom/decode.h"
#include "prom/request.h"
#include "prom/select.h"

enum { AT_ONCE = 4, LISTED_MOST = 6, PLACES_MOST = 3 };

static const char total[] = "_total";

void lookup_drop(struct poller *p)
{
    for (size_t i = 0; i < p->lookups.count; i++) {
        free(p->lookups.items[i].nearest);
        free(p->lookups.items[i].label);
    }
    p->lookups = (struct lookups){0};
}

static size_t name_length(const char *metric)
{
    return strcspn(metric, "{ \t");
}

static const struct signal *signal_of(const struct poller *p, const struct lookup *l)
{
    return l->signal >= 0 ? &p->plan->signals[l->signal] : NULL;
}

static bool is_latency(const struct poller *p, const struct lookup *l)
{
    const struct signal *s = signal_of(p, l);
    return !s || (s->kind == SIGNAL_LATENCY && !s->source.count);
}

static bool counts_errors(const struct signal *s)
{
    return s && (s->kind == SIGNAL_ERRORS || s->kind == SIGNAL_TOOL_ERRORS);
}

// ---- what there is to say ---------------------------------------------------------------------

static const char *what_of(const struct signal *s)
{
    return !s                              ? "stages_by_label"
           : s->what                       ? s->what
           : s->kind == SIGNAL_LATENCY     ? "latency"
           : s->kind == SIGNAL_ERRORS      ? "errors"
           : s->kind == SIGNAL_REQUESTS    ? "requests"
           : s->kind == SIGNAL_TOOL_CALLS  ? "tool calls"
           : s->kind == SIGNAL_TOOL_ERRORS ? "failed tool calls"
                                           : "saturation";
}

static bool same_name(const char *a, const char *b)
{
    size_t len = name_length(a);
    return name_length(b) == len && strncmp(a, b, len) == 0;
}

/** A metric of SIGNAL that is configured, the first or the second; NULL: it has no such. */
static const char *metric_of(const struct signal *s, int which)
{
    const char *second = s->source.count ? s->source.count : s->limit.metric;
    return which == 0 ? s->source.metric : second;
}

static void add_what(struct str *s, const struct poller *p, const struct signal *of)
{
    str_addf(s, "%s%s", s->text[s->len - 1] == '(' ? "" : ", ", what_of(of));
    if (of && of->stage >= 0) {
        str_addf(s, " of %s", p->plan->stages[of->stage].name);
    }
}

// Where it is configured: " (errors of llm, errors of chat)".
static void add_places(struct str *s, const struct poller *p, const struct lookup *l)
{
    size_t named = 0, left = 0;
    str_add(s, " (");
    if (l->signal < 0 || !l->missing) {
        add_what(s, p, signal_of(p, l));
    }
    for (size_t i = 0; l->missing && i < p->plan->signals_count; i++) {
        const struct signal *of = &p->plan->signals[i];
        const char *first = metric_of(of, 0), *second = metric_of(of, 1);
        bool its = !of->deep && ((first && same_name(first, l->metric)) ||
                                    (second && same_name(second, l->metric)));
        if (its && named < PLACES_MOST) {
            add_what(s, p, of);
            named++;
        } else if (its) {
            left++;
        }
    }
    if (left > 0) {
        str_addf(s, " and %zu more", left);
    }
    str_addc(s, ')');
}

static void start_note(struct str *s, const struct lookup *l)
{
    str_append(s, l->metric, name_length(l->metric));
    str_add(s, ": ");
}

// What makes all stages is said in the sentence, where there are no others.
static void say(struct poller *p, const struct lookup *l, const char *note)
{
    if (l->signal < 0 && p->plan->stages_count == 0) {
        snprintf(p->store->unmet, sizeof p->store->unmet, "The server answers, but %s.", note);
    } else {
        store_add_note(p->store, note);
    }
}

static void say_missing(struct poller *p, const struct lookup *l)
{
    struct str s;
    str_init(&s);
    start_note(&s, l);
    str_add(&s, "no such metric");
    add_places(&s, p, l);
    if (l->nearest) {
        str_addf(&s, "; the nearest name is %s", l->nearest);
    }
    say(p, l, s.text);
    str_finish(&s);
}

static bool all_absent(const struct plan *plan)
{
    bool all = plan->stages_count > 0;
    for (size_t i = 0; i < plan->stages_count; i++) {
        all = all && plan->stages[i].kind == LATENCY_ABSENT;
    }
    return all;
}

static void say_elsewhere(struct poller *p, const struct lookup *l)
{
    if (all_absent(p->plan)) { // one sentence is enough
        snprintf(p->store->unmet, sizeof p->store->unmet,
            "No data: the server has these metrics, but no series of them matches %s.",
            p->config->selector);
        return;
    }
    struct str s;
    str_init(&s);
    start_note(&s, l);
    str_addf(&s, "the server has it, but no series that matches %s", p->config->selector);
    add_places(&s, p, l);
    say(p, l, s.text);
    str_finish(&s);
}

static bool is_any(const char *label, const char *const *names)
{
    for (size_t i = 0; names[i]; i++) {
        if (strcmp(label, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

// Labels of the series and not of what is measured are left out, those of the target where there
// are others.
static bool is_told(const struct prom_names *names, size_t at)
{
    static const char *const own[] = {"__name__", "le", "quantile", NULL};
    static const char *const target[] = {"instance", "job", NULL};
    bool others = false;
    for (size_t i = 0; i < names->count; i++) {
        others = others || (!is_any(names->items[i], own) && !is_any(names->items[i], target));
    }
    return !is_any(names->items[at], own) && !(others && is_any(names->items[at], target));
}

static void add_list(struct str *s, const struct prom_names *names)
{
    size_t listed = 0, left = 0;
    for (size_t i = 0; i < names->count; i++) {
        if (!is_told(names, i)) {
            continue;
        }
        if (listed < LISTED_MOST) {
            str_addf(s, "%s%s", listed++ > 0 ? ", " : "", names->items[i]);
        } else {
            left++;
        }
    }
    if (left > 0) {
        str_addf(s, " and %zu more", left);
    }
}

static void say_label(
    struct poller *p, const struct lookup *l, const char *label, const struct prom_names *names)
{
    struct str s;
    str_init(&s);
    if (l->signal < 0 && p->plan->stages_count == 0) {
        str_addf(&s, "%.*s has no label \"%s\". Labels it has: ", (int)name_length(l->metric),
            l->metric, label);
    } else {
        start_note(&s, l);
        str_addf(&s, "no label \"%s\"", label);
        add_places(&s, p, l);
        str_add(&s, "; labels it has: ");
    }
    add_list(&s, names);
    say(p, l, s.text);
    str_finish(&s);
}

static void say_value(struct poller *p, const struct lookup *l, const struct matcher *m,
    const struct prom_names *names)
{
    const char *nearest = m->regex ? NULL : names_nearest(m->value, names->items, names->count);
    struct str s;
    str_init(&s);
    start_note(&s, l);
    str_addf(&s, "no series has %s%s\"%s\"", m->name, m->regex ? "=~" : "=", m->value);
    add_places(&s, p, l);
    if (nearest) {
        str_addf(&s, "; the nearest value is \"%s\"", nearest);
    } else {
        str_addf(&s, "; values of %s: ", m->name);
        add_list(&s, names);
    }
    say(p, l, s.text);
    str_finish(&s);
}

// ---- what to look up --------------------------------------------------------------------------

/** The lookup of the name of METRIC, or, unless it is MISSING, of METRIC as it stands. */
static struct lookup *find(struct poller *p, const char *metric, bool missing)
{
    for (size_t i = 0; i < p->lookups.count; i++) {
        struct lookup *l = &p->lookups.items[i];
        if (l->missing == missing &&
            (missing ? same_name(l->metric, metric) : strcmp(l->metric, metric) == 0)) {
            return l;
        }
    }
    return NULL;
}

static void add(struct poller *p, struct lookup l)
{
    struct lookups *all = &p->lookups;
    if (all->count < LOOKUPS_MAX && !find(p, l.metric, l.missing)) {
        all->items[all->count++] = l;
    } else {
        free(l.label);
    }
}

static enum presence *presence_of(struct signal *s, int which)
{
    return which == 0 ? &s->presence : &s->limit_presence;
}

/** Settles, for all that name it, whether anybody knows the metric of L. */
static void settle(struct poller *p, const struct lookup *l, enum presence presence)
{
    for (size_t i = 0; i < p->plan->signals_count; i++) {
        for (int k = 0; k < 2; k++) {
            struct signal *s = &p->plan->signals[i];
            const char *metric = metric_of(s, k);
            enum presence *its = presence_of(s, k);
            if (metric && *its == PRESENCE_MISSING && same_name(metric, l->metric)) {
                *its = presence;
            }
        }
    }
}

// What was missing and has come needs no note any more.
static void let_go(struct poller *p, struct lookup *l)
{
    struct str start;
    str_init(&start);
    start_note(&start, l);
    store_drop_notes(p->store, start.text);
    str_finish(&start);
    free(l->nearest);
    free(l->label);
    *l = p->lookups.items[--p->lookups.count];
}

static void learn(struct poller *p, int signal, const char *metric, enum presence presence)
{
    struct lookup *known = metric ? find(p, metric, true) : NULL;
    if (presence == PRESENCE_MISSING && !known) {
        // only what counts failures may have no series because nothing ever failed
        bool errors = counts_errors(&p->plan->signals[signal]);
        add(p, (struct lookup){.step = errors ? LOOKUP_TYPE : LOOKUP_NEAR,
                   .signal = signal,
                   .metric = metric,
                   .missing = true});
    } else if (presence == PRESENCE_MISSING && known->step == LOOKUP_DONE) {
        settle(p, known, PRESENCE_ABSENT);
    } else if (known && presence == PRESENCE_SERIES && known->step == LOOKUP_DONE) {
        let_go(p, known);
    }
}

void lookup_learn(struct poller *p)
{
    if (!all_absent(p->plan)) {
        p->store->unmet[0] = '\0';
    }
    for (size_t i = 0; i < p->plan->signals_count; i++) {
        struct signal *s = &p->plan->signals[i];
        for (int k = 0; k < 2 && !s->deep; k++) {
            learn(p, (int)i, metric_of(s, k), *presence_of(s, k));
        }
    }
}

void lookup_stages(struct poller *p)
{
    const struct stages_by_label_config *c = &p->config->by_label;
    add(p, (struct lookup){.step = LOOKUP_LABELS,
               .signal = -1,
               .metric = c->latency,
               .label = mem_strdup(c->label)});
}

// Calls that no label tells apart are of tools that cannot be named.
static void look_at_tools(struct poller *p)
{
    int signal = p->plan->tool_calls;
    const char *metric = signal >= 0 ? p->plan->signals[signal].source.metric : NULL;
    const struct matrix *live = signal >= 0 ? &p->store->signals[signal].live : NULL;
    bool named = !metric || live->count == 0;
    for (size_t i = 0; !named && i < live->count; i++) {
        named = labels_get(&live->series[i].labels, p->plan->tool_label) != NULL;
    }
    if (!named) {
        add(p, (struct lookup){.step = LOOKUP_LABELS,
                   .signal = signal,
                   .metric = metric,
                   .label = mem_strdup(p->plan->tool_label)});
    }
}

// What exists by its name and has answered with nothing: its matchers may match nothing.
static void look_at_matchers(struct poller *p)
{
    p->lookups.matchers_seen = true;
    look_at_tools(p);
    for (size_t i = 0; i < p->plan->signals_count; i++) {
        const struct signal *s = &p->plan->signals[i];
        const struct signal_data *data = &p->store->signals[i];
        bool matches = s->source.metric && strchr(s->source.metric, '{');
        if (!s->deep && matches && s->presence == PRESENCE_SERIES && data->live.count == 0 &&
            data->condition == CONDITION_ANSWERED &&
            !(s->stage >= 0 && p->plan->stages[s->stage].by_label)) {
            add(p, (struct lookup){
                       .step = LOOKUP_LABELS, .signal = (int)i, .metric = s->source.metric});
        }
    }
}

// ---- what to ask ------------------------------------------------------------------------------

static void add_names_like(struct str *s, const struct lookup *l, const char *extra)
{
    struct str token, regex;
    str_init(&token);
    str_init(&regex);
    size_t len = strcspn(l->metric, "_:.{ \t");
    str_append(&token, l->metric, len);
    promql_add_regex(&regex, token.text);
    str_addf(&regex, "%s.*", strchr("_:.", l->metric[len]) && l->metric[len] ? "[_:.]" : "");
    str_add(s, "{__name__=~");
    str_add_quoted(s, regex.text);
    str_addf(s, "%s%s}", extra ? "," : "", extra ? extra : "");
    str_finish(&token);
    str_finish(&regex);
}

static void add_series(struct str *s, const struct poller *p, const struct lookup *l)
{
    struct str name, regex;
    const char *extra = p->config->selector;
    str_init(&name);
    str_init(&regex);
    promql_add_name(&name, l->metric);
    promql_add_regex(&regex, name.text);
    str_addf(&regex, "%s", is_latency(p, l) ? "(_bucket|_sum|_count)?" : "");
    str_add(s, "{__name__=~");
    str_add_quoted(s, regex.text);
    str_addf(s, "%s%s}", extra ? "," : "", extra ? extra : "");
    str_finish(&name);
    str_finish(&regex);
}

// Under which name the metadata may have it: that of OpenMetrics has no suffix.
static void add_family(struct str *s, const struct lookup *l)
{
    size_t suffix = l->step == LOOKUP_FAMILY ? strlen(total) : 0;
    str_append(s, l->metric, name_length(l->metric) - suffix);
}

static void write_request(
    struct prom_request *r, const struct poller *p, const struct lookup *l, int64_t tick_ms)
{
    int64_t from_ms = tick_ms - p->plan->span_ms;
    struct str s;
    str_init(&s);
    switch (l->step) {
    case LOOKUP_TYPE:
    case LOOKUP_FAMILY:
        add_family(&s, l);
        prom_request_metadata(r, s.text);
        break;
    case LOOKUP_NEAR:
    case LOOKUP_ANYWHERE:
        add_names_like(&s, l, l->step == LOOKUP_NEAR ? p->config->selector : NULL);
        prom_request_label_values(r, "__name__", s.text, from_ms, tick_ms);
        break;
    case LOOKUP_LABELS:
        add_series(&s, p, l);
        prom_request_labels(r, s.text, from_ms, tick_ms);
        break;
    case LOOKUP_VALUES:
        add_series(&s, p, l);
        prom_request_label_values(r, l->label, s.text, from_ms, tick_ms);
        break;
    case LOOKUP_DONE: break;
    }
    str_finish(&s);
}

static void send(struct poller *p, size_t index, int i, int64_t now_ms)
{
    struct lookup *l = &p->lookups.items[index];
    struct prom_request r;
    prom_request_init(&r);
    write_request(&r, p, l, p->agenda.tick_ms);
    p->asks[i] = (struct ask){
        .purpose = ASK_LOOKUP, .index = (int)index, .sent_ms = now_ms, .prefix = p->prefix};
    p->ask_used[i] = true;
    l->asked = true;
    http_start(
        p->http, &(struct http_request){
                     .path = r.path.text, .query = r.query.text, .gzip = true, .tag = (uint64_t)i});
    prom_request_finish(&r);
}

// ---- what was answered ------------------------------------------------------------------------

static bool ends_in(const char *name, size_t len, const char *end)
{
    size_t n = strlen(end);
    return len > n && strncmp(name + len - n, end, n) == 0;
}

// The names that could be configured in the place of the one that is missing.
static void keep_alike(struct prom_names *names, bool latency)
{
    static const char *const parts[] = {"_bucket", "_sum", "_count", "_created"};
    for (size_t i = 0; i < names->count; i++) {
        char *name = names->items[i];
        size_t len = strlen(name);
        for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
            bool base = latency && ends_in(name, len, parts[k]) && k < 3;
            bool no = !latency && ends_in(name, len, parts[k]) && k != 2;
            name[base ? len - strlen(parts[k]) : no ? 0 : len] = '\0';
            len = strlen(name);
        }
    }
}

static bool has_name(const struct lookup *l, const struct prom_names *names)
{
    size_t len = name_length(l->metric);
    for (size_t i = 0; i < names->count; i++) {
        if (strlen(names->items[i]) == len && strncmp(names->items[i], l->metric, len) == 0) {
            return true;
        }
    }
    return false;
}

static void take_near(struct poller *p, struct lookup *l, struct prom_names *names)
{
    char *name = mem_strndup(l->metric, name_length(l->metric));
    keep_alike(names, is_latency(p, l));
    bool here = l->step == LOOKUP_NEAR;
    const char *nearest = here ? names_nearest(name, names->items, names->count) : NULL;
    free(name);
    l->nearest = here ? mem_strdup(nearest) : l->nearest;
    if (here && p->config->selector) {
        l->step = LOOKUP_ANYWHERE;
        return;
    }
    l->step = LOOKUP_DONE;
    settle(p, l, PRESENCE_ABSENT);
    if (!here && has_name(l, names)) {
        say_elsewhere(p, l);
    } else {
        say_missing(p, l);
    }
}

static void take_type(struct poller *p, struct lookup *l, const char *type)
{
    size_t len = name_length(l->metric);
    if (*type) {
        settle(p, l, PRESENCE_DECLARED);
        l->step = LOOKUP_DONE;
    } else {
        bool more = l->step == LOOKUP_TYPE && ends_in(l->metric, len, total);
        l->step = more ? LOOKUP_FAMILY : LOOKUP_NEAR;
    }
}

static bool has_text(const struct prom_names *names, const char *text)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->items[i], text) == 0) {
            return true;
        }
    }
    return false;
}

// The next matcher whose label has to be looked at; its label is missing where *MISSING says so.
static const struct matcher *next_matcher(
    const struct selector *s, const char *after, const struct prom_names *labels, bool *missing)
{
    bool on = !after;
    for (size_t i = 0; i < s->count; i++) {
        const struct matcher *m = &s->matchers[i];
        if (!on) {
            on = strcmp(m->name, after) == 0;
            continue;
        }
        if (strcmp(m->name, "__name__") == 0 || select_matches(m, "")) {
            continue; // what matches no label needs none
        }
        *missing = labels && !has_text(labels, m->name);
        return m;
    }
    return NULL;
}

static void take_labels(struct poller *p, struct lookup *l, const struct prom_names *labels)
{
    struct selector s;
    const char *at = l->metric;
    bool missing = false;
    if (labels->count == 0) {
        l->step = LOOKUP_NEAR; // it has no series at all
        return;
    }
    l->step = LOOKUP_DONE;
    if (l->label) {
        say_label(p, l, l->label, labels);
        return;
    }
    if (!select_parse(&s, &at)) {
        return;
    }
    const struct matcher *first = NULL;
    for (const struct matcher *m = NULL;
         !missing && (m = next_matcher(&s, m ? m->name : NULL, labels, &missing));) {
        first = first ? first : m;
        if (missing) {
            say_label(p, l, m->name, labels);
        }
    }
    if (missing && counts_errors(signal_of(p, l))) { // then none of them can ever be counted
        p->plan->signals[l->signal].presence = PRESENCE_UNLABELLED;
    }
    // of errors no value need be there: nothing may have failed
    if (!missing && first && !counts_errors(signal_of(p, l))) {
        l->label = mem_strdup(first->name);
        l->step = LOOKUP_VALUES;
    }
    select_finish(&s);
}

static void take_values(struct poller *p, struct lookup *l, const struct prom_names *values)
{
    struct selector s;
    const char *at = l->metric;
    bool unused = false, any = false;
    l->step = LOOKUP_DONE;
    if (!select_parse(&s, &at)) {
        return;
    }
    for (size_t i = 0; i < s.count; i++) {
        const struct matcher *m = &s.matchers[i];
        any = strcmp(m->name, l->label) != 0;
        for (size_t k = 0; !any && k < values->count; k++) {
            any = select_matches(m, values->items[k]);
        }
        if (!any) {
            say_value(p, l, m, values);
            break;
        }
    }
    const struct matcher *next = any ? next_matcher(&s, l->label, NULL, &unused) : NULL;
    if (next) {
        free(l->label);
        l->label = mem_strdup(next->name);
        l->step = LOOKUP_VALUES;
    }
    select_finish(&s);
}

static void take(struct poller *p, struct lookup *l, struct prom_names *names)
{
    switch (l->step) {
    case LOOKUP_NEAR:
    case LOOKUP_ANYWHERE: take_near(p, l, names); break;
    case LOOKUP_LABELS: take_labels(p, l, names); break;
    case LOOKUP_VALUES: take_values(p, l, names); break;
    case LOOKUP_TYPE:
    case LOOKUP_FAMILY:
    case LOOKUP_DONE: break;
    }
}

// Not every server tells of types, or of labels: then a name that has no series is one nobody
// knows.
void lookup_take(struct poller *p, const struct ask *ask, const struct http_reply *r)
{
    struct lookup *l = &p->lookups.items[ask->index];
    struct prom_names names = {0};
    struct str why, name, type;
    if ((size_t)ask->index >= p->lookups.count || !l->asked) {
        return; // the plan is another one now
    }
    str_init(&why);
    str_init(&name);
    str_init(&type);
    l->asked = false;
    bool answered = r->outcome == HTTP_ANSWERED;
    if (l->step == LOOKUP_TYPE || l->step == LOOKUP_FAMILY) {
        add_family(&name, l);
        bool told = answered && prom_decode_type(r->status, r->body, r->body_len, name.text, &type,
                                    &why) == PROM_OK;
        take_type(p, l, told ? type.text : "");
    } else if (answered &&
               prom_decode_names(r->status, r->body, r->body_len, &names, &why) == PROM_OK) {
        take(p, l, &names);
    } else if (l->step == LOOKUP_NEAR || l->step == LOOKUP_ANYWHERE) {
        take_near(p, l, &names);
    } else {
        l->step = LOOKUP_DONE;
    }
    prom_names_finish(&names);
    str_finish(&why);
    str_finish(&name);
    str_finish(&type);
}

// ---- without a server -------------------------------------------------------------------------

static void collect(const struct poller *p, const struct lookup *l, struct prom_names *out)
{
    const struct scraped *data = &p->scraping.data;
    size_t len = name_length(l->metric);
    for (size_t i = 0; i < data->count; i++) {
        const struct labels *labels = &data->series[i].labels;
        const char *name = labels_get(labels, "__name__");
        bool names = l->step == LOOKUP_NEAR || l->step == LOOKUP_ANYWHERE;
        bool its = names || (name && strncmp(name, l->metric, len) == 0);
        for (size_t k = 0; its && k < labels->count; k++) {
            const struct label *label = &labels->items[k];
            const char *text = l->step == LOOKUP_LABELS ? label->name : label->value;
            bool wanted = names                      ? strcmp(label->name, "__name__") == 0
                          : l->step == LOOKUP_VALUES ? strcmp(label->name, l->label) == 0
                                                     : true;
            if (wanted && !has_text(out, text)) {
                mem_grow(&out->items, out->count, &out->cap);
                out->items[out->count++] = mem_strdup(text);
            }
        }
    }
}

static void answer_own(struct poller *p, struct lookup *l)
{
    while (l->step != LOOKUP_DONE) {
        struct prom_names names = {0};
        if (l->step == LOOKUP_TYPE || l->step == LOOKUP_FAMILY) {
            take_type(p, l, ""); // what the target declares is known already
        } else {
            collect(p, l, &names);
            take(p, l, &names);
        }
        prom_names_finish(&names);
    }
}

// ---- at each turn -----------------------------------------------------------------------------

bool lookup_run(struct poller *p, int64_t now_ms)
{
    bool changed = false;
    int room = AT_ONCE;
    if (p->store->source.reach == REACH_LOST) {
        return false;
    }
    if (p->phase == PHASE_POLLING && !p->lookups.matchers_seen && agenda_complete(&p->agenda)) {
        look_at_matchers(p);
    }
    for (size_t i = 0; i < p->lookups.count; i++) {
        room -= p->lookups.items[i].asked;
    }
    for (size_t i = 0; i < p->lookups.count; i++) {
        struct lookup *l = &p->lookups.items[i];
        if (l->step == LOOKUP_DONE || l->asked) {
            continue;
        }
        if (p->scraping.on) {
            answer_own(p, l);
            changed = true;
        } else if (room > 0 && asking_free(p) >= 0) {
            send(p, i, asking_free(p), now_ms);
            room--;
        }
    }
    return changed;
}

bool lookup_busy(const struct poller *p)
{
    if (p->store->source.reach == REACH_LOST) {
        return false;
    }
    bool busy = p->phase == PHASE_POLLING && !p->lookups.matchers_seen;
    for (size_t i = 0; i < p->lookups.count; i++) {
        busy = busy || p->lookups.items[i].step != LOOKUP_DONE;
    }
    return busy;
}
