#include <string.h>

#include "base/clock_in.h"
#include "base/names.h"
#include "base/text.h"
#include "words/clause.h"
#include "words/doubt.h"
#include "words/format.h"
#include "words/missing.h"
#include "words/phrase.h"
#include "words/summary.h"

int64_t summary_known_for(const struct words *w)
{
    const struct source_state *source = &w->store->source;
    return source->scraped ? w->diagnosis->tick_ms - source->scraped_since_ms : INT64_MAX;
}

// ---- nobody asks -------------------------------------------------------------------------------

struct onset summary_stopped(const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    struct onset last = {0};
    for (size_t i = 0; i < d->stages_count; i++) {
        struct onset o = d->stages[i].stopped;
        last = o.since_ms > last.since_ms || last.since_ms + last.before_ms == 0 ? o : last;
    }
    return last;
}

// Said only as far as it is known.
static const char *none_completed(struct arena *a, const struct words *w)
{
    struct onset last = summary_stopped(w);
    int64_t watched_ms = summary_known_for(w);
    if (last.since_ms + last.before_ms > 0) {
        return clause_onset(a, w, _("No traffic: no request has completed"), last);
    }
    if (watched_ms < 1000) {
        return _("No traffic so far: ragtop has only just started watching");
    }
    if (watched_ms < w->plan->window_ms) {
        return arena_printf(a,
            _("No traffic: no request has completed in the %s that ragtop has been watching"),
            clock_age_in(a, watched_ms));
    }
    return arena_printf(a, _("No traffic: no request has completed %s"), phrase_lately(a, w));
}

void summary_add_idle(struct str *s, struct arena *a, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    int busiest = 0;
    for (int i = 0; i < (int)d->stages_count; i++) {
        bool more = d->stages[i].traffic.usual.centre > d->stages[busiest].traffic.usual.centre;
        busiest = more ? i : busiest;
    }
    double usual = d->stages[busiest].traffic.usual.centre;
    const char *said = none_completed(a, w);
    if (usual > 0) {
        said = arena_printf(a, _("%s (usually %s)"), said, format_in(a, format_rate, usual));
    }
    phrase_add_sentence(s, arena_printf(a, _("%s, so nothing can be judged."), said));
}

// ---- the server says nothing -------------------------------------------------------------------

static bool is_target(const struct words *w)
{
    static const char end[] = "/metrics";
    const char *url = w->source->url;
    size_t len = url ? strlen(url) : 0;
    return w->store->source.scraped ||
           (len >= sizeof end - 1 && strcmp(url + len - (sizeof end - 1), end) == 0);
}

void summary_add_lost(struct str *s, struct arena *a, const struct words *w)
{
    const char *why = w->store->source.why;
    if (w->source->assumed && w->store->source.answered_ms == 0) {
        phrase_add_sentence(
            s, arena_printf(a,
                   _("No URL was given, and ragtop cannot reach %s: %s. Give the URL of a "
                     "Prometheus: ragtop http://HOST:9090, or set RAGTOP_URL."),
                   w->source->url, why));
        return;
    }
    const char *said =
        is_target(w) ? arena_printf(a, _("Cannot read the target: %s"), why)
        : w->store->source.foreign
            ? arena_printf(a, _("What answers at %s is not a Prometheus: %s"), w->source->url, why)
            : arena_printf(a, _("Cannot reach Prometheus: %s"), why);
    phrase_add_sentence(s, text_asks(said) ? said : arena_printf(a, _("%s."), said));
}

// ---- it refuses --------------------------------------------------------------------------------

/** The bytes of WHY that name the cause; a scrape's goes on with where in the expression it is. */
static size_t cause_length(struct arena *a, const struct words *w, const char *why)
{
    const char *between = arena_printf(a, _("%s: %s"), "", "");
    const char *end = w->store->source.scraped ? strstr(why, between) : NULL;
    return end ? (size_t)(end - why) : strlen(why);
}

/** The cause for which the latencies are refused; NULL: not one, or several. */
static const char *common_cause(struct arena *a, const struct words *w)
{
    const char *cause = NULL;
    size_t len = 0;
    for (size_t i = 0; i < w->plan->signals_count; i++) {
        const struct signal_data *data = &w->store->signals[i];
        if (w->plan->signals[i].kind != SIGNAL_LATENCY || data->condition != CONDITION_REFUSED) {
            continue;
        }
        size_t its = cause_length(a, w, data->why);
        if (its == 0 || (cause && (its != len || strncmp(cause, data->why, its) != 0))) {
            return NULL;
        }
        cause = data->why;
        len = its;
    }
    return cause ? arena_printf(a, "%.*s", (int)len, cause) : NULL;
}

// Latencies that were answered, but with no number that can be meant; NULL: others were refused.
static const char *unfit(struct arena *a, const struct words *w)
{
    int first = -1, others = 0;
    bool refused = false;
    for (size_t i = 0; i < w->plan->signals_count; i++) {
        const struct signal *of = &w->plan->signals[i];
        const struct signal_data *data = &w->store->signals[i];
        if (of->kind == SIGNAL_LATENCY && data->condition == CONDITION_REFUSED) {
            refused = refused || !data->unfit;
            others += first >= 0;
            first = first < 0 ? of->stage : first;
        }
    }
    if (refused || first < 0) {
        return NULL;
    }
    const char *const names[] = {clause_stage(a, w, first), NULL};
    return arena_printf(
        a, _("%s cannot be judged"), names_some(a, names, NAMES_AND, (size_t)others));
}

static const char *refused(struct arena *a, const struct words *w)
{
    const char *cause = common_cause(a, w), *said = unfit(a, w);
    if (!said) {
        said = w->store->source.scraped ? _("ragtop cannot answer the queries from its own scrapes")
                                        : _("The server refuses the queries");
    }
    return cause ? arena_printf(a, _("%s: %s."), said, cause)
                 : arena_printf(a, _("%s; each row says why."), said);
}

// ---- there is no data --------------------------------------------------------------------------

// Of no stage there are samples any more.
static void add_all_gone(struct str *s, struct arena *a, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    struct onset end = {.since_ms = 0};
    int last = 0, count = (int)d->stages_count;
    const char *why = NULL;
    for (int i = 0; i < count; i++) {
        int64_t known_ms = d->stages[i].known_ms;
        last = d->stages[i].last_ms > d->stages[last].last_ms ? i : last;
        end.before_ms = known_ms > end.before_ms ? known_ms : end.before_ms;
        why = why ? why : missing_why(a, w, i);
    }
    const char *said = d->stages[last].last_ms > 0 ? clause_last(a, w, last, _("No data"))
                                                   : clause_onset(a, w, _("No data"), end);
    if (why) {
        phrase_add_sentence(s, arena_printf(a, _("%s: %s."), said, why));
        return;
    }
    phrase_add_sentence(s, arena_printf(a, _("%s: samples no longer arrive."), said));
    phrase_add_sentence(s, _("Look at the targets of Prometheus, or at whatever writes to it."));
}

static const char *never(struct arena *a, const struct words *w, bool known)
{
    bool past = w->scope->at_ms > 0;
    if (w->store->source.scraped && (known || past)) {
        const char *since = clock_local_in(a, w->store->source.scraped_since_ms, "%H:%M:%S");
        return arena_printf(a,
            past ? _("No data: ragtop has been scraping this target itself only since %s, so "
                     "nothing is known of that time.")
                 : _("No data: ragtop has been scraping this target itself only since %s; a rate "
                     "needs two scrapes."),
            since);
    }
    if (w->store->source.scraped) {
        return _("No data: the target exposes none of the metrics. Check that it is the right "
                 "target, and the names of the metrics.");
    }
    if (past) { // whichever moment the names were asked for at
        return _("No data: no series of these metrics has two samples at that time.");
    }
    return known ? _("No data: the server knows the metrics, but no series with these labels has "
                     "two samples now. A new target has them after its second scrape; otherwise "
                     "check the labels, and the targets of Prometheus.")
                 : _("No data: the server knows none of the metrics. A new target has them after "
                     "its first scrape; otherwise check that the service is scraped, and the names "
                     "of the metrics.");
}

void summary_add_no_data(struct str *s, struct arena *a, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    bool error = false, known = false;
    for (size_t i = 0; i < d->stages_count; i++) {
        error = error || d->stages[i].latency.state == STATE_ERROR;
        known = known || !plan_is_absent(w->plan, i);
    }
    if (*w->store->unmet) {
        phrase_add_sentence(s, w->store->unmet);
        return;
    }
    if (doubt_add_summary(s, w)) {
        return;
    }
    struct str gone;
    str_init(&gone);
    int count = missing_add_gone(&gone, w);
    if (count == (int)d->stages_count) {
        add_all_gone(s, a, w);
    } else if (count > 0) {
        phrase_add_sentence(s, gone.text);
    } else {
        phrase_add_sentence(s, error ? refused(a, w) : never(a, w, known));
    }
    str_finish(&gone);
}
