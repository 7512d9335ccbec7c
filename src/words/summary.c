#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "diagnose/notable.h"
#include "diagnose/worst.h"
#include "words/doubt.h"
#include "words/format.h"
#include "words/incident.h"
#include "words/missing.h"
#include "words/phrase.h"
#include "words/remark.h"

enum { NAMED_MOST = 3 };

static void add_ruled_out(struct str *s, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    if (v->normal > NAMED_MOST) {
        str_addf(s, " %zu other stages are normal.", v->normal);
        return;
    }
    for (size_t i = 0; i < v->evidence_count; i++) {
        if (v->evidence[i].kind == EVIDENCE_NORMAL) {
            str_add(s, " ");
            phrase_add_name_at_start(s, phrase_name(w, v->evidence[i].stage));
            str_add(s, " is normal");
            if (!isnan(v->evidence[i].a)) {
                str_addf(s, " (n=%.0f)", v->evidence[i].a);
            }
            str_add(s, ".");
        }
    }
}

static void add_early_summary(struct str *s, const struct words *w)
{
    size_t usual = 0, count = w->diagnosis->stages_count;
    for (size_t i = 0; i < count; i++) {
        usual += w->diagnosis->stages[i].latency.state == STATE_OK;
    }
    if (usual > 0) {
        str_addf(s, "As usual so far: the latency of %zu of %zu %s. Asking …", usual, count,
            str_plural((double)count, "stage", "stages"));
    } else {
        str_add(s, "Asking …");
    }
}

static bool any_is_broken(const struct words *w)
{
    bool any = false;
    for (int i = 0; i < (int)w->diagnosis->stages_count; i++) {
        any = any || phrase_few_break_slo(w, i, false) || phrase_few_break_slo(w, i, true);
    }
    return any;
}

static void add_broken(struct str *s, const struct words *w, int stage, bool errors)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    const struct reading *r = errors ? &d->errors : &d->latency;
    double n = errors ? d->errors_requests * (double)w->plan->window_ms / 1000 : d->requests;
    str_add(s, " is ");
    phrase_add_slo_alone(s, w, stage, errors);
    str_add(s, ": ");
    if (errors) {
        format_percent(s, r->now);
        str_add(s, " of its requests fail");
    } else {
        str_add(s, "its ");
        phrase_add_statistic(s, w, stage);
        str_add(s, r->beyond ? " is at least " : " is ");
        format_seconds(s, r->now);
    }
    phrase_add_usually(s, r->usual.centre, errors ? format_percent : format_seconds);
    str_addf(s, " (n=%.0f).", n);
}

// Each SLO that so few requests break. Returns whether any is.
static bool add_all_broken(struct str *s, const struct words *w)
{
    int count = 0;
    for (int i = 0; i < 2 * (int)w->diagnosis->stages_count && count < NAMED_MOST; i++) {
        int stage = i / 2;
        bool errors = i % 2 == 0;
        if (phrase_few_break_slo(w, stage, errors)) {
            str_add(s, count == 0 ? " But " : " ");
            phrase_add_stage(s, w, stage, count++ > 0);
            add_broken(s, w, stage, errors);
        }
    }
    return count > 0;
}

// What of so few requests is not as usual: the SLOs that they break, else the first stage of which
// it can be said.
static void add_odd(struct str *s, const struct words *w)
{
    if (add_all_broken(s, w)) {
        return;
    }
    for (int i = 0; i < (int)w->diagnosis->stages_count; i++) {
        const struct stage_diagnosis *d = phrase_stage(w, i);
        if (d->errors.odd) {
            str_add(s, " Even so, ");
            format_percent(s, d->errors.now);
            str_addf(s, " of those of %s failed", phrase_name(w, i));
            phrase_add_usually(s, d->errors.usual.centre, format_percent);
            phrase_add_slo(s, w, i, true);
            str_add(s, ".");
            return;
        }
        if (d->latency.odd && !isnan(d->latency.usual.centre)) {
            str_add(s, " Even so, the ");
            phrase_add_statistic(s, w, i);
            str_addf(s, " of %s is %s", phrase_name(w, i), d->latency.beyond ? "at least " : "");
            format_seconds(s, d->latency.now);
            str_add(s, ", usually ");
            format_seconds(s, d->latency.usual.centre);
            str_add(s, ".");
            return;
        }
    }
}

static bool is_odd(const struct tool_diagnosis *t)
{
    return t->errors.state == STATE_TOO_FEW && t->errors.odd;
}

// Tools of which too few calls are known to alarm, and still more fail than chance makes.
static void add_odd_tools(struct str *s, const struct words *w)
{
    int all = 0;
    for (size_t i = 0; i < w->diagnosis->tools_count; i++) {
        const struct tool_diagnosis *t = &w->diagnosis->tools[i];
        if (is_odd(t) && all++ < NAMED_MOST) {
            double count = round(t->count), failed = round(t->errors.now * t->count);
            str_addf(s, " Tool %s had only %.0f %s, too few to judge, but ", t->name, count,
                str_plural(count, "call", "calls"));
            if (failed < count) {
                str_addf(s, "%.0f", failed);
            } else {
                str_add(s, "all");
            }
            str_add(s, " of them failed");
            phrase_add_usually(s, t->errors.usual.centre, format_percent);
            str_addc(s, '.');
        }
    }
    if (all > NAMED_MOST) {
        int more = all - NAMED_MOST;
        str_addf(s, " The same goes for %d more %s.", more, str_plural(more, "tool", "tools"));
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

// Too few to judge: whether that is as in every night, or nobody can tell.
static void add_few(struct str *s, const struct words *w, double requests)
{
    bool quiet = w->diagnosis->verdict.severity == SEVERITY_OK;
    double usually = usual_requests(w);
    const char *noun = str_plural(requests, "request", "requests");
    str_add(s, quiet ? "Quiet, as usual: " : "Only ");
    if (quiet && !(requests >= 0.5)) {
        str_add(s, "no requests ");
    } else {
        str_addf(s, "%.0f %s ", requests, noun);
    }
    str_add(s, "in the last ");
    phrase_add_length(s, w->plan->window_ms);
    if (!quiet && round(usually) > round(requests)) {
        str_add(s, ", usually ");
        format_count(s, round(usually));
    }
    str_add(s, quiet              ? "."
               : any_is_broken(w) ? ": too few to compare with usual."
                                  : ": too few to judge.");
    add_odd(s, w);
}

// Where nothing can be judged, work that piles up is all the more worth a word.
static void add_queues(struct str *s, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    for (size_t i = 0; i < v->evidence_count; i++) {
        const struct evidence *e = &v->evidence[i];
        if (e->kind == EVIDENCE_QUEUE) {
            str_addf(s, " Work piles up: %s of %s is ", e->name ? e->name : "the queue",
                phrase_name(w, e->stage));
            format_count(s, e->a);
            str_add(s, ", usually ");
            format_count(s, isnan(e->b) ? 0 : e->b);
            str_add(s, ".");
        }
    }
}

// Whether requests fail, even if too few to alarm.
static bool any_fails(const struct words *w)
{
    bool any = false;
    for (int i = 0; i < (int)w->diagnosis->stages_count; i++) {
        any = any || phrase_failures(w, i) > 0 ||
              notable_always_fails(&phrase_stage(w, i)->errors, &thresholds_default);
    }
    return any;
}

// That nothing alarms, of the stages of which that can be said; BESIDE: some tool or pool is not
// as usual, or not known.
static void add_calm(struct str *s, const struct words *w, int judged, bool lost, bool beside)
{
    size_t all = w->diagnosis->stages_count;
    bool blind = words_blind(w) > 0, usual = !remark_any(w), failing = any_fails(w);
    const char *stages = str_plural((double)all, "stage", "stages");
    if (lost && !blind && usual) {
        str_addf(s, "%d of %zu %s %s as usual, judged", judged, all, stages,
            str_plural(judged, "is", "are"));
    } else if (lost && !blind) {
        str_addf(s, "Nothing is slow%s in %d of %zu %s, judged", failing ? "" : " or failing",
            judged, all, stages);
    } else if (usual) {
        const char *what = blind ? "Latency is" : beside ? "Latency and errors are" : "All is";
        str_addf(
            s, "%s as usual: %d %s judged", what, judged, str_plural(judged, "stage", "stages"));
    } else {
        str_addf(s, "Nothing is slow%s: %d %s judged", blind || failing ? "" : " or failing",
            judged, str_plural(judged, "stage", "stages"));
    }
}

static bool is_in(const struct stage_diagnosis *d, int state)
{
    return (int)d->latency.state == state;
}

// The stages in STATE, as the beginning of a sentence. Returns how many they are.
static int add_names_in(struct str *s, const struct words *w, enum state state)
{
    if (phrase_count(w, is_in, (int)state) > 0) {
        str_addc(s, ' ');
    }
    return phrase_add_list(s, w, is_in, (int)state, phrase_add_stage, true);
}

// Stages whose latency was refused, or is no number, and those that have no past.
static void add_open(struct str *s, const struct words *w)
{
    size_t last = w->diagnosis->stages_count;
    for (size_t i = 0; i < w->diagnosis->stages_count; i++) {
        last = w->diagnosis->stages[i].latency.state == STATE_ERROR ? i : last;
    }
    int refused = add_names_in(s, w, STATE_ERROR);
    if (refused == 1) {
        const struct stage *of = &w->plan->stages[last];
        str_add(s, " cannot be judged: ");
        phrase_add_refusal(s, &w->store->signals[of->latency_signal]);
        str_addc(s, '.');
    } else if (refused > 1) {
        str_add(s, " cannot be judged; each row says why.");
    }
    int bare = add_names_in(s, w, STATE_NO_BASELINE);
    if (bare > 0) {
        str_addf(s, " %s nothing to compare with.", str_plural(bare, "has", "have"));
    }
}

// Where its row is not known, a stage is not as usual, either. That nothing calls a part is another
// matter: where that is unusual it is remarked upon.
static bool is_lost(enum state state)
{
    switch (state) {
    case STATE_NO_DATA:
    case STATE_STALE:
    case STATE_ERROR:
    case STATE_UNRELIABLE:
    case STATE_NO_BASELINE:
    case STATE_TOO_FEW:
    case STATE_ABSENT: return true;
    case STATE_OK:
    case STATE_ASKING:
    case STATE_NO_TRAFFIC:
    case STATE_COUNT: break;
    }
    return false;
}

static void add_quiet_summary(struct str *s, const struct words *w)
{
    int judged = 0, few = 0, lost = 0, blind = words_blind(w);
    double requests = 0;
    for (size_t i = 0; i < w->diagnosis->stages_count; i++) {
        const struct stage_diagnosis *d = &w->diagnosis->stages[i];
        judged += d->latency.state == STATE_OK;
        few += d->latency.state == STATE_TOO_FEW;
        lost += is_lost(d->latency.state);
        requests = fmax(requests, d->requests);
    }
    if (judged == 0) {
        add_few(s, w, requests);
        return;
    }
    struct str beside;
    str_init(&beside);
    add_odd_tools(&beside, w);
    doubt_add_pools(&beside, w);
    words_add_tools_blind(&beside, w);
    add_calm(s, w, judged, lost > 0, beside.len > 0);
    if (requests >= 0.5) {
        str_addf(s, " from %.0f %s", requests, str_plural(requests, "request", "requests"));
    }
    str_add(s, ".");
    remark_add(s, w);
    doubt_add_absent(s, w);
    missing_add_never_there(s, w);
    add_open(s, w);
    if (few > 0) {
        str_addf(s, " %d had too few requests.", few);
        add_odd(s, w);
    }
    if (blind > 0) {
        str_add(s, " The errors of ");
        words_add_blind(s, w);
        str_addf(s, " are not known: %s.", words_why_blind(w));
    }
    str_add(s, beside.text);
    str_clear(&beside);
    if (doubt_add_summary(&beside, w)) {
        str_addf(s, " %s", beside.text);
    }
    str_finish(&beside);
}

// How long there have been samples, of a target that ragtop scrapes itself; else any length.
static int64_t known_for(const struct words *w)
{
    const struct source_state *source = &w->store->source;
    return source->scraped ? w->diagnosis->tick_ms - source->scraped_since_ms : INT64_MAX;
}

// Nobody asks: said only as far as it is known.
static void add_idle_summary(struct str *s, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    int busiest = 0;
    struct onset last = {0};
    for (int i = 0; i < (int)d->stages_count; i++) {
        struct onset o = d->stages[i].stopped;
        last = o.since_ms > last.since_ms || last.since_ms + last.before_ms == 0 ? o : last;
        bool more = d->stages[i].traffic.usual.centre > d->stages[busiest].traffic.usual.centre;
        busiest = more ? i : busiest;
    }
    double usual = d->stages[busiest].traffic.usual.centre;
    int64_t watched_ms = known_for(w);
    str_add(s, "No traffic: no request has completed ");
    if (last.since_ms + last.before_ms > 0) {
        phrase_add_onset(s, w, "", last);
    } else if (watched_ms < w->plan->window_ms) {
        str_add(s, "in the ");
        clock_add_age(s, watched_ms > 0 ? watched_ms : 0);
        str_add(s, " that ragtop has watched");
    } else {
        str_add(s, "in the last ");
        phrase_add_length(s, w->plan->window_ms);
    }
    if (usual > 0) {
        str_add(s, " (usually ");
        format_rate(s, usual);
        str_add(s, ")");
    }
    str_add(s, ", so nothing can be judged.");
}

// A pin is worth nothing before there are enough samples.
static bool can_pin(const struct words *w)
{
    return known_for(w) >= STORE_PIN_LEAST_MS;
}

// When there will be something to compare with, and what alarms until then.
static void add_until_then(struct str *s, const struct words *w)
{
    if (plan_is_wide(w->plan)) { // the span is too short for that
        str_add(s, " After 3 h of samples, the hours before serve as usual");
    } else {
        str_add(s, " After ");
        clock_add_age(s, 4 * w->plan->window_ms);
        str_add(s, " of samples, the span itself serves as usual");
    }
    str_addf(s, "; until then, set an slo:%s or use a file from `ragtop baseline save`.",
        can_pin(w) ? ", pin a moment with B," : "");
}

static void add_scraped_since(struct str *s, const struct words *w)
{
    str_add(s, "ragtop scrapes this target itself, and only since ");
    clock_add_local(s, w->store->source.scraped_since_ms, "%H:%M:%S");
}

static void add_history_why(struct str *s, const struct words *w)
{
    str_addf(s, "the server %s: %s",
        w->store->history_silent ? "does not answer questions about the past" : "refuses history",
        w->store->history_why);
}

static void add_no_baseline_summary(struct str *s, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    int bare = 0, first = -1, known = 0;
    for (int i = 0; i < (int)d->stages_count; i++) {
        bool none = d->stages[i].latency.state == STATE_NO_BASELINE;
        first = none && first < 0 ? i : first;
        bare += none;
        known += d->stages[i].latency.usual.kind != USUAL_NONE;
    }
    if (w->scope->baseline == BASELINE_PINNED && known == 0) {
        str_add(s, "Nothing to compare with: there are too few samples in ");
        words_add_pinned(s, w->scope, d->tick_ms);
        str_add(s, ". B unpins.");
    } else if (w->store->source.scraped) {
        str_add(s, "Nothing to compare with yet: ");
        add_scraped_since(s, w);
        str_addc(s, '.');
        add_until_then(s, w);
    } else if (known == 0 && *w->store->history_why) {
        str_add(s, "Nothing to compare with: ");
        add_history_why(s, w);
        str_add(s, ". Without it an slo: can still alarm.");
    } else if (known == 0) {
        str_add(s, "Nothing to compare with: the server has too little history of this.");
        add_until_then(s, w);
    } else {
        str_addf(s, "There is nothing to compare %s", phrase_name(w, first));
        if (bare > 1) {
            str_addf(s, " and %d %s", bare - 1, str_plural(bare - 1, "other", "others"));
        }
        if (*w->store->history_why) {
            str_add(s, " with: ");
            add_history_why(s, w);
            str_addc(s, '.');
        } else {
            str_addf(
                s, " with: the server has too little history of %s.", bare > 1 ? "them" : "it");
        }
    }
}

/** The bytes of WHY that name the cause; a scrape's goes on with where in the expression it is. */
static size_t cause_length(const struct words *w, const char *why)
{
    static const char needs[] = " needs a Prometheus";
    const char *end = w->store->source.scraped ? strstr(why, needs) : NULL;
    return end ? (size_t)(end - why) + sizeof needs - 1 : strlen(why);
}

/** The cause for which the latencies are refused, and its length; NULL: not one, or several. */
static const char *common_cause(const struct words *w, size_t *len)
{
    const char *cause = NULL;
    for (size_t i = 0; i < w->plan->signals_count; i++) {
        const struct signal_data *data = &w->store->signals[i];
        if (w->plan->signals[i].kind != SIGNAL_LATENCY || data->condition != CONDITION_REFUSED) {
            continue;
        }
        size_t its = cause_length(w, data->why);
        if (its == 0) {
            return NULL;
        }
        if (cause && (its != *len || strncmp(cause, data->why, its) != 0)) {
            return NULL;
        }
        cause = data->why;
        *len = its;
    }
    return cause;
}

// Latencies that were answered, but with no number that can be meant. False: others were refused.
static bool add_unfit_summary(struct str *s, const struct words *w)
{
    int first = -1, others = 0;
    for (size_t i = 0; i < w->plan->signals_count; i++) {
        const struct signal *of = &w->plan->signals[i];
        const struct signal_data *data = &w->store->signals[i];
        if (of->kind != SIGNAL_LATENCY || data->condition != CONDITION_REFUSED) {
            continue;
        }
        if (!data->unfit) {
            return false;
        }
        others += first >= 0;
        first = first < 0 ? of->stage : first;
    }
    if (first < 0) {
        return false;
    }
    phrase_add_name_at_start(s, phrase_name(w, first));
    if (others > 0) {
        str_addf(s, " and %d other%s", others, others > 1 ? "s" : "");
    }
    str_add(s, " cannot be judged");
    return true;
}

static void add_refused_summary(struct str *s, const struct words *w)
{
    size_t len = 0;
    const char *cause = common_cause(w, &len);
    if (!add_unfit_summary(s, w)) {
        str_add(s, w->store->source.scraped
                       ? "ragtop cannot answer the queries from its own scrapes"
                       : "The server refuses the queries");
    }
    if (cause) {
        str_addf(s, ": %.*s.", (int)len, cause);
    } else {
        str_add(s, "; each row says why.");
    }
}

static void add_gone_summary(struct str *s, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    bool error = false, known = false;
    for (size_t i = 0; i < d->stages_count; i++) {
        error = error || d->stages[i].latency.state == STATE_ERROR;
        known = known || !plan_is_absent(w->plan, i);
    }
    if (*w->store->unmet) {
        str_add(s, w->store->unmet);
        return;
    }
    if (doubt_add_summary(s, w)) {
        return;
    }
    int gone = missing_add_gone(s, w);
    if (gone == (int)d->stages_count) {
        str_clear(s);
        struct onset end = {.since_ms = 0};
        int last = 0;
        for (int i = 0; i < (int)d->stages_count; i++) {
            int64_t known_ms = d->stages[i].known_ms;
            last = d->stages[i].last_ms > d->stages[last].last_ms ? i : last;
            end.before_ms = known_ms > end.before_ms ? known_ms : end.before_ms;
        }
        str_add(s, "No data");
        if (d->stages[last].last_ms > 0) {
            phrase_add_last(s, w, last);
        } else {
            phrase_add_onset(s, w, " ", end);
        }
        size_t before = s->len;
        for (int i = 0; i < (int)d->stages_count && s->len == before; i++) {
            missing_add_why(s, w, i);
        }
        str_add(s, s->len > before ? "."
                                   : ": samples no longer arrive. Look at the targets of "
                                     "Prometheus, or at whatever writes to it.");
    } else if (gone > 0) {
        return;
    } else if (error) {
        add_refused_summary(s, w);
    } else if (w->store->source.scraped && (known || w->scope->at_ms > 0)) {
        str_add(s, "No data: ");
        add_scraped_since(s, w);
        str_add(s, w->scope->at_ms > 0 ? ", so nothing is known of that time."
                                       : "; a rate needs two scrapes.");
    } else if (w->store->source.scraped) {
        str_add(s, "No data: the target exposes none of the metrics. Check that it is the "
                   "right target, and the names of the metrics.");
    } else if (w->scope->at_ms > 0) { // whichever moment the names were asked for at
        str_add(s, "No data: no series of these metrics has two samples at that time.");
    } else if (known) {
        str_add(s, "No data: the server knows the metrics, but no series with these labels has two "
                   "samples now. A new target has them after its second scrape; otherwise check "
                   "the labels, and the targets of Prometheus.");
    } else {
        str_add(s, "No data: the server knows none of the metrics. A new target has them after its "
                   "first scrape; otherwise check that the service is scraped, and the names of "
                   "the metrics.");
    }
}

// What gets worse every day may not be an alarm for days.
static void add_drifts(struct str *s, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    for (size_t i = 0; i < v->evidence_count; i++) {
        const struct evidence *e = &v->evidence[i];
        if (e->kind == EVIDENCE_DRIFT) {
            const char *in_use = e->signal == CLASS_SATURATION ? "share in use of " : "";
            bool first = i == 0 || v->evidence[i - 1].kind != EVIDENCE_DRIFT;
            str_addf(s, " %s %s%s of %s has risen by ",
                first && v->condition == VERDICT_OK ? "But the" : "The", in_use,
                phrase_drifting(w, e), phrase_name(w, e->stage));
            format_percent(s, e->a);
            str_add(s, " a day since ");
            clock_add_local(s, e->at_ms, "%-d %b");
            str_addc(s, '.');
        }
    }
}

// Roots that get, or finish, next to nothing any more, while the fault is another's: few requests
// may be all that there is to judge by.
static void add_idle_roots(struct str *s, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    for (int i = 0; i < (int)w->diagnosis->stages_count; i++) {
        const struct stage_diagnosis *d = phrase_stage(w, i);
        bool stopped = d->stopped.since_ms + d->stopped.before_ms > 0;
        bool told = worst_standing(v, i, -1) != STANDING_OTHER ||
                    d->errors.severity >= SEVERITY_WARNING ||
                    (v->signal == CLASS_TRAFFIC && !phrase_waits_for_part(w, i));
        if (w->plan->stages[i].parent < 0 && stopped && !told) {
            str_addc(s, ' ');
            phrase_add_name_at_start(s, phrase_name(w, i));
            str_add(s, w->plan->stages[i].requests_signal >= 0 ? " has had " : " has completed ");
            str_add(s, d->traffic.now > 0 ? "only " : "no requests");
            if (d->traffic.now > 0) {
                format_rate(s, d->traffic.now);
            }
            phrase_add_onset(s, w, " ", d->stopped);
            str_add(s, ", usually ");
            format_rate(s, d->traffic.usual.centre);
            str_addc(s, '.');
        }
    }
}

static void add_incident_summary(struct str *s, const struct words *w)
{
    incident_add_summary(s, w);
    add_idle_roots(s, w);
    remark_add_restarting(s, w);
    add_drifts(s, w);
    add_ruled_out(s, w);
    doubt_add_beside(s, w);
    missing_add_gone(s, w);
}

// Whether the server has anything newer is not known; what there is was judged at its own time.
static void add_late(struct str *s, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    bool judged = d->verdict.condition == VERDICT_OK || d->verdict.condition == VERDICT_INCIDENT;
    if (d->late_ms > 0 && judged) {
        str_add(s, " Samples are ");
        format_seconds(s, (double)d->late_ms / 1000);
        str_add(s, " late: judged at ");
        clock_add_local(s, d->tick_ms - d->late_ms, "%H:%M");
        str_add(s, ".");
    }
}

// A number of half an hour is no number of five minutes.
static void add_wide(struct str *s, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    bool judged = d->verdict.condition == VERDICT_INCIDENT;
    for (size_t i = 0; i < d->stages_count && d->verdict.condition == VERDICT_OK; i++) {
        judged = judged || d->stages[i].latency.state == STATE_OK;
    }
    if (plan_is_wide(w->plan) && judged) {
        str_add(s, " Judged over the last ");
        phrase_add_length(s, w->plan->window_ms);
        str_add(s, ", because there are few requests.");
    }
}

static bool is_target(const struct words *w)
{
    static const char end[] = "/metrics";
    const char *url = w->source->url;
    size_t len = url ? strlen(url) : 0;
    return w->store->source.scraped ||
           (len >= sizeof end - 1 && strcmp(url + len - (sizeof end - 1), end) == 0);
}

static void add_lost(struct str *s, const struct words *w)
{
    const char *why = w->store->source.why;
    if (w->source->assumed && w->store->source.answered_ms == 0) {
        str_addf(s,
            "No URL was given, and %s cannot be asked: %s. Give the URL of a Prometheus: ragtop "
            "http://HOST:9090, or set RAGTOP_URL.",
            w->source->url, why);
    } else {
        str_addf(s, "%s: %s",
            is_target(w) ? "The target cannot be read" : "Prometheus cannot be asked", why);
        str_add(s, s->text[s->len - 1] == '?' ? "" : ".");
    }
}

void words_add_summary(struct str *s, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    switch (v->condition) {
    case VERDICT_ASKING: add_early_summary(s, w); break;
    case VERDICT_OK:
        add_quiet_summary(s, w);
        add_queues(s, w);
        add_drifts(s, w);
        missing_add_gone(s, w);
        break;
    case VERDICT_NO_TRAFFIC:
        add_idle_summary(s, w);
        add_queues(s, w);
        break;
    case VERDICT_NO_DATA:
        add_gone_summary(s, w);
        add_ruled_out(s, w);
        break;
    case VERDICT_NO_BASELINE: add_no_baseline_summary(s, w); break;
    case VERDICT_UNREACHABLE:
        add_lost(s, w);
        if (v->signal != CLASS_NONE) {
            str_add(s, " Before that: ");
            add_incident_summary(s, w);
        }
        break;
    case VERDICT_INCIDENT: add_incident_summary(s, w); break;
    }
    add_late(s, w);
    add_wide(s, w);
}
