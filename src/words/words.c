#include "words/words.h"

#include <math.h>

#include "base/clock.h"
#include "diagnose/notable.h"
#include "words/doubt.h"
#include "words/format.h"
#include "words/missing.h"
#include "words/phrase.h"
#include "words/remark.h"

bool words_is_culprit(const struct words *w, int stage)
{
    const struct verdict *v = &w->diagnosis->verdict;
    return v->signal != CLASS_NONE && (v->stage == stage || v->second == stage);
}

const char *words_statistic(const struct words *w, int stage)
{
    static const char *const names[] = {[STATISTIC_P95] = "P95",
        [STATISTIC_MEAN] = "mean*",
        [STATISTIC_VALUE] = "value",
        [STATISTIC_SHARE] = "P95"};
    return names[phrase_stage(w, stage)->statistic];
}

void words_add_latency(struct str *s, const struct reading *r)
{
    str_add(s, r->beyond && !isnan(r->now) ? ">= " : "");
    format_seconds(s, r->now);
}

void words_add_pinned(struct str *s, const struct scope *scope, int64_t now_ms)
{
    bool lately = now_ms - scope->pin_ms < CLOCK_DAY_MS / 2;
    str_add(s, "the ");
    clock_add_age(s, scope->pin_reach_ms);
    str_add(s, " before ");
    clock_add_local(s, scope->pin_ms, lately ? "%H:%M" : "%a %-d %b %H:%M");
    str_add(s, ", pinned");
}

void words_add_usual(struct str *s, const struct words *w)
{
    const struct usual *u = &w->diagnosis->usual;
    const char *centre = w->scope->baseline == BASELINE_MEAN ? "mean" : "median";
    switch (u->kind) {
    case USUAL_WEEK:
        str_addf(s, "%s of this weekday and hour, %d %s", centre, u->days,
            str_plural(u->days, "week", "weeks"));
        break;
    case USUAL_DAY:
        str_addf(
            s, "%s of this hour on %d %s", centre, u->days, str_plural(u->days, "day", "days"));
        break;
    case USUAL_RECENT: str_addf(s, "%s of the hours before", centre); break;
    case USUAL_FILE:
        str_add(s, "saved ");
        clock_add_local(s, w->store->saved_ms, "%Y-%m-%d %H:%M");
        str_addf(
            s, " in %s%s", w->store->saved_name, u->elsewhen ? ", at another time of the day" : "");
        break;
    case USUAL_PINNED:
        str_addf(s, "%s of ", centre);
        words_add_pinned(s, w->scope, w->diagnosis->tick_ms);
        break;
    case USUAL_SPAN:
        str_add(s, u->start_ms > 0 ? "its first " : "the ");
        int64_t lasts_ms = u->start_ms > 0
                               ? u->start_ms
                               : w->diagnosis->tick_ms - w->plan->window_ms - u->oldest_ms;
        clock_add_age(s, lasts_ms / CLOCK_MINUTE_MS * CLOCK_MINUTE_MS);
        str_add(s, u->start_ms > 0 ? "" : " before");
        break;
    case USUAL_NONE:
        str_add(s, w->store->history_complete ? "no history"
                   : phrase_asks(w)           ? "asking"
                                              : "no answer");
        break;
    }
}

static void add_deviation(struct str *s, const struct words *w, int stage)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    int child = notable_child(w->diagnosis, w->plan, stage, &thresholds_default);
    bool culprit = words_is_culprit(w, stage);
    if (phrase_slo_alone(w, stage, false)) {
        str_add(s, culprit ? "CULPRIT: " : "");
        phrase_add_slo_alone(s, w, stage, false);
        return;
    }
    str_add(s, culprit ? "CULPRIT" : "slow");
    if (child >= 0 && !(d->own_blame > phrase_stage(w, child)->blame)) {
        str_add(s, ": ");
        format_percent(s, phrase_stage(w, child)->blame);
        str_addf(s, " is %s", phrase_name(w, child));
    } else if (v->pod && v->stage == stage) {
        str_addf(s, ": %s alone", v->pod);
    } else if (phrase_pool_is_evidence(w, stage)) {
        str_add(s, ": ");
        phrase_add_pool(s, w, stage);
    } else if (notable_own_time(d, &thresholds_default)) {
        str_add(s, ": ");
        format_percent(s, d->own_blame);
        str_add(s, " is its own time");
    } else if (d->statistic == STATISTIC_SHARE) {
        str_add(s, ": ");
        phrase_add_beyond(s, w, stage);
    } else if (culprit) {
        str_add(s, ": slow");
    }
    if (notable_called_more(d)) {
        str_add(s, "; ");
        phrase_add_calls(s, w, stage, "");
    }
}

static void add_few(struct str *s, const struct words *w, int stage)
{
    str_addf(s, "n=%.0f, too few", phrase_stage(w, stage)->requests);
    for (int errors = 0; errors < 2; errors++) {
        if (phrase_few_break_slo(w, stage, errors)) {
            str_add(s, errors ? "; errors " : "; ");
            phrase_add_slo_alone(s, w, stage, errors);
        }
    }
}

// What waits for a part that hangs has work, and completes none of it.
static void add_no_traffic(struct str *s, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    if (phrase_waits_for_part(w, stage)) {
        phrase_add_completes(s, w, stage);
        phrase_add_onset(s, w, " ", d->stopped);
    } else {
        str_add(s, "no traffic");
    }
}

static void add_state(struct str *s, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    switch (d->latency.state) {
    case STATE_OK: remark_add_reason(s, w, stage); break;
    case STATE_ASKING: str_add(s, phrase_asks(w) ? "asking …" : "no answer"); break;
    case STATE_NO_TRAFFIC: add_no_traffic(s, w, stage); break;
    case STATE_NO_DATA:
        str_add(s, plan_is_absent(w->plan, (size_t)stage) && !*w->store->unmet ? "no such metric"
                                                                               : "no data");
        phrase_add_last(s, w, stage);
        break;
    case STATE_TOO_FEW: add_few(s, w, stage); break;
    case STATE_NO_BASELINE: str_add(s, phrase_no_baseline(w)); break;
    case STATE_STALE: phrase_add_stale(s, w, stage); break;
    case STATE_ERROR:
        phrase_add_refusal(s, &w->store->signals[w->plan->stages[stage].latency_signal]);
        break;
    case STATE_UNRELIABLE: doubt_add_reason(s, w, stage); break;
    case STATE_ABSENT:
    case STATE_COUNT: str_add(s, "no such metric"); break;
    }
}

static void add_silence(struct str *s, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    str_add(s, words_is_culprit(w, stage) ? "CULPRIT: " : "");
    phrase_add_completes(s, w, stage);
    phrase_add_onset(s, w, " ", d->stopped);
}

// A row has room for one: latency first, then errors, then saturation.
static void add_drift(struct str *s, const struct stage_diagnosis *d)
{
    const struct reading *latency = &d->latency, *errors = &d->errors, *pool = &d->pool;
    const struct reading *r = latency->drift.since_ms > 0  ? latency
                              : errors->drift.since_ms > 0 ? errors
                                                           : pool;
    if (r->drift.since_ms > 0 && r->state == STATE_OK) {
        str_add(s, r == latency ? "; " : r == errors ? "; errors " : "; saturation ");
        phrase_add_drift(s, r->drift);
    }
}

const char *words_why_absent(const struct words *w, int stage)
{
    return plan_lacks_requests(&w->plan->stages[stage]) ? "of how many requests?"
                                                        : "no such series";
}

void words_add_reason(struct str *s, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    bool slow = d->latency.severity >= SEVERITY_WARNING;
    bool failing = d->errors.severity >= SEVERITY_WARNING;
    bool lacks = d->gone.job || d->gone.workload;
    size_t begin = s->len;
    if (slow) {
        add_deviation(s, w, stage);
    } else if (d->traffic.severity >= SEVERITY_WARNING) {
        add_silence(s, w, stage);
    } else if (d->calls.severity >= SEVERITY_WARNING && (!failing || notable_called_more(d))) {
        if (w->plan->stages[stage].parent < 0) {
            add_silence(s, w, stage);
        } else {
            str_add(s, words_is_culprit(w, stage) ? "CULPRIT: " : "");
            phrase_add_calls(s, w, stage, "");
        }
    } else if (d->fast.severity >= SEVERITY_WARNING && !failing) {
        str_add(s, words_is_culprit(w, stage) ? "CULPRIT: too fast, " : "too fast, ");
        format_seconds(s, d->fast.now);
        str_add(s, ", usually ");
        format_seconds(s, d->fast.usual.centre);
    } else if (!failing && !(lacks && d->latency.state == STATE_OK)) {
        add_state(s, w, stage);
        if (d->errors.state == STATE_ERROR && d->latency.state != STATE_ERROR) {
            str_add(s, "; errors: ");
            phrase_add_refusal(s, &w->store->signals[w->plan->stages[stage].errors_signal]);
        } else if (d->errors.state == STATE_ABSENT && d->latency.state != STATE_NO_DATA) {
            str_addf(s, "; errors: %s", words_why_absent(w, stage));
        } else if (d->errors.state == STATE_UNRELIABLE && !d->distrust) {
            str_add(s, "; errors: unreliable");
        }
        if (doubt_why_pool(d)) {
            str_addf(s, "; %s: %s", doubt_pool(w, stage), doubt_why_pool(d));
        }
    }
    if (failing) {
        bool more = s->len > begin;
        str_addf(s, "%serrors ", more ? "; " : words_is_culprit(w, stage) ? "CULPRIT: " : "");
        if (phrase_slo_alone(w, stage, true)) {
            phrase_add_slo_alone(s, w, stage, true);
        } else {
            format_percent(s, d->errors.now);
            phrase_add_usually(s, d->errors.usual.centre, format_percent);
            phrase_add_slo(s, w, stage, true);
        }
    }
    if (d->pool.severity == SEVERITY_WARNING && !slow) {
        str_add(s, s->len > begin ? "; " : "");
        phrase_add_pool(s, w, stage);
    }
    add_drift(s, d);
    remark_add_restarts(s, w, stage);
    if (lacks) {
        str_add(s, s->len > begin ? "; " : "");
        missing_add_reason(s, w, stage);
    }
    if (d->sum_broken) {
        str_add(s, "; its _sum cannot be right");
    }
}

static const char *asked_for(enum signal_kind kind)
{
    switch (kind) {
    case SIGNAL_LATENCY: return "latency";
    case SIGNAL_ERRORS: return "errors";
    case SIGNAL_REQUESTS: return "requests";
    case SIGNAL_SATURATION: return "saturation";
    case SIGNAL_TOOL_CALLS: return "tool calls";
    case SIGNAL_TOOL_ERRORS: return "failed tool calls";
    case SIGNAL_LAST: return "last samples";
    case SIGNAL_CONDUCT: return "resets of counters";
    case SIGNAL_TARGETS: return "targets";
    case SIGNAL_PODS: return "latency by pod";
    case SIGNAL_POD_ERRORS: return "errors by pod";
    case SIGNAL_STARTS: return "starts";
    case SIGNAL_RESTARTS: return "restarts";
    case SIGNAL_ROLLOUTS: return "rollouts";
    }
    return "";
}

static bool is_blind(const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    enum state state = d->errors.state;
    bool alone = state == STATE_UNRELIABLE && d->latency.state != STATE_UNRELIABLE;
    return state == STATE_ERROR || state == STATE_ABSENT || alone;
}

int words_blind(const struct words *w)
{
    int count = 0;
    for (int i = 0; i < (int)w->diagnosis->stages_count; i++) {
        count += is_blind(w, i);
    }
    return count;
}

void words_add_blind(struct str *s, const struct words *w)
{
    int count = words_blind(w);
    for (int i = 0; count == 1 && i < (int)w->diagnosis->stages_count; i++) {
        str_add(s, is_blind(w, i) ? phrase_name(w, i) : "");
    }
    if (count > 1) {
        str_addf(s, "%d stages", count);
    }
}

const char *words_why_blind(const struct words *w)
{
    bool refused = false, absent = false, uncounted = false;
    for (size_t i = 0; i < w->diagnosis->stages_count; i++) {
        enum state state = w->diagnosis->stages[i].errors.state;
        refused = refused || state == STATE_ERROR;
        bool lacks = plan_lacks_requests(&w->plan->stages[i]);
        absent = absent || (state == STATE_ABSENT && !lacks);
        uncounted = uncounted || (state == STATE_ABSENT && lacks);
    }
    return refused     ? "the query fails"
           : absent    ? "the server has no such series"
           : uncounted ? "nothing counts the requests"
                       : "their counters are reset too often";
}

static const char *tools_blind(const struct words *w, const char *absent)
{
    switch (w->diagnosis->tool_errors.state) {
    case STATE_ERROR: return "the query fails";
    case STATE_ABSENT: return absent;
    case STATE_UNRELIABLE: return "their counters are reset too often";
    case STATE_OK:
    case STATE_ASKING:
    case STATE_NO_TRAFFIC:
    case STATE_NO_DATA:
    case STATE_TOO_FEW:
    case STATE_NO_BASELINE:
    case STATE_STALE:
    case STATE_COUNT: break;
    }
    return NULL;
}

void words_add_tools_blind(struct str *s, const struct words *w)
{
    const char *why = tools_blind(w, "the server has no such series");
    if (w->diagnosis->tool_resets > 0) {
        str_add(s, " The tool calls cannot be judged: their counters are reset too often.");
    } else if (why) {
        str_addf(s, " The errors of the tools are not known: %s.", why);
    }
}

bool words_add_refused(struct str *s, const struct words *w, int signal)
{
    const struct signal *of = &w->plan->signals[signal];
    const struct signal_data *data = &w->store->signals[signal];
    if (data->condition != CONDITION_REFUSED) {
        return false;
    }
    const char *stage = of->stage >= 0 ? w->plan->stages[of->stage].name : NULL;
    if (!data->unfit) {
        phrase_add_refusal(s, data);
        str_add(s, " (");
    }
    str_add(s, of->what ? of->what : asked_for(of->kind));
    str_add(s, stage ? " of " : "");
    str_add(s, stage ? stage : "");
    str_add(s, data->unfit ? ": " : ")");
    str_add(s, data->unfit ? data->why : "");
    return true;
}

// Of what lies beyond the buckets a quantile tells no more than a bound.
const char *words_promql(const struct words *w, int signal)
{
    const struct signal *of = &w->plan->signals[signal];
    const struct stage_diagnosis *d = of->mean ? phrase_stage(w, of->stage) : NULL;
    return d && (d->statistic == STATISTIC_MEAN || d->latency.beyond) ? of->mean : of->shown;
}

void words_add_tool_reason(struct str *s, const struct words *w, int tool)
{
    const struct tool_diagnosis *t = &w->diagnosis->tools[tool];
    const char *blind = tools_blind(w, "no such series"), *less = remark_tool(w, tool);
    const char *culprit = w->diagnosis->verdict.tool == tool ? "CULPRIT: " : "";
    if (t->calls.severity >= SEVERITY_WARNING) {
        str_addf(s, "%scalled too often", culprit);
    } else if (t->errors.severity >= SEVERITY_WARNING) {
        bool rises = t->errors.now > t->errors.usual.centre;
        str_addf(s, "%s%s", culprit, rises ? "fails more than usual" : "fails most of its calls");
    } else if (t->calls.state == STATE_NO_BASELINE &&
               !(t->errors.state == STATE_TOO_FEW && t->errors.odd)) {
        str_add(s, phrase_no_baseline(w));
    } else if (t->calls.state == STATE_NO_DATA) {
        str_add(s, "no data");
    } else if (t->calls.state == STATE_NO_TRAFFIC) {
        str_add(s, t->calls.now > 0 ? "no questions to compare with" : "no traffic");
    } else if (t->calls.state == STATE_UNRELIABLE) {
        doubt_add_tool_reason(s, w);
    } else if (t->errors.state == STATE_TOO_FEW && t->errors.odd) {
        str_addf(s, "n=%.0f, too few; ", t->count);
        format_percent(s, t->errors.now);
        str_add(s, " failed");
        str_add(s, less ? "; " : "");
        str_add(s, less ? less : "");
    } else {
        str_add(s, less ? less : "normal");
        str_add(s, blind ? "; errors: " : "");
        str_add(s, blind ? blind : "");
    }
}
