#include "plan/discover.h"

#include <math.h>
#include <string.h>

#include "plan/promql.h"
#include "plan/record.h"

enum { INTERVAL_METRICS_MAX = 8 };

static void add_name_once(struct str *s, const char *metric, bool *any)
{
    str_add(s, *any ? "|" : "");
    struct str name;
    str_init(&name);
    promql_add_name(&name, metric);
    promql_add_regex(s, name.text);
    str_finish(&name);
    *any = true;
}

static bool add_alternatives(struct str *s, const struct plan *p)
{
    bool any = false;
    for (size_t i = 0; i < p->stages_count; i++) {
        if (p->stages[i].latency && !p->stages[i].by_label) {
            add_name_once(s, p->stages[i].latency, &any);
        }
    }
    if (p->config->by_label.latency) {
        add_name_once(s, p->config->by_label.latency, &any);
    }
    return any;
}

static bool add_matching(struct str *s, const struct plan *p, const char *suffixes)
{
    struct str names, regex;
    str_init(&names);
    str_init(&regex);
    bool any = add_alternatives(&names, p);
    str_addf(&regex, "(%s)%s|%s", names.text, suffixes, record_names);
    str_add(s, "{__name__=~");
    str_add_quoted(s, regex.text);
    if (p->config->selector) {
        str_addf(s, ",%s", p->config->selector);
    }
    str_add(s, "}");
    str_finish(&names);
    str_finish(&regex);
    return any;
}

bool discover_add_selector(struct str *s, const struct plan *p)
{
    return add_matching(s, p, "(_bucket|_sum|_count)?");
}

void discover_add_label_selector(struct str *s, const struct config *config)
{
    struct str name;
    str_init(&name);
    promql_add_name(&name, config->by_label.latency);
    str_add(s, "{__name__=~\"");
    promql_add_regex(s, name.text);
    str_add(s, "(_bucket|_sum)?\"");
    if (config->selector) {
        str_addf(s, ",%s", config->selector);
    }
    str_add(s, "}");
    str_finish(&name);
}

// Joined by `or` and not by one selector of many names: without their names the counts of several
// metrics would be the same series, which the server refuses.
static void add_count(
    struct str *s, const struct plan *p, const char *metric, int minutes, bool *any)
{
    struct str name;
    str_init(&name);
    promql_add_name(&name, metric);
    str_addf(s, "%scount_over_time({__name__=~\"", *any ? " or " : "");
    promql_add_regex(s, name.text);
    str_add(s, "(_count)?\"");
    if (p->config->selector) {
        str_addf(s, ",%s", p->config->selector);
    }
    str_addf(s, "}[%dm])", minutes);
    str_finish(&name);
    *any = true;
}

static bool add_interval_over(struct str *s, const struct plan *p, int minutes)
{
    bool any = false;
    str_addf(s, "%d / max(", 60 * minutes);
    for (size_t i = 0; i < p->stages_count && i < INTERVAL_METRICS_MAX; i++) {
        if (p->stages[i].latency) {
            add_count(s, p, p->stages[i].metric, minutes, &any);
        }
    }
    str_add(s, ")");
    return any;
}

bool discover_add_interval_query(struct str *s, const struct plan *p)
{
    // the one is too long for a service that is new, the other for one that is gone since minutes
    str_add(s, "min(label_replace(");
    bool any = add_interval_over(s, p, 5);
    str_add(s, ",\"over\",\"5m\",\"\",\"\") or ");
    add_interval_over(s, p, 30);
    str_add(s, ")");
    return any;
}

int64_t discover_round_interval(double seconds)
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

static bool has(char *const *names, size_t count, const char *metric, const char *suffix)
{
    size_t len = strlen(metric);
    for (size_t i = 0; i < count; i++) {
        if (strncmp(names[i], metric, len) == 0 && strcmp(names[i] + len, suffix) == 0) {
            return true;
        }
    }
    return false;
}

void discover_learn_names(struct plan *p, char *const *names, size_t count)
{
    record_learn(p, names, count);
    for (size_t i = 0; i < p->stages_count; i++) {
        struct stage *s = &p->stages[i];
        if (!s->latency) {
            continue; // an expression is a value whatever exists
        }
        bool bare = has(names, count, s->metric, "");
        if (has(names, count, s->metric, "_bucket")) {
            s->kind = LATENCY_CLASSIC;
        } else if (has(names, count, s->metric, "_sum")) {
            s->kind = bare ? LATENCY_QUANTILES : LATENCY_MEAN;
        } else {
            s->kind = bare ? LATENCY_UNKNOWN : LATENCY_ABSENT;
        }
    }
}

void discover_learn_type(struct stage *s, const char *type)
{
    s->kind = strcmp(type, "histogram") == 0 ? LATENCY_NATIVE : LATENCY_VALUE;
}
