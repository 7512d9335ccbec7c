#include "words/incident.h"

#include <math.h>

#include "base/clock.h"
#include "diagnose/notable.h"
#include "words/format.h"
#include "words/missing.h"
#include "words/phrase.h"

enum { ALSO_MOST = 2 };

// How far a latency is beyond the last bucket only its mean tells.
static void add_mean(struct str *s, const struct words *w, int stage)
{
    const struct evidence *e = phrase_evidence_of(w, EVIDENCE_MEAN, stage);
    if (e) {
        str_add(s, " (its mean is ");
        format_seconds(s, e->a);
        str_add(s, ", ");
        format_times(s, e->a / e->b);
        str_add(s, " usual)");
    }
}

static void add_value(struct str *s, const struct words *w, int stage)
{
    const struct reading *r = &phrase_stage(w, stage)->latency;
    str_add(s, r->beyond ? "at least " : "");
    format_seconds(s, r->now);
    if (!isnan(r->ratio)) {
        str_add(s, r->beyond ? ", at least " : ", ");
        format_times(s, r->ratio);
        str_add(s, " usual");
    }
    phrase_add_slo(s, w, stage, false);
    add_mean(s, w, stage);
    phrase_add_onset(s, w, ", ", phrase_stage(w, stage)->onset);
}

// `P95 is 1.7 s, 5.6x usual`; of a stage whose buckets have changed, or are too wide, the mean.
static void add_number(struct str *s, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    if (d->latency.severity < SEVERITY_WARNING && d->mean > d->mean_usual) {
        str_add(s, "mean is ");
        format_seconds(s, d->mean);
        str_add(s, ", ");
        format_times(s, d->mean / d->mean_usual);
        str_add(s, " usual");
        return;
    }
    phrase_add_statistic(s, w, stage);
    str_add(s, " is ");
    add_value(s, w, stage);
}

// What is wrong with STAGE, which is called IT, and whose things are ITS.
static void add_slow(
    struct str *s, const struct words *w, int stage, const char *it, const char *its)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    if (notable_called_more(d)) {
        str_addf(s, "%s ", it);
        phrase_add_calls(s, w, stage, "is ");
        if (d->latency.severity < SEVERITY_WARNING) {
            return;
        }
        str_add(s, ", and ");
        its = "its";
    }
    if (d->statistic == STATISTIC_SHARE) {
        format_percent(s, d->share.now);
        str_addf(s, " of %s requests take longer than ", its);
        format_seconds(s, d->share_bound);
        str_add(s, ", usually ");
        format_percent(s, d->share.usual.centre);
        phrase_add_onset(s, w, ", ", d->onset);
        return;
    }
    str_addf(s, "%s ", its);
    add_number(s, w, stage);
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

// What the fault comes of, in a clause: the surest that is known.
static void add_cause(struct str *s, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const struct evidence *leak = phrase_evidence(w, EVIDENCE_LEAK);
    const struct evidence *small = phrase_evidence(w, EVIDENCE_TOO_SMALL);
    const struct evidence *queue = phrase_evidence(w, EVIDENCE_QUEUE);
    const struct evidence *load = phrase_evidence(w, EVIDENCE_LOAD);
    const struct evidence *rollout = phrase_evidence(w, EVIDENCE_ROLLOUT);
    const struct evidence *starts = phrase_evidence(w, EVIDENCE_STARTS);
    if (phrase_pool_is_evidence(w, v->stage)) {
        str_add(s, "; ");
        phrase_add_pool(s, w, v->stage);
        str_add(s, " in use");
        if (leak || small) {
            str_add(s, ", ");
            phrase_add_need(s, leak ? leak : small);
        }
    } else if (queue) {
        str_addf(s, "; %s ", queue->name ? queue->name : "queue");
        format_count(s, queue->a);
    }
    if (load) {
        str_add(s, "; traffic is ");
        format_times(s, load->a / load->b);
        str_add(s, " usual: load");
    } else if (rollout) {
        str_addf(s, "; %s was changed lately", rollout->name);
    } else if (starts) {
        str_add(s, "; ");
        words_add_evidence(s, w, (size_t)(starts - v->evidence));
    }
}

// What part of the rise STAGE is; ANOTHER part where the rest was mentioned before.
static void add_part(struct str *s, const struct words *w, int stage, bool another)
{
    const struct evidence *part = phrase_evidence_of(w, EVIDENCE_SHARE, stage);
    const struct evidence *own = phrase_evidence_of(w, EVIDENCE_OWN_TIME, stage);
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    bool both = notable_called_more(d) && d->latency.severity >= SEVERITY_WARNING;
    if (part) {
        str_add(s, both ? "; that explains " : ", and explains ");
        str_add(s, another ? "another " : "");
        format_percent(s, part->a);
        if (!another) {
            str_addf(s, " of %s's rise", phrase_name(w, w->plan->stages[stage].parent));
        }
    } else if (own) {
        str_add(s, ", and ");
        format_percent(s, own->a);
        str_add(s, " of the rise is its own time");
    }
}

// Whether a share of the rise of STAGE is evidence: then its own time is the rest of that.
static bool is_shared_out(const struct words *w, int stage)
{
    const struct verdict *v = &w->diagnosis->verdict;
    bool shared = false;
    for (size_t i = 0; i < v->evidence_count; i++) {
        const struct evidence *e = &v->evidence[i];
        shared = shared || (e->kind == EVIDENCE_SHARE && w->plan->stages[e->stage].parent == stage);
    }
    return shared;
}

// Whose the rest of the rise is, other than what was told of the culprits.
static void add_rest(struct str *s, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    for (size_t i = 0; i < v->evidence_count; i++) {
        const struct evidence *e = &v->evidence[i];
        bool culprit = e->stage == v->stage || e->stage == v->second;
        if (e->kind == EVIDENCE_SHARE && !culprit) {
            str_addf(s, "; %s, ", phrase_name(w, e->stage));
            format_times(s, phrase_stage(w, e->stage)->latency.ratio);
            str_add(s, " usual, explains another ");
            format_percent(s, e->a);
        } else if (e->kind == EVIDENCE_OWN_TIME &&
                   (!culprit || phrase_evidence_of(w, EVIDENCE_SHARE, e->stage))) {
            bool rest = is_shared_out(w, e->stage);
            str_add(s, rest ? "; another " : "; ");
            format_percent(s, e->a);
            str_addf(s, rest ? " is %s's own time" : " of %s's rise is its own time",
                phrase_name(w, e->stage));
        }
    }
}

static void add_one_of_two(struct str *s, const struct words *w, int stage, bool another)
{
    struct str its;
    str_init(&its);
    str_addf(&its, "%s's", phrase_name(w, stage));
    add_slow(s, w, stage, phrase_name(w, stage), its.text);
    add_part(s, w, stage, another);
    str_finish(&its);
}

static void add_two(struct str *s, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const struct stage *stages = w->plan->stages;
    bool siblings = stages[v->stage].parent == stages[v->second].parent;
    phrase_add_name_at_start(s, phrase_name(w, v->stage));
    str_addf(s, " and %s are at fault: ", phrase_name(w, v->second));
    add_one_of_two(s, w, v->stage, false);
    str_add(s, "; ");
    bool told = phrase_evidence_of(w, EVIDENCE_SHARE, v->stage);
    add_one_of_two(s, w, v->second, siblings && told);
    add_rest(s, w);
}

static void add_shared(struct str *s, const struct words *w, const struct evidence *shared)
{
    str_add(s, "Everything is slow, ");
    format_times_least(s, shared->a);
    str_addf(s, " usual or more: a shared cause (node, network, CPU limit). Worst is %s: ",
        phrase_name(w, shared->stage));
    add_slow(s, w, shared->stage, "it", "its");
}

// The one pod at fault, after its stage; and what the others are like, after its number.
static void add_pod(struct str *s, const struct words *w)
{
    if (w->diagnosis->verdict.pod) {
        str_addf(s, " on pod %s alone", w->diagnosis->verdict.pod);
    }
}

static void add_other_pods(struct str *s, const struct words *w)
{
    const struct evidence *pod = phrase_evidence(w, EVIDENCE_POD);
    if (pod) {
        str_add(s, " (the other pods ");
        (w->diagnosis->verdict.signal == CLASS_ERRORS ? format_percent : format_seconds)(s, pod->b);
        str_add(s, ")");
    }
}

// What has broken its SLO and is hardly slower than usual is nothing new; what is usual shows that.
static void add_slo_alone(struct str *s, const struct words *w)
{
    int stage = w->diagnosis->verdict.stage;
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    phrase_add_name_at_start(s, phrase_name(w, stage));
    str_add(s, " is ");
    phrase_add_slo_alone(s, w, stage, false);
    add_pod(s, w);
    str_add(s, ": its ");
    phrase_add_statistic(s, w, stage);
    str_add(s, d->latency.beyond ? " is at least " : " is ");
    format_seconds(s, d->latency.now);
    add_other_pods(s, w);
    phrase_add_usually(s, d->latency.usual.centre, format_seconds);
    if (d->latency.usual.centre <= w->plan->stages[stage].slo_p95_s) {
        phrase_add_onset(s, w, ", ", d->onset);
    }
    add_part(s, w, stage, false);
}

static void add_latency_summary(struct str *s, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const struct evidence *shared = phrase_evidence(w, EVIDENCE_SHARED);
    if (shared) {
        add_shared(s, w, shared);
    } else if (v->second >= 0) {
        add_two(s, w);
    } else if (phrase_slo_alone(w, v->stage, false)) {
        add_slo_alone(s, w);
    } else {
        phrase_add_name_at_start(s, phrase_name(w, v->stage));
        // with a child of which nothing usual is known, the fault may as well be the child's
        bool open = has_children(w, v->stage) && isnan(phrase_stage(w, v->stage)->own_blame);
        str_add(s, open ? " is slow" : " is the fault");
        add_pod(s, w);
        str_add(s, ": ");
        add_slow(s, w, v->stage, "it", "its");
        add_other_pods(s, w);
        add_part(s, w, v->stage, false);
        add_rest(s, w);
    }
    add_cause(s, w);
    str_add(s, ".");
}

// Failures that nobody times: the latency would have them go unseen.
static void add_untimed(struct str *s, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    if (!(d->traffic.now > 0)) {
        str_add(s, " (");
        format_rate(s, d->errors.now * d->errors_requests);
        str_add(s, ", and not one request was timed)");
    }
}

// Whose most of the failed tool calls are: `, mostly grep (40 % of its calls)`.
static void add_failing(struct str *s, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    for (size_t i = 0; i < d->failing_count; i++) {
        const struct tool_diagnosis *t = &d->tools[d->failing[i]];
        bool last = i > 0 && i + 1 == d->failing_count;
        str_addf(s, "%s%s", i == 0 ? ", mostly " : last ? " and " : ", ", t->name);
        str_add(s, " (");
        format_percent(s, t->errors.now);
        str_add(s, i == 0 ? " of its calls)" : ")");
    }
}

// One whose failures are too few to show among the calls of all.
static void add_failing_tool(struct str *s, const struct words *w)
{
    const struct tool_diagnosis *t = &w->diagnosis->tools[w->diagnosis->verdict.tool];
    str_addf(s, "Tool %s fails: ", t->name);
    format_percent(s, t->errors.now);
    str_add(s, " of its calls");
    phrase_add_usually(s, t->errors.usual.centre, format_percent);
    phrase_add_onset(s, w, ", ", t->errors_onset);
    str_add(s, ".");
}

// The same of errors that are no more than usual.
static void add_errors_alone(struct str *s, const struct words *w)
{
    int stage = w->diagnosis->verdict.stage;
    const struct reading *r = &phrase_stage(w, stage)->errors;
    phrase_add_name_at_start(s, phrase_name(w, stage));
    str_add(s, " is ");
    phrase_add_slo_alone(s, w, stage, true);
    add_pod(s, w);
    str_add(s, ": ");
    format_percent(s, r->now);
    str_add(s, " of its requests fail");
    add_other_pods(s, w);
    phrase_add_usually(s, r->usual.centre, format_percent);
    add_untimed(s, w, stage);
    if (r->usual.centre <= w->plan->stages[stage].slo_errors) {
        phrase_add_onset(s, w, ", ", phrase_stage(w, stage)->errors_onset);
    }
    add_cause(s, w);
    str_add(s, ".");
}

static void add_errors_summary(struct str *s, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    if (v->tool >= 0) {
        add_failing_tool(s, w);
        return;
    }
    if (v->stage >= 0 && phrase_slo_alone(w, v->stage, true)) {
        add_errors_alone(s, w);
        return;
    }
    const struct reading *r =
        v->tools ? &w->diagnosis->tool_errors : &phrase_stage(w, v->stage)->errors;
    if (v->tools) {
        str_add(s, "Tool calls fail: ");
    } else {
        phrase_add_name_at_start(s, phrase_name(w, v->stage));
        str_add(s, " fails");
        add_pod(s, w);
        str_add(s, ": ");
    }
    format_percent(s, r->now);
    str_add(s, v->tools ? " of them" : " of its requests");
    phrase_add_usually(s, r->usual.centre, format_percent);
    add_other_pods(s, w);
    if (!v->tools) {
        phrase_add_slo(s, w, v->stage, true);
        add_untimed(s, w, v->stage);
    }
    phrase_add_onset(s, w, ", ",
        v->tools ? w->diagnosis->tool_errors_onset : phrase_stage(w, v->stage)->errors_onset);
    if (v->tools) {
        add_failing(s, w);
    }
    add_cause(s, w);
    str_add(s, ".");
}

/** The items of a sentence, joined as in "a, b, and c". */
struct list {
    int count, told;
};

static void add_separator(struct str *s, struct list *l)
{
    bool last = l->told + 1 == l->count;
    str_add(s, l->told == 0 ? ": " : !last ? ", " : l->count > 2 ? ", and " : " and ");
    l->told++;
}

// Work waits or runs, and nothing comes of it: `: waiting 300 (usually 0) and slots 64/64 in use`.
static void add_work(struct str *s, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    bool pool = phrase_pool_is_evidence(w, v->stage);
    double failed = phrase_failures(w, v->stage);
    struct list list = {.count = pool + (failed > 0)};
    for (size_t i = 0; i < v->evidence_count; i++) {
        list.count += v->evidence[i].kind == EVIDENCE_QUEUE;
    }
    for (size_t i = 0; i < v->evidence_count; i++) {
        const struct evidence *work = &v->evidence[i];
        if (work->kind == EVIDENCE_QUEUE) {
            add_separator(s, &list);
            str_addf(s, "%s ", work->name ? work->name : "queue");
            if (work->stage != v->stage) {
                str_addf(s, "of %s ", phrase_name(w, work->stage));
            }
            format_count(s, work->a);
            str_add(s, " (usually ");
            format_count(s, isnan(work->b) ? 0 : work->b);
            str_addc(s, ')');
        }
    }
    if (pool) {
        add_separator(s, &list);
        phrase_add_pool(s, w, v->stage);
        str_add(s, " in use");
    }
    if (failed > 0) {
        add_separator(s, &list);
        phrase_add_failures(s, w, failed);
    }
}

static void add_silence_summary(struct str *s, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const struct evidence *e = phrase_evidence(w, EVIDENCE_SILENCE);
    phrase_add_name_at_start(s, phrase_name(w, v->stage));
    if (e->a > 0) {
        str_add(s, " completes only ");
        format_rate(s, e->a);
    } else {
        str_add(s, " has completed nothing");
    }
    phrase_add_onset(s, w, " ", phrase_stage(w, v->stage)->stopped);
    str_add(s, ", usually ");
    format_rate(s, e->b);
    if (phrase_stage(w, v->stage)->busy_parts) {
        str_add(s, ", while its parts are called as usual");
    }
    add_work(s, w);
    str_add(s, ".");
}

// Nobody can tell an improvement from an index that is empty; the reader can.
static void add_fast_summary(struct str *s, const struct words *w)
{
    const struct evidence *e = phrase_evidence(w, EVIDENCE_FAST);
    phrase_add_name_at_start(s, phrase_name(w, e->stage));
    enum statistic statistic = phrase_stage(w, e->stage)->fast_statistic;
    str_addf(s, " answers far too fast, as if it had nothing to do: its %s is ",
        statistic == STATISTIC_MEAN    ? "mean"
        : statistic == STATISTIC_VALUE ? "value"
                                       : "P95");
    format_seconds(s, e->a);
    str_add(s, ", usually ");
    format_seconds(s, e->b);
    str_add(s, ".");
}

static void add_slow_fault(struct str *s, const struct words *w, const struct fault *f)
{
    const struct stage_diagnosis *d = phrase_stage(w, f->stage);
    bool slow = d->latency.severity >= SEVERITY_WARNING, called = notable_called_more(d);
    str_add(s, phrase_name(w, f->stage));
    if (phrase_slo_alone(w, f->stage, false)) {
        str_add(s, " is ");
        phrase_add_slo_alone(s, w, f->stage, false);
        str_add(s, " (");
        phrase_add_statistic(s, w, f->stage);
        str_addc(s, ' ');
        words_add_latency(s, &d->latency);
        phrase_add_usually(s, d->latency.usual.centre, format_seconds);
        str_addc(s, ')');
        return;
    }
    if (slow) {
        str_add(s, " is slow (");
        if (d->statistic == STATISTIC_SHARE) {
            phrase_add_beyond(s, w, f->stage);
        } else {
            phrase_add_statistic(s, w, f->stage);
            str_addc(s, ' ');
            words_add_latency(s, &d->latency);
            phrase_add_usually(s, d->latency.usual.centre, format_seconds);
            phrase_add_slo(s, w, f->stage, false);
        }
        str_addc(s, ')');
    }
    if (called) {
        str_add(s, slow ? " and " : " ");
        phrase_add_calls(s, w, f->stage, slow ? "" : "is ");
    } else if (!slow) { // only the mean tells
        str_add(s, " takes up more of each question's time than usual");
    }
}

static void add_called_summary(struct str *s, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const struct stage_diagnosis *d = phrase_stage(w, v->stage);
    if (d->calls.ratio > 1 && (v->second >= 0 || d->latency.severity >= SEVERITY_WARNING)) {
        add_latency_summary(s, w);
        return;
    }
    if (d->calls.ratio < 1) { // that of a root: nothing calls it
        add_silence_summary(s, w);
        return;
    }
    phrase_add_name_at_start(s, phrase_name(w, v->stage));
    str_add(s, " is called too often: ");
    format_number(s, d->calls.now);
    str_add(s, " times per question, usually ");
    format_number(s, d->calls.usual.centre);
    add_part(s, w, v->stage, false);
    add_rest(s, w);
    add_cause(s, w);
    str_add(s, ".");
}

static void add_silent(struct str *s, const struct words *w, int stage)
{
    str_addf(s, "%s ", phrase_name(w, stage));
    phrase_add_completes(s, w, stage);
    str_add(s, ", usually ");
    format_rate(s, phrase_stage(w, stage)->traffic.usual.centre);
}

// Another fault, as a clause.
static void add_fault(struct str *s, const struct words *w, const struct fault *f)
{
    const struct diagnosis *d = w->diagnosis;
    switch (f->signal) {
    case CLASS_LATENCY: add_slow_fault(s, w, f); break;
    case CLASS_ERRORS:
        if (f->tool >= 0) {
            format_percent(s, d->tools[f->tool].errors.now);
            str_addf(s, " of tool %s's calls fail", d->tools[f->tool].name);
            break;
        }
        format_percent(s, f->stage >= 0 ? d->stages[f->stage].errors.now : d->tool_errors.now);
        str_addf(s, " of %s%s fail", f->stage >= 0 ? phrase_name(w, f->stage) : "all tool calls",
            f->stage >= 0 ? "'s requests" : "");
        if (f->stage < 0) {
            add_failing(s, w);
        }
        break;
    case CLASS_CALLS:
        if (f->tool < 0 && d->stages[f->stage].calls.ratio > 1) {
            add_slow_fault(s, w, f);
            break;
        }
        if (f->tool < 0 && w->plan->stages[f->stage].parent >= 0) {
            str_addf(s, "%s ", phrase_name(w, f->stage));
            phrase_add_calls(s, w, f->stage, "is ");
            break;
        }
        if (f->tool < 0) {
            add_silent(s, w, f->stage);
            break;
        }
        str_addf(s, "tool %s is called ", d->tools[f->tool].name);
        format_times(s, d->tools[f->tool].calls.ratio);
        str_add(s, " as often as usual");
        break;
    case CLASS_SATURATION:
        str_addf(s, "%s: ", phrase_name(w, f->stage));
        phrase_add_pool(s, w, f->stage);
        str_add(s, " in use");
        break;
    case CLASS_TRAFFIC: add_silent(s, w, f->stage); break;
    case CLASS_FAST:
        str_addf(s, "%s answers far too fast (", phrase_name(w, f->stage));
        format_seconds(s, d->stages[f->stage].fast.now);
        str_add(s, ", usually ");
        format_seconds(s, d->stages[f->stage].fast.usual.centre);
        str_add(s, ")");
        break;
    case CLASS_TARGETS: missing_add(s, w, f->stage); break;
    case CLASS_NONE: break;
    }
}

// Whether the first sentence is about F, too.
static bool is_said_already(const struct words *w, const struct fault *f)
{
    const struct verdict *v = &w->diagnosis->verdict;
    if (v->shared || v->second < 0 || f->stage != v->second) {
        return false;
    }
    bool called = f->signal == CLASS_CALLS && notable_called_more(phrase_stage(w, f->stage));
    return called || f->signal == CLASS_LATENCY;
}

static void add_also(struct str *s, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    size_t named = 0, more = v->also_more;
    for (size_t i = 0; i < v->also_count; i++) {
        if (is_said_already(w, &v->also[i])) {
            continue;
        }
        if (named == ALSO_MOST) {
            more++;
            continue;
        }
        str_add(s, named++ == 0 ? " Also: " : "; ");
        add_fault(s, w, &v->also[i]);
    }
    if (more > 0) {
        str_addf(s, "%s%zu more", named > 0 ? "; and " : " Also: ", more);
    }
    str_add(s, named + more > 0 ? "." : "");
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
    str_add(s, ")");
    phrase_add_onset(s, w, ", ", t->onset);
    str_add(s, ".");
}

void incident_add_summary(struct str *s, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    switch (v->signal) {
    case CLASS_LATENCY: add_latency_summary(s, w); break;
    case CLASS_ERRORS: add_errors_summary(s, w); break;
    case CLASS_CALLS:
        if (v->tool >= 0) {
            add_calls_summary(s, w);
        } else {
            add_called_summary(s, w);
        }
        break;
    case CLASS_SATURATION:
        phrase_add_name_at_start(s, phrase_name(w, v->stage));
        str_add(s, " is running out: ");
        phrase_add_pool(s, w, v->stage);
        str_add(s, " in use");
        phrase_add_usually(s, phrase_stage(w, v->stage)->pool.usual.centre, format_percent);
        phrase_add_onset(s, w, ", ", phrase_stage(w, v->stage)->pool_onset);
        if (phrase_evidence(w, EVIDENCE_LEAK)) {
            str_add(s, "; ");
            phrase_add_need(s, phrase_evidence(w, EVIDENCE_LEAK));
        }
        str_add(s, ".");
        break;
    case CLASS_TRAFFIC: add_silence_summary(s, w); break;
    case CLASS_FAST: add_fast_summary(s, w); break;
    case CLASS_TARGETS: missing_add_summary(s, w, v->stage); break;
    case CLASS_NONE: break;
    }
    add_also(s, w);
}
