#include "words/doubt.h"

#include <string.h>

#include "base/text.h"
#include "plan/conduct.h"
#include "words/clause.h"
#include "words/format.h"
#include "words/phrase.h"

const char *doubt_counter(struct arena *a, const struct signal *signal)
{
    struct str s;
    str_init(&s);
    const char *name = conduct_bare(&s, signal)
                           ? arena_printf(a, "%.*s", (int)strcspn(s.text, "{"), s.text)
                           : NULL;
    str_finish(&s);
    return name;
}

// The metric that the latency of STAGE is taken from, be it by an expression.
static const char *counter_of(struct arena *a, const struct words *w, int stage)
{
    const struct stage *of = &w->plan->stages[stage];
    const char *bare = of->latency || of->latency_signal < 0
                           ? NULL
                           : doubt_counter(a, &w->plan->signals[of->latency_signal]);
    return bare ? bare : of->metric;
}

// The two counters that the latency of STAGE would be taken from, as the configuration has them.
static const char *way_out(struct arena *a, const struct words *w, int stage)
{
    const struct stage *of = &w->plan->stages[stage];
    const struct metric_config none = {0};
    const struct metric_config *requests =
        of->requests_named >= 0 ? &w->plan->signals[of->requests_named].source : &none;
    size_t len = strlen(of->metric);
    bool us = len > 3 && strcmp(of->metric + len - 3, "_us") == 0;
    const char *unit = of->unit_guessed ? "UNIT" : of->to_seconds == 1 ? "s" : us ? "us" : "ms";
    return arena_printf(a, "latency: {sum: %s, count: %s, unit: %s}",
        of->latency ? of->latency : counter_of(a, w, stage),
        requests->metric ? requests->metric : "NAME", unit);
}

const char *doubt_resets(struct arena *a, double resets, double samples)
{
    return arena_printf(a,
        text_count("unreliable: counters reset %s time in %s scrapes",
            "unreliable: counters reset %s times in %s scrapes", resets),
        format_exact_in(a, resets), format_exact_in(a, samples));
}

const char *doubt_reason(struct arena *a, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    switch (d->distrust) {
    case DISTRUST_COUNTER:
        return arena_printf(
            a, _("a counter, not a latency: configure it as %s"), way_out(a, w, stage));
    case DISTRUST_UNTIMED: return _("no latency: it has neither buckets nor a usable sum");
    case DISTRUST_LAPSED: return _("its requests are no longer timed");
    case DISTRUST_NAN: return _("reports NaN, not a latency");
    case DISTRUST_ZERO: return _("reports 0, not a latency");
    case DISTRUST_COUNTS: return _("its counts are NaN, infinite or negative");
    case DISTRUST_RESETS: return doubt_resets(a, d->resets, d->samples);
    case DISTRUST_NONE: break;
    }
    return NULL;
}

static bool is_doubted(const struct stage_diagnosis *d, int why)
{
    return (int)d->distrust == why;
}

// Of how many stages it is so; *WORST is the one with the most resets.
static int count(const struct words *w, enum distrust why, int *worst)
{
    int n = 0;
    for (int i = 0; i < (int)w->diagnosis->stages_count; i++) {
        const struct stage_diagnosis *d = phrase_stage(w, i);
        if (is_doubted(d, (int)why)) {
            *worst = n == 0 || d->resets > phrase_stage(w, *worst)->resets ? i : *worst;
            n++;
        }
    }
    return n;
}

static const char *names(struct arena *a, const struct words *w, enum distrust why, bool at_start)
{
    return clause_list(a, w, is_doubted, (int)why, clause_name, at_start);
}

/** Appends SENTENCE, a blank before it where it is not the first in S. */
static void add(struct str *s, const char *sentence)
{
    text_add_gap(s);
    str_add(s, sentence);
}

// ---- as the summary ----------------------------------------------------------------------------

static void add_resets(struct str *s, struct arena *a, const struct words *w, int worst)
{
    const struct stage_diagnosis *d = phrase_stage(w, worst);
    const char *why = d->mixed
                          ? _("several processes answer behind one port")
                          : _("several processes answer behind one port, or it keeps restarting");
    add(s, arena_printf(a,
               text_count("The counters of %s were reset %s time in %s scrapes: %s, so no "
                          "number computed from them can be trusted.",
                   "The counters of %s were reset %s times in %s scrapes: %s, so no number "
                   "computed from them can be trusted.",
                   d->resets),
               names(a, w, DISTRUST_RESETS, false), format_exact_in(a, d->resets),
               format_exact_in(a, d->samples), why));
    add(s, _("In Python, use the multiprocess mode of prometheus_client."));
}

static void add_counter(
    struct str *s, struct arena *a, const struct words *w, int counter, int counters)
{
    add(s, arena_printf(a,
               counters > 1 ? _("%s is a counter, not a latency, and it is not the only one: "
                                "configure it as %s.")
                            : _("%s is a counter, not a latency: configure it as %s."),
               counter_of(a, w, counter), way_out(a, w, counter)));
}

// How a sentence says of ALL stages WHY they cannot be judged, whose metric says something else
// than a latency; NULL: they can.
static const char *instead(enum distrust why, int all)
{
    switch (why) {
    case DISTRUST_LAPSED:
        return text_count("%s cannot be judged: its requests are no longer timed.",
            "%s cannot be judged: their requests are no longer timed.", all);
    case DISTRUST_NAN:
        return text_count("%s cannot be judged: it reports NaN instead of a latency.",
            "%s cannot be judged: they report NaN instead of a latency.", all);
    case DISTRUST_ZERO:
        return text_count("%s cannot be judged: it reports a latency of 0.",
            "%s cannot be judged: they report a latency of 0.", all);
    case DISTRUST_COUNTS:
        return text_count("%s cannot be judged: its counts are NaN, infinite or negative.",
            "%s cannot be judged: their counts are NaN, infinite or negative.", all);
    case DISTRUST_COUNTER:
    case DISTRUST_UNTIMED:
    case DISTRUST_RESETS:
    case DISTRUST_NONE: break;
    }
    return NULL;
}

static void add_instead(struct str *s, struct arena *a, const struct words *w)
{
    static const enum distrust whys[] = {
        DISTRUST_LAPSED, DISTRUST_NAN, DISTRUST_ZERO, DISTRUST_COUNTS};
    for (size_t i = 0; i < sizeof whys / sizeof *whys; i++) {
        int worst = -1, all = count(w, whys[i], &worst);
        if (all > 0) {
            add(s, arena_printf(a, instead(whys[i], all), names(a, w, whys[i], true)));
        }
    }
}

bool doubt_add_summary(struct str *s, const struct words *w)
{
    struct arena a = {0};
    struct str said;
    str_init(&said);
    int worst = -1, counter = -1, untimed = -1;
    if (count(w, DISTRUST_RESETS, &worst) > 0) {
        add_resets(&said, &a, w, worst);
    }
    int counters = count(w, DISTRUST_COUNTER, &counter);
    if (counters > 0) {
        add_counter(&said, &a, w, counter, counters);
    }
    if (count(w, DISTRUST_UNTIMED, &untimed) > 0) {
        add(&said, arena_printf(&a,
                       _("The latency of %s is unknown: there are requests, but neither buckets "
                         "nor a usable sum."),
                       names(&a, w, DISTRUST_UNTIMED, false)));
    }
    add_instead(&said, &a, w);
    bool any = said.len > 0;
    str_add(s, said.text);
    str_finish(&said);
    arena_finish(&a);
    return any;
}

// ---- beside a fault ----------------------------------------------------------------------------

static void add_absent(struct str *s, struct arena *a, const struct words *w)
{
    size_t absent = 0, one = 0;
    bool known = *w->store->unmet;
    for (size_t i = 0; i < w->diagnosis->stages_count; i++) {
        one = plan_is_absent(w->plan, i) ? i : one;
        absent += plan_is_absent(w->plan, i);
    }
    if (absent == 1) {
        add(s, arena_printf(a,
                   known ? _("%s cannot be judged.")
                         : text_count("%s cannot be judged: no such metric.",
                               "%s cannot be judged: no such metrics.", 1),
                   clause_stage(a, w, (int)one)));
    } else if (absent > 1) {
        add(s, arena_printf(a,
                   known ? text_count("%zu stage cannot be judged.", "%zu stages cannot be judged.",
                               (double)absent)
                         : text_count("%zu stage cannot be judged: no such metric.",
                               "%zu stages cannot be judged: no such metrics.", (double)absent),
                   absent));
    }
    if (absent > 0 && known) { // that was looked into
        add(s, w->store->unmet);
    }
}

void doubt_add_absent(struct str *s, const struct words *w)
{
    struct arena a = {0};
    add_absent(s, &a, w);
    arena_finish(&a);
}

// The notes say how to fix it.
static void add_metric_reasons(struct str *s, struct arena *a, const struct words *w)
{
    int worst = -1, other = -1;
    int resets = count(w, DISTRUST_RESETS, &worst);
    if (resets > 0 && phrase_stage(w, worst)->mixed) {
        add(s, arena_printf(a, _("%s cannot be judged: several processes answer behind one port."),
                   names(a, w, DISTRUST_RESETS, true)));
    } else if (resets > 0) {
        add(s, arena_printf(a,
                   text_count("%s cannot be judged: its counters are reset too often.",
                       "%s cannot be judged: their counters are reset too often.", resets),
                   names(a, w, DISTRUST_RESETS, true)));
    }
    int counters = count(w, DISTRUST_COUNTER, &other);
    if (counters > 0) {
        add(s, arena_printf(a,
                   text_count("%s cannot be judged: its metric is a counter, not a latency.",
                       "%s cannot be judged: their metrics are counters, not latencies.", counters),
                   names(a, w, DISTRUST_COUNTER, true)));
    }
    int untimed = count(w, DISTRUST_UNTIMED, &other);
    if (untimed > 0) {
        add(s, arena_printf(a,
                   text_count("%s cannot be judged: it has neither buckets nor a usable sum.",
                       "%s cannot be judged: they have neither buckets nor a usable sum.", untimed),
                   names(a, w, DISTRUST_UNTIMED, true)));
    }
}

void doubt_add_beside(struct str *s, const struct words *w)
{
    struct arena a = {0};
    add_metric_reasons(s, &a, w);
    add_instead(s, &a, w);
    add_absent(s, &a, w);
    arena_finish(&a);
    doubt_add_pools(s, w);
}
