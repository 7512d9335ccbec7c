#include <math.h>

#include "base/clock.h"
#include "base/text.h"
#include "export/rule_file.h"
#include "export/rule_series.h"
#include <string.h>

enum {
    STEP_MOST_MS = CLOCK_MINUTE_MS,
    STEP_LEAST_MS = 2000,
    STEPS_OF_WINDOW = 5,
};

/** What becomes of the series after all was well. */
enum course { COURSE_CALM, COURSE_WRONG, COURSE_STOPPED };

/** One test. */
struct course_test {
    const char *name; /**< English, as the file is read by programs */
    enum course course;
    const char *alerts; /**< matchers of the alerts that it is about */
    bool series;        /**< else there are none */
    int at_h;
    bool about[RULESET_ABOUTS]; /**< what fires */
};

static const struct course_test tests[] = {
    {"all is well", COURSE_CALM, "alertname!=\"RagNoData\"", true, MADE_CALM_H + MADE_WRONG_H - 1,
        {0}},
    {"everything goes wrong", COURSE_WRONG, "alertname!=\"RagNoData\"", true,
        MADE_CALM_H + MADE_WRONG_H - 1,
        {[RULESET_SLOW] = true,
            [RULESET_SLOWER] = true,
            [RULESET_MEAN] = true,
            [RULESET_BURN] = true,
            [RULESET_FAILING] = true,
            [RULESET_FULL] = true,
            [RULESET_BEYOND] = true,
            [RULESET_CALLS] = true}},
    {"nobody asks", COURSE_STOPPED, "alertname=\"RagNoTraffic\"", true, MADE_CALM_H + 4,
        {[RULESET_NO_TRAFFIC] = true}},
    {"nothing is scraped", COURSE_CALM, "alertname=\"RagNoData\"", false, 1,
        {[RULESET_NO_DATA] = true}},
};

// --- input

static void add_selector(struct str *s, const struct labels *l)
{
    const char *comma = "";
    str_add(s, labels_get(l, "__name__"));
    str_addc(s, '{');
    for (size_t i = 0; i < l->count; i++) {
        if (strcmp(l->items[i].name, "__name__") != 0) {
            str_addf(s, "%s%s=", comma, l->items[i].name);
            str_add_quoted(s, l->items[i].value);
            comma = ",";
        }
    }
    str_addc(s, '}');
}

// promtool's notation: FIRST+STEPxTIMES are TIMES + 1 values.
static void add_values(
    struct str *s, const struct made_series *one, enum course course, int64_t step_ms)
{
    double per_step = one->counter ? (double)step_ms / 1000 : 0;
    int64_t calm = MADE_CALM_H * (int64_t)CLOCK_HOUR_MS / step_ms;
    int64_t rest = MADE_WRONG_H * (int64_t)CLOCK_HOUR_MS / step_ms;
    double step = one->calm * per_step, from = one->counter ? 0 : one->calm;
    double then = course == COURSE_WRONG ? one->wrong : one->calm;
    double then_step = course == COURSE_STOPPED ? 0 : then * per_step;
    double then_from = one->counter ? step * (double)calm + then_step : then;
    str_addf(s, "%.15g+%.15gx%lld %.15g+%.15gx%lld", from, step, (long long)calm, then_from,
        then_step, (long long)rest - 1);
}

static void add_input(
    struct str *s, const struct made_list *made, const struct course_test *t, int64_t step_ms)
{
    str_add(s, t->series ? "    input_series:\n" : "    input_series: []\n");
    for (size_t i = 0; i < made->count && t->series; i++) {
        struct str selector;
        str_init(&selector);
        add_selector(&selector, &made->items[i].labels);
        str_add(s, "      - series: ");
        rule_file_add_text(s, selector.text);
        str_add(s, "\n        values: ");
        add_values(s, &made->items[i], t->course, step_ms);
        str_addc(s, '\n');
        str_finish(&selector);
    }
}

// --- what is expected

static const char *const told_apart[] = {"alertname", "stage", "long", "resource", "severity"};

/** Appends the labels that identify RULE among the others, `{alertname="X", stage="Y"}`. */
static void add_told_apart(struct str *s, const struct plan *p, const struct ruleset_rule *rule)
{
    struct labels labels = {0};
    const char *before = "{";
    rule_file_labels(&labels, p, rule);
    labels_set(&labels, "alertname", rule->name);
    for (size_t i = 0; i < sizeof told_apart / sizeof *told_apart; i++) {
        const char *value = labels_get(&labels, told_apart[i]);
        if (value) {
            str_addf(s, "%s%s=", before, told_apart[i]);
            str_add_quoted(s, value);
            before = ", ";
        }
    }
    str_addc(s, '}');
    labels_finish(&labels);
}

static void add_expected(struct str *s, const struct plan *p, const struct ruleset_rule *rule)
{
    struct str one;
    str_init(&one);
    add_told_apart(&one, p, rule);
    str_add(s, "          - labels: ");
    rule_file_add_text(s, one.text);
    str_add(s, "\n            value: 1\n");
    str_finish(&one);
}

// What fires, but for what nobody can tell of.
static void add_question(struct str *s, const struct plan *p, const struct ruleset *r,
    const struct made_list *made, const struct course_test *t)
{
    struct str expr;
    str_init(&expr);
    str_addf(&expr,
        "group by (alertname, stage, long, resource, severity) (ALERTS{alertstate=\"firing\",%s}",
        t->alerts);
    for (size_t i = r->recording; i < r->count; i++) {
        if (made->fires[i] == MADE_OPEN) {
            str_add(&expr, " unless ALERTS");
            add_told_apart(&expr, p, &r->items[i]);
        }
    }
    str_addc(&expr, ')');
    str_add(s, "    promql_expr_test:\n      - expr: ");
    rule_file_add_text(s, expr.text);
    str_addf(s, "\n        eval_time: %dh\n        exp_samples:", t->at_h);
    str_finish(&expr);
}

static void add_test(struct str *s, const struct plan *p, const struct ruleset *r,
    const struct made_list *made, const struct course_test *t)
{
    int64_t window = p->window_ms / STEPS_OF_WINDOW;
    int64_t step_ms = window > STEP_MOST_MS ? STEP_MOST_MS : window;
    step_ms = step_ms < STEP_LEAST_MS ? STEP_LEAST_MS : step_ms;
    bool any = false;
    str_addf(s, "  - name: %s\n    interval: ", t->name);
    clock_add_duration(s, step_ms);
    str_addc(s, '\n');
    add_input(s, made, t, step_ms);
    add_question(s, p, r, made, t);
    for (size_t i = r->recording; i < r->count; i++) {
        if (t->about[r->items[i].about] && made->fires[i] == MADE_FIRING) {
            str_add(s, any ? "" : "\n");
            add_expected(s, p, &r->items[i]);
            any = true;
        }
    }
    str_add(s, any ? "" : " []\n");
}

static void add_untested(
    struct str *s, const struct plan *p, const struct ruleset *r, const struct made_list *made)
{
    for (size_t i = r->recording; i < r->count; i++) {
        const struct ruleset_rule *rule = &r->items[i];
        if (made->fires[i] == MADE_OPEN) {
            struct arena a = {0};
            rule_file_add_comment(
                s, arena_printf(&a, _("Not tested: %s of %s."), rule->name,
                       rule->stage >= 0 ? p->stages[rule->stage].name : _("the tools")));
            arena_finish(&a);
        }
    }
}

void rule_file_add_tests(struct str *s, const struct plan *p, const struct ruleset *r)
{
    struct made_list made;
    rule_series_make(&made, p, r);
    rule_file_add_comment(
        s, _("For promtool test rules, beside the rules in the file that it names."));
    add_untested(s, p, r, &made);
    str_addf(
        s, "rule_files:\n  - %s\nevaluation_interval: 10m\ngroup_eval_order:\n", rule_file_name);
    rule_file_add_order(s, r);
    str_add(s, "tests:\n");
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        add_test(s, p, r, &made, &tests[i]);
    }
    rule_series_finish(&made);
}
