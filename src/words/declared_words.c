#include "words/declared_words.h"

#include <math.h>

#include "base/text.h"
#include "words/block_part.h"
#include "words/clause.h"
#include "words/format.h"
#include "words/incident.h"
#include "words/odd_words.h"
#include "words/phrase.h"
#include "words/told.h"

enum { CAUSES_MOST = 3 };

static const double ALIKE = 2; // what explains a rise is not larger or smaller by more than that

static const struct signal *signal_of(const struct words *w, const struct declared_diagnosis *d)
{
    return &w->plan->signals[d->signal];
}

static const char *level_of(const struct reading *r)
{
    return r->severity == SEVERITY_CRITICAL  ? _("critical")
           : r->severity == SEVERITY_WARNING ? _("warning")
                                             : _("ok");
}

// `KV cache in use 97 %, usually 41 %`; of a state `cluster health critical (2)`
static const char *numbers(
    struct arena *a, const struct words *w, const struct declared_diagnosis *d)
{
    const struct signal_type *type = &signal_types[signal_of(w, d)->kind];
    const struct reading *r = &d->reading;
    const char *now = format_in(a, format_of_unit(type->unit), r->now);
    if (signal_of(w, d)->declared->form == SIGNAL_FORM_STATE) {
        return arena_printf(a, _("%s %s (%s)"), _(type->says), level_of(r), now);
    }
    // TRANSLATORS: "KV cache in use 97 %, usually 41 %"
    return arena_printf(a, r->beyond ? _("%s >= %s, usually %s") : _("%s %s, usually %s"),
        _(type->says), now, format_in(a, format_of_unit(type->unit), r->usual.centre));
}

// What tells why a request waits; how long one takes is the effect.
static bool is_cause(const struct words *w, const struct declared_diagnosis *d)
{
    return d->reading.severity >= SEVERITY_WARNING &&
           signal_types[signal_of(w, d)->kind].unit != SIGNAL_UNIT_SECONDS;
}

// Whether D grows as CULPRIT gets slower, by about as much.
static bool grows_alike(const struct words *w, const struct declared_diagnosis *d,
    const struct stage_diagnosis *culprit)
{
    double by = culprit->mean / culprit->mean_usual, its = d->reading.ratio;
    by = isnan(by) ? culprit->latency.ratio : by;
    return d->reading.severity >= SEVERITY_WARNING &&
           culprit->latency.severity >= SEVERITY_WARNING && its <= ALIKE * by &&
           its >= by / ALIKE && signal_of(w, d)->declared->bad == SIGNAL_BAD_UP;
}

// Whether the signal KIND of D, the diagnosis of a stage, is as usual; false where it is not known.
static bool is_calm(const struct words *w, const struct stage_diagnosis *d, enum signal_kind kind)
{
    bool calm = false;
    for (size_t i = 0; i < d->declared_count; i++) {
        const struct declared_diagnosis *its = &d->declared[i];
        calm = calm || (signal_of(w, its)->kind == kind && its->reading.state == STATE_OK &&
                           its->reading.severity == SEVERITY_OK);
    }
    return calm;
}

/** What makes a model slow: what is said where it does, and where OTHER does not. */
static const struct {
    enum signal_kind kind, other;
    const char *said, *alone;
} reasons[] = {
    {SIGNAL_PROMPT_TOKENS, SIGNAL_TPOT, N_("prompts are %s as long as usual"),
        N_("prompts are %s as long as usual, and the time per output token is normal")},
    {SIGNAL_ANSWER_TOKENS, SIGNAL_TPOT, N_("answers are %s as long as usual"),
        N_("answers are %s as long as usual, and the time per output token is normal")},
    {SIGNAL_TPOT, SIGNAL_ANSWER_TOKENS, N_("each output token takes %s as long as usual"),
        N_("each output token takes %s as long as usual, and answers are no longer")},
};

// What a model has more to do of, or does slower, where that is why CULPRIT takes so much longer;
// NULL: it is not.
static const char *slows(struct arena *a, const struct words *w, int stage, size_t i, int culprit)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    const struct declared_diagnosis *its = &d->declared[i];
    const char *said = NULL;
    for (size_t k = 0; k < sizeof reasons / sizeof *reasons; k++) {
        if (signal_of(w, its)->kind == reasons[k].kind &&
            grows_alike(w, its, phrase_stage(w, culprit))) {
            bool alone = is_calm(w, d, reasons[k].other);
            said = arena_printf(a, _(alone ? reasons[k].alone : reasons[k].said),
                format_in(a, format_times, its->reading.ratio));
        }
    }
    return said;
}

// Of STAGE, which may be the CULPRIT or what that is a part of.
static const char *causes_of(struct arena *a, const struct words *w, int stage, int culprit)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    const char *said = NULL;
    for (size_t i = 0, count = 0; i < d->declared_count && count < CAUSES_MOST; i++) {
        const struct declared_diagnosis *its = &d->declared[i];
        const char *slow = slows(a, w, stage, i, culprit);
        if (slow) {
            said = clause_also(a, said, slow);
            count++;
        } else if (is_cause(w, its)) {
            const struct signal_type *type = &signal_types[signal_of(w, its)->kind];
            const char *now = format_in(a, format_of_unit(type->unit), its->reading.now);
            bool state = signal_of(w, its)->declared->form == SIGNAL_FORM_STATE;
            said = clause_also(a, said,
                arena_printf(a, _("%s %s"), _(type->says), state ? level_of(&its->reading) : now));
            count++;
        }
    }
    return said;
}

bool declared_is_work(const struct words *w, int index)
{
    const struct signal *s = signal_of(w, &w->diagnosis->declared[index]);
    return s->kind == SIGNAL_WAITING || s->kind == SIGNAL_RUNNING;
}

const char *declared_says(const struct words *w, int index)
{
    return _(signal_types[signal_of(w, &w->diagnosis->declared[index])->kind].says);
}

const char *declared_cause(struct arena *a, const struct words *w, int stage)
{
    if (stage < 0) {
        return NULL;
    }
    const char *said = causes_of(a, w, stage, stage);
    int parent = w->plan->stages[stage].parent;
    bool inner = parent >= 0 && w->plan->stages[stage].declared_count == 0;
    return said || !inner ? said : causes_of(a, w, parent, stage);
}

struct words_finding declared_finding(struct arena *a, const struct words *w, int index)
{
    const struct declared_diagnosis *d = &w->diagnosis->declared[index];
    const struct signal *s = signal_of(w, d);
    const struct signal_type *type = &signal_types[s->kind];
    const struct reading *r = &d->reading;
    number_format *format = format_of_unit(type->unit);
    const char *now = format_in(a, format, r->now);
    // TRANSLATORS: behind a number: "P95 of vector_db"
    const char *said = arena_printf(a, _("%s of %s"), _(type->says), phrase_name(w, s->stage));
    if (s->declared->form == SIGNAL_FORM_STATE) {
        return (struct words_finding){level_of(r), said};
    }
    return (struct words_finding){r->beyond ? arena_printf(a, ">= %s", now) : now,
        clause_usually(a, said, r->usual.centre, format)};
}

const char *declared_clause(struct arena *a, const struct words *w, int index)
{
    const struct declared_diagnosis *d = &w->diagnosis->declared[index];
    return arena_printf(a, _("%s: %s"), phrase_name(w, signal_of(w, d)->stage), numbers(a, w, d));
}

const char *incident_declared(struct arena *a, const struct words *w)
{
    const struct declared_diagnosis *d = &w->diagnosis->declared[w->diagnosis->verdict.declared];
    const char *name = clause_capital(a, phrase_name(w, signal_of(w, d)->stage));
    const char *said = incident_onset(a, w, numbers(a, w, d), d->onset);
    return arena_printf(a, _("%s: %s."), name, incident_stalled(a, w, said));
}

void block_declared(struct block *b, struct arena *a, const struct words *w)
{
    const struct declared_diagnosis *d = &w->diagnosis->declared[w->diagnosis->verdict.declared];
    const char *stalled = incident_stalled(a, w, NULL);
    b->badge = _("UNUSUAL");
    block_put(b, BLOCK_PLACE, phrase_name(w, signal_of(w, d)->stage));
    block_put(b, BLOCK_BAD, block_mark(a, numbers(a, w, d)));
    block_put_onset(b, a, w, d->onset);
    if (stalled) {
        block_add(b, BLOCK_LIKELY);
        block_put(b, BLOCK_PLAIN, stalled);
    }
}

bool declared_deviates(const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    bool any = false;
    for (size_t i = 0; i < d->declared_count; i++) {
        any = any || d->declared[i].reading.severity >= SEVERITY_WARNING;
    }
    return any;
}

const char *declared_reason(struct arena *a, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    bool culprit = words_is_culprit(w, stage) && w->diagnosis->verdict.signal == CLASS_DECLARED;
    const char *said = NULL;
    for (size_t i = 0; i < d->declared_count; i++) {
        if (d->declared[i].reading.severity >= SEVERITY_WARNING) {
            said = clause_also(a, said, numbers(a, w, &d->declared[i]));
        }
    }
    return said && culprit ? arena_printf(a, _("CULPRIT: %s"), said) : said;
}

// Why it is not judged; NULL: it is.
static const char *why_not(const struct words *w, enum state state)
{
    switch (state) {
    case STATE_ASKING: return phrase_asks(w) ? _("asking …") : _("no answer");
    case STATE_NO_TRAFFIC: return _("no traffic");
    case STATE_NO_DATA: return _("no data");
    case STATE_TOO_FEW: return _("too few requests");
    case STATE_NO_BASELINE: return phrase_no_baseline(w);
    case STATE_STALE: return _("stale");
    case STATE_ERROR: return _("query error");
    case STATE_UNRELIABLE: return _("unreliable");
    case STATE_MISTYPED: return _("of the wrong type");
    case STATE_ABSENT: return _("no such metric");
    case STATE_OK:
    case STATE_COUNT: break;
    }
    return NULL;
}

const char *declared_fact(struct arena *a, const struct words *w, int stage, size_t i)
{
    const struct declared_diagnosis *d = &phrase_stage(w, stage)->declared[i];
    const struct reading *r = &d->reading;
    const char *odd = odd_clause(a, w, d->signal, d->odd);
    const char *why = odd ? odd : why_not(w, r->state);
    if (isnan(r->now)) {
        return why ? why : _("no data");
    }
    void (*format)(struct str *, double) = format_of_unit(signal_types[signal_of(w, d)->kind].unit);
    const char *now = format_in(a, format, r->now);
    now = r->beyond ? arena_printf(a, ">= %s", now) : now;
    if (!why && signal_of(w, d)->declared->form == SIGNAL_FORM_STATE) {
        return arena_printf(a, _("%s (%s)"), level_of(r), now);
    }
    if (why || isnan(r->usual.centre)) {
        return why ? arena_printf(a, _("%s: %s"), now, why) : now;
    }
    return arena_printf(a, _("%s, usually %s"), now, format_in(a, format, r->usual.centre));
}
