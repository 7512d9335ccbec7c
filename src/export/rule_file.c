#include "export/rule_file.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/utf8.h"
#include "export/escape.h"
#include "promql/name.h"

// Mimir takes so many in a group unless configured otherwise.
enum { GROUP_RULES = 20, INDENT = 2 };

const char rule_file_name[] = "ragtop-rules.yaml";

// --- YAML

// JSON would write characters beyond U+FFFF as two, which YAML takes for two.
void rule_file_add_text(struct str *s, const char *text)
{
    str_addc(s, '"');
    for (const char *p = text; *p;) {
        uint32_t ch = utf8_next(&p);
        if (ch == '"' || ch == '\\') {
            str_addf(s, "\\%c", (char)ch);
        } else if (utf8_is_safe(ch)) {
            utf8_add(s, ch);
        } else {
            str_addf(s, ch < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)ch);
        }
    }
    str_addc(s, '"');
}

void rule_file_add_comment(struct str *s, const char *text)
{
    str_add(s, "# ");
    escape_text(s, text);
    str_addc(s, '\n');
}

static void add_text_line(struct str *s, int indent, const char *key, const char *text)
{
    str_addf(s, "%*s%s: ", indent, "", key);
    rule_file_add_text(s, text);
    str_addc(s, '\n');
}

static void add_duration_line(struct str *s, int indent, const char *key, int64_t ms)
{
    str_addf(s, "%*s%s: ", indent, "", key);
    clock_add_duration(s, ms);
    str_addc(s, '\n');
}

static void add_labels(struct str *s, int indent, const char *key, const struct labels *l)
{
    if (l->count > 0) {
        str_addf(s, "%*s%s:\n", indent, "", key);
    }
    for (size_t i = 0; i < l->count; i++) {
        struct str name;
        str_init(&name);
        if (name_is_classic_label(l->items[i].name)) {
            str_add(&name, l->items[i].name);
        } else {
            rule_file_add_text(&name, l->items[i].name);
        }
        add_text_line(s, indent + INDENT, name.text, l->items[i].value);
        str_finish(&name);
    }
}

// On a line of its own it is read as it is, which its strings may not bear.
static void add_expr(struct str *s, int indent, const char *expr)
{
    struct str line;
    str_init(&line);
    escape_promql(&line, expr);
    str_addf(s, "%*sexpr: |-\n%*s%s\n", indent, "", indent + INDENT, "", line.text);
    str_finish(&line);
}

// --- rules

void rule_file_labels(struct labels *out, const struct plan *p, const struct ruleset_rule *rule)
{
    struct str s;
    const struct component *component = rule->stage >= 0 ? plan_component(p, rule->stage) : NULL;
    ruleset_labels(out, p, rule);
    if (rule->stage >= 0) {
        labels_set(out, "stage", p->stages[rule->stage].name);
    }
    if (component) {
        labels_set(out, "component", component->profile);
    }
    str_init(&s);
    if (rule->about == RULESET_BURN) {
        clock_add_duration(&s, rule->long_ms);
        labels_set(out, "long", s.text);
        str_clear(&s);
        clock_add_duration(&s, rule->short_ms);
        labels_set(out, "short", s.text);
    } else if (rule->about == RULESET_FULL || rule->about == RULESET_BEYOND) {
        const struct signal *signal = &p->signals[rule->signal];
        labels_set(out, "resource", signal->what ? signal->what : signal_types[signal->kind].name);
    }
    str_finish(&s);
    labels_set(out, "severity", rule->critical ? "critical" : "warning");
}

// The server takes the values for templates.
static void make_templates(struct labels *l)
{
    for (size_t i = 0; i < l->count; i++) {
        struct str s;
        str_init(&s);
        rule_words_add_plain(&s, l->items[i].value);
        free(l->items[i].value);
        l->items[i].value = str_take(&s);
    }
}

static void add_rule(struct str *s, int indent, const struct plan *p, const struct ruleset *r,
    const struct ruleset_rule *rule)
{
    bool records = rule->about == RULESET_RECORDS;
    int in = indent + INDENT;
    struct labels labels = {0};
    str_addf(s, "%*s- %s: %s\n", indent, "", records ? "record" : "alert", rule->name);
    add_expr(s, in, rule->expr);
    if (rule->for_ms > 0) {
        add_duration_line(s, in, "for", rule->for_ms);
    }
    if (records) {
        labels_copy(&labels, &r->carried);
    } else {
        rule_file_labels(&labels, p, rule);
    }
    make_templates(&labels);
    add_labels(s, in, "labels", &labels);
    if (!records) {
        struct arena a = {0};
        const struct rule_words words = rule_words_of(&a, p, rule);
        str_addf(s, "%*sannotations:\n", in, "");
        add_text_line(s, in + INDENT, "summary", words.summary);
        add_text_line(s, in + INDENT, "description", words.description);
        arena_finish(&a);
    }
    labels_finish(&labels);
}

static const char recording_name[] = "ragtop.rules", alerting_name[] = "ragtop.alerts";

static void add_group_name(struct str *s, const char *name, size_t group)
{
    str_add(s, name);
    str_addf(s, group > 0 ? "-%zu\n" : "\n", group + 1);
}

void rule_file_add_order(struct str *s, const struct ruleset *r)
{
    for (size_t i = 0; i < r->recording; i += GROUP_RULES) {
        str_add(s, "  - ");
        add_group_name(s, recording_name, i / GROUP_RULES);
    }
    for (size_t i = r->recording; i < r->count; i += GROUP_RULES) {
        str_add(s, "  - ");
        add_group_name(s, alerting_name, (i - r->recording) / GROUP_RULES);
    }
}

/** The rules from FIRST up to END, in groups of as many as every server takes. */
static void add_groups(struct str *s, int indent, const struct plan *p, const struct ruleset *r,
    const char *name, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++) {
        size_t group = (i - first) / GROUP_RULES;
        if ((i - first) % GROUP_RULES == 0) {
            str_addf(s, "%*s- name: ", indent, "");
            add_group_name(s, name, group);
            str_addf(s, "%*sinterval: 30s\n%*srules:\n", indent + INDENT, "", indent + INDENT, "");
        }
        add_rule(s, indent + 2 * INDENT, p, r, &r->items[i]);
    }
}

static void add_all(struct str *s, int indent, const struct plan *p, const struct ruleset *r)
{
    str_addf(s, "%*sgroups:\n", indent, "");
    add_groups(s, indent + INDENT, p, r, recording_name, 0, r->recording);
    add_groups(s, indent + INDENT, p, r, alerting_name, r->recording, r->count);
}

// --- what is to be read first

static void add_names(struct str *s, const struct plan *p, const struct ruleset *r,
    enum ruleset_about about, const char *sentence)
{
    struct arena a = {0};
    const char *list = NULL;
    for (size_t i = r->recording; i < r->count; i++) {
        list = r->items[i].about == about ? names_next(&a, list, p->stages[r->items[i].stage].name)
                                          : list;
    }
    if (list) {
        rule_file_add_comment(s, arena_printf(&a, sentence, list));
    }
    arena_finish(&a);
}

static void add_head(struct str *s, const struct plan *p, const struct ruleset *r)
{
    rule_file_add_comment(s, _("Made by ragtop rules: the series that ragtop reads history from, "
                               "and alerts."));
    if (r->unrecorded) {
        rule_file_add_comment(s, _("Nothing is recorded, as recorded series cannot have the labels "
                                   "that the selector asks for; use matchers with = alone."));
    }
    for (size_t i = 0; i < r->shared.count; i++) {
        struct arena a = {0};
        rule_file_add_comment(s,
            arena_printf(&a, _("Not recorded, because another one would have the same name: %s."),
                r->shared.items[i]));
        arena_finish(&a);
    }
    for (size_t i = 0; i < r->blunt.count; i++) {
        struct arena a = {0};
        rule_file_add_comment(
            s, arena_printf(&a,
                   _("No alert on the SLO of %s: it is not below the last bucket of its histogram, "
                     "and "
                     "a P95 is never seen above that. Give the histogram buckets beyond the SLO."),
                   r->blunt.items[i]));
        arena_finish(&a);
    }
    add_names(s, p, r, RULESET_SLOWER,
        _("Without an SLO for latency, and so compared with the same time a day and a week ago: "
          "%s."));
    add_names(s, p, r, RULESET_FAILING,
        _("Without an SLO for errors, and so compared with the same time a day and a week ago: "
          "%s."));
}

void rule_file_add(struct str *s, const struct plan *p, const struct ruleset *r)
{
    add_head(s, p, r);
    add_all(s, 0, p, r);
}

void rule_file_add_resource(struct str *s, const struct plan *p, const struct ruleset *r)
{
    add_head(s, p, r);
    rule_file_add_comment(
        s, _("The helm chart kube-prometheus-stack also wants the label `release: NAME`."));
    str_add(s, "apiVersion: monitoring.coreos.com/v1\n"
               "kind: PrometheusRule\n"
               "metadata:\n"
               "  name: ragtop-rules\n"
               "  namespace: monitoring\n"
               "  labels:\n"
               "    app.kubernetes.io/name: ragtop\n"
               "    prometheus: k8s\n"
               "    role: alert-rules\n"
               "spec:\n");
    add_all(s, INDENT, p, r);
}
