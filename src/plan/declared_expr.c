#include "plan/declared_expr.h"

#include "config/signal_keys.h"
#include "plan/promql.h"

static const char *function_of(const struct signal *signal)
{
    const struct declared_config *d = signal->declared;
    enum signal_unit unit = signal_types[signal->kind].unit;
    bool state = d->form == SIGNAL_FORM_STATE;
    bool most = state || unit == SIGNAL_UNIT_RATIO || unit == SIGNAL_UNIT_SECONDS;
    enum signal_over usual = state && d->bad == SIGNAL_BAD_DOWN ? SIGNAL_OVER_MIN
                             : most                             ? SIGNAL_OVER_MAX
                                                                : SIGNAL_OVER_SUM;
    return signal_over_name(d->over == SIGNAL_OVER_DEFAULT ? usual : d->over);
}

// The series of METRIC, as far as their values are valid.
static void add_series(
    struct str *s, const struct plan *p, const struct declared_config *d, const char *metric)
{
    str_add(s, d->bounded ? "(" : "");
    promql_add_selector(s, metric, "", p->selector);
    if (d->bounded) {
        str_addf(s, " >= %.15g <= %.15g)", d->low, d->high);
    }
}

static void add_gauge(struct str *s, const struct plan *p, const struct signal *signal)
{
    str_addf(s, "%s(", function_of(signal));
    add_series(s, p, signal->declared, signal->source.metric);
    str_add(s, ")");
    if (signal->declared->factor < 1) {
        str_addf(s, " * %.15g", signal->declared->factor);
    }
}

// ---- resources

// What is used, or all there is, of the series that ADD appends.
static void add_sum(struct str *s, const struct plan *p, const struct signal *signal, char sign)
{
    str_add(s, "sum(");
    add_series(s, p, signal->declared, signal->source.metric);
    str_add(s, ")");
    if (sign) {
        str_addf(s, " %c sum(", sign);
        add_series(s, p, signal->declared, signal->limit.metric);
        str_add(s, ")");
    }
}

static void add_used(struct str *s, const struct plan *p, const struct signal *signal)
{
    const struct metric_config *limit = &signal->limit;
    if (signal->declared->form != SIGNAL_FORM_LEFT) {
        add_sum(s, p, signal, 0);
    } else if (limit->metric) {
        str_add(s, "sum(");
        add_series(s, p, signal->declared, limit->metric);
        str_add(s, ") - ");
        add_sum(s, p, signal, 0);
    } else {
        str_addf(s, "%.15g - ", limit->number);
        add_sum(s, p, signal, 0);
    }
}

// A limit that is a number is one of all together, and there while what is used is.
static void add_limit(struct str *s, const struct plan *p, const struct signal *signal)
{
    const struct metric_config *limit = &signal->limit;
    if (signal->declared->form == SIGNAL_FORM_FREE) {
        add_sum(s, p, signal, '+');
    } else if (limit->metric) {
        str_add(s, "sum(");
        add_series(s, p, signal->declared, limit->metric);
        str_add(s, ")");
    } else {
        add_sum(s, p, signal, 0);
        str_addf(s, " * 0 + %.15g", limit->number);
    }
}

// How full each instance is, as they have all labels in common; what has no limit has 0 there.
static void add_each(struct str *s, const struct plan *p, const struct signal *signal)
{
    enum signal_form form = signal->declared->form;
    str_addf(s, "%s(", function_of(signal));
    if (form == SIGNAL_FORM_LEFT) {
        str_add(s, "1 - ");
    }
    add_series(s, p, signal->declared, signal->source.metric);
    str_add(s, " / (");
    if (form == SIGNAL_FORM_FREE) {
        add_series(s, p, signal->declared, signal->source.metric);
        str_add(s, " + ");
    }
    add_series(s, p, signal->declared, signal->limit.metric);
    str_add(s, form == SIGNAL_FORM_FREE ? "))" : " > 0))");
}

static void add_labelled(struct str *s, const struct plan *p, const struct signal *signal,
    void (*add)(struct str *s, const struct plan *p, const struct signal *signal), const char *part)
{
    str_addf(s, "%slabel_replace(", s->len > 0 ? " or " : "");
    add(s, p, signal);
    str_addf(s, ",\"part\",\"%s\",\"\",\"\")", part);
}

static void add_pool(struct str *s, const struct plan *p, const struct signal *signal)
{
    enum signal_over over = signal->declared->over;
    if (over != SIGNAL_OVER_MIN || !signal->limit.metric) {
        add_labelled(s, p, signal, add_used, "used");
        add_labelled(s, p, signal, add_limit, "limit");
    }
    if (over != SIGNAL_OVER_SUM && signal->limit.metric) {
        add_labelled(s, p, signal, add_each, "fullest");
    }
}

static void show_pool(struct str *s, const struct plan *p, const struct signal *signal)
{
    if (signal->declared->over != SIGNAL_OVER_SUM && signal->limit.metric) {
        add_each(s, p, signal);
        return;
    }
    str_add(s, "(");
    add_used(s, p, signal);
    str_add(s, ") / (");
    add_limit(s, p, signal);
    str_add(s, ")");
}

// ---- what is counted

// Until it is known, a latency is taken for a histogram with buckets.
static struct stage histogram_of(const struct signal *signal)
{
    bool known = signal->shape == LATENCY_NATIVE || signal->shape == LATENCY_QUANTILES ||
                 signal->shape == LATENCY_MEAN;
    return (struct stage){.latency = signal->declared->source.metric,
        .kind = known ? signal->shape : LATENCY_CLASSIC,
        .to_seconds = 1,
        .scale = signal->scale};
}

static void add_native(
    struct str *s, const struct plan *p, const struct signal *signal, const char *part)
{
    str_addf(s, "label_replace(histogram_%s(", part);
    promql_add_rate(s, signal->declared->source.metric, NULL, p->selector, p->window_ms);
    str_addf(s, "),\"part\",\"%s\",\"\",\"\")", part);
}

static void add_mean(struct str *s, const struct plan *p, const struct signal *signal)
{
    struct stage stage = histogram_of(signal);
    if (stage.kind == LATENCY_NATIVE) {
        add_native(s, p, signal, "sum");
        str_add(s, " or ");
        add_native(s, p, signal, "count");
        return;
    }
    stage.kind = LATENCY_MEAN;
    promql_add_latency(s, &stage, NULL, p->selector, p->window_ms);
}

char *declared_mean_by(const struct plan *p, const struct signal *signal, const char *label)
{
    const struct stage stage = histogram_of(signal);
    struct str s;
    str_init(&s);
    promql_add_mean(&s, &stage, label, p->selector, p->window_ms);
    if (signal->declared->factor < 1) {
        str_addf(&s, " * %.15g", signal->declared->factor);
    }
    return str_take(&s);
}

static void add_part(struct str *s, const struct plan *p, const char *metric, const char *part)
{
    str_add(s, "label_replace(");
    promql_add_rate(s, metric, NULL, p->selector, p->window_ms);
    str_addf(s, ",\"part\",\"%s\",\"\",\"\")", part);
}

static void add_share(
    struct str *s, const struct plan *p, const struct signal *signal, const char *whole)
{
    add_part(s, p, signal->source.metric, "sum");
    str_add(s, " or ");
    add_part(s, p, signal->limit.metric, whole);
}

static void show_share(struct str *s, const struct plan *p, const struct signal *signal)
{
    bool rest = signal->declared->form == SIGNAL_FORM_REST;
    promql_add_rate(s, signal->source.metric, NULL, p->selector, p->window_ms);
    str_add(s, rest ? " / (" : " / ");
    if (rest) {
        promql_add_rate(s, signal->source.metric, NULL, p->selector, p->window_ms);
        str_add(s, " + ");
    }
    promql_add_rate(s, signal->limit.metric, NULL, p->selector, p->window_ms);
    str_add(s, rest ? ")" : "");
}

static void add_rate(struct str *s, const struct plan *p, const struct signal *signal)
{
    promql_add_rate(s, signal->source.metric, NULL, p->selector, p->window_ms);
    str_add(s, signal_types[signal->kind].unit == SIGNAL_UNIT_PER_HOUR ? " * 3600" : "");
}

char *declared_expression(const struct plan *p, const struct signal *signal)
{
    const struct stage stage = histogram_of(signal);
    struct str s;
    str_init(&s);
    switch (signal->declared->form) {
    case SIGNAL_FORM_LATENCY:
        promql_add_latency(&s, &stage, NULL, p->selector, p->window_ms);
        break;
    case SIGNAL_FORM_MEAN: add_mean(&s, p, signal); break;
    case SIGNAL_FORM_QUEUE:
    case SIGNAL_FORM_GAUGE:
    case SIGNAL_FORM_STATE:
    case SIGNAL_FORM_RATIO: add_gauge(&s, p, signal); break;
    case SIGNAL_FORM_RATE: add_rate(&s, p, signal); break;
    case SIGNAL_FORM_PART: add_share(&s, p, signal, "count"); break;
    case SIGNAL_FORM_REST: add_share(&s, p, signal, "rest"); break;
    case SIGNAL_FORM_USED:
    case SIGNAL_FORM_FREE:
    case SIGNAL_FORM_LEFT: add_pool(&s, p, signal); break;
    case SIGNAL_FORMS: break;
    }
    return str_take(&s);
}

char *declared_shown(const struct plan *p, const struct signal *signal)
{
    const struct stage stage = histogram_of(signal);
    struct str s;
    str_init(&s);
    switch (signal->declared->form) {
    case SIGNAL_FORM_LATENCY:
        promql_add_statistic(&s, &stage, NULL, p->selector, p->window_ms);
        break;
    case SIGNAL_FORM_MEAN: promql_add_mean(&s, &stage, NULL, p->selector, p->window_ms); break;
    case SIGNAL_FORM_PART:
    case SIGNAL_FORM_REST: show_share(&s, p, signal); break;
    case SIGNAL_FORM_USED:
    case SIGNAL_FORM_FREE:
    case SIGNAL_FORM_LEFT: show_pool(&s, p, signal); break;
    case SIGNAL_FORM_QUEUE:
    case SIGNAL_FORM_GAUGE:
    case SIGNAL_FORM_STATE:
    case SIGNAL_FORM_RATE:
    case SIGNAL_FORM_RATIO:
    case SIGNAL_FORMS: str_add(&s, signal->expr); break;
    }
    return str_take(&s);
}
