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

/** What is remarked on, a sentence for each stage of which it IS so. */
static const struct {
    bool (*is)(const struct words *w, int stage);
    void (*add)(struct str *s, const struct words *w, int stage);
    const char *one, *several; /**< the end of "3 more ..." */
} remarks[] = {
    {is_faster, add_faster, "is faster", "are faster"},
    {is_called_less, add_calls, "is called less", "are called less"},
    {has_other_traffic, add_traffic, "has unusual traffic", "have unusual traffic"},
};

enum { REMARKS = sizeof remarks / sizeof *remarks };

bool remark_any(const struct words *w)
{
    bool any = false;
    for (size_t k = 0; k < REMARKS; k++) {
        for (int i = 0; i < (int)w->diagnosis->stages_count && !any; i++) {
            any = remarks[k].is(w, i);
        }
    }
    return any;
}

void remark_add(struct str *s, const struct words *w)
{
    for (size_t k = 0; k < REMARKS; k++) {
        int all = 0;
        for (int i = 0; i < (int)w->diagnosis->stages_count; i++) {
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
}
