#include <string.h>

#include "plan/ruleset.h"
#include "promql/select.h"

const char *ruleset_metric(const struct plan *p, const struct ruleset_rule *rule)
{
    if (rule->signal >= 0) {
        const struct signal *one = &p->signals[rule->signal];
        return one->source.metric;
    }
    return rule->stage >= 0 ? p->stages[rule->stage].latency : NULL;
}

static void take_equal(struct labels *out, const char *metric)
{
    struct selector selector;
    if (!metric || !select_parse_metric(&selector, metric)) {
        return;
    }
    for (size_t i = 0; i < selector.count; i++) {
        const struct matcher *m = &selector.matchers[i];
        bool place = strcmp(m->name, "namespace") == 0 || strcmp(m->name, "job") == 0;
        if (place && !m->regex && !m->negative) {
            labels_set(out, m->name, m->value);
        }
    }
    select_finish(&selector);
}

void ruleset_labels(struct labels *out, const struct plan *p, const struct ruleset_rule *rule)
{
    struct str all;
    str_init(&all);
    str_addf(&all, "any{%s}", p->selector ? p->selector : "");
    const struct component *from = rule->stage >= 0 ? plan_component(p, rule->stage) : NULL;
    if (from && *from->namespace) {
        labels_set(out, "namespace", from->namespace);
    }
    if (from && *from->job) {
        labels_set(out, "job", from->job);
    }
    take_equal(out, ruleset_metric(p, rule));
    take_equal(out, p->selector ? all.text : NULL);
    str_finish(&all);
}
