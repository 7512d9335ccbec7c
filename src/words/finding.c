#include <math.h>

#include "base/text.h"
#include "words/clause.h"
#include "words/declared_words.h"
#include "words/format.h"
#include "words/phrase.h"
#include "words/words.h"

static struct words_finding found(const char *number, const char *meaning)
{
    return (struct words_finding){number, meaning};
}

static struct words_finding compared(
    struct arena *a, const struct evidence *e, number_format *format, const char *meaning)
{
    return found(format_in(a, format, e->a), clause_usually(a, meaning, e->b, format));
}

// --- of stages

static struct words_finding deviation(
    struct arena *a, const struct words *w, const struct evidence *e)
{
    const struct stage_diagnosis *d = phrase_stage(w, e->stage);
    const char *name = phrase_name(w, e->stage);
    if (d->statistic == STATISTIC_SHARE) {
        return found(format_in(a, format_percent, d->share.now),
            // TRANSLATORS: behind a share: "12 %" "of vector_db's requests take longer than 1.0 s"
            clause_usually(a,
                arena_printf(a, _("of %s's requests take longer than %s"), name,
                    format_in(a, format_seconds, d->share_bound)),
                d->share.usual.centre, format_percent));
    }
    const char *now = format_in(a, format_seconds, e->a);
    // TRANSLATORS: behind a number: "P95 of vector_db"
    const char *said = arena_printf(a, _("%s of %s"), clause_statistic(w, e->stage), name);
    return found(d->latency.beyond ? arena_printf(a, ">= %s", now) : now,
        clause_slo(a, w, e->stage, false, clause_usually(a, said, e->b, format_seconds)));
}

static struct words_finding share(struct arena *a, const struct words *w, const struct evidence *e)
{
    const char *name = phrase_name(w, e->stage);
    return found(format_in(a, format_percent, e->a),
        e->kind == EVIDENCE_SHARE
            // TRANSLATORS: behind a share: "97 %" "of retrieval's rise is vector_db"
            ? arena_printf(a, _("of %s's rise is %s"),
                  phrase_name(w, w->plan->stages[e->stage].parent), name)
            : arena_printf(a, _("of %s's rise is its own time, not that of its parts"), name));
}

static struct words_finding pool(struct arena *a, const struct words *w, const struct evidence *e)
{
    const struct stage_diagnosis *d = phrase_stage(w, e->stage);
    const struct signal *its = &w->plan->signals[d->pool_signal];
    const char *name = phrase_name(w, e->stage);
    bool counted = !(its->full > 0) && !isnan(d->pool_limit) && d->pool_limit > 1.5;
    return found(counted ? arena_printf(a, "%s/%s", format_in(a, format_count, d->pool_used),
                               format_in(a, format_count, d->pool_limit))
                         : format_in(a, format_percent, d->pool.now),
        // TRANSLATORS: behind a number: "60/60" "connections of vector_db in use"
        arena_printf(a, _("%s of %s in use"), its->what, name));
}

static struct words_finding need(struct arena *a, const struct evidence *e)
{
    return found(arena_printf(a, "~%s", format_in(a, format_count, ceil(e->a))),
        // TRANSLATORS: behind a number of connections: "~13" "needed by rate × mean time: ..."
        e->kind == EVIDENCE_LEAK ? _("needed by rate × mean time: likely a leak")
                                 : _("needed by rate × mean time: the pool is too small"));
}

static struct words_finding load(struct arena *a, const struct words *w, const struct evidence *e)
{
    return found(format_in(a, format_ratio, e->a / e->b),
        arena_printf(a,
            e->kind == EVIDENCE_LOAD ? _("usual traffic of %s (%s): load")
                                     : _("usual traffic of %s (%s): load ruled out"),
            phrase_name(w, e->stage), format_in(a, format_rate, e->a)));
}

static struct words_finding normal(struct arena *a, const struct words *w, const struct evidence *e)
{
    const char *name = phrase_name(w, e->stage);
    if (isnan(e->a)) {
        return found("", arena_printf(a, _("%s is normal"), name));
    }
    return found(
        _("normal"), arena_printf(a, text_count("%s (%s request)", "%s (%s requests)", e->a), name,
                         format_exact_in(a, e->a)));
}

static struct words_finding errors(struct arena *a, const struct words *w, const struct evidence *e)
{
    const char *said = e->stage < 0
                           ? _("of all tool calls fail")
                           : arena_printf(a, _("of %s's requests fail"), phrase_name(w, e->stage));
    struct words_finding f = compared(a, e, format_percent, said);
    f.meaning = e->stage < 0 ? f.meaning : clause_slo(a, w, e->stage, true, f.meaning);
    return f;
}

// --- any

static struct words_finding of_tool(
    struct arena *a, const struct words *w, const struct evidence *e)
{
    const char *name = w->diagnosis->tools[e->stage].name;
    return e->kind == EVIDENCE_CALLS
               ? compared(
                     a, e, format_number, arena_printf(a, _("calls of tool %s per question"), name))
           : e->kind == EVIDENCE_FAILING
               ? compared(a, e, format_percent, arena_printf(a, _("of tool %s's calls fail"), name))
               : compared(a, e, format_seconds, arena_printf(a, _("mean of tool %s"), name));
}

// What has no one number is a sentence.
static struct words_finding whole(struct arena *a, const struct words *w, size_t i)
{
    struct str s;
    str_init(&s);
    words_add_evidence(&s, w, i);
    return found("", arena_take(a, &s));
}

struct words_finding words_find(struct arena *a, const struct words *w, size_t i)
{
    const struct evidence *e = &w->diagnosis->verdict.evidence[i];
    switch (e->kind) {
    case EVIDENCE_DEVIATION: return deviation(a, w, e);
    case EVIDENCE_MEAN:
        return compared(
            a, e, format_seconds, arena_printf(a, _("mean of %s"), phrase_name(w, e->stage)));
    case EVIDENCE_SILENCE:
        return compared(
            a, e, format_rate, arena_printf(a, _("completed by %s"), phrase_name(w, e->stage)));
    case EVIDENCE_SHARE:
    case EVIDENCE_OWN_TIME: return share(a, w, e);
    case EVIDENCE_POOL: return pool(a, w, e);
    case EVIDENCE_ERRORS: return errors(a, w, e);
    case EVIDENCE_CALLS:
    case EVIDENCE_FAILING:
    case EVIDENCE_SLOW_TOOL: return of_tool(a, w, e);
    case EVIDENCE_NORMAL: return normal(a, w, e);
    case EVIDENCE_LEAK:
    case EVIDENCE_TOO_SMALL: return need(a, e);
    case EVIDENCE_LOAD:
    case EVIDENCE_NO_LOAD: return load(a, w, e);
    case EVIDENCE_DECLARED: return declared_finding(a, w, e->declared);
    case EVIDENCE_NO_DATA:
    case EVIDENCE_SHARED:
    case EVIDENCE_POD:
    case EVIDENCE_STALLED:
    case EVIDENCE_FAST:
    case EVIDENCE_FEWER:
    case EVIDENCE_TARGETS:
    case EVIDENCE_CALLED:
    case EVIDENCE_QUEUE:
    case EVIDENCE_STARTS:
    case EVIDENCE_RESTARTS:
    case EVIDENCE_ROLLOUT:
    case EVIDENCE_STRAIN:
    case EVIDENCE_NODE:
    case EVIDENCE_DRIFT: break;
    }
    return whole(a, w, i);
}
