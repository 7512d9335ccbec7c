#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/status.h"
#include "base/text.h"
#include "cmd/commands.h"
#include "cmd/oneshot.h"
#include "export/rule_file.h"
#include "poll/own_query.h"

/** The document, once the plan is known. */
struct rules_document {
    enum output_format format;
    struct str text; /**< empty: there is nothing to make rules of */
};

static bool is_answered(const void *context)
{
    return poller_query_result(context)->state != QUERY_ASKING;
}

/** The largest bound that the buckets of stage I have, in seconds; infinity: it is not known. */
static double end_of(struct watch *w, int i)
{
    const struct stage *s = &w->plan.stages[i];
    double end = 0;
    if (!(s->slo_p95_s > 0) || s->kind != LATENCY_CLASSIC || s->latency_signal < 0) {
        return INFINITY;
    }
    poller_query(w->poller, w->plan.signals[s->latency_signal].expr, false);
    bool over = oneshot_wait(w, is_answered, w->poller);
    const struct query *q = poller_query_result(w->poller);
    for (size_t k = 0; over && q->state == QUERY_ANSWERED && k < q->now.count; k++) {
        const char *le = labels_get(&q->now.series[k].labels, "le");
        double bound = le ? strtod(le, NULL) : 0;
        end = isfinite(bound) && bound > end ? bound : end;
    }
    poller_query(w->poller, NULL, false);
    return end > 0 ? end * s->to_seconds : INFINITY;
}

// While W is asked its plan is whole.
static void write(struct watch *w, void *context)
{
    struct rules_document *d = context;
    struct ruleset r;
    double ends[PLAN_STAGES_MAX];
    for (int i = 0; i < (int)w->plan.stages_count; i++) {
        ends[i] = end_of(w, i);
    }
    ruleset_make(&r, &w->plan, ends);
    if (r.count == 0) {
        // nothing to write
    } else if (d->format == FORMAT_PROMETHEUSRULE) {
        rule_file_add_resource(&d->text, &w->plan, &r);
    } else if (d->format == FORMAT_TEST) {
        rule_file_add_tests(&d->text, &w->plan, &r);
    } else {
        rule_file_add(&d->text, &w->plan, &r);
    }
    ruleset_finish(&r);
}

static int tell(const struct watch *w, const struct str *text)
{
    if (w->store.source.health == HEALTH_LOST) {
        oneshot_say(_("cannot reach %s: %s"), w->config->source.url, w->store.source.why);
    } else if (text->len == 0) {
        oneshot_say(
            "%s", *w->store.unmet ? w->store.unmet : _("there is nothing to make rules of"));
    }
    return text->len > 0 ? 0 : STATUS_UNKNOWN;
}

int rules_command(const struct config *config)
{
    struct oneshot o;
    struct rules_document d = {.format = config->format};
    struct str why;
    str_init(&d.text);
    str_init(&why);
    int status = STATUS_USAGE;
    if (!oneshot_run_with(&o, config, write, &d, &why)) {
        fprintf(stderr, "ragtop: %s\n", why.text);
    } else {
        status = tell(&o.watches[0], &d.text);
        bool written = oneshot_print(&d.text, N_("the rules cannot be written: %s"));
        status = written ? status : STATUS_UNKNOWN;
    }
    oneshot_finish(&o);
    str_finish(&d.text);
    str_finish(&why);
    return status;
}
