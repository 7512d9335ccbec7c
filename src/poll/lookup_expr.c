#include "poll/lookup_expr.h"

#include "plan/promql.h"
#include "poll/lookup_metric.h"
#include "poll/poller_state.h"
#include "promql/regex.h"

enum { AGAIN_MS = 60 * 1000 };

// Of what lookups that are about no metric of their own are.
static const char ALL[] = "";

void lookup_look_at_expressions(struct poller *p)
{
    for (size_t i = 0; i < p->plan->signals_count; i++) {
        if (p->plan->signals[i].names_count > 0) {
            lookup_open(
                p, (struct lookup){.step = LOOKUP_EXPRESSIONS, .signal = (int)i, .metric = ALL});
            return;
        }
    }
}

void lookup_add_expressions(struct str *s, const struct poller *p)
{
    const char *extra = p->config->selector;
    struct str regex;
    str_init(&regex);
    for (size_t i = 0; i < p->plan->signals_count; i++) {
        const struct signal *of = &p->plan->signals[i];
        for (size_t k = 0; k < of->names_count; k++) {
            str_add(&regex, regex.len > 0 ? "|" : "");
            regex_add_literal(&regex, of->names[k].name);
        }
    }
    str_add(s, "{__name__=~");
    str_add_quoted(s, regex.text);
    str_addf(s, "%s%s}", extra ? "," : "", extra ? extra : "");
    str_finish(&regex);
}

void lookup_expressions_asked(struct poller *p, int64_t now_ms)
{
    p->lookups.expressions_ms = now_ms + AGAIN_MS;
}

// Of `new or old` one need not be there, as long as another is.
static bool may_be_missing(const struct signal *s, const struct prom_names *names)
{
    bool any = false;
    for (size_t k = 0; k < s->names_count; k++) {
        any = any || lookup_has_text(names, s->names[k].name);
    }
    return s->alternatives && any;
}

void lookup_take_expressions(struct poller *p, const struct prom_names *names)
{
    for (size_t i = 0; i < p->plan->signals_count; i++) {
        struct signal *s = &p->draft->signals[i];
        bool fine = may_be_missing(s, names);
        for (size_t k = 0; k < s->names_count; k++) {
            struct signal_name *of = &s->names[k];
            bool here = lookup_has_text(names, of->name);
            bool known = of->presence == PRESENCE_ABSENT || of->presence == PRESENCE_DECLARED;
            of->presence = here    ? PRESENCE_SERIES
                           : fine  ? PRESENCE_OPEN
                           : known ? of->presence
                                   : PRESENCE_MISSING;
            lookup_learn_of(p, (int)i, of->name, of->presence);
        }
    }
}

static bool anything_missing(const struct plan *plan)
{
    for (size_t i = 0; i < plan->signals_count; i++) {
        for (size_t k = 0; k < plan->signals[i].names_count; k++) {
            if (plan->signals[i].names[k].presence == PRESENCE_ABSENT) {
                return true;
            }
        }
    }
    return false;
}

void lookup_renew_expressions(struct poller *p, int64_t now_ms)
{
    int64_t at_ms = p->lookups.expressions_ms;
    if (at_ms == 0 || now_ms < at_ms || p->paused_ms || !anything_missing(p->plan)) {
        return;
    }
    for (size_t i = 0; i < p->lookups.count; i++) {
        struct lookup *l = &p->lookups.items[i];
        if (l->metric == ALL && l->step == LOOKUP_DONE) {
            l->step = LOOKUP_EXPRESSIONS;
        }
    }
}
