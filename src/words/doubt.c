#include "words/doubt.h"

#include <math.h>
#include <string.h>

#include "diagnose/notable.h"
#include "words/format.h"
#include "words/phrase.h"

// The two counters that the latency of STAGE would be taken from.
static void add_way_out(struct str *s, const struct words *w, int stage)
{
    const struct stage *of = &w->plan->stages[stage];
    const struct metric_config none = {0};
    const struct metric_config *requests =
        of->requests_named >= 0 ? &w->plan->signals[of->requests_named].source : &none;
    size_t len = strlen(of->metric);
    bool us = len > 3 && strcmp(of->metric + len - 3, "_us") == 0;
    const char *unit = of->unit_guessed ? "UNIT" : of->to_seconds == 1 ? "s" : us ? "us" : "ms";
    str_addf(s, "latency: {sum: %s, count: %s, unit: %s}", of->latency,
        requests->metric ? requests->metric : "NAME", unit);
}

void doubt_add_reason(struct str *s, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    switch (d->distrust) {
    case DISTRUST_COUNTER:
        str_add(s, "a counter, not a latency: configure it as ");
        add_way_out(s, w, stage);
        break;
    case DISTRUST_UNTIMED: str_add(s, "no latency: it has neither buckets nor a usable sum"); break;
    case DISTRUST_LAPSED: str_add(s, "no request is timed any more"); break;
    case DISTRUST_NAN: str_add(s, "reports NaN, not a latency"); break;
    case DISTRUST_ZERO: str_add(s, "reports 0, not a latency"); break;
    case DISTRUST_RESETS:
        str_addf(s, "unreliable: counters reset %.0f %s in %.0f %s", d->resets,
            str_plural(d->resets, "time", "times"), d->samples,
            str_plural(d->samples, "scrape", "scrapes"));
        break;
    case DISTRUST_NONE: break;
    }
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

static void add_names(struct str *s, const struct words *w, enum distrust why, bool at_start)
{
    phrase_add_list(s, w, is_doubted, (int)why, phrase_add_stage, at_start);
}

/** Why a stage whose metric says something else than a latency cannot be judged, or several. */
static const struct {
    enum distrust why;
    const char *one, *many;
} instead[] = {
    {DISTRUST_LAPSED, "none of its requests is timed any more",
        "none of their requests is timed any more"},
    {DISTRUST_NAN, "it reports NaN instead of a latency", "they report NaN instead of a latency"},
    {DISTRUST_ZERO, "it reports a latency of 0", "they report a latency of 0"},
};

enum { INSTEAD = sizeof instead / sizeof *instead };

static void add_why(
    struct str *s, const struct words *w, enum distrust why, const char *one, const char *many)
{
    int worst = -1;
    int all = count(w, why, &worst);
    if (all > 0) {
        str_add(s, s->len > 0 ? " " : "");
        add_names(s, w, why, true);
        str_addf(s, " cannot be judged: %s.", all > 1 ? many : one);
    }
}

static void add_instead(struct str *s, const struct words *w)
{
    for (size_t i = 0; i < INSTEAD; i++) {
        add_why(s, w, instead[i].why, instead[i].one, instead[i].many);
    }
}

bool doubt_add_summary(struct str *s, const struct words *w)
{
    size_t before = s->len;
    int worst = -1, counter = -1, untimed = -1;
    int resets = count(w, DISTRUST_RESETS, &worst), counters = count(w, DISTRUST_COUNTER, &counter),
        without = count(w, DISTRUST_UNTIMED, &untimed);
    if (resets > 0) {
        const struct stage_diagnosis *d = phrase_stage(w, worst);
        str_add(s, "The counters of ");
        add_names(s, w, DISTRUST_RESETS, false);
        str_addf(s,
            " were reset %.0f %s in %.0f %s: several processes answer behind one port%s, so no "
            "number computed from them can be trusted. In Python, use the multiprocess mode of "
            "prometheus_client.",
            d->resets, str_plural(d->resets, "time", "times"), d->samples,
            str_plural(d->samples, "scrape", "scrapes"),
            d->mixed ? "" : ", or it keeps restarting");
    }
    if (counters > 0) {
        str_addf(s, "%s%s is a counter, not a latency%s: configure it as ", resets > 0 ? " " : "",
            w->plan->stages[counter].metric, counters > 1 ? ", and it is not the only one" : "");
        add_way_out(s, w, counter);
        str_add(s, ".");
    }
    if (without > 0) {
        str_add(s, resets + counters > 0 ? " How long " : "How long ");
        add_names(s, w, DISTRUST_UNTIMED, false);
        str_addf(s, " %s is not known: there are requests, but neither buckets nor a usable sum.",
            str_plural((double)without, "takes", "take"));
    }
    add_instead(s, w);
    return s->len > before;
}

// Why nothing is known of what is absent; where that was looked into, in a sentence of its own.
static void add_why_absent(struct str *s, const struct words *w, const char *otherwise)
{
    bool known = *w->store->unmet;
    str_addf(s, known ? ". %s" : ": %s.", known ? w->store->unmet : otherwise);
}

void doubt_add_absent(struct str *s, const struct words *w)
{
    size_t absent = 0, one = 0;
    for (size_t i = 0; i < w->diagnosis->stages_count; i++) {
        one = plan_is_absent(w->plan, i) ? i : one;
        absent += plan_is_absent(w->plan, i);
    }
    if (absent == 1) {
        str_addc(s, ' ');
        phrase_add_name_at_start(s, phrase_name(w, (int)one));
        str_add(s, " cannot be judged");
        add_why_absent(s, w, "no such metric");
    } else if (absent > 1) {
        str_addf(s, " %zu stages cannot be judged", absent);
        add_why_absent(s, w, "no such metrics");
    }
}

// `queue of say`, of which nothing is known.
static void add_pool_name(struct str *s, const struct words *w, int stage, bool at_start)
{
    const char *what = doubt_pool(w, stage);
    if (at_start) {
        phrase_add_name_at_start(s, what);
    } else {
        str_add(s, what);
    }
    str_addf(s, " of %s", phrase_name(w, stage));
}

// Where there is no data of a stage either, that says enough.
static bool is_blind_pool(const struct stage_diagnosis *d, int why)
{
    bool judged = d->latency.state == STATE_OK ||
                  (d->latency.state != STATE_NO_DATA && d->blind != STATE_NO_DATA);
    return judged && d->blind_signal >= 0 && (int)d->blind == why;
}

const char *doubt_pool(const struct words *w, int stage)
{
    const char *what = w->plan->signals[phrase_stage(w, stage)->blind_signal].what;
    return what ? what : "pool";
}

const char *doubt_why_pool(const struct stage_diagnosis *d)
{
    static const enum state states[] = {STATE_ABSENT, STATE_ERROR, STATE_NO_DATA};
    static const char *const whys[] = {"no such metric", "the query fails", "no data"};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        if (is_blind_pool(d, (int)states[i])) {
            return whys[i];
        }
    }
    return NULL;
}

void doubt_add_pools(struct str *s, const struct words *w)
{
    static const struct {
        enum state state;
        const char *one, *many;
    } whys[] = {{STATE_ABSENT, "no such metric", "no such metrics"},
        {STATE_ERROR, "the query fails", "the queries fail"},
        {STATE_NO_DATA, "it has no data", "they have no data"}};
    for (size_t i = 0; i < sizeof whys / sizeof *whys; i++) {
        int state = (int)whys[i].state;
        if (phrase_count(w, is_blind_pool, state) > 0) {
            str_addc(s, ' ');
            int all = phrase_add_list(s, w, is_blind_pool, state, add_pool_name, true);
            str_addf(s, " cannot be judged: %s.", all > 1 ? whys[i].many : whys[i].one);
        }
    }
}

// The notes say how to mend it.
void doubt_add_beside(struct str *s, const struct words *w)
{
    static const char several[] = "several processes answer behind one port";
    int worst = -1;
    int resets = count(w, DISTRUST_RESETS, &worst);
    bool mixed = resets > 0 && phrase_stage(w, worst)->mixed;
    add_why(s, w, DISTRUST_RESETS, mixed ? several : "its counters are reset too often",
        mixed ? several : "their counters are reset too often");
    add_why(s, w, DISTRUST_COUNTER, "its metric is a counter, not a latency",
        "their metrics are counters, not latencies");
    add_why(s, w, DISTRUST_UNTIMED, "it has neither buckets nor a usable sum",
        "they have neither buckets nor a usable sum");
    add_instead(s, w);
    doubt_add_absent(s, w);
    doubt_add_pools(s, w);
}

// It names both answers; either of them, once written, ends the question.
static void add_unit(struct str *s, const struct words *w, int stage, enum unit_doubt why)
{
    const struct stage *of = &w->plan->stages[stage];
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    if (of->latency) {
        str_addf(s, "%s (latency of %s): its name", of->metric, phrase_name(w, stage));
    } else {
        str_addf(s, "latency of %s: its expression", phrase_name(w, stage));
    }
    str_add(s, " does not say its unit, and in seconds ");
    if (why == UNIT_OF_BUCKETS) {
        str_addf(s, "its buckets would reach %.15g s", d->bound);
    } else {
        bool now = !notable_faster(&d->latency) && !isnan(d->latency.now);
        str_add(s, now ? "it is " : "it usually is ");
        format_seconds(s, now ? d->latency.now : d->latency.usual.centre);
    }
    str_add(s, ". If it is in milliseconds, write unit: ms; if in seconds, unit: s");
}

// A Summary has the quantiles that its service computes, and no others can be had from them.
static bool lacks_p95(const struct words *w, int stage, struct dist *d)
{
    const struct stage *s = &w->plan->stages[stage];
    const struct matrix *live = &w->store->signals[s->latency_signal].live;
    return s->kind == LATENCY_QUANTILES && dist_read(d, live, live->asked_last) &&
           d->quantiles > 0 && isnan(dist_quantile(d, 0.95).value);
}

static void add_other_quantiles(struct str *s, const char *metric, const struct dist *d)
{
    str_addf(s, "%s has the %s", metric, str_plural((double)d->quantiles, "quantile", "quantiles"));
    for (size_t i = 0; i < d->quantiles; i++) {
        const char *before = i == 0 ? " " : i + 1 < d->quantiles ? ", " : " and ";
        str_addf(s, "%s%g", before, d->quantile[i]);
    }
    str_add(s, ", but no 0.95: its mean is judged. Make it a histogram to see its P95.");
}

bool doubt_add_note(struct str *s, const struct words *w, int stage, int i)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    const char *metric = w->plan->stages[stage].metric;
    bool said = w->diagnosis->verdict.condition != VERDICT_INCIDENT; // in the summary
    if (d->distrust != DISTRUST_NONE && !said && i-- == 0) {
        str_addf(s, "%s: ", metric);
        doubt_add_reason(s, w, stage);
        return true;
    }
    if (d->sum_broken && i-- == 0) {
        str_addf(s, "%s: its _sum cannot be right, so %s has no mean and no share of the blame",
            metric, phrase_name(w, stage));
        return true;
    }
    struct dist now;
    if (lacks_p95(w, stage, &now) && i-- == 0) {
        add_other_quantiles(s, metric, &now);
        return true;
    }
    if (d->coarser && i-- == 0) {
        str_addf(s,
            "%s has more than %d buckets: the others are left out, so its quantiles are coarser",
            metric, DIST_BUCKETS_MAX);
        return true;
    }
    if (notable_percent(d, w->plan) && i-- == 0) {
        str_addf(s, "%s of %s is far above 1: if it is in percent, write unit: percent",
            w->plan->signals[d->pool_signal].what, phrase_name(w, stage));
        return true;
    }
    if (d->errors.state == STATE_ABSENT && !d->distrust &&
        plan_lacks_requests(&w->plan->stages[stage]) && i-- == 0) {
        str_addf(s,
            "%s: %s counts no requests, so the share that fails is unknown. Add "
            "requests: NAME, a counter (%s)",
            metric, w->plan->stages[stage].latency ? "a gauge" : "an expression for the latency",
            phrase_name(w, stage));
        return true;
    }
    enum unit_doubt unit = notable_unit(d, &w->plan->stages[stage]);
    if (unit != UNIT_FINE && i-- == 0) {
        add_unit(s, w, stage, unit);
        return true;
    }
    return false;
}

void doubt_add_tool_reason(struct str *s, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    if (d->tool_resets > 0) {
        str_addf(s, "unreliable: counters reset %.0f %s in %.0f %s", d->tool_resets,
            str_plural(d->tool_resets, "time", "times"), d->tool_samples,
            str_plural(d->tool_samples, "scrape", "scrapes"));
    } else {
        str_add(s, "unreliable, as the number of requests is");
    }
}

bool doubt_add_tool_resets(struct str *s, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    if (d->tool_resets > 0) {
        str_addf(s,
            "the counters of tool calls were reset %.0f %s in %.0f %s: several processes answer "
            "behind one port, or it keeps restarting",
            d->tool_resets, str_plural(d->tool_resets, "time", "times"), d->tool_samples,
            str_plural(d->tool_samples, "scrape", "scrapes"));
    }
    return d->tool_resets > 0;
}

bool doubt_add_tools(struct str *s, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    if (d->tools_more > 0) {
        str_add(s, w->store->source.series_cut ? "at least " : "");
        str_addf(s, "%zu tools are called: the %zu busiest are judged, ",
            d->tools_count + d->tools_more, d->tools_count);
        if (d->tools_more == 1) {
            str_add(s, "the other one is not");
        } else {
            str_addf(s, "the other %zu are not", d->tools_more);
        }
    }
    return d->tools_more > 0;
}

bool doubt_add_copies(struct str *s, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    if (d->copies <= 1) {
        return false;
    }
    str_addf(s,
        "every series is counted %d times, once for each %s: HA replicas of Prometheus that are "
        "not "
        "deduplicated. Traffic and numbers of requests are %d times too high. Query an endpoint "
        "that "
        "deduplicates, or pick one replica: -l '%s=\"...\"'",
        d->copies, d->copies_label, d->copies, d->copies_label);
    return true;
}

bool doubt_add_limits(struct str *s, const struct words *w, int i)
{
    const struct plan *p = w->plan;
    if (p->stages_more > 0 && i-- == 0) {
        str_addf(s,
            "%s has %zu values of the label %s, each a stage: only the first %zu are shown and "
            "judged, and %zu more %s not. Narrow them with -l",
            p->stages_metric, p->stages_count + p->stages_more, p->stages_label, p->stages_count,
            p->stages_more, str_plural((double)p->stages_more, "is", "are"));
        return true;
    }
    if (p->resolved && p->last_stages < p->stages_count && i-- == 0) {
        str_addf(s,
            "how long a stage has had no data is known for the first %zu of %zu stages only: the "
            "query "
            "has no room for more",
            p->last_stages, p->stages_count);
        return true;
    }
    if (p->targets_more > 0 && i-- == 0) {
        str_addf(s, "%zu %s not checked for targets that are down: the query would be too long",
            p->targets_more, str_plural((double)p->targets_more, "stage is", "stages are"));
        return true;
    }
    if (p->mixed_more > 0 && i-- == 0) {
        str_addf(s,
            "%zu %s not checked for several processes behind one port: the query would be too long",
            p->mixed_more, str_plural((double)p->mixed_more, "metric is", "metrics are"));
        return true;
    }
    if (p->conduct_more > 0 && i-- == 0) {
        str_addf(s, "%zu %s not checked for frequent counter resets: the query would be too long",
            p->conduct_more, str_plural((double)p->conduct_more, "metric is", "metrics are"));
        return true;
    }
    return false;
}
