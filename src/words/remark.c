#include "words/remark.h"

#include "diagnose/notable.h"
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

static void add_faster(struct str *s, const struct words *w, int stage)
{
    const struct reading *r = &phrase_stage(w, stage)->latency;
    phrase_add_name_at_start(s, phrase_name(w, stage));
    str_add(s, " is faster than usual (");
    phrase_add_statistic(s, w, stage);
    str_addc(s, ' ');
    format_seconds(s, r->now);
    str_add(s, ", usually ");
    format_seconds(s, r->usual.centre);
    str_addc(s, ')');
}

static void add_calls(struct str *s, const struct words *w, int stage)
{
    phrase_add_name_at_start(s, phrase_name(w, stage));
    str_addc(s, ' ');
    phrase_add_calls(s, w, stage, "is ");
}

static void add_rates(struct str *s, const struct words *w, int stage)
{
    const struct reading *r = &phrase_stage(w, stage)->traffic;
    format_rate(s, r->now);
    str_add(s, ", usually ");
    format_rate(s, r->usual.centre);
}

static void add_traffic(struct str *s, const struct words *w, int stage)
{
    str_addf(s, "The traffic of %s is ", phrase_name(w, stage));
    add_rates(s, w, stage);
    double failed = phrase_failures(w, stage);
    if (failed > 0) {
        str_add(s, ", with ");
        phrase_add_failures(s, w, failed);
    }
}

static bool fails_less(const struct words *w, int stage)
{
    return notable_fails_less(&phrase_stage(w, stage)->errors, &thresholds_default);
}

static void add_fails_less(struct str *s, const struct words *w, int stage)
{
    const struct reading *r = &phrase_stage(w, stage)->errors;
    phrase_add_name_at_start(s, phrase_name(w, stage));
    str_add(s, " fails less than usual (");
    format_percent(s, r->now);
    phrase_add_usually(s, r->usual.centre, format_percent);
    str_addc(s, ')');
}

static bool keeps_restarting(const struct words *w, int stage)
{
    return notable_restarts(phrase_stage(w, stage));
}

static void add_restarts(struct str *s, const struct words *w, int stage)
{
    phrase_add_name_at_start(s, phrase_name(w, stage));
    str_addf(s, " keeps restarting: its counters were reset %.0f times in the last 30 min",
        phrase_stage(w, stage)->resets);
}

static bool always_fails(const struct words *w, int stage)
{
    return notable_always_fails(&phrase_stage(w, stage)->errors, &thresholds_default);
}

static void add_always_fails(struct str *s, const struct words *w, int stage)
{
    phrase_add_name_at_start(s, phrase_name(w, stage));
    str_add(s, " fails as often as usual (");
    format_percent(s, phrase_stage(w, stage)->errors.now);
    str_addc(s, ')');
}

static bool is_always_full(const struct words *w, int stage)
{
    return notable_always_full(phrase_stage(w, stage), &thresholds_default);
}

static void add_always_full(struct str *s, const struct words *w, int stage)
{
    phrase_add_name_at_start(s, phrase_name(w, stage));
    str_add(s, " is as full as usual (");
    phrase_add_pool(s, w, stage);
    str_addc(s, ')');
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

static void add_tool(struct str *s, const struct words *w, int tool)
{
    const struct tool_diagnosis *t = &w->diagnosis->tools[tool];
    str_addf(s, "Tool %s is ", t->name);
    phrase_add_called(s, t->per_request, t->per_request_usual);
}

enum remark {
    REMARK_FASTER,
    REMARK_FAILS_LESS,
    REMARK_CALLED_LESS,
    REMARK_TRAFFIC,
    REMARK_RESTARTS,
    REMARK_TOOL_CALLED_LESS,
    REMARK_ALWAYS_FAILS,
    REMARK_ALWAYS_FULL,
    REMARKS
};

/** What is remarked on, a sentence for each stage, or tool, of which it IS so. */
static const struct {
    bool (*is)(const struct words *w, int i);
    void (*add)(struct str *s, const struct words *w, int i);
    const char *one, *several; /**< the end of "3 more ..." */
    bool of_tools;
    bool usual; /**< bad as it is, it always is */
} remarks[REMARKS] = {
    [REMARK_FASTER] = {is_faster, add_faster, "is faster", "are faster", false, false},
    [REMARK_FAILS_LESS] = {fails_less, add_fails_less, "fails less", "fail less", false, false},
    [REMARK_CALLED_LESS] = {is_called_less, add_calls, "is called less", "are called less", false,
        false},
    [REMARK_TRAFFIC] = {has_other_traffic, add_traffic, "has unusual traffic",
        "have unusual traffic", false, false},
    [REMARK_RESTARTS] = {keeps_restarting, add_restarts, "keeps restarting", "keep restarting",
        false, false},
    [REMARK_TOOL_CALLED_LESS] = {is_tool_called_less, add_tool, "tool is called less",
        "tools are called less", true, false},
    [REMARK_ALWAYS_FAILS] = {always_fails, add_always_fails, "fails as often as usual",
        "fail as often as usual", false, true},
    [REMARK_ALWAYS_FULL] = {is_always_full, add_always_full, "is as full as usual",
        "are as full as usual", false, true},
};

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
    int all = 0;
    for (int i = 0; i < count_of(w, k); i++) {
        if (remarks[k].is(w, i) && all++ < NAMED_MOST) {
            str_addc(s, ' ');
            remarks[k].add(s, w, i);
            str_addc(s, '.');
        }
    }
    if (all > NAMED_MOST) {
        int more = all - NAMED_MOST;
        str_addf(s, " %d more %s.", more, str_plural(more, remarks[k].one, remarks[k].several));
    }
}

void remark_add(struct str *s, const struct words *w)
{
    for (enum remark k = 0; k < REMARKS; k++) {
        add_one(s, w, k);
    }
}

void remark_add_restarting(struct str *s, const struct words *w)
{
    add_one(s, w, REMARK_RESTARTS);
}

void remark_add_reason(struct str *s, const struct words *w, int stage)
{
    bool faster = is_faster(w, stage), less = is_called_less(w, stage);
    str_add(s, faster ? "faster than usual" : less ? "" : "normal");
    if (less) {
        str_add(s, faster ? "; " : "");
        phrase_add_calls(s, w, stage, "");
    }
    if (has_other_traffic(w, stage)) {
        str_add(s, "; traffic ");
        add_rates(s, w, stage);
    }
    if (fails_less(w, stage)) {
        str_add(s, "; fails less than usual");
    }
    if (always_fails(w, stage)) {
        str_add(s, "; errors as usual");
    }
    if (is_always_full(w, stage)) {
        str_add(s, "; ");
        phrase_add_pool(s, w, stage);
        str_add(s, " as usual");
    }
}

void remark_add_restarts(struct str *s, const struct words *w, int stage)
{
    str_add(s, keeps_restarting(w, stage) ? "; keeps restarting" : "");
}

const char *remark_tool(const struct words *w, int tool)
{
    bool never = !(w->diagnosis->tools[tool].per_request > 0);
    return !is_tool_called_less(w, tool) ? NULL
           : never                       ? "not called any more"
                                         : "called less than usual";
}
