#include "plan/conduct.h"

#include "base/clock.h"
#include "plan/instrument.h"
#include "plan/parts.h"
#include "plan/promql.h"
#include "plan/write.h"
#include "promql/expr.h"

enum { WINDOWS = 3 /* rates need several samples in one */ };

static void add(struct str *s, const char *function, const char *series, const char *label, int i)
{
    str_addf(s, "%slabel_replace(max(%s(%s)),\"%s\",\"%d\",\"\",\"\")", s->len > 0 ? " or " : "",
        function, series, label, i);
}

bool conduct_bare(struct str *out, const struct signal *signal)
{
    bool judged = signal->kind == SIGNAL_LATENCY || signal->kind == SIGNAL_ERRORS ||
                  signal->kind == SIGNAL_REQUESTS;
    return signal->source.expr && judged && expr_bare(out, signal->source.expr);
}

static bool is_bare(const struct signal *signal)
{
    struct str selector;
    str_init(&selector);
    bool bare = conduct_bare(&selector, signal);
    str_finish(&selector);
    return bare;
}

// The series that is looked at of SIGNAL, with the matchers of EXTRA: a counter, be it in an
// expression, or the gauge that a latency is taken from.
static bool add_series(
    struct str *s, const struct plan *p, const struct signal *signal, const char *extra)
{
    const struct stage *stage = signal->stage >= 0 ? &p->stages[signal->stage] : NULL;
    if (is_bare(signal)) { // which has the matchers of the selector
        return extra == p->selector && conduct_bare(s, signal);
    }
    if (write_is_rate(signal->kind)) {
        bool counts = signal->source.metric && signal->presence != PRESENCE_MISTYPED;
        if (counts) {
            promql_add_selector(s, signal->source.metric, "", extra);
        }
        return counts;
    }
    if (signal->kind != SIGNAL_LATENCY) {
        return false;
    }
    if (signal->source.expr) {
        return extra == p->selector && expr_rated(s, signal->source.expr);
    }
    if (!plan_is_served(stage) || stage->kind == LATENCY_NATIVE) {
        return false;
    }
    promql_add_served(s, stage, extra);
    return true;
}

// The range that a query about conduct looks back over.
static void add_reach(struct str *s, const struct plan *p)
{
    int64_t reach_ms = WINDOWS * p->base_window_ms;
    str_addc(s, '[');
    clock_add_duration(s, reach_ms > PLAN_CONDUCT_MS ? reach_ms : PLAN_CONDUCT_MS);
    str_addc(s, ']');
}

// A counter that restarted begins near nothing. One that falls and stays high is read from one
// process now and from another then.
static void add_mixed(struct str *s, const char *series, int i)
{
    str_addf(s,
        "label_replace(max(resets(%s) * min_over_time(%s) / max_over_time(%s)),\"mixed\",\"%d\","
        "\"\",\"\")",
        series, series, series, i);
}

// Only the mean is known: it is none where what adds up the time falls.
static void add_falls(struct str *s, const struct plan *p, const struct stage *stage, int i)
{
    if (stage->kind == LATENCY_MEAN || stage->kind == LATENCY_PAIR) {
        struct str sum;
        str_init(&sum);
        promql_add_selector(&sum, stage->latency, stage->count ? "" : "_sum", p->selector);
        add_reach(&sum, p);
        add(s, "resets", sum.text, "falls", i);
        str_finish(&sum);
    }
}

static bool is_gauge(const struct plan *p, const struct signal *signal)
{
    return is_bare(signal) || (signal->kind == SIGNAL_LATENCY && !signal->source.expr &&
                                  p->stages[signal->stage].kind == LATENCY_VALUE);
}

/**
 * How many series there are, on the average, that only the label of a replica tells apart. Some
 * applications have a `replica` of their own: it is one of a server where there is `prometheus`.
 */
static void add_copies(struct str *s, const struct plan *p)
{
    static const struct {
        const char *label, *matcher;
    } replicas[] = {{"prometheus_replica", "prometheus_replica!=\"\""},
        {"__replica__", "__replica__!=\"\""}, {"replica", "replica!=\"\",prometheus!=\"\""}};
    const char *selector = p->selector;
    for (size_t i = 0; i < sizeof replicas / sizeof *replicas; i++) {
        struct str series, extra, arm;
        str_init(&series);
        str_init(&extra);
        str_init(&arm);
        str_addf(&extra, "%s%s%s", selector ? selector : "", selector && *selector ? "," : "",
            replicas[i].matcher);
        bool found = false;
        for (size_t k = 0; k < p->signals_count && !found; k++) {
            found = add_series(&series, p, &p->signals[k], extra.text);
        }
        if (found) {
            str_addf(&arm,
                "label_replace(avg(count without (%s) (%s)),\"copies\",\"%s\",\"\",\"\")",
                replicas[i].label, series.text, replicas[i].label);
            promql_add_arm(s, &arm, 0);
        }
        str_finish(&arm);
        str_finish(&series);
        str_finish(&extra);
    }
}

char *conduct_expression(struct plan *p, int query)
{
    struct part_writer w;
    struct str series;
    str_init(&series);
    part_begin(&w, p, query, p->signals_count);
    if (query == p->conduct) {
        add_copies(&w.query, p);
    }
    while (part_next(&w)) {
        const struct signal *signal = &p->signals[w.item];
        str_clear(&series);
        if (!add_series(&series, p, signal, p->selector) || signal->source.type == METRIC_GAUGE) {
            continue; // what is declared is believed
        }
        add_reach(&series, p);
        add(&w.arm, "resets", series.text, "resets", (int)w.item);
        add(&w.arm, is_gauge(p, signal) ? "changes" : "count_over_time", series.text,
            is_gauge(p, signal) ? "changes" : "samples", (int)w.item);
        if (instrument_is_counter(signal) && instrument_is_open(p, signal)) {
            add(&w.arm, "max_over_time", series.text, "most", (int)w.item);
        }
        part_add(&w);
    }
    str_finish(&series);
    return part_end(&w);
}

// Whether SIGNAL is a latency, which goes before the others, or counts something else.
static bool is_asked(const struct plan *p, const struct signal *signal, bool latency)
{
    return (signal->kind == SIGNAL_LATENCY) == latency && !is_gauge(p, signal) &&
           signal->source.type != METRIC_GAUGE;
}

char *conduct_mixed(struct plan *p, int query)
{
    struct part_writer w;
    struct str series;
    str_init(&series);
    part_begin(&w, p, query, 2 * p->signals_count);
    while (part_next(&w)) {
        size_t i = w.item % p->signals_count;
        const struct signal *signal = &p->signals[i];
        bool latency = w.item < p->signals_count;
        str_clear(&series);
        if (!is_asked(p, signal, latency) || !add_series(&series, p, signal, p->selector)) {
            continue;
        }
        add_reach(&series, p);
        add_mixed(&w.arm, series.text, (int)i);
        if (latency) {
            add_falls(&w.arm, p, &p->stages[signal->stage], (int)i);
        }
        part_add(&w);
    }
    str_finish(&series);
    return part_end(&w);
}
