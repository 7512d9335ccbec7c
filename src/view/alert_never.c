// Alerting rules that cannot fire, as their queries find no series.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "feed/want.h"
#include "plan/ruled.h"
#include "promql/need.h"
#include "promql/select.h"
#include "series/batch.h"
#include "view/alert_list.h"
#include "view/cell.h"

enum { NAMED_MOST = 3, NAME_MOST = 60 };

/** What was asked for, and what of it there is. */
struct known {
    struct name_list asked;
    const struct batch *there;
};

static bool has_label(const struct batch *b, const char *label, const char *value)
{
    bool has = false;
    for (size_t i = 0; i < b->count && !has; i++) {
        const char *its = labels_get(&b->series[i].labels, label);
        has = its && strcmp(its, value) == 0;
    }
    return has;
}

/** Whether it may be: what nobody asked for may. */
static bool may_have(void *context, const char *selector)
{
    const struct known *k = context;
    struct selector s;
    const char *at = selector;
    if (!select_parse(&s, &at)) {
        return true;
    }
    const char *name = select_name(&s);
    bool asked = false;
    for (size_t i = 0; name && i < k->asked.count && !asked; i++) {
        asked = strcmp(k->asked.items[i], name) == 0;
    }
    bool may = !asked || has_label(k->there, "__name__", name);
    select_finish(&s);
    return may;
}

/** `RetrievalSlow (kotaemon_retrieval_latency_sum)`: RULE and the first of what it lacks. */
static const char *named(struct arena *a, const struct rule *rule, const char *selector)
{
    struct str name, lacks;
    str_init(&name);
    str_init(&lacks);
    utf8_add_brief(&name, rule->name, NAME_MOST);
    utf8_add_brief(&lacks, selector, NAME_MOST);
    const char *both = arena_printf(a, "%s (%s)", name.text, lacks.text);
    str_finish(&lacks);
    str_finish(&name);
    return both;
}

static const char *sentence(struct arena *a, const struct rule_set *rules, struct known *k)
{
    const char *names[NAMED_MOST + 1] = {NULL};
    size_t count = 0;
    for (size_t i = 0; i < rules->rules_count; i++) {
        const struct rule *rule = &rules->rules[i];
        struct name_list missing = {0};
        bool fires = rule->state >= RULE_PENDING; // on series newer than what was asked
        bool never = rule->alerting && !fires && !rule->query_cut &&
                     need_judge(rule->query, may_have, k, &missing) == NEED_MISSED;
        if (never && count < NAMED_MOST) {
            names[count] = named(a, rule, missing.count > 0 ? missing.items[0] : "-");
        }
        count += never;
        names_finish(&missing);
    }
    size_t others = count > NAMED_MOST ? count - NAMED_MOST : 0;
    return count == 0 ? NULL
                      : arena_printf(a,
                            text_count("%s alerting rule cannot fire now, as its query finds no "
                                       "series: %s. ragtop doctor looks closer, also at rules "
                                       "about node_*, kube_* and the like.",
                                "%s alerting rules cannot fire now, as their queries find no "
                                "series: %s. ragtop doctor looks closer, also at rules about "
                                "node_*, kube_* and the like.",
                                (double)count),
                            cell_whole(a, (int64_t)count), names_some(a, names, NAMES_AND, others));
}

const char *alert_list_never(struct arena *a, const struct view_input *in)
{
    const struct rule_set *rules = alert_list_rules(in);
    const struct slot *slot = &in->words.store->slots[FEED_RULED];
    struct known k = {.there = slot->data};
    if (!rules || slot->condition != CONDITION_ANSWERED || !k.there || k.there->partial ||
        k.there->left_out > 0) {
        return NULL;
    }
    char hash[32];
    ruled_names(&k.asked, rules);
    snprintf(hash, sizeof hash, "%016" PRIx64, ruled_hash(&k.asked));
    const char *text = has_label(k.there, RULED_HASH, hash) ? sentence(a, rules, &k) : NULL;
    names_finish(&k.asked);
    return text;
}
