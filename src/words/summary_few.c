#include <math.h>

#include "base/text.h"
#include "words/clause.h"
#include "words/format.h"
#include "words/phrase.h"
#include "words/summary.h"

enum { NAMED_MOST = 3 };

static bool any_is_broken(const struct words *w)
{
    bool any = false;
    for (int i = 0; i < (int)w->diagnosis->stages_count; i++) {
        any = any || phrase_few_break_slo(w, i, false) || phrase_few_break_slo(w, i, true);
    }
    return any;
}

// That the SLO of STAGE is broken, BUT after what was said before.
static const char *broken(struct arena *a, const struct words *w, int stage, bool errors, bool but)
{
    const struct stage *of = &w->plan->stages[stage];
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    const struct reading *r = errors ? &d->errors : &d->latency;
    void (*format)(struct str *, double) = errors ? format_percent : format_seconds;
    const char *n = format_exact_in(
        a, errors ? d->errors_requests * (double)w->plan->window_ms / 1000 : d->requests);
    double slo = errors ? of->slo_errors : of->slo_p95_s;
    bool usual = r->usual.centre > slo;
    const char *now = format_in(a, format, r->now);
    const char *said =
        errors ? arena_printf(a, _("%s of its requests fail"), now)
               : arena_printf(a, r->beyond ? _("its %s is at least %s") : _("its %s is %s"),
                     clause_statistic(w, stage), now);
    said = clause_usually(a, said, r->usual.centre, format);
    return but ? arena_printf(a,
                     usual ? _("But %s is above its SLO of %s, as usual: %s (n=%s).")
                           : _("But %s is above its SLO of %s: %s (n=%s)."),
                     phrase_name(w, stage), format_in(a, format, slo), said, n)
               : arena_printf(a,
                     usual ? _("%s is above its SLO of %s, as usual: %s (n=%s).")
                           : _("%s is above its SLO of %s: %s (n=%s)."),
                     clause_stage(a, w, stage), format_in(a, format, slo), said, n);
}

// Each SLO that so few requests break. Returns whether any is.
static bool add_all_broken(struct str *s, struct arena *a, const struct words *w)
{
    int count = 0;
    for (int i = 0; i < 2 * (int)w->diagnosis->stages_count && count < NAMED_MOST; i++) {
        int stage = i / 2;
        bool errors = i % 2 == 0;
        if (phrase_few_break_slo(w, stage, errors)) {
            phrase_add_sentence(s, broken(a, w, stage, errors, count++ == 0));
        }
    }
    return count > 0;
}

// What is odd about STAGE; NULL: nothing is.
static const char *odd(struct arena *a, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    if (d->errors.odd) {
        const char *said = arena_printf(a, _("Even so, %s of %s's requests failed"),
            format_in(a, format_percent, d->errors.now), phrase_name(w, stage));
        said = clause_usually(a, said, d->errors.usual.centre, format_percent);
        return arena_printf(a, _("%s."), clause_slo(a, w, stage, true, said));
    }
    if (d->latency.odd && !isnan(d->latency.usual.centre)) {
        return arena_printf(a,
            d->latency.beyond ? _("Even so, the %s of %s is at least %s, usually %s.")
                              : _("Even so, the %s of %s is %s, usually %s."),
            clause_statistic(w, stage), phrase_name(w, stage),
            format_in(a, format_seconds, d->latency.now),
            format_in(a, format_seconds, d->latency.usual.centre));
    }
    return NULL;
}

// The SLOs that they break, else the first stage of which it can be said.
void summary_add_odd(struct str *s, struct arena *a, const struct words *w)
{
    bool said = add_all_broken(s, a, w);
    for (int i = 0; i < (int)w->diagnosis->stages_count && !said; i++) {
        const char *sentence = odd(a, w, i);
        phrase_add_sentence(s, sentence);
        said = sentence;
    }
}

static bool is_odd(const struct tool_diagnosis *t)
{
    return t->errors.state == STATE_TOO_FEW && t->errors.odd;
}

static const char *odd_tool(struct arena *a, const struct tool_diagnosis *t)
{
    double count = round(t->count), failed = round(t->errors.now * t->count);
    const char *said =
        failed < count
            ? arena_printf(a,
                  text_count("Tool %s had only %s call, too few to judge, but %s of them failed",
                      "Tool %s had only %s calls, too few to judge, but %s of them failed", count),
                  t->name, format_exact_in(a, count), format_exact_in(a, failed))
            : arena_printf(a,
                  text_count("Tool %s had only %s call, too few to judge, but it failed",
                      "Tool %s had only %s calls, too few to judge, but all of them failed", count),
                  t->name, format_exact_in(a, count));
    return arena_printf(
        a, _("%s."), clause_usually(a, said, t->errors.usual.centre, format_percent));
}

// Tools of which too few calls are known to alarm, and still more fail than chance makes.
void summary_add_odd_tools(struct str *s, struct arena *a, const struct words *w)
{
    int all = 0;
    for (size_t i = 0; i < w->diagnosis->tools_count; i++) {
        const struct tool_diagnosis *t = &w->diagnosis->tools[i];
        if (is_odd(t) && all++ < NAMED_MOST) {
            phrase_add_sentence(s, odd_tool(a, t));
        }
    }
    if (all > NAMED_MOST) {
        int more = all - NAMED_MOST;
        phrase_add_sentence(s, arena_printf(a,
                                   text_count("The same goes for %d more tool.",
                                       "The same goes for %d more tools.", more),
                                   more));
    }
}

// How many requests there usually are in the window, of the stage that has the most; NaN: not
// known.
static double usual_requests(const struct words *w)
{
    double most = NAN;
    for (size_t i = 0; i < w->diagnosis->stages_count; i++) {
        most = fmax(most, w->diagnosis->stages[i].traffic.usual.centre);
    }
    return most * (double)w->plan->window_ms / 1000;
}

static const char *quiet(struct arena *a, double requests, const char *lately)
{
    return requests >= 0.5 ? arena_printf(a, // TRANSLATORS: "3 requests in the last 5 min"
                                 text_count("Quiet, as usual: %s request %s.",
                                     "Quiet, as usual: %s requests %s.", requests),
                                 format_exact_in(a, requests), lately)
                           : arena_printf(a, _("Quiet, as usual: no requests %s."), lately);
}

// That nothing of it all completes any more, where some usually does; else NULL.
static const char *none_completes(struct arena *a, const struct words *w)
{
    bool completes = false;
    for (size_t i = 0; i < w->diagnosis->stages_count; i++) {
        completes = completes || w->diagnosis->stages[i].traffic.now > 0;
    }
    struct onset last = summary_stopped(w);
    bool stopped = !completes && last.since_ms + last.before_ms > 0;
    return stopped ? arena_printf(a, _("%s."), clause_onset(a, w, _("None has completed"), last))
                   : NULL;
}

// Whether that is as in every night, or nobody can tell.
void summary_add_few(struct str *s, struct arena *a, const struct words *w, double requests)
{
    const char *lately = phrase_lately(a, w);
    if (w->diagnosis->verdict.severity == SEVERITY_OK) {
        phrase_add_sentence(s, quiet(a, requests, lately));
    } else {
        double usually = round(usual_requests(w));
        const char *said =
            arena_printf(a, text_count("Only %s request %s", "Only %s requests %s", requests),
                format_exact_in(a, requests), lately);
        said = usually > round(requests) ? clause_usually(a, said, usually, format_count) : said;
        phrase_add_sentence(s, arena_printf(a,
                                   any_is_broken(w) ? _("%s: too few to compare with usual.")
                                                    : _("%s: too few to judge."),
                                   said));
    }
    summary_add_odd(s, a, w);
    phrase_add_sentence(s, none_completes(a, w));
}
