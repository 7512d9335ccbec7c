#include "plan/ruled.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "plan/audit.h"
#include "promql/need.h"
#include "promql/select.h"

const char *const ruled_bundles[] = {"aggregator", "alertmanager", "apiserver", "code", "cluster",
    "config", "container", "coredns", "etcd", "go", "grafana", "instance", "kube", "kubelet",
    "kubeproxy", "kubernetes", "machine", "namespace", "net", "node", "prober", "process",
    "prometheus", "rest", "scheduler", "storage", "thanos", "volume", "windows", "workqueue", NULL};

static bool is_among(const struct name_list *names, const char *name)
{
    bool is = false;
    for (size_t i = 0; i < names->count && !is; i++) {
        is = strcmp(names->items[i], name) == 0;
    }
    return is;
}

// An alert that fires is no series of those that are scraped, and does not fire all the time.
static bool is_left_out(const char *name)
{
    static const char *const made[] = {"ALERTS", "ALERTS_FOR_STATE", NULL};
    const char *family = name + strspn(name, ":");
    return names_have(made, name) || names_have_word(ruled_bundles, family, strcspn(family, "_:"));
}

static void add_names(struct name_list *out, const char *query, size_t *bytes)
{
    struct name_list selectors = {0};
    need_selectors(&selectors, query);
    for (size_t i = 0; i < selectors.count; i++) {
        struct selector s;
        const char *at = selectors.items[i];
        if (!select_parse(&s, &at)) {
            continue;
        }
        const char *name = select_name(&s);
        if (name && !is_left_out(name) && !is_among(out, name) && out->count < RULED_MOST &&
            *bytes + strlen(name) < RULED_BYTES) {
            names_push(out, name);
            *bytes += strlen(name);
        }
        select_finish(&s);
    }
    names_finish(&selectors);
}

void ruled_names(struct name_list *out, const struct rule_set *set)
{
    size_t bytes = 0;
    for (size_t i = 0; i < set->rules_count; i++) {
        if (set->rules[i].alerting && !set->rules[i].query_cut) {
            add_names(out, set->rules[i].query, &bytes);
        }
    }
}

uint64_t ruled_hash(const struct name_list *names)
{
    uint64_t hash = 14695981039346656037u; // FNV-1a
    for (size_t i = 0; i < names->count; i++) {
        for (const char *p = names->items[i]; p == names->items[i] || p[-1]; p++) {
            hash = (hash ^ (unsigned char)*p) * 1099511628211u;
        }
    }
    return hash;
}

void ruled_add_query(struct str *s, const struct name_list *names)
{
    audit_add_names(s, (const char *const *)names->items, names->count);
    str_add(s, " or ");
    str_addf(s, "label_replace(vector(0),\"" RULED_HASH "\",\"%016" PRIx64 "\",\"\",\"\")",
        ruled_hash(names));
}
