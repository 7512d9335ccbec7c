#include "config/recorded.h"

#include <string.h>

#include "base/clock.h"
#include "config/types.h"
#include "endpoint/url.h"

/** Keys of the file that recorded_add() does not write from the configuration itself. */
static const char *const kept[] = {
    "profiles", "stages", "stages_by_label", "links", "tools", "pod_label", "timezone"};

static void add_text(struct str *out, const char *text)
{
    str_add_quoted(out, text);
}

/** NODE in the flow style, where every scalar is a text in quotes. */
static void add_node(struct str *out, const struct document *d, const yaml_node_t *node)
{
    const char *comma = "";
    if (node->type == YAML_MAPPING_NODE) {
        str_addc(out, '{');
        for (const yaml_node_pair_t *p = node->data.mapping.pairs.start;
             p < node->data.mapping.pairs.top; p++) {
            str_add(out, comma);
            add_node(out, d, document_node(d, p->key));
            str_add(out, ": ");
            add_node(out, d, document_node(d, p->value));
            comma = ", ";
        }
        str_addc(out, '}');
    } else if (node->type == YAML_SEQUENCE_NODE) {
        str_addc(out, '[');
        for (const yaml_node_item_t *i = node->data.sequence.items.start;
             i < node->data.sequence.items.top; i++) {
            str_add(out, comma);
            add_node(out, d, document_node(d, *i));
            comma = ", ";
        }
        str_addc(out, ']');
    } else {
        add_text(out, (const char *)node->data.scalar.value);
    }
}

static bool is_kept(const yaml_node_t *key, bool profiles)
{
    for (size_t i = profiles ? 1 : 0; i < sizeof kept / sizeof *kept; i++) {
        if (key->type == YAML_SCALAR_NODE &&
            strcmp((const char *)key->data.scalar.value, kept[i]) == 0) {
            return true;
        }
    }
    return false;
}

void recorded_add_keys(struct str *out, const struct document *d, const struct name_list *profiles)
{
    const yaml_node_t *root = document_root(d);
    bool given = profiles->count > 0;
    for (size_t i = 0; i < profiles->count; i++) {
        str_add(out, i == 0 ? "profiles: [" : ", ");
        add_text(out, profiles->items[i]);
    }
    str_add(out, given ? "]\n" : "");
    if (!root || root->type != YAML_MAPPING_NODE) {
        return;
    }
    for (const yaml_node_pair_t *p = root->data.mapping.pairs.start;
         p < root->data.mapping.pairs.top; p++) {
        const yaml_node_t *key = document_node(d, p->key);
        if (is_kept(key, given)) {
            str_addf(out, "%s: ", (const char *)key->data.scalar.value);
            add_node(out, d, document_node(d, p->value));
            str_addc(out, '\n');
        }
    }
}

static void add_duration(struct str *out, const char *key, int64_t ms)
{
    if (ms > 0) {
        str_addf(out, "%s: ", key);
        clock_add_duration(out, ms);
        str_addc(out, '\n');
    }
}

static void add_selector(struct str *out, const char *selector, const char *end)
{
    if (selector) {
        str_add(out, "selector: ");
        add_text(out, selector);
        str_add(out, end);
    }
}

static void add_endpoint(struct str *out, const struct endpoint *e)
{
    struct str url;
    str_init(&url);
    url_add_shown(&url, e->url ? e->url : "");
    str_add(out, "url: ");
    add_text(out, url.text);
    str_finish(&url);
    if (e->tenant) {
        str_add(out, ", tenant: ");
        add_text(out, e->tenant);
    }
}

void recorded_add(struct str *out, const struct config *c)
{
    str_add(out, c->recorded ? c->recorded : "");
    add_duration(out, "window", c->window_ms);
    add_duration(out, "span", c->span_ms);
    add_duration(out, "refresh", c->refresh_ms);
    str_add(out, "baseline: {range: ");
    clock_add_duration(out, c->baseline_range_ms);
    if (c->baseline != BASELINE_FILE) {
        str_addf(out, ", kind: %s", type_baseline.names[c->baseline]);
    }
    str_add(out, "}\n");
    if (c->sources_count == 0) {
        add_selector(out, c->selector, "\n");
        str_add(out, "source: {");
        add_endpoint(out, &c->source);
        str_add(out, "}\n");
    }
    for (size_t i = 0; i < c->sources_count; i++) {
        const struct named_source *s = &c->sources[i];
        str_add(out, i == 0 ? "sources:\n  - {name: " : "  - {name: ");
        add_text(out, s->name);
        str_add(out, ", ");
        add_selector(out, s->selector, ", ");
        add_endpoint(out, &s->source);
        str_add(out, "}\n");
    }
    if (c->alertmanager.url) {
        str_add(out, "alertmanager: {");
        struct endpoint e = c->alertmanager;
        e.tenant = NULL;
        add_endpoint(out, &e);
        str_add(out, "}\n");
    }
}
