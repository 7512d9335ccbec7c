#include "view/words.h"

#include <ctype.h>
#include <math.h>

#include "base/clock.h"
#include "view/format.h"

enum { NAMED_MOST = 3 };

static const char *name_of(const struct words *w, int stage)
{
    return w->plan->stages[stage].name;
}

static const struct stage_diagnosis *stage_of(const struct words *w, int stage)
{
    return &w->diagnosis->stages[stage];
}

// A sentence starts with a capital, but a name written with an underscore stays as it is.
static void add_name_at_start(struct str *s, const char *name)
{
    size_t at = s->len;
    str_add(s, name);
    bool plain = true;
    for (const char *p = name; *p; p++) {
        plain = plain && isalpha((unsigned char)*p);
    }
    if (plain) {
        s->text[at] = (char)toupper((unsigned char)s->text[at]);
    }
}

bool words_is_culprit(const struct words *w, int stage)
{
    const struct verdict *v = &w->diagnosis->verdict;
    return v->signal != CLASS_NONE && (v->stage == stage || v->second == stage);
}

void words_add_statistic(struct str *s, const struct words *w, int stage)
{
    bool mean = stage_of(w, stage)->is_mean || w->plan->stages[stage].kind == LATENCY_MEAN;
    str_add(s, mean ? "mean*" : "P95");
}

void words_add_latency(struct str *s, const struct reading *r)
{
    str_add(s, r->beyond && !isnan(r->now) ? ">= " : "");
    format_seconds(s, r->now);
}

void words_add_usual(struct str *s, const struct words *w)
{
    const struct usual *u = &w->diagnosis->usual;
    const char *centre = w->plan->config->baseline == BASELINE_MEAN ? "mean" : "median";
    switch (u->kind) {
    case USUAL_WEEK: str_addf(s, "%s of this weekday and hour, %d weeks", centre, u->days); break;
    case USUAL_DAY: str_addf(s, "%s of this hour on %d days", centre, u->days); break;
    case USUAL_RECENT: str_addf(s, "%s of the hours before", centre); break;
    case USUAL_NONE: str_add(s, w->store->history_complete ? "no history" : "asking"); break;
    }
}

static void add_statistic_of(struct str *s, const struct words *w, int stage)
{
    str_add(s, stage_of(w, stage)->is_mean ? "mean" : "P95");
}

static void add_pool(struct str *s, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = stage_of(w, stage);
    const char *what = w->plan->signals[d->pool_signal].what;
    str_addf(s, "%s ", what ? what : "pool");
    format_count(s, d->pool_used);
    str_add(s, "/");
    format_count(s, d->pool_limit);
}

static bool pool_is_evidence(const struct words *w, int stage)
{
    const struct verdict *v = &w->diagnosis->verdict;
    for (size_t i = 0; i < v->evidence_count; i++) {
        if (v->evidence[i].kind == EVIDENCE_POOL && v->evidence[i].stage == stage) {
            return true;
        }
    }
    return false;
}

// --- the summary

static void add_slow(struct str *s, const struct words *w, int stage)
{
    const struct reading *r = &stage_of(w, stage)->latency;
    str_add(s, "its ");
    add_statistic_of(s, w, stage);
    str_add(s, r->beyond ? " is at least " : " is ");
    format_seconds(s, r->now);
    if (!isnan(r->ratio)) {
        str_add(s, ", ");
        format_times(s, r->ratio);
        str_add(s, " usual");
    }
}

static bool has_children(const struct words *w, int stage)
{
    for (size_t i = 0; i < w->plan->stages_count; i++) {
        if (w->plan->stages[i].parent == stage) {
            return true;
        }
    }
    return false;
}

static void add_latency_summary(struct str *s, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const struct stage *stage = &w->plan->stages[v->stage];
    const struct stage_diagnosis *d = stage_of(w, v->stage);
    if (v->second >= 0) {
        str_addf(s, "%s and %s are slow: ", stage->name, name_of(w, v->second));
        add_slow(s, w, v->stage);
        str_addf(s, "; %s's is ", name_of(w, v->second));
        words_add_latency(s, &stage_of(w, v->second)->latency);
        str_add(s, ".");
        return;
    }
    add_name_at_start(s, stage->name);
    // with a child of which nothing usual is known, the fault may as well be the child's
    bool open = has_children(w, v->stage) && isnan(d->own_blame);
    str_add(s, open ? " is slow: " : " is the fault: ");
    add_slow(s, w, v->stage);
    if (stage->parent >= 0 && !isnan(d->blame)) {
        str_add(s, ", and explains ");
        format_percent(s, d->blame);
        str_addf(s, " of %s's rise", name_of(w, stage->parent));
    } else if (!isnan(d->own_blame)) {
        str_add(s, ", and ");
        format_percent(s, d->own_blame);
        str_add(s, " of that is its own time");
    }
    if (pool_is_evidence(w, v->stage)) {
        str_add(s, "; ");
        add_pool(s, w, v->stage);
        str_add(s, " in use");
    }
    str_add(s, ".");
}

static void add_errors_summary(struct str *s, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const struct reading *r =
        v->tools ? &w->diagnosis->tool_errors : &stage_of(w, v->stage)->errors;
    if (v->tools) {
        str_add(s, "Tool calls fail: ");
    } else {
        add_name_at_start(s, name_of(w, v->stage));
        str_add(s, " fails: ");
    }
    format_percent(s, r->now);
    str_add(s, v->tools ? " of them, usually " : " of its requests, usually ");
    format_percent(s, r->usual.centre);
    str_add(s, ".");
}

static void add_calls_summary(struct str *s, const struct words *w)
{
    const struct tool_diagnosis *t = &w->diagnosis->tools[w->diagnosis->verdict.tool];
    str_addf(s, "Tool %s is called too often: ", t->name);
    format_number(s, t->per_request);
    str_add(s, " times per question, usually ");
    format_number(s, t->per_request_usual);
    str_add(s, " (");
    format_times(s, t->calls.ratio);
    str_add(s, ").");
}

static void add_ruled_out(struct str *s, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    int normal = 0;
    for (size_t i = 0; i < v->evidence_count; i++) {
        normal += v->evidence[i].kind == EVIDENCE_NORMAL;
    }
    if (normal > NAMED_MOST) {
        str_add(s, " The other stages are normal.");
        return;
    }
    for (size_t i = 0; i < v->evidence_count; i++) {
        if (v->evidence[i].kind == EVIDENCE_NORMAL) {
            str_add(s, " ");
            add_name_at_start(s, name_of(w, v->evidence[i].stage));
            str_add(s, " is normal");
            if (!isnan(v->evidence[i].a)) {
                str_addf(s, " (n=%.0f)", v->evidence[i].a);
            }
            str_add(s, ".");
        }
    }
}

static void add_quiet_summary(struct str *s, const struct words *w)
{
    int judged = 0, few = 0;
    double requests = 0;
    for (size_t i = 0; i < w->diagnosis->stages_count; i++) {
        const struct stage_diagnosis *d = &w->diagnosis->stages[i];
        judged += d->latency.state == STATE_OK;
        few += d->latency.state == STATE_TOO_FEW;
        requests = fmax(requests, d->requests);
    }
    if (judged == 0) {
        str_addf(s, "Only %.0f requests in the window: too few to judge.", requests);
        return;
    }
    str_addf(s, "All is as usual: %d %s judged", judged, judged == 1 ? "stage" : "stages");
    str_addf(s, requests > 0 ? " from %.0f requests." : ".", requests);
    if (few > 0) {
        str_addf(s, " %d had too few requests.", few);
    }
}

static void add_gone_summary(struct str *s, const struct words *w)
{
    int64_t last_ms = 0;
    bool error = false, known = false;
    for (size_t i = 0; i < w->diagnosis->stages_count; i++) {
        const struct stage_diagnosis *d = &w->diagnosis->stages[i];
        if (d->latency.state == STATE_NO_DATA && d->last_ms > last_ms) {
            last_ms = d->last_ms;
        }
        error = error || d->latency.state == STATE_ERROR;
        known = known || w->plan->stages[i].kind != LATENCY_ABSENT;
    }
    if (last_ms > 0) {
        str_add(s, "No data since ");
        clock_add_local(s, last_ms, "%H:%M");
        str_add(s, ": the service or its scrape is gone. Look at the targets of Prometheus.");
    } else if (error) {
        str_add(s, "The server refuses the queries; each row says why.");
    } else if (known) {
        str_add(s, "No data: the series exist but have no samples now. Is the service scraped?");
    } else {
        str_add(s, "No data: the server knows none of the metrics. Is the service scraped, and "
                   "does the profile name its metrics?");
    }
}

static void add_incident_summary(struct str *s, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    switch (v->signal) {
    case CLASS_LATENCY: add_latency_summary(s, w); break;
    case CLASS_ERRORS: add_errors_summary(s, w); break;
    case CLASS_CALLS: add_calls_summary(s, w); break;
    case CLASS_SATURATION:
        add_name_at_start(s, name_of(w, v->stage));
        str_add(s, " is running out: ");
        add_pool(s, w, v->stage);
        str_add(s, " in use.");
        break;
    case CLASS_NONE: break;
    }
    add_ruled_out(s, w);
}

void words_add_summary(struct str *s, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    switch (v->condition) {
    case VERDICT_ASKING: str_add(s, "Asking …"); break;
    case VERDICT_OK: add_quiet_summary(s, w); break;
    case VERDICT_NO_TRAFFIC:
        str_add(s, "No traffic: the service is up and nobody asks, so nothing can be judged.");
        break;
    case VERDICT_NO_DATA: add_gone_summary(s, w); break;
    case VERDICT_NO_BASELINE:
        str_add(s, "Nothing to compare with: the server has too little history of this.");
        break;
    case VERDICT_UNREACHABLE:
        str_addf(s, "Prometheus cannot be asked: %s.", w->store->source.why);
        if (v->signal != CLASS_NONE) {
            str_add(s, " Before that: ");
            add_incident_summary(s, w);
        }
        break;
    case VERDICT_INCIDENT: add_incident_summary(s, w); break;
    }
}

// --- evidence and next steps

void words_add_evidence(struct str *s, const struct words *w, size_t i)
{
    const struct evidence *e = &w->diagnosis->verdict.evidence[i];
    switch (e->kind) {
    case EVIDENCE_DEVIATION:
        str_addf(s, "%s ", name_of(w, e->stage));
        add_statistic_of(s, w, e->stage);
        str_add(s, " ");
        format_seconds(s, e->a);
        str_add(s, ", usually ");
        format_seconds(s, e->b);
        break;
    case EVIDENCE_SHARE:
        format_percent(s, e->a);
        str_addf(s, " of the rise of %s is %s", name_of(w, w->plan->stages[e->stage].parent),
            name_of(w, e->stage));
        break;
    case EVIDENCE_OWN_TIME:
        format_percent(s, e->a);
        str_addf(s, " of the rise of %s is its own time, not its children's", name_of(w, e->stage));
        break;
    case EVIDENCE_POOL:
        str_addf(s, "%s: ", name_of(w, e->stage));
        add_pool(s, w, e->stage);
        str_add(s, " in use");
        break;
    case EVIDENCE_ERRORS:
        str_addf(s, "%s errors ", e->stage >= 0 ? name_of(w, e->stage) : "tool call");
        format_percent(s, e->a);
        str_add(s, ", usually ");
        format_percent(s, e->b);
        break;
    case EVIDENCE_CALLS:
        str_addf(s, "tool %s: ", w->diagnosis->tools[e->stage].name);
        format_number(s, e->a);
        str_add(s, " calls per question, usually ");
        format_number(s, e->b);
        break;
    case EVIDENCE_NORMAL:
        str_addf(s, "%s is normal", name_of(w, e->stage));
        if (!isnan(e->a)) {
            str_addf(s, ", judged from %.0f requests", e->a);
        }
        break;
    }
}

static void add_step(struct str *s, const struct words *w, const char *what, int signal)
{
    const char *expr = w->plan->signals[signal].shown;
    str_addf(s, "%s: %s", what, expr ? expr : "");
}

bool words_add_next(struct str *s, const struct words *w, size_t i)
{
    const struct verdict *v = &w->diagnosis->verdict;
    if (v->condition != VERDICT_INCIDENT) {
        return false;
    }
    size_t at = 0;
    if (v->stage >= 0 && stage_of(w, v->stage)->pool_signal >= 0 && i == at++) {
        add_step(s, w, "who holds the connections", stage_of(w, v->stage)->pool_signal);
        return true;
    }
    if (v->stage >= 0 && v->signal == CLASS_ERRORS && i == at++) {
        add_step(s, w, "its errors", w->plan->stages[v->stage].errors_signal);
        return true;
    }
    if (v->stage >= 0 && v->signal != CLASS_ERRORS && i == at++) {
        add_step(s, w, "its latency", w->plan->stages[v->stage].latency_signal);
        return true;
    }
    if (v->tool >= 0 && i == at++) {
        add_step(s, w, "calls by tool", w->plan->tool_calls);
        return true;
    }
    if (v->tools && i == at++) {
        add_step(s, w, "failed tool calls", w->plan->tool_errors);
        return true;
    }
    return false;
}

// --- rows

static int blamed_child(const struct words *w, int stage)
{
    int best = -1;
    for (int i = 0; i < (int)w->diagnosis->stages_count; i++) {
        const struct stage_diagnosis *d = stage_of(w, i);
        bool heavy = w->plan->stages[i].parent == stage && d->blame >= 0.3;
        if (heavy && (best < 0 || d->blame > stage_of(w, best)->blame)) {
            best = i;
        }
    }
    return best;
}

static void add_deviation(struct str *s, const struct words *w, int stage)
{
    int child = blamed_child(w, stage);
    bool pool = pool_is_evidence(w, stage);
    str_add(s, words_is_culprit(w, stage) ? "CULPRIT" : "slow");
    if (child >= 0) {
        str_add(s, ": ");
        format_percent(s, stage_of(w, child)->blame);
        str_addf(s, " is %s", name_of(w, child));
    } else if (pool) {
        str_add(s, ": ");
        add_pool(s, w, stage);
    } else if (words_is_culprit(w, stage)) {
        str_add(s, ": slow");
    }
}

static void add_state(struct str *s, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = stage_of(w, stage);
    switch (d->latency.state) {
    case STATE_OK: str_add(s, d->latency.ratio < 0.7 ? "faster than usual" : "normal"); break;
    case STATE_ASKING:
        str_add(s, w->store->source.reach == REACH_LOST ? "no answer" : "asking …");
        break;
    case STATE_NO_TRAFFIC: str_add(s, "no traffic"); break;
    case STATE_NO_DATA:
        str_add(s, w->plan->stages[stage].kind == LATENCY_ABSENT ? "no such metric" : "no data");
        if (d->last_ms > 0) {
            str_add(s, " since ");
            clock_add_local(s, d->last_ms, "%H:%M");
        }
        break;
    case STATE_TOO_FEW: str_addf(s, "n=%.0f, too few", d->requests); break;
    case STATE_NO_BASELINE:
        str_add(s, w->store->history_complete ? "no baseline" : "usual: asking …");
        break;
    case STATE_ERROR:
        str_addf(
            s, "query error: %s", w->store->signals[w->plan->stages[stage].latency_signal].why);
        break;
    }
}

void words_add_reason(struct str *s, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = stage_of(w, stage);
    bool slow = d->latency.severity >= SEVERITY_WARNING;
    bool failing = d->errors.severity >= SEVERITY_WARNING;
    if (slow) {
        add_deviation(s, w, stage);
    } else if (!failing) {
        add_state(s, w, stage);
    }
    if (failing) {
        bool culprit = words_is_culprit(w, stage) && !slow;
        str_addf(s, "%serrors ", slow ? "; " : culprit ? "CULPRIT: " : "");
        format_percent(s, d->errors.now);
        str_add(s, ", usually ");
        format_percent(s, d->errors.usual.centre);
    }
    if (d->pool.severity == SEVERITY_WARNING && !slow) {
        str_add(s, "; ");
        add_pool(s, w, stage);
    }
}

void words_add_tool_reason(struct str *s, const struct words *w, int tool)
{
    const struct tool_diagnosis *t = &w->diagnosis->tools[tool];
    if (t->calls.severity >= SEVERITY_WARNING) {
        bool culprit = w->diagnosis->verdict.tool == tool;
        str_addf(s, "%scalled too often", culprit ? "CULPRIT: " : "");
    } else if (t->calls.state == STATE_NO_BASELINE) {
        str_add(s, w->store->history_complete ? "no baseline" : "usual: asking …");
    } else if (t->calls.state == STATE_NO_TRAFFIC) {
        str_add(s, "no traffic");
    } else {
        str_add(s, "normal");
    }
}
