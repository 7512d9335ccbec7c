#include "plan/older.h"

#include <stdlib.h>
#include <string.h>

#include "config/signal_keys.h"
#include "plan/peak.h"
#include "plan/promql.h"
#include "plan/write.h"
#include "promql/name.h"

/** One of the names that SIGNAL had; of two metrics, one may have been called the same all along.
 */
struct called {
    const struct metric_config *source, *limit;
    double scale; /**< as in struct stage */
};

static bool has_base(const struct signal *signal)
{
    return signal->declared && signal_has_base(signal->declared->form);
}

static double scale_of(
    const struct plan *p, const struct signal *signal, const struct metric_config *older)
{
    bool declared = signal->declared && signal->declared->form == SIGNAL_FORM_LATENCY;
    if ((signal->kind != SIGNAL_LATENCY && !declared) || signal->stage < 0) {
        return 0;
    }
    double now = declared ? signal->declared->factor : p->stages[signal->stage].to_seconds;
    double scale = signal_factor_of(older) / now;
    return scale > 0.999 && scale < 1.001 ? 0 : scale;
}

static void add_query(struct str *s, struct plan *p, const struct signal *as, bool peaks)
{
    char *query = peaks ? NULL : write_expression(p, as);
    str_add(s, query ? query : "");
    free(query);
    if (peaks) {
        peak_add(s, p, as);
    }
}

static void add_latency(
    struct str *s, struct plan *p, struct signal *as, const struct called *name, bool peaks)
{
    struct stage *stage = &p->stages[as->stage], now = *stage;
    stage->latency = name->source->metric;
    stage->count = name->source->count;
    stage->scale = name->scale;
    as->source = *name->source;
    add_query(s, p, as, peaks);
    *stage = now;
}

static void add_called(struct str *s, struct plan *p, const struct signal *signal,
    const struct called *name, bool peaks)
{
    struct signal as = *signal;
    struct declared_config declared = {0};
    char *count = has_base(signal) ? signal_count_of(name->source->metric) : NULL;
    if (signal->declared) {
        declared = *signal->declared;
        declared.source = *name->source;
        declared.factor = as.stage < 0 ? signal_factor_of(name->source) : declared.factor;
        as.declared = &declared;
    }
    as.scale = name->scale;
    as.limit = *name->limit;
    as.source = count ? (struct metric_config){.metric = count} : *name->source;
    if (as.kind == SIGNAL_LATENCY) {
        add_latency(s, p, &as, name, peaks);
    } else {
        add_query(s, p, &as, peaks);
    }
    free(count);
}

// Both at once, as of pods that are being replaced, would be two distributions in one.
static void add_arm(
    struct str *s, const struct plan *p, const struct signal *signal, const struct str *query)
{
    str_addf(s, " or ((%s) unless on() ", query->text);
    if (signal->kind == SIGNAL_LATENCY) {
        promql_add_served(s, &p->stages[signal->stage], p->selector);
    } else {
        promql_add_selector(s, signal->source.metric, "", p->selector);
    }
    str_addc(s, ')');
}

static bool has_dot(const char *name, size_t len)
{
    return memchr(name, '.', len);
}

// A metric without dots has labels without dots, so the label that tells tools apart has another
// name.
static bool lacks_label(const struct plan *p, const struct signal *signal, const char *older)
{
    return signal->stage < 0 && p->tool_label && has_dot(p->tool_label, strlen(p->tool_label)) &&
           !has_dot(older, name_length(older));
}

void older_add(struct str *s, struct plan *p, const struct signal *signal, bool peaks)
{
    struct called name = {
        has_base(signal) ? &signal->declared->source : &signal->source, &signal->limit, 0};
    bool native = signal->kind == SIGNAL_LATENCY ? p->stages[signal->stage].kind == LATENCY_NATIVE
                                                 : signal->shape == LATENCY_NATIVE;
    while (name.source->older || name.limit->older) {
        name.source = name.source->older ? name.source->older : name.source;
        name.limit = name.limit->older ? name.limit->older : name.limit;
        name.scale = scale_of(p, signal, name.source);
        struct str query;
        str_init(&query);
        bool good = !lacks_label(p, signal, name.source->metric);
        if (good &&
            (!native || !(name.scale > 0))) { // buckets of another unit have to be seen as such
            add_called(&query, p, signal, &name, peaks);
        }
        if (query.len > 0 && s->len + query.len < PROMQL_BYTES_MOST / 2) {
            add_arm(s, p, signal, &query);
        }
        str_finish(&query);
    }
}
