#include "words/remark.h"

#include <math.h>

#include "base/text.h"
#include "diagnose/notable.h"
#include "words/clause.h"
#include "words/format.h"
#include "words/phrase.h"

enum { NAMED_MOST = 3 };

static bool is_faster(const struct words *w, int stage)
{
    const struct reading *r = &phrase_stage(w, stage)->latency;
    return r->state == STATE_OK && r->severity < SEVERITY_WARNING && notable_faster(r);
}

static bool is_called_less(const struct words *w, int stage)
{
    return notable_called_less(phrase_stage(w, stage), &w->plan->stages[stage]);
}

// Of the parts it follows from their calls.
static bool has_other_traffic(const struct words *w, int stage)
{
    return w->plan->stages[stage].parent < 0 &&
           notable_traffic(
               phrase_stage(w, stage), (double)w->plan->window_ms / 1000, &thresholds_default);
}

static const char *faster(struct arena *a, const struct words *w, int stage)
{
    const struct reading *r = &phrase_stage(w, stage)->latency;
    return arena_printf(a, _("%s is faster than usual (%s %s, usually %s)."),
        clause_stage(a, w, stage), clause_statistic(w, stage), format_in(a, format_seconds, r->now),
        format_in(a, format_seconds, r->usual.centre));
}

static const char *called_less(struct arena *a, const struct words *w, int stage)
{
    return arena_printf(a, _("%s."), clause_calls(a, w, stage, clause_stage(a, w, stage)));
}

static const char *traffic(struct arena *a, const struct words *w, int stage)
{
    const struct reading *r = &phrase_stage(w, stage)->traffic;
    double failed = phrase_failures(w, stage);
    const char *name = phrase_name(w, stage), *now = format_in(a, format_rate, r->now);
    const char *usual = format_in(a, format_rate, r->usual.centre);
    return failed > 0
               ? arena_printf(a, _("The traffic of %s is %s, usually %s, with %s."), name, now,
                     usual, clause_failures(a, w, failed))
               : arena_printf(a, _("The traffic of %s is %s, usually %s."), name, now, usual);
}

static bool fails_less(const struct words *w, int stage)
{
    return notable_fails_less(&phrase_stage(w, stage)->errors, &thresholds_default);
}

static const char *failing_less(struct arena *a, const struct words *w, int stage)
{
    const struct reading *r = &phrase_stage(w, stage)->errors;
    return arena_printf(a, _("%s fails less than usual (%s)."), clause_stage(a, w, stage),
        clause_usually(a, format_in(a, format_percent, r->now), r->usual.centre, format_percent));
}

static bool fails_perhaps(const struct words *w, int stage)
{
    return notable_perhaps(&phrase_stage(w, stage)->errors);
}

static const char *failing_perhaps(struct arena *a, const struct words *w, int stage)
{
    const struct reading *r = &phrase_stage(w, stage)->errors;
    return arena_printf(a,
        _("%s fails more than usual (%s); with so few requests, that may be chance."),
        clause_stage(a, w, stage),
        clause_usually(a, format_in(a, format_percent, r->now), r->usual.centre, format_percent));
}

static bool keeps_restarting(const struct words *w, int stage)
{
    return notable_restarts(phrase_stage(w, stage));
}

static const char *restarting(struct arena *a, const struct words *w, int stage)
{
    double resets = phrase_stage(w, stage)->resets;
    return arena_printf(a,
        text_count("%s keeps restarting: its counters were reset %s time %s.",
            "%s keeps restarting: its counters were reset %s times %s.", resets),
        clause_stage(a, w, stage), format_exact_in(a, resets), phrase_during(a, w, PLAN_LATELY_MS));
}

static bool always_fails(const struct words *w, int stage)
{
    return notable_always_fails(&phrase_stage(w, stage)->errors, &thresholds_default);
}

static const char *always_failing(struct arena *a, const struct words *w, int stage)
{
    return arena_printf(a, _("%s fails as often as usual (%s)."), clause_stage(a, w, stage),
        format_in(a, format_percent, phrase_stage(w, stage)->errors.now));
}

static bool is_always_full(const struct words *w, int stage)
{
    return notable_always_full(phrase_stage(w, stage), &thresholds_default);
}

static const char *always_full(struct arena *a, const struct words *w, int stage)
{
    return arena_printf(
        a, _("%s is as full as usual (%s)."), clause_stage(a, w, stage), clause_pool(a, w, stage));
}

// Not where there are more questions than usual: the others may be other ones.
static bool is_tool_called_less(const struct words *w, int tool)
{
    const struct diagnosis *d = w->diagnosis;
    const struct thresholds *t = &thresholds_default;
    bool busier = d->questions >= 0 && d->stages[d->questions].traffic.ratio >= t->load_ratio;
    return !busier &&
           notable_tool_called_less(&d->tools[tool], (double)w->plan->window_ms / 1000, t);
}

static const char *tool_called_less(struct arena *a, const struct words *w, int tool)
{
    const struct tool_diagnosis *t = &w->diagnosis->tools[tool];
    return arena_printf(a, _("%s."),
        clause_called(
            a, t->per_request, t->per_request_usual, arena_printf(a, _("Tool %s"), t->name)));
}

static bool is_tool_new(const struct words *w, int tool)
{
    return notable_tool_new(&w->diagnosis->tools[tool], &thresholds_default);
}

static const char *tool_new(struct arena *a, const struct words *w, int tool)
{
    const struct tool_diagnosis *t = &w->diagnosis->tools[tool];
    return arena_printf(a, _("Tool %s, usually not called, is called %s times per question."),
        t->name, format_in(a, format_number, t->per_request));
}

enum remark {
    REMARK_FASTER,
    REMARK_FAILS_LESS,
    REMARK_FAILS_PERHAPS,
    REMARK_CALLED_LESS,
    REMARK_TRAFFIC,
    REMARK_RESTARTS,
    REMARK_TOOL_CALLED_LESS,
    REMARK_TOOL_NEW,
    REMARK_ALWAYS_FAILS,
    REMARK_ALWAYS_FULL,
    REMARKS
};

/** What is remarked on, a SENTENCE for each stage, or tool, of which it IS so. */
static const struct {
    bool (*is)(const struct words *w, int i);
    const char *(*sentence)(struct arena *a, const struct words *w, int i);
    bool of_tools;
    bool usual; /**< bad as it is, it always is */
} remarks[REMARKS] = {
    [REMARK_FASTER] = {is_faster, faster, false, false},
    [REMARK_FAILS_LESS] = {fails_less, failing_less, false, false},
    [REMARK_FAILS_PERHAPS] = {fails_perhaps, failing_perhaps, false, false},
    [REMARK_CALLED_LESS] = {is_called_less, called_less, false, false},
    [REMARK_TRAFFIC] = {has_other_traffic, traffic, false, false},
    [REMARK_RESTARTS] = {keeps_restarting, restarting, false, false},
    [REMARK_TOOL_CALLED_LESS] = {is_tool_called_less, tool_called_less, true, false},
    [REMARK_TOOL_NEW] = {is_tool_new, tool_new, true, false},
    [REMARK_ALWAYS_FAILS] = {always_fails, always_failing, false, true},
    [REMARK_ALWAYS_FULL] = {is_always_full, always_full, false, true},
};

// Of MORE than are named the same is so.
static const char *others(enum remark remark, int more)
{
    switch (remark) {
    case REMARK_FASTER: return text_count("%d more is faster.", "%d more are faster.", more);
    case REMARK_FAILS_LESS: return text_count("%d more fails less.", "%d more fail less.", more);
    case REMARK_FAILS_PERHAPS: return text_count("%d more fails more.", "%d more fail more.", more);
    case REMARK_CALLED_LESS:
        return text_count("%d more is called less.", "%d more are called less.", more);
    case REMARK_TRAFFIC:
        return text_count("%d more has unusual traffic.", "%d more have unusual traffic.", more);
    case REMARK_RESTARTS:
        return text_count("%d more keeps restarting.", "%d more keep restarting.", more);
    case REMARK_TOOL_CALLED_LESS:
        return text_count("%d more tool is called less.", "%d more tools are called less.", more);
    case REMARK_TOOL_NEW:
        return text_count(
            "%d more tool is usually not called.", "%d more tools are usually not called.", more);
    case REMARK_ALWAYS_FAILS:
        return text_count(
            "%d more fails as often as usual.", "%d more fail as often as usual.", more);
    case REMARK_ALWAYS_FULL:
        return text_count("%d more is as full as usual.", "%d more are as full as usual.", more);
    case REMARKS: break;
    }
    return "";
}

static int count_of(const struct words *w, enum remark remark)
{
    const struct diagnosis *d = w->diagnosis;
    return (int)(remarks[remark].of_tools ? d->tools_count : d->stages_count);
}

bool remark_any(const struct words *w)
{
    bool any = false;
    for (enum remark k = 0; k < REMARKS; k++) {
        for (int i = 0; i < count_of(w, k) && !any && !remarks[k].usual; i++) {
            any = remarks[k].is(w, i);
        }
    }
    return any;
}

static void add_one(struct str *s, const struct words *w, enum remark k)
{
    struct arena a = {0};
    int all = 0;
    for (int i = 0; i < count_of(w, k); i++) {
        if (remarks[k].is(w, i) && all++ < NAMED_MOST) {
            text_add_gap(s);
            str_add(s, remarks[k].sentence(&a, w, i));
        }
    }
    if (all > NAMED_MOST) {
        text_add_gap(s);
        str_addf(s, others(k, all - NAMED_MOST), all - NAMED_MOST);
    }
    arena_finish(&a);
}

void remark_add(struct str *s, const struct words *w)
{
    for (enum remark k = 0; k < REMARKS; k++) {
        add_one(s, w, k);
    }
}

void remark_add_beside(struct str *s, const struct words *w)
{
    add_one(s, w, REMARK_RESTARTS);
    add_one(s, w, REMARK_TOOL_CALLED_LESS);
    add_one(s, w, REMARK_TOOL_NEW);
}

const char *remark_reason(struct arena *a, const struct words *w, int stage)
{
    bool less = is_called_less(w, stage);
    const struct reading *latency = &phrase_stage(w, stage)->latency;
    const char *said = is_faster(w, stage) ? _("faster than usual") : less ? NULL : _("normal");
    if (notable_open(latency)) {
        said = arena_printf(
            a, _("up %s; too little history to judge"), format_in(a, format_times, latency->ratio));
    }
    if (notable_perhaps(latency)) {
        said = arena_printf(a, _("up %s; n=%s, may be chance"),
            format_in(a, format_times, latency->ratio),
            format_exact_in(a, phrase_stage(w, stage)->requests));
    }
    if (less) {
        said = clause_also(a, said, clause_calls(a, w, stage, NULL));
    }
    if (notable_perhaps(&phrase_stage(w, stage)->errors)) {
        said = clause_also(a, said, _("fails more; may be chance"));
    }
    if (has_other_traffic(w, stage)) {
        const struct reading *r = &phrase_stage(w, stage)->traffic;
        said = clause_also(a, said,
            arena_printf(a, _("traffic %s, usually %s"), format_in(a, format_rate, r->now),
                format_in(a, format_rate, r->usual.centre)));
    }
    const struct evidence *queue = phrase_evidence_of(w, EVIDENCE_QUEUE, stage);
    if (queue) {
        said = clause_also(a, said,
            arena_printf(a, _("%s %s, usually %s"), queue->name ? queue->name : _("queue"),
                format_in(a, format_count, queue->a),
                format_in(a, format_count, isnan(queue->b) ? 0 : queue->b)));
    }
    if (fails_less(w, stage)) {
        said = clause_also(a, said, _("fails less than usual"));
    }
    if (always_fails(w, stage)) {
        said = clause_also(a, said, _("errors as usual"));
    }
    if (is_always_full(w, stage)) {
        said = clause_also(a, said, arena_printf(a, _("%s as usual"), clause_pool(a, w, stage)));
    }
    return said;
}

const char *remark_restarts(const struct words *w, int stage)
{
    return keeps_restarting(w, stage) ? _("keeps restarting") : NULL;
}

const char *remark_tool(const struct words *w, int tool)
{
    bool never = !(w->diagnosis->tools[tool].per_request > 0);
    return !is_tool_called_less(w, tool) ? NULL
           : never                       ? _("not called any more")
                                         : _("called less than usual");
}
