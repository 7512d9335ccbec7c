#include "plan/interval.h"

#include <math.h>
#include <string.h>

#include "plan/promql.h"
#include "promql/expr.h"

enum { METRICS_MAX = 8 };

// With its own matchers: what others have under that name may be much.
static void push_counter(struct name_list *out, const struct plan *p, const struct stage *stage)
{
    const char *own = strchr(stage->latency, '{');
    size_t len = own ? strlen(own) : 0;
    struct str s;
    str_init(&s);
    promql_add_matching_name(&s, stage->metric, "(_count)?");
    if (len > 2) {
        str_addc(&s, ',');
        str_append(&s, own + 1, len - 2);
    }
    if (p->selector) {
        str_addf(&s, ",%s", p->selector);
    }
    str_add(&s, "}");
    names_push(out, s.text);
    str_finish(&s);
}

void interval_push_series(struct name_list *out, const char *metric, const char *namespace,
    const char *job, const char *selector)
{
    struct str s;
    str_init(&s);
    str_add(&s, "{__name__=");
    str_add_quoted(&s, metric);
    str_add(&s, ",namespace=");
    str_add_quoted(&s, namespace);
    str_add(&s, ",job=");
    str_add_quoted(&s, job);
    str_addf(&s, "%s%s}", selector ? "," : "", selector ? selector : "");
    names_push(out, s.text);
    str_finish(&s);
}

// How many samples there were in so many minutes, of series that are that old: a young one would
// make the interval seem longer. Joined by `or` and not by one selector of many names: without
// their names the counts of several metrics would be the same series, which the server refuses.
static void add_most_samples(struct str *s, const struct name_list *series, int minutes)
{
    str_add(s, "max(");
    for (size_t i = 0; i < series->count && i < METRICS_MAX; i++) {
        const char *one = series->items[i];
        str_addf(s, "%scount_over_time(%s[%dm]) and %s offset %dm", i > 0 ? " or " : "", one,
            minutes, one, minutes);
    }
    str_add(s, ")");
}

// The counter that SIGNAL, -1 being none, is about. Returns whether there is one.
static bool push_rated(struct name_list *out, const struct plan *p, int signal)
{
    const struct metric_config none = {0},
                               *source = signal < 0 ? &none : &p->signals[signal].source;
    struct str s;
    str_init(&s);
    if (source->metric) {
        promql_add_selector(&s, source->metric, "", p->selector);
    }
    bool any = source->metric || (source->expr && expr_rated(&s, source->expr));
    if (any) {
        names_push(out, s.text);
    }
    str_finish(&s);
    return any;
}

bool interval_add_query(struct str *s, const struct plan *p)
{
    struct name_list series = {0};
    for (size_t i = 0; i < p->stages_count && i < METRICS_MAX; i++) {
        const struct stage *stage = &p->stages[i];
        if (stage->latency) {
            push_counter(&series, p, stage);
        } else if (!push_rated(&series, p, stage->latency_signal) &&
                   !push_rated(&series, p, stage->requests_signal)) {
            push_rated(&series, p, stage->errors_signal);
        }
    }
    if (series.count == 0) {
        push_rated(&series, p, p->tool_calls);
    }
    bool any = interval_add_query_of(s, &series);
    names_finish(&series);
    return any;
}

bool interval_add_query_of(struct str *s, const struct name_list *series)
{
    if (series->count == 0) {
        return false;
    }
    str_add(s, "min(label_replace(300 / ");
    add_most_samples(s, series, 5);
    str_add(s, ",\"over\",\"5m\",\"\",\"\") or 1800 / ");
    add_most_samples(s, series, 30);
    // with the last minutes empty, both windows have a gap that makes the interval seem longer; the
    // ten minutes of the hours before that have the most samples do not
    str_add(s, " or label_replace(600 / (max_over_time(");
    add_most_samples(s, series, 10);
    str_add(s, "[6h:30m]) unless ");
    add_most_samples(s, series, 5);
    str_add(s, "),\"over\",\"6h\",\"\",\"\")");
    // of a very new service only a minute is known, which has to have several samples: give or take
    // a half
    str_add(s, ") or 60 / ((");
    add_most_samples(s, series, 1);
    str_add(s, " >= 4) - 0.5)");
    return true;
}

int64_t interval_round(double seconds)
{
    static const int usual[] = {1, 2, 5, 10, 15, 20, 30, 60, 120, 300};
    if (!isfinite(seconds) || seconds <= 0) {
        return 0;
    }
    int best = usual[0];
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        if (fabs(log(usual[i] / seconds)) < fabs(log(best / seconds))) {
            best = usual[i];
        }
    }
    return best * 1000;
}
