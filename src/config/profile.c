#include "config/profile.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/names.h"
#include "base/plain.h"
#include "base/text.h"
#include "config/limits.h"
#include "config/setting.h"
#include "config/stage_keys.h"
#include "config/stages.h"
#include "config/types.h"
#include "promql/matchers.h"

static const char *const profile_keys[] = {
#define PROFILE_KEY(key, text) key,
#include "config/stage_key.def"
    NULL};

static const char *const edge_keys[] = {
#define EDGE_KEY(key, text) key,
#include "config/stage_key.def"
    NULL};

static bool stands_under(const char *prefix, const char *key)
{
    const char *keys[SETTING_COUNT + 1];
    setting_keys(prefix, keys);
    return names_have(keys, key);
}

/** Says that KEY, a setting, is not for a profile. */
static void refuse(const struct reader *r, const yaml_node_t *key, const char *directory)
{
    const char *text = reader_text_of(key);
    bool top = stands_under("", text);
    struct arena a = {0};
    if (directory) {
        reader_fail(r, key,
            top ? _("'%s' belongs in %s/config.yaml; a profile only describes metrics")
                : _("'%s' belongs under 'source' in %s/config.yaml; a profile only describes "
                    "metrics"),
            text, plain_path(&a, directory));
    } else {
        reader_fail(r, key,
            top ? _("'%s' belongs in the configuration file; a profile only describes metrics")
                : _("'%s' belongs under 'source' in the configuration file; a profile only "
                    "describes metrics"),
            text);
    }
    arena_finish(&a);
}

/** Refuses settings; what no file knows is the reader's to refuse. */
static bool check_keys(const struct reader *r, const yaml_node_t *root, const struct config *c)
{
    size_t pairs = root->type == YAML_MAPPING_NODE ? reader_count(root) : 0;
    for (size_t i = 0; i < pairs; i++) {
        const yaml_node_t *key = reader_key(r, root, i);
        const char *text = reader_text_of(key);
        if (!names_have(stage_keys_top, text) && !names_have(profile_keys, text) &&
            (stands_under("", text) || stands_under("source.", text))) {
            refuse(r, key, c->directory);
            return false;
        }
    }
    return true;
}

// --- components to look for

/** Sets *OUT, which the caller frees, to the full name of a metric, called LABEL in messages. */
static bool read_metric(
    const struct reader *r, const yaml_node_t *node, const char *label, char **out)
{
    struct str name, reason;
    str_init(&name);
    str_init(&reason);
    bool good = reader_is_text(r, node, label, READER_TEXT_BYTES) &&
                (matchers_add_metric(&name, reader_text_of(node), &reason) ||
                    reader_reject(r, node, &reason));
    *out = str_take(&name);
    return good;
}

static bool read_detect(const struct reader *r, const yaml_node_t *root, struct name_list *out)
{
    const yaml_node_t *list = reader_get(r, root, "detect"), *own = reader_get(r, root, "name");
    if (!list) {
        return reader_fail(r, own ? own : root,
            _("the profile has no 'detect'; add detect: [METRIC] with a metric that only this "
              "component has"));
    }
    bool good = reader_list(r, list, "'detect'", LIMIT_DETECT) &&
                (reader_count(list) > 0 || reader_fail(r, list, _("'detect' names no metric")));
    for (size_t i = 0; good && i < reader_count(list); i++) {
        char *name = NULL;
        good = read_metric(r, reader_entry(r, list, i), _("an entry of 'detect'"), &name);
        names_push(out, name ? name : "");
        free(name);
    }
    return good;
}

static bool read_replaces(const struct reader *r, const yaml_node_t *root, struct name_list *out)
{
    const yaml_node_t *list = reader_get(r, root, "replaces");
    bool good = !list || reader_list(r, list, "'replaces'", LIMIT_REPLACES);
    for (size_t i = 0; good && i < reader_count(list); i++) {
        char *name = NULL;
        good = reader_value_of(
            r, reader_entry(r, list, i), _("an entry of 'replaces'"), &type_name, &name);
        names_push(out, name ? name : "");
        free(name);
    }
    return good;
}

static bool read_edge(const struct reader *r, const yaml_node_t *entry, struct edge_config *out)
{
    if (!reader_mapping(r, entry, _("an entry of 'edges'"), edge_keys)) {
        return false;
    }
    const yaml_node_t *metric = reader_get(r, entry, "metric");
    if (!metric || !reader_get(r, entry, "to")) {
        return reader_fail(r, entry,
            _("this entry of 'edges' has no '%s'; it needs a metric and the label that names what "
              "is called"),
            metric ? "to" : "metric");
    }
    return read_metric(r, metric, _("the metric of an edge"), &out->metric) &&
           reader_value(r, entry, "from", &type_label, &out->from) &&
           reader_value(r, entry, "to", &type_label, &out->to) &&
           reader_value(r, entry, "from_namespace", &type_label, &out->from_namespace) &&
           reader_value(r, entry, "to_namespace", &type_label, &out->to_namespace);
}

static bool read_edges(const struct reader *r, const yaml_node_t *root, struct profile *out)
{
    const yaml_node_t *list = reader_get(r, root, "edges");
    bool good = !list || reader_list(r, list, "'edges'", LIMIT_EDGES);
    size_t count = good ? reader_count(list) : 0;
    out->edges = mem_zalloc(count + 1, sizeof *out->edges);
    for (size_t i = 0; good && i < count; i++) {
        out->edges_count = i + 1;
        good = read_edge(r, reader_entry(r, list, i), &out->edges[i]);
    }
    return good;
}

/** What it is recognised by. */
static bool read_head(const struct reader *r, const yaml_node_t *root, struct profile *out)
{
    bool good = reader_mapping(r, root, _("the file"), profile_keys) &&
                reader_value(r, root, "name", &type_profile_name, &out->name) &&
                reader_value(r, root, "title", &value_a_line, &out->title) &&
                stage_keys_read_role(r, root, &out->role) && read_detect(r, root, &out->detect) &&
                reader_value(r, root, "where", &type_selector, &out->where) &&
                reader_value(r, root, "by", &type_label, &out->by) &&
                reader_value(r, root, "pod", &type_label, &out->pod_label) &&
                reader_value(r, root, "generic", &value_a_flag, &out->generic) &&
                read_replaces(r, root, &out->replaces);
    return good &&
           (out->name || reader_fail(r, root, _("the profile has no name; add name: NAME")));
}

/** What comes of it where it is there. */
static bool read_templates(const struct reader *r, const yaml_node_t *root, struct profile *out)
{
    struct stage_list stages = {0};
    bool good = read_edges(r, root, out) && stage_keys_read(r, root, "stages", true, &stages) &&
                stage_keys_read_tools(r, root, &out->tools);
    out->stages = stages.items;
    out->stages_count = stages.count;
    return good;
}

static bool read_profile(const struct reader *r, const yaml_node_t *root, struct profile *out)
{
    return read_head(r, root, out) && read_templates(r, root, out);
}

/** Whether ROOT has a key, or one that is written like it, that only components to look for have.
 */
static bool is_component(const struct reader *r, const yaml_node_t *root)
{
    bool is = false;
    size_t pairs = root->type == YAML_MAPPING_NODE ? reader_count(root) : 0;
    for (size_t i = 0; !is && i < pairs; i++) {
        const char *key = reader_text_of(reader_key(r, root, i));
        bool known = names_have(profile_keys, key) || names_have(stage_keys_top, key);
        const char *meant = known ? key : names_closest(key, profile_keys);
        is = meant && !names_have(stage_keys_top, meant);
    }
    return is;
}

static bool metric_is_plain(const struct metric_config *m)
{
    return !m->other;
}

static bool stages_are_plain(const struct stage_config *stages, size_t count)
{
    bool plain = true;
    for (size_t i = 0; plain && i < count; i++) {
        const struct stage_config *s = &stages[i];
        plain = !s->by && !s->when && metric_is_plain(&s->latency) && metric_is_plain(&s->errors) &&
                metric_is_plain(&s->requests) && stages_are_plain(s->children, s->children_count);
        for (size_t k = 0; k < s->saturation_count; k++) {
            plain = plain && metric_is_plain(&s->saturation[k].used) &&
                    metric_is_plain(&s->saturation[k].limit);
        }
        for (size_t k = 0; k < s->declared_count; k++) {
            plain = plain && metric_is_plain(&s->declared[k].source) &&
                    metric_is_plain(&s->declared[k].limit);
        }
    }
    return plain;
}

static bool tools_are_plain(const struct tools_config *t)
{
    return metric_is_plain(&t->calls) && metric_is_plain(&t->errors) &&
           metric_is_plain(&t->latency.source);
}

// Of what nothing times, versions and setups differ in what they have.
static bool are_timed(const struct stage_config *stages, size_t count)
{
    bool are = true;
    for (size_t i = 0; are && i < count; i++) {
        are =
            stages_is_timed(&stages[i]) && are_timed(stages[i].children, stages[i].children_count);
    }
    return are;
}

// Whether its stages are the same on every server.
static bool is_plain(const struct profile *p)
{
    return !p->where && !p->by && p->edges_count == 0 && are_timed(p->stages, p->stages_count) &&
           stages_are_plain(p->stages, p->stages_count) && tools_are_plain(&p->tools);
}

static void add_profile(struct config *c, const struct profile *p)
{
    c->profiles = mem_resize(c->profiles, c->profiles_count + 1, sizeof *c->profiles);
    c->profiles[c->profiles_count++] = *p;
}

// Its stages as if a configuration named them.
static bool apply_plain(
    const struct reader *r, const yaml_node_t *root, struct config *c, struct profile *p)
{
    struct stage_list all = {c->stages, c->stages_count}, more = {p->stages, p->stages_count};
    p->stages = NULL;
    p->stages_count = 0;
    stages_merge(&all, &more);
    c->stages = all.items;
    c->stages_count = all.count;
    if (p->tools.label) {
        struct tools_config before = c->tools;
        c->tools = p->tools;
        p->tools = before;
    }
    const char *name = stages_repeated(&all);
    profile_finish(p);
    return !name || reader_fail(r, root, _("a stage called '%s' exists already"), name);
}

static bool apply_component(
    const struct reader *r, const yaml_node_t *root, bool searches, struct config *c)
{
    struct profile p = {0};
    if (!read_profile(r, root, &p)) {
        profile_finish(&p);
        return false;
    }
    if (!searches && is_plain(&p)) {
        return apply_plain(r, root, c, &p);
    }
    add_profile(c, &p);
    return true;
}

// It watches something only where somebody names it.
static bool check_unsearched(const struct reader *r, const yaml_node_t *root)
{
    struct config scratch = {0};
    bool good = stage_keys_apply(r, root, &scratch);
    config_finish(&scratch);
    return good;
}

static bool apply_stages(
    const struct reader *r, const yaml_node_t *root, bool searches, struct config *c)
{
    return reader_mapping(r, root, _("the file"), stage_keys_top) &&
           (searches ? check_unsearched(r, root) : stage_keys_apply(r, root, c));
}

bool profile_apply(const char *name, const char *text, size_t len, bool searches, struct config *c,
    struct str *why)
{
    struct document document;
    const struct reader r = {&document, why};
    bool good = document_parse(&document, name, text, len, why);
    const yaml_node_t *root = good ? document_root(&document) : NULL;
    if (root) {
        good = check_keys(&r, root, c) &&
               (is_component(&r, root) ? apply_component : apply_stages)(&r, root, searches, c);
    }
    document_finish(&document);
    return good;
}

// Up to the first key of templates: a test holds that no built-in profile has others behind it.
static size_t head_length(const char *text)
{
    static const char *const keys[] = {"\nstages:", "\nedges:", "\ntools:"};
    size_t len = strlen(text);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *at = strstr(text, keys[i]);
        len = at && (size_t)(at - text) < len ? (size_t)(at - text) : len;
    }
    return len;
}

bool profile_look_for(const struct embedded_file *e, struct config *c, struct str *why)
{
    // what stands above the name is a comment, and longer than what is read
    const char *text = strstr(e->text, "\nname:");
    text = text ? text : e->text;
    struct profile p = {.unread = e, .built_in = true};
    struct document document;
    const struct reader r = {&document, why};
    document_parse_own(&document, e->name, text, head_length(text));
    bool good = read_head(&r, document_root(&document), &p);
    if (good) {
        add_profile(c, &p);
    } else {
        profile_finish(&p);
    }
    document_finish(&document);
    return good;
}

void profile_complete(struct profile *p)
{
    const struct embedded_file *e = p->unread;
    if (!e) {
        return;
    }
    struct str why;
    struct document document;
    const struct reader r = {&document, &why};
    str_init(&why);
    document_parse_own(&document, e->name, e->text, strlen(e->text));
    check(read_templates(&r, document_root(&document), p));
    p->unread = NULL;
    document_finish(&document);
    str_finish(&why);
}

void profile_settle_aliases(struct config *c)
{
    if (stages_are_plain(c->stages, c->stages_count) && tools_are_plain(&c->tools)) {
        return;
    }
    struct profile own = {.stages = c->stages, .stages_count = c->stages_count, .tools = c->tools};
    c->stages = NULL;
    c->stages_count = 0;
    c->tools = (struct tools_config){0};
    add_profile(c, &own);
}

bool profile_stages_are_plain(const struct stage_config *stages, size_t count)
{
    return stages_are_plain(stages, count);
}

void profile_finish(struct profile *p)
{
    struct stage_list stages = {p->stages, p->stages_count};
    stages_finish(&stages);
    for (size_t i = 0; i < p->edges_count; i++) {
        free(p->edges[i].metric);
        free(p->edges[i].from);
        free(p->edges[i].to);
        free(p->edges[i].from_namespace);
        free(p->edges[i].to_namespace);
    }
    free(p->edges);
    stages_finish_tools(&p->tools);
    names_finish(&p->detect);
    names_finish(&p->replaces);
    free(p->pod_label);
    free(p->where);
    free(p->title);
    free(p->name);
    free(p->by);
    *p = (struct profile){0};
}
