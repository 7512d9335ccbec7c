#include "words/remark.h"

#include "diagnose/notable.h"
#include "words/format.h"
#include "words/phrase.h"

enum { NAMED_MOST = 3 };

typedef bool remark(const struct words *w, int stage);

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

static int count(const struct words *w, remark *is)
{
    int n = 0;
    for (int i = 0; i < (int)w->diagnosis->stages_count; i++) {
        n += is(w, i);
    }
    return n;
}

bool remark_any(const struct words *w)
{
    return count(w, is_faster) + count(w, is_called_less) + count(w, has_other_traffic) > 0;
}

static void add_traffic(struct str *s, const struct words *w, int stage)
{
    const struct reading *r = &phrase_stage(w, stage)->traffic;
    format_rate(s, r->now);
    str_add(s, ", usually ");
    format_rate(s, r->usual.centre);
}

static void add_faster(struct str *s, const struct words *w)
{
    int all = count(w, is_faster), named = 0;
    for (int i = 0; i < (int)w->diagnosis->stages_count && named < NAMED_MOST; i++) {
        if (!is_faster(w, i)) {
            continue;
        }
        const struct reading *r = &phrase_stage(w, i)->latency;
        str_addc(s, ' ');
        phrase_add_name_at_start(s, phrase_name(w, i));
        str_add(s, " is faster than usual (");
        phrase_add_statistic(s, w, i);
        str_addc(s, ' ');
        format_seconds(s, r->now);
        str_add(s, ", usually ");
        format_seconds(s, r->usual.centre);
        str_add(s, ").");
        named++;
    }
    if (all > named) {
        str_addf(s, " %d more %s faster.", all - named, str_plural(all - named, "is", "are"));
    }
}

static void add_called_less(struct str *s, const struct words *w)
{
    int all = count(w, is_called_less), named = 0;
    for (int i = 0; i < (int)w->diagnosis->stages_count && named < NAMED_MOST; i++) {
        if (!is_called_less(w, i)) {
            continue;
        }
        str_addc(s, ' ');
        phrase_add_name_at_start(s, phrase_name(w, i));
        str_addc(s, ' ');
        phrase_add_calls(s, w, i, "is ");
        str_addc(s, '.');
        named++;
    }
    if (all > named) {
        str_addf(s, " %d more %s called less.", all - named, str_plural(all - named, "is", "are"));
    }
}

void remark_add(struct str *s, const struct words *w)
{
    int named = 0, all = count(w, has_other_traffic);
    add_faster(s, w);
    add_called_less(s, w);
    for (int i = 0; i < (int)w->diagnosis->stages_count && named < NAMED_MOST; i++) {
        if (has_other_traffic(w, i)) {
            str_addf(s, " The traffic of %s is ", phrase_name(w, i));
            add_traffic(s, w, i);
            str_addc(s, '.');
            named++;
        }
    }
    if (all > named) {
        str_addf(
            s, " %d more %s unusual traffic.", all - named, str_plural(all - named, "has", "have"));
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
        add_traffic(s, w, stage);
    }
}
