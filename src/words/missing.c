#include "words/missing.h"

#include <string.h>

#include "base/names.h"
#include "base/text.h"
#include "words/block_part.h"
#include "words/clause.h"
#include "words/format.h"
#include "words/phrase.h"
#include "words/remark.h"
#include "words/told.h"

enum { NAMED_MOST = 3 };

static const struct stage_gone *gone_of(const struct words *w, int stage)
{
    return &phrase_stage(w, stage)->gone;
}

static const char *targets(struct arena *a, const struct stage_gone *gone)
{
    if (gone->listed < 2) {
        return arena_printf(a, _("the only target of job \"%s\" has not answered"), gone->job);
    }
    if (gone->down >= gone->listed) {
        return arena_printf(a,
            text_count("none of the %s target of job \"%s\" has answered",
                "none of the %s targets of job \"%s\" has answered", gone->listed),
            format_exact_in(a, gone->listed), gone->job);
    }
    return arena_printf(a,
        text_count("%s of %s targets of job \"%s\" has not answered",
            "%s of %s targets of job \"%s\" have not answered", gone->down),
        format_exact_in(a, gone->down), format_exact_in(a, gone->listed), gone->job);
}

static const char *pods(struct arena *a, const struct stage_gone *gone)
{
    double lack = gone->desired - gone->available;
    if (gone->desired < 2) {
        return arena_printf(a, _("the only pod of %s has been unavailable"), gone->workload);
    }
    if (gone->available < 1) {
        return arena_printf(a,
            text_count("all %s pod of %s has been unavailable",
                "all %s pods of %s have been unavailable", gone->desired),
            format_exact_in(a, gone->desired), gone->workload);
    }
    return arena_printf(a,
        text_count("%s of %s pods of %s has been unavailable",
            "%s of %s pods of %s have been unavailable", lack),
        format_exact_in(a, lack), format_exact_in(a, gone->desired), gone->workload);
}

static const char *replicas(struct arena *a, const struct words *w, int stage)
{
    const struct stage_gone *gone = gone_of(w, stage);
    return arena_printf(a,
        // TRANSLATORS: "1 of 4 replicas of vllm has completed no request since 09:12"
        text_count("%s of %s replicas of %s has completed no request",
            "%s of %s replicas of %s have completed no request", gone->stuck),
        format_exact_in(a, gone->stuck), format_exact_in(a, gone->replicas), phrase_name(w, stage));
}

// `vllm-3, with 31 unfinished requests`
static const char *who(struct arena *a, const struct stage_gone *gone)
{
    const char *what = arena_printf(a,
        text_count(
            "%s, with %s unfinished request", "%s, with %s unfinished requests", gone->running),
        gone->replica, format_exact_in(a, gone->running));
    return gone->stuck < 2 ? what : arena_printf(a, _("the busiest is %s"), what);
}

// What does not answer, or is not available; NULL: all are there.
static const char *lack(struct arena *a, const struct words *w, const struct stage_gone *gone)
{
    return gone->job
               ? arena_printf(a, _("%s (up = 0)"), clause_onset(a, w, targets(a, gone), gone->lack))
           : gone->workload ? clause_onset(a, w, pods(a, gone), gone->lack)
                            : NULL;
}

const char *missing_clause(struct arena *a, const struct words *w, int stage)
{
    const struct stage_gone *gone = gone_of(w, stage);
    const char *lacks = lack(a, w, gone);
    if (!gone->replica) {
        return lacks;
    }
    const char *stuck = arena_printf(
        a, _("%s (%s)"), clause_onset(a, w, replicas(a, w, stage), gone->onset), gone->replica);
    return lacks ? arena_printf(a, _("%s; %s"), stuck, lacks) : stuck;
}

static bool is_shared(const struct stage_gone *a, const struct stage_gone *b)
{
    return a->replica ? false
           : a->job   ? a->job == b->job
                      : !b->job && !b->replica && a->workload == b->workload;
}

// `retrieval and 3 other stages`
static const char *served(struct arena *a, const struct words *w, int stage)
{
    int others = 0;
    for (int i = 0; i < (int)w->diagnosis->stages_count; i++) {
        others += i != stage && is_shared(gone_of(w, stage), gone_of(w, i));
    }
    const char *name = phrase_name(w, stage);
    return others == 0 ? name
                       : arena_printf(a,
                             text_count("%s and %d other stage", "%s and %d other stages", others),
                             name, others);
}

// What of all else is as usual, as far as that is measured; NULL: something is not.
static const char *rest(struct arena *a, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    bool usual = d->verdict.also_count == 0 && !remark_any(w);
    size_t counted = 0;
    for (size_t i = 0; i < d->stages_count && usual; i++) {
        const struct stage_diagnosis *its = &d->stages[i];
        bool has_errors = w->plan->stages[i].errors_signal >= 0;
        counted += has_errors;
        usual = its->latency.state == STATE_OK && its->latency.severity == SEVERITY_OK &&
                !(has_errors && its->errors.severity != SEVERITY_OK);
    }
    if (!usual) {
        return NULL;
    }
    return counted == d->stages_count ? _("Latency and errors are as usual.")
           : counted == 0
               ? _("Latency is as usual.")
               : arena_printf(a,
                     text_count("Latency is as usual, and so are the errors of %zu stage.",
                         "Latency is as usual, and so are the errors of %zu stages.",
                         (double)counted),
                     counted);
}

// What nothing times is mostly watched by an exporter beside it: that is down, whatever it is of.
static bool is_told_by_others(const struct words *w, int stage)
{
    return w->plan->stages[stage].kind == LATENCY_NONE;
}

const char *incident_targets(struct arena *a, const struct words *w)
{
    int stage = w->diagnosis->verdict.stage;
    const struct stage_gone *gone = gone_of(w, stage);
    if (gone->replica) {
        const char *said = clause_onset(a, w, replicas(a, w, stage), gone->onset);
        said = arena_printf(a, _("%s: %s."), clause_begin(a, said), who(a, gone));
        const char *lacks = lack(a, w, gone);
        lacks = lacks ? arena_printf(a, _("%s."), clause_begin(a, lacks)) : NULL;
        return text_two(a, text_two(a, said, lacks), rest(a, w));
    }
    const char *what = clause_begin(a, missing_clause(a, w, stage));
    const char *sentence =
        !gone->job ? text_count("%s: it serves %s.", "%s: they serve %s.", gone->desired)
        : is_told_by_others(w, stage) ? _("%s: nothing is known of %s meanwhile.")
        : gone->all                   ? _("%s: the pods of %s are down or cannot be reached.")
                                      : _("%s: some pods of %s are down or cannot be reached.");
    return text_two(a, arena_printf(a, sentence, what, served(a, w, stage)), rest(a, w));
}

void block_missing(struct block *b, struct arena *a, const struct words *w)
{
    int stage = w->diagnosis->verdict.stage;
    const struct stage_gone *gone = gone_of(w, stage);
    const char *usual = rest(a, w);
    bool all = gone->job ? gone->all : gone->workload && gone->available < 1;
    bool blind = gone->job && gone->all && is_told_by_others(w, stage);
    b->badge = gone->replica ? _("PARTLY STUCK")
               : blind       ? _("NO METRICS")
               : all         ? _("DOWN")
                             : _("PARTLY DOWN");
    block_put(b, BLOCK_PLACE, served(a, w, stage));
    block_put(b, BLOCK_BAD, block_mark(a, missing_reason(a, w, stage)));
    block_put_onset(b, a, w, gone->onset);
    block_put(b, BLOCK_ASIDE,
        gone->replica ? who(a, gone)
        : gone->job   ? arena_printf(a, _("job \"%s\" (up = 0)"), gone->job)
                      : arena_printf(a, _("workload %s"), gone->workload));
    const char *lacks = gone->replica ? lack(a, w, gone) : NULL;
    if (lacks) {
        block_add(b, BLOCK_REST);
        block_put(b, BLOCK_PLAIN, arena_printf(a, _("%s."), clause_begin(a, lacks)));
    }
    if (usual) {
        block_add(b, BLOCK_REST);
        block_put(b, BLOCK_PLAIN, usual);
    }
}

const char *missing_reason(struct arena *a, const struct words *w, int stage)
{
    const struct stage_gone *gone = gone_of(w, stage);
    if (gone->replica) {
        return arena_printf(a,
            text_count("%s of %s replicas completes nothing", "%s of %s replicas complete nothing",
                gone->stuck),
            format_exact_in(a, gone->stuck), format_exact_in(a, gone->replicas));
    }
    if (gone->job && gone->listed == 1) {
        return _("its only target is down");
    }
    if (gone->job) {
        return arena_printf(a,
            text_count("%s of %s target down", "%s of %s targets down", gone->listed),
            format_exact_in(a, gone->down), format_exact_in(a, gone->listed));
    }
    return gone->workload ? arena_printf(a,
                                text_count("%s of %s pod unavailable", "%s of %s pods unavailable",
                                    gone->desired),
                                format_exact_in(a, gone->desired - gone->available),
                                format_exact_in(a, gone->desired))
                          : NULL;
}

const char *missing_why(struct arena *a, const struct words *w, int stage)
{
    const struct stage_gone *gone = gone_of(w, stage);
    if (gone->all && gone->listed < 2) {
        return arena_printf(a, _("the target of job \"%s\" does not answer (up = 0)"), gone->job);
    }
    if (gone->all) {
        return arena_printf(a,
            text_count("none of the %s target of job \"%s\" answers (up = 0)",
                "none of the %s targets of job \"%s\" answers (up = 0)", gone->listed),
            format_exact_in(a, gone->listed), gone->job);
    }
    return gone->unlisted ? _("Prometheus no longer lists any target of its job") : NULL;
}

// ---- stages without data -----------------------------------------------------------------------

// WHOSE data are gone, COUNT stages', of which STAGE is one; WHY: its targets tell.
static const char *no_data(
    struct arena *a, const struct words *w, int stage, const char *whose, int count, bool why)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    const char *said =
        d->last_ms > 0
            ? clause_last(a, w, stage,
                  arena_printf(
                      a, text_count("%s has had no data", "%s have had no data", count), whose))
            : arena_printf(a, text_count("%s has no data", "%s have no data", count), whose);
    const char *because = why ? missing_why(a, w, stage) : NULL;
    return because ? arena_printf(a, _("%s: %s"), said, because) : said;
}

const char *missing_no_data(struct arena *a, const struct words *w, int stage)
{
    return no_data(a, w, stage, phrase_name(w, stage), 1, true);
}

static void add_sentence(struct str *s, const char *clause)
{
    text_add_gap(s);
    str_addf(s, _("%s."), clause);
}

static void add_others(struct str *s, int others)
{
    if (others > 0) {
        text_add_gap(s);
        str_addf(s, text_count("%d more has no data.", "%d more have no data.", others), others);
    }
}

void missing_add_never_there(struct str *s, const struct words *w)
{
    struct arena a = {0};
    const char *names[NAMED_MOST + 1] = {NULL};
    int all = 0, named = 0;
    for (int i = 0; i < (int)w->diagnosis->stages_count; i++) {
        const struct stage_diagnosis *d = phrase_stage(w, i);
        bool was_there = d->last_ms > 0 || d->latency.usual.points > 0;
        bool never = d->latency.state == STATE_NO_DATA && !was_there;
        if (never && !plan_is_absent(w->plan, (size_t)i) && all++ < NAMED_MOST) {
            names[named] = clause_name(&a, w, i, named == 0);
            named++;
        }
    }
    if (named > 0) {
        const char *list = names_in(&a, names, NAMES_AND);
        add_sentence(
            s, arena_printf(&a, text_count("%s has no data", "%s have no data", named), list));
    }
    add_others(s, all - named);
    arena_finish(&a);
}

// Sets GONE to the stages that had data and have none, up to NAMED_MOST. Returns how many there
// are.
static int find_gone(const struct words *w, int *gone)
{
    const struct verdict *v = &w->diagnosis->verdict;
    int all = 0;
    for (size_t i = 0; i < v->evidence_count; i++) {
        if (v->evidence[i].kind == EVIDENCE_NO_DATA && all++ < NAMED_MOST) {
            gone[all - 1] = v->evidence[i].stage;
        }
    }
    return all;
}

// Those of which the same is said are named in one sentence.
int missing_add_gone(struct str *s, const struct words *w)
{
    struct arena a = {0};
    int gone[NAMED_MOST] = {0}, all = find_gone(w, gone);
    int named = all < NAMED_MOST ? all : NAMED_MOST;
    bool why = w->diagnosis->verdict.signal != CLASS_TARGETS; // else the sentence has it
    for (int i = 0; i < named; i++) {
        if (gone[i] < 0) {
            continue;
        }
        const char *names[NAMED_MOST + 1] = {clause_stage(&a, w, gone[i])};
        const char *said = no_data(&a, w, gone[i], "", 1, why);
        int count = 1;
        for (int k = i + 1; k < named; k++) {
            if (gone[k] >= 0 && strcmp(no_data(&a, w, gone[k], "", 1, why), said) == 0) {
                names[count++] = phrase_name(w, gone[k]);
                gone[k] = -1;
            }
        }
        add_sentence(s, no_data(&a, w, gone[i], names_in(&a, names, NAMES_AND), count, why));
    }
    add_others(s, all - named);
    arena_finish(&a);
    return all;
}
