#include "plan/write.h"

#include "plan/conduct.h"
#include "plan/declared_expr.h"
#include "plan/depth.h"
#include "plan/parts.h"
#include "plan/places.h"
#include "plan/promql.h"
#include "plan/replicas.h"
#include "plan/targets.h"
#include "promql/expr.h"
#include "promql/name.h"

static void add_source(struct str *s, const struct metric_config *m, const char *extra)
{
    if (m->expr) {
        str_add(s, m->expr);
    } else {
        promql_add_selector(s, m->metric, "", extra);
    }
}

static void add_saturation(
    struct str *s, const struct metric_config *m, const char *part, const char *extra)
{
    str_add(s, "label_replace(sum(");
    add_source(s, m, extra);
    str_addf(s, "),\"part\",\"%s\",\"\",\"\")", part);
}

// A share of its own; of pods the fullest counts.
static void add_ratio(struct str *s, const struct signal *signal, const char *extra)
{
    str_add(s, "label_replace(max(");
    add_source(s, &signal->source, extra);
    str_addf(s, ") / %.15g,\"part\",\"used\",\"\",\"\") or label_replace(max(", signal->full);
    add_source(s, &signal->source, extra);
    str_add(s, ") * 0 + 1,\"part\",\"limit\",\"\",\"\")");
}

// Pods are compared by all their labels, which only metrics are sure to share. One whose limit is 0
// is none of them.
static void add_fullest(struct str *s, const struct signal *signal, const char *extra)
{
    if (signal->source.metric && signal->limit.metric) {
        str_add(s, " or label_replace(max(");
        promql_add_selector(s, signal->source.metric, "", extra);
        str_add(s, " / (");
        promql_add_selector(s, signal->limit.metric, "", extra);
        str_add(s, " > 0)),\"part\",\"fullest\",\"\",\"\")");
    }
}

// A limit that is a number is one of all together, and there while what is used is.
static void add_number_limit(struct str *s, const struct signal *signal, const char *extra)
{
    str_add(s, " or label_replace(sum(");
    add_source(s, &signal->source, extra);
    str_addf(s, ") * 0 + %.15g,\"part\",\"limit\",\"\",\"\")", signal->limit.number);
}

static void add_pool(struct str *s, const struct signal *signal, const char *extra)
{
    if (signal->full > 0) {
        add_ratio(s, signal, extra);
        return;
    }
    add_saturation(s, &signal->source, "used", extra);
    if (signal->limit.metric || signal->limit.expr) {
        str_add(s, " or ");
        add_saturation(s, &signal->limit, "limit", extra);
    } else if (signal->limit.number > 0) {
        add_number_limit(s, signal, extra);
    }
    add_fullest(s, signal, extra);
}

// The series of STAGE that tell when it last had a sample: of an expression those of its counter.
// One without any, as of gauges, has the value that the server carries on.
static bool add_lasting(struct str *s, const struct plan *p, const struct stage *stage)
{
    const char *expr =
        stage->latency_signal >= 0 ? p->signals[stage->latency_signal].source.expr : NULL;
    if (expr) {
        return expr_rated(s, expr);
    }
    if (plan_is_served(stage)) {
        promql_add_served(s, stage, p->selector);
    }
    return plan_is_served(stage);
}

// A series for each stage, labelled by its index.
static char *last_expression(struct plan *p, int signal)
{
    struct part_writer w;
    struct str series;
    str_init(&series);
    part_begin(&w, p, signal, p->stages_count);
    while (part_next(&w)) {
        str_clear(&series);
        if (add_lasting(&series, p, &p->stages[w.item])) {
            str_addf(&w.arm, "label_replace(max(timestamp(%s)),\"stage\",\"%zu\",\"\",\"\")",
                series.text, w.item);
        }
        p->stages[w.item].last_signal = part_add(&w) ? signal : -1;
    }
    str_finish(&series);
    return part_end(&w);
}

void write_each_pool(struct str *s, const struct plan *p, const struct signal *signal)
{
    const char *extra = p->selector;
    const char *pod = p->stages[signal->stage].instances;
    const struct metric_config *limit = &signal->limit;
    str_addf(s, "%s by (%s) (", signal->full > 0 ? "max" : "sum", pod);
    add_source(s, &signal->source, extra);
    str_add(s, ")");
    if (limit->metric || limit->expr) {
        str_addf(s, " / (sum by (%s) (", pod);
        add_source(s, limit, extra);
        str_add(s, ") > 0)");
    } else if (limit->number > 0 || signal->full > 1) {
        str_addf(s, " / %.15g", limit->number > 0 ? limit->number : signal->full);
    }
}

// --- one for each row

static char *taken(struct str *s)
{
    return s->len > 0 ? str_take(s) : NULL;
}

static char *write_latency(struct plan *p, const struct signal *signal)
{
    struct str s;
    str_init(&s);
    if (signal->source.expr) {
        str_add(&s, signal->source.expr);
    } else {
        promql_add_latency(&s, &p->stages[signal->stage], NULL, p->selector, p->window_ms);
    }
    return taken(&s);
}

static char *write_rate(struct plan *p, const struct signal *signal)
{
    struct str s;
    str_init(&s);
    if (signal->source.expr) {
        str_add(&s, signal->source.expr);
    } else {
        struct str label;
        str_init(&label);
        name_add_label(&label, signal->stage < 0 ? p->tool_label : "_");
        promql_add_rate(&s, signal->source.metric, signal->stage < 0 ? label.text : NULL,
            p->selector, p->window_ms);
        str_finish(&label);
    }
    return taken(&s);
}

// One number of each tool: of so many histograms nobody could keep the buckets.
static char *write_tool_latency(struct plan *p, const struct signal *signal)
{
    return declared_mean_by(p, signal, p->tool_label);
}

static char *write_pool(struct plan *p, const struct signal *signal)
{
    struct str s;
    str_init(&s);
    add_pool(&s, signal, p->selector);
    return taken(&s);
}

static char *write_last(struct plan *p, const struct signal *signal)
{
    return last_expression(p, (int)(signal - p->signals));
}

static char *write_conduct(struct plan *p, const struct signal *signal)
{
    return conduct_expression(p, (int)(signal - p->signals));
}

static char *write_mixed(struct plan *p, const struct signal *signal)
{
    return conduct_mixed(p, (int)(signal - p->signals));
}

static char *write_targets(struct plan *p, const struct signal *signal)
{
    return targets_expression(p, (int)(signal - p->signals));
}

static char *write_replicas(struct plan *p, const struct signal *signal)
{
    return replicas_expression(p, (int)(signal - p->signals));
}

static char *write_places(struct plan *p, const struct signal *signal)
{
    return places_expression(p, (int)(signal - p->signals));
}

static char *write_pods(struct plan *p, const struct signal *signal)
{
    return depth_pods(p, signal);
}

static char *write_restarts(struct plan *p, const struct signal *signal)
{
    return depth_restarts(p, &p->stages[signal->stage]);
}

static char *write_rollouts(struct plan *p, const struct signal *signal)
{
    return depth_rollouts(p, &p->stages[signal->stage]);
}

static char *write_declared(struct plan *p, const struct signal *signal)
{
    return declared_expression(p, signal);
}

typedef char *writer(struct plan *p, const struct signal *signal);

static writer *const writers[SIGNAL_KINDS] = {
#define SIGNAL(id, name, unit, bad, per, asked, write, judged, told, says) [SIGNAL_##id] = write,
#define ASKED(id, name, unit, per, asked, write, says) [SIGNAL_##id] = write,
#define DECLARED(id, ...) [SIGNAL_##id] = write_declared,
#include "config/signal.def"
};

char *write_expression(struct plan *p, const struct signal *signal)
{
    bool mistyped =
        signal->presence == PRESENCE_MISTYPED || signal->limit_presence == PRESENCE_MISTYPED;
    return mistyped ? NULL : writers[signal->kind](p, signal);
}

bool write_is_rate(enum signal_kind kind)
{
    return writers[kind] == write_rate;
}
