#include "series/rule_set.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

struct rule_group *rule_set_add_group(struct rule_set *set)
{
    if (set->groups_count == RULE_GROUPS_MAX) {
        set->more = true;
        return NULL;
    }
    mem_grow(&set->groups, set->groups_count, &set->groups_cap);
    struct rule_group *g = &set->groups[set->groups_count++];
    *g = (struct rule_group){.name = mem_strdup(""), .file = mem_strdup("")};
    g->interval_s = g->took_s = NAN;
    return g;
}

struct rule *rule_set_add_rule(struct rule_set *set)
{
    if (set->rules_count == RULES_MAX) {
        set->rules_left_out++;
        return NULL;
    }
    mem_grow(&set->rules, set->rules_count, &set->rules_cap);
    struct rule *r = &set->rules[set->rules_count++];
    *r = (struct rule){.name = mem_strdup(""), .query = mem_strdup(""), .error = mem_strdup("")};
    r->took_s = r->for_s = r->keep_firing_s = NAN;
    return r;
}

struct alert *rule_set_add_alert(struct rule_set *set)
{
    if (set->alerts_count == RULE_ALERTS_MAX) {
        set->alerts_left_out++;
        return NULL;
    }
    mem_grow(&set->alerts, set->alerts_count, &set->alerts_cap);
    struct alert *a = &set->alerts[set->alerts_count++];
    *a = (struct alert){.rule = -1, .value = NAN};
    return a;
}

int alert_index(const struct labels *labels)
{
    return (int)(labels_hash(labels) & INT_MAX);
}

size_t rule_set_alerting(const struct rule_set *set)
{
    size_t count = 0;
    for (size_t i = 0; i < set->rules_count; i++) {
        count += set->rules[i].alerting;
    }
    return count;
}

void rule_set_finish(struct rule_set *set)
{
    for (size_t i = 0; i < set->groups_count; i++) {
        free(set->groups[i].name);
        free(set->groups[i].file);
    }
    for (size_t i = 0; i < set->rules_count; i++) {
        struct rule *r = &set->rules[i];
        free(r->name);
        free(r->query);
        free(r->error);
        labels_finish(&r->labels);
        labels_finish(&r->annotations);
    }
    for (size_t i = 0; i < set->alerts_count; i++) {
        labels_finish(&set->alerts[i].labels);
        labels_finish(&set->alerts[i].annotations);
    }
    free(set->groups);
    free(set->rules);
    free(set->alerts);
    *set = (struct rule_set){0};
}
