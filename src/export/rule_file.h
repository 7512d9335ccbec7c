/**
 * The rules of a plan, see plan/ruleset.h, as files for the server: for Prometheus, Thanos, Mimir
 * and VictoriaMetrics, for the Prometheus Operator, and for `promtool test rules`.
 */
#ifndef RAGTOP_EXPORT_RULE_FILE_H
#define RAGTOP_EXPORT_RULE_FILE_H

#include "base/arena.h"
#include "base/str.h"
#include "plan/ruleset.h"

/** The file that the tests of rules name. */
extern const char rule_file_name[];

/** What a person reads of an alert; valid as long as the arena. */
struct rule_words {
    const char *summary, *description;
};

/** Appends the rules as a rule file. */
void rule_file_add(struct str *s, const struct plan *p, const struct ruleset *r);

/** The same as a PrometheusRule with the labels by which kube-prometheus selects it. */
void rule_file_add_resource(struct str *s, const struct plan *p, const struct ruleset *r);

/**
 * Appends unit tests of the rule file for promtool: every alert whose series can be made up fires,
 * and none does while all is well. Which cannot is said in comments.
 */
void rule_file_add_tests(struct str *s, const struct plan *p, const struct ruleset *r);

/** Appends the names of the groups as a list of YAML, those that record first. */
void rule_file_add_order(struct str *s, const struct ruleset *r);

/** The labels of RULE, an alert, into *OUT, which is empty. Their values are plain text. */
void rule_file_labels(struct labels *out, const struct plan *p, const struct ruleset_rule *rule);

/** The annotations of RULE, an alert. They are templates of the server. */
struct rule_words rule_words_of(
    struct arena *a, const struct plan *p, const struct ruleset_rule *rule);

/** Appends TEXT so that a template says it as it is. */
void rule_words_add_plain(struct str *s, const char *text);

/** Appends TEXT as a scalar of YAML on one line, in double quotes. */
void rule_file_add_text(struct str *s, const char *text);

/** Appends `# TEXT` as one line. */
void rule_file_add_comment(struct str *s, const char *text);

#endif
