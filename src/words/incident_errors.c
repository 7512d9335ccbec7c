#include "base/names.h"
#include "base/text.h"
#include "words/clause.h"
#include "words/format.h"
#include "words/incident.h"
#include "words/phrase.h"
#include "words/told.h"

// Failures that nobody times: the latency would have them go unseen.
static const char *with_untimed(struct arena *a, const struct words *w, int stage, const char *said)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    bool timed = w->plan->stages[stage].kind != LATENCY_NONE; // else none ever is
    return d->traffic.now > 0 || !timed
               ? said
               : arena_printf(a, _("%s (%s, and not one request was timed)"), said,
                     format_in(a, format_rate, d->errors.now * d->errors_requests));
}

const char *incident_failing_tools(struct arena *a, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    const char *names[DIAGNOSIS_FAILING_MAX + 1] = {NULL};
    for (size_t i = 0; i < d->failing_count; i++) {
        const struct tool_diagnosis *t = &d->tools[d->failing[i]];
        names[i] = arena_printf(a, i == 0 ? _("%s (%s of its calls)") : _("%s (%s)"), t->name,
            format_in(a, format_percent, t->errors.now));
    }
    return names[0] ? names_in(a, names, NAMES_AND) : NULL;
}

const char *incident_failing(struct arena *a, const struct words *w, const char *said)
{
    const char *tools = incident_failing_tools(a, w);
    // TRANSLATORS: "12 % of them, mostly grep (40 % of its calls)"
    return tools ? arena_printf(a, _("%s, mostly %s"), said, tools) : said;
}

// One whose failures are too few to show among the calls of all.
static const char *tool(struct arena *a, const struct words *w)
{
    const struct tool_diagnosis *t = &w->diagnosis->tools[w->diagnosis->verdict.tool];
    const char *said =
        // TRANSLATORS: of calls that fail: "40 % of its calls"
        arena_printf(a, _("%s of its calls"), format_in(a, format_percent, t->errors.now));
    said = clause_usually(a, said, t->errors.usual.centre, format_percent);
    said = incident_onset(a, w, said, t->errors_onset);
    return arena_printf(a, _("Tool %s is failing: %s."), t->name, said);
}

static const char *tools(struct arena *a, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    const char *said =
        // TRANSLATORS: of tool calls, which fail: "12 % of them"
        arena_printf(a, _("%s of them"), format_in(a, format_percent, d->tool_errors.now));
    said = clause_usually(a, said, d->tool_errors.usual.centre, format_percent);
    said = incident_other_pods(a, w, said);
    said = incident_failing(a, w, incident_onset(a, w, said, d->tool_errors_onset));
    return arena_printf(a, _("Tool calls are failing: %s."), incident_cause(a, w, said));
}

// Errors that are no more than usual, and break the SLO.
static const char *slo_alone(struct arena *a, const struct words *w)
{
    int stage = w->diagnosis->verdict.stage;
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    double usual = d->errors.usual.centre;
    const char *said =
        arena_printf(a, _("%s of its requests fail"), format_in(a, format_percent, d->errors.now));
    said = clause_usually(a, incident_other_pods(a, w, said), usual, format_percent);
    said = with_untimed(a, w, stage, said);
    if (usual <= w->plan->stages[stage].slo_errors) {
        said = incident_onset(a, w, said, d->errors_onset);
    }
    return incident_slo_alone(a, w, true, incident_cause(a, w, said));
}

// How many of the requests of the verdict's stage fail, since when and why.
static const char *its_errors(struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const struct stage_diagnosis *d = phrase_stage(w, v->stage);
    const char *said =
        // TRANSLATORS: of requests that fail: "12 % of its requests"
        arena_printf(a, _("%s of its requests"), format_in(a, format_percent, d->errors.now));
    said = clause_usually(a, said, d->errors.usual.centre, format_percent);
    said = incident_other_pods(a, w, said);
    said = clause_slo(a, w, v->stage, true, said);
    said = with_untimed(a, w, v->stage, said);
    return incident_cause(a, w, incident_onset(a, w, said, d->errors_onset));
}

static const char *shared_by_all(
    struct arena *a, const struct words *w, const struct evidence *shared)
{
    const char *least = format_in(a, format_percent, shared->a);
    const char *all =
        shared->name
            // TRANSLATORS: "Qdrant is failing in all that it does: 17 % of requests or more."
            ? arena_printf(a, _("%s is failing in all that it does: %s of requests or more."),
                  shared->name, least)
            : arena_printf(a,
                  _("Everything is failing, %s of requests or more: a shared cause (node, network, "
                    "a service they all call)."),
                  least);
    const char *worst =
        arena_printf(a, _("Worst is %s: %s."), phrase_name(w, shared->stage), its_errors(a, w));
    return text_two(a, all, worst);
}

static const char *stage(struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const char *name = clause_stage(a, w, v->stage), *said = its_errors(a, w);
    return v->pod ? arena_printf(a, _("%s is failing on pod %s alone: %s."), name, v->pod, said)
                  : arena_printf(a, _("%s is failing: %s."), name, said);
}

const char *incident_errors(struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const struct evidence *shared = phrase_evidence(w, EVIDENCE_SHARED);
    return v->tool >= 0                          ? tool(a, w)
           : shared                              ? shared_by_all(a, w, shared)
           : v->tools                            ? tools(a, w)
           : phrase_slo_alone(w, v->stage, true) ? slo_alone(a, w)
                                                 : stage(a, w);
}
