#include "words/clause.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/ascii.h"
#include "base/clock.h"
#include "base/clock_in.h"
#include "base/names.h"
#include "base/text.h"
#include "config/profile.h"
#include "diagnose/notable.h"
#include "words/format.h"
#include "words/phrase.h"

enum { NAMED_MOST = 3 }; // in a list

// ---- names -------------------------------------------------------------------------------------

const char *clause_begin(struct arena *a, const char *clause)
{
    static const char own[] = "ragtop "; // its name has no capital anywhere
    char *text = arena_strdup(a, clause);
    *text = strncmp(text, own, sizeof own - 1) == 0 ? *text : ascii_upper(*text);
    return text;
}

// Acronyms, and what somebody called their software: `vllm`, and `nim` of `nim-llm`.
static bool is_proper(const char *name)
{
    static const char *const acronyms[] = {
        "api", "asr", "db", "gpu", "http", "llm", "mcp", "ocr", "sql", "tts", "ui"};
    size_t len = strlen(name);
    bool is = false;
    for (size_t i = 0; i < sizeof acronyms / sizeof *acronyms; i++) {
        is = is || strcmp(acronyms[i], name) == 0;
    }
    for (const struct embedded_file *e = embedded_profiles; !is && e->name; e++) {
        is = strncmp(e->name, name, len) == 0 && strchr("-", e->name[len]);
    }
    return is;
}

const char *clause_capital(struct arena *a, const char *name)
{
    char *text = arena_strdup(a, name);
    bool plain = !text_is_translated() && !is_proper(name);
    for (const char *p = name; *p; p++) {
        plain = plain && isalpha((unsigned char)*p);
    }
    if (plain) {
        *text = ascii_upper(*text);
    }
    return text;
}

const char *clause_stage(struct arena *a, const struct words *w, int stage)
{
    return clause_capital(a, phrase_name(w, stage));
}

const char *clause_name(struct arena *a, const struct words *w, int stage, bool at_start)
{
    return at_start ? clause_stage(a, w, stage) : phrase_name(w, stage);
}

int clause_count(const struct words *w, clause_test *is, int what)
{
    int count = 0;
    for (int i = 0; i < (int)w->diagnosis->stages_count; i++) {
        count += is(phrase_stage(w, i), what);
    }
    return count;
}

const char *clause_list(struct arena *a, const struct words *w, clause_test *is, int what,
    clause_namer *name, bool at_start)
{
    int all = clause_count(w, is, what), named = 0;
    int most = all > NAMED_MOST ? NAMED_MOST - 1 : all;
    const char *names[NAMED_MOST + 1] = {NULL};
    for (int i = 0; i < (int)w->diagnosis->stages_count && named < most; i++) {
        if (is(phrase_stage(w, i), what)) {
            names[named] = name(a, w, i, at_start && named == 0);
            named++;
        }
    }
    return names_some(a, names, NAMES_AND, (size_t)(all - named));
}

const char *clause_also(struct arena *a, const char *first, const char *then)
{
    return !then ? first : !first ? then : arena_printf(a, _("%s; %s"), first, then);
}

// ---- numbers -----------------------------------------------------------------------------------

const char *clause_statistic(const struct words *w, int stage)
{
    static const char *const names[] = {[STATISTIC_P95] = N_("P95"),
        [STATISTIC_MEAN] = N_("mean"),
        [STATISTIC_VALUE] = N_("value"),
        [STATISTIC_SHARE] = N_("P95")};
    return _(names[phrase_stage(w, stage)->statistic]);
}

const char *clause_usually(
    struct arena *a, const char *said, double usual, void (*format)(struct str *, double))
{
    return isnan(usual) ? said
                        // TRANSLATORS: a number or a clause, and the usual number
                        : arena_printf(a, _("%s, usually %s"), said, format_in(a, format, usual));
}

const char *clause_beyond(struct arena *a, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    // TRANSLATORS: "11 % above 1.0 s, usually 4 %" of the requests
    return arena_printf(a, _("%s above %s, usually %s"), format_in(a, format_percent, d->share.now),
        format_in(a, format_seconds, d->share_bound),
        format_in(a, format_percent, d->share.usual.centre));
}

const char *clause_pool(struct arena *a, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    const struct signal *pool = &w->plan->signals[d->pool_signal];
    const char *full = format_in(a, format_percent, d->pool.now);
    if (pool->full > 0) {
        // TRANSLATORS: what it is and how much: "queue 12", "P95 1.8 s"
        return arena_printf(a, _("%s %s"), pool->what, full);
    }
    if (notable_one_pod(d)) {
        // TRANSLATORS: "connections on one pod 97 %"
        return arena_printf(a, _("%s on one pod %s"), pool->what, full);
    }
    // TRANSLATORS: "connections 97/100", in use of all
    return arena_printf(a, _("%s %s/%s"), pool->what, format_in(a, format_count, d->pool_used),
        format_in(a, format_count, d->pool_limit));
}

const char *clause_called(struct arena *a, double now, double usual, const char *name)
{
    const char *often = format_in(a, format_number, now);
    const char *usually = format_in(a, format_number, usual);
    if (name) {
        return now > 0
                   ? arena_printf(a, _("%s is called %s times per question, usually %s"), name,
                         often, usually)
                   : arena_printf(a, _("%s is not called any more, usually %s times per question"),
                         name, usually);
    }
    return now > 0
               ? arena_printf(a, _("called %s times per question, usually %s"), often, usually)
               : arena_printf(a, _("not called any more, usually %s times per question"), usually);
}

// Calls that are counted when they end may have begun and hang: only what completes is known.
static const char *completed(struct arena *a, const struct reading *calls, const char *name)
{
    const char *often = format_in(a, format_number, calls->now);
    const char *usually = format_in(a, format_number, calls->usual.centre);
    if (name) {
        return calls->now > 0
                   ? arena_printf(a, _("%s completes %s calls per question, usually %s"), name,
                         often, usually)
                   : arena_printf(a, _("%s no longer completes any calls, usually %s per question"),
                         name, usually);
    }
    return calls->now > 0
               ? arena_printf(a, _("completes %s calls per question, usually %s"), often, usually)
               : arena_printf(
                     a, _("no longer completes any calls, usually %s per question"), usually);
}

const char *clause_calls(struct arena *a, const struct words *w, int stage, const char *name)
{
    const struct reading *calls = &phrase_stage(w, stage)->calls;
    bool by_end = w->plan->stages[stage].requests_signal < 0;
    return by_end && calls->now < calls->usual.centre
               ? completed(a, calls, name)
               : clause_called(a, calls->now, calls->usual.centre, name);
}

const char *clause_completes(struct arena *a, const struct words *w, int stage)
{
    double now = phrase_stage(w, stage)->traffic.now;
    return now > 0 ? arena_printf(a, _("completes only %s"), format_in(a, format_rate, now))
                   : _("completes nothing");
}

const char *clause_failures(struct arena *a, const struct words *w, double failed)
{
    return arena_printf(a, // TRANSLATORS: "3 failed requests in the last 5 min"
        text_count("%s failed request %s", "%s failed requests %s", failed),
        format_exact_in(a, failed), phrase_lately(a, w));
}

bool clause_breaks_slo(const struct words *w, int stage, bool errors)
{
    const struct stage *of = &w->plan->stages[stage];
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    const struct reading *r = errors ? &d->errors : &d->latency;
    double slo = errors ? of->slo_errors : of->slo_p95_s, least = isnan(r->low) ? r->now : r->low;
    return slo > 0 && least > slo;
}

const char *clause_slo(
    struct arena *a, const struct words *w, int stage, bool errors, const char *said)
{
    const struct stage *of = &w->plan->stages[stage];
    double slo = errors ? of->slo_errors : of->slo_p95_s;
    if (!clause_breaks_slo(w, stage, errors)) {
        return said;
    }
    // TRANSLATORS: a number or a clause, which is above the objective
    return arena_printf(a, _("%s, above its SLO of %s"), said,
        format_in(a, errors ? format_percent : format_seconds, slo));
}

const char *clause_slo_alone(struct arena *a, const struct words *w, int stage, bool errors)
{
    const struct stage *of = &w->plan->stages[stage];
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    double slo = errors ? of->slo_errors : of->slo_p95_s;
    bool usual = (errors ? &d->errors : &d->latency)->usual.centre > slo;
    return arena_printf(a, usual ? _("above its SLO of %s, as usual") : _("above its SLO of %s"),
        format_in(a, errors ? format_percent : format_seconds, slo));
}

// ---- times -------------------------------------------------------------------------------------

const char *clause_onset(struct arena *a, const struct words *w, const char *said, struct onset o)
{
    if (o.since_ms > 0) {
        // TRANSLATORS: "retrieval has completed nothing since 09:12"
        return arena_printf(a, _("%s since %s"), said, clock_local_in(a, o.since_ms, "%H:%M"));
    }
    if (o.before_ms <= 0) {
        return said;
    }
    return arena_printf(a, _("%s for more than %s"), said, phrase_lasts(a, w, o));
}

// So long ago that nobody has to count the hours.
static const char *ago(struct arena *a, const struct words *w, const char *said, int64_t at_ms)
{
    int64_t age_ms = w->diagnosis->tick_ms - at_ms;
    int64_t whole = age_ms < 2 * CLOCK_HOUR_MS ? CLOCK_MINUTE_MS : CLOCK_HOUR_MS;
    return age_ms < CLOCK_HOUR_MS
               ? said
               : arena_printf(a, _("%s, %s ago"), said, clock_age_in(a, age_ms / whole * whole));
}

const char *clause_last(struct arena *a, const struct words *w, int stage, const char *said)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    bool today = w->diagnosis->tick_ms - d->last_ms < CLOCK_DAY_MS;
    // xgettext:no-c-format
    const char *format = today ? "%H:%M" : _("%a %-d %b %H:%M");
    if (d->last_ms <= 0) {
        return said;
    }
    said = arena_printf(a, d->last_about ? _("%s since about %s") : _("%s since %s"), said,
        clock_local_in(a, d->last_ms, format));
    return ago(a, w, said, d->last_ms);
}

const char *clause_drift(struct arena *a, struct drift drift)
{
    // xgettext:no-c-format
    const char *day = clock_local_in(a, drift.since_ms, _("%-d %b"));
    const char *share = format_in(a, format_percent, fabs(drift.per_day));
    return arena_printf(
        a, drift.per_day < 0 ? _("-%s a day since %s") : _("+%s a day since %s"), share, day);
}

const char *clause_refusal(struct arena *a, const struct signal_data *data)
{
    return data->unfit ? data->why : arena_printf(a, _("query error: %s"), data->why);
}
