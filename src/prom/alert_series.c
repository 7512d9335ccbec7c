#include "prom/alert_series.h"

#include <math.h>
#include <string.h>

#include "prom/decode.h"

const char prom_alert_series[] = "{__name__=~\"ALERTS|ALERTS_FOR_STATE\"}";

static const double MOMENT_MOST = 1e11; // seconds

static bool is_called(const struct batch_series *s, const char *name)
{
    const char *own = labels_get(&s->labels, "__name__");
    return own && strcmp(own, name) == 0;
}

static double newest(const struct batch_series *s)
{
    return s->count > 0 ? s->samples[s->count - 1].value : NAN;
}

static void add(struct rule_set *out, const struct batch_series *s)
{
    const char *state = labels_get(&s->labels, "alertstate");
    struct alert *a = state && newest(s) == 1 ? rule_set_add_alert(out) : NULL;
    if (!a) {
        return;
    }
    a->state = strcmp(state, "firing") == 0 ? RULE_FIRING : RULE_PENDING;
    for (size_t i = 0; i < s->labels.count; i++) {
        const struct label *l = &s->labels.items[i];
        bool own = strcmp(l->name, "__name__") == 0 || strcmp(l->name, "alertstate") == 0;
        if (!own) {
            labels_set(&a->labels, l->name, l->value);
        }
        a->altered = a->altered || strstr(l->value, "\xEF\xBF\xBD"); // it may have been another
    }
}

static void date(struct rule_set *out, const struct batch_series *s)
{
    double since = newest(s);
    for (size_t i = 0; i < out->alerts_count && since > 0 && since < MOMENT_MOST; i++) {
        if (labels_match(&out->alerts[i].labels, &s->labels)) {
            out->alerts[i].active_ms = (int64_t)(since * 1000);
        }
    }
}

enum prom_status prom_decode_alert_series(
    long status, const char *body, size_t len, struct rule_set *out, struct str *why)
{
    struct batch b = {0};
    enum prom_status result = prom_decode_samples(status, body, len, &b, why);
    for (size_t i = 0; i < b.count; i++) {
        if (is_called(&b.series[i], "ALERTS")) {
            add(out, &b.series[i]);
        }
    }
    for (size_t i = 0; i < b.count; i++) {
        if (is_called(&b.series[i], "ALERTS_FOR_STATE")) {
            date(out, &b.series[i]);
        }
    }
    out->alerts_left_out += b.left_out;
    batch_finish(&b);
    return result;
}
