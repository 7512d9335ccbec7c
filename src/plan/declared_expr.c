#include "plan/declared_expr.h"

#include "plan/promql.h"

bool declared_is_gauge(const struct signal *signal)
{
    enum signal_form form = signal->declared->form;
    return form == SIGNAL_FORM_QUEUE || form == SIGNAL_FORM_GAUGE || form == SIGNAL_FORM_RATIO ||
           form == SIGNAL_FORM_USED;
}

// Of pods the fullest counts, and the slowest; what is counted adds up.
static void add_gauge(struct str *s, const struct plan *p, const struct signal *signal)
{
    enum signal_unit unit = signal_types[signal->kind].unit;
    bool most = unit == SIGNAL_UNIT_RATIO || unit == SIGNAL_UNIT_SECONDS;
    str_add(s, most ? "max(" : "sum(");
    promql_add_selector(s, signal->source.metric, "", p->selector);
    str_add(s, ")");
    if (signal->declared->factor < 1) {
        str_addf(s, " * %.15g", signal->declared->factor);
    }
}

static struct stage histogram_of(const struct signal *signal)
{
    return (struct stage){
        .latency = signal->declared->source.metric, .kind = LATENCY_CLASSIC, .to_seconds = 1};
}

// Of a histogram or a Summary: what is not there answers nothing.
static void add_latency(struct str *s, const struct plan *p, const struct signal *signal)
{
    const struct stage stage = histogram_of(signal);
    struct str extra;
    str_init(&extra);
    str_addf(&extra, "quantile!=\"\"%s%s", p->selector && *p->selector ? "," : "",
        p->selector ? p->selector : "");
    promql_add_latency(s, &stage, NULL, p->selector, p->window_ms);
    str_add(s, " or max by (quantile) (");
    promql_add_selector(s, stage.latency, "", extra.text);
    str_add(s, ")");
    str_finish(&extra);
}

static void add_part(struct str *s, const struct plan *p, const char *metric, const char *part)
{
    str_add(s, "label_replace(");
    promql_add_rate(s, metric, NULL, p->selector, p->window_ms);
    str_addf(s, ",\"part\",\"%s\",\"\",\"\")", part);
}

char *declared_expression(const struct plan *p, const struct signal *signal)
{
    struct str s;
    str_init(&s);
    if (declared_is_gauge(signal)) {
        add_gauge(&s, p, signal);
    } else if (signal->declared->form == SIGNAL_FORM_LATENCY) {
        add_latency(&s, p, signal);
    } else if (signal->declared->form == SIGNAL_FORM_PART) {
        add_part(&s, p, signal->source.metric, "sum");
        str_add(&s, " or ");
        add_part(&s, p, signal->limit.metric, "count");
    } else {
        promql_add_rate(&s, signal->source.metric, NULL, p->selector, p->window_ms);
    }
    return str_take(&s);
}

char *declared_shown(const struct plan *p, const struct signal *signal)
{
    struct str s;
    str_init(&s);
    if (signal->declared->form == SIGNAL_FORM_LATENCY) {
        const struct stage stage = histogram_of(signal);
        promql_add_statistic(&s, &stage, NULL, p->selector, p->window_ms);
    } else if (signal->declared->form == SIGNAL_FORM_PART) {
        promql_add_rate(&s, signal->source.metric, NULL, p->selector, p->window_ms);
        str_add(&s, " / ");
        promql_add_rate(&s, signal->limit.metric, NULL, p->selector, p->window_ms);
    } else {
        str_add(&s, signal->expr);
    }
    return str_take(&s);
}
