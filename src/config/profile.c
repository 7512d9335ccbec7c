#include "config/profile.h"

#include <string.h>

#include "base/utf8.h"
#include "config/locate.h"
#include "config/metrics.h"
#include "config/schema.h"
#include "config/shape.h"
#include "config/syntax.h"

/** Whether KEY is a setting; *UNDER says below which other one, or is "". */
static bool is_setting(const char *key, const char **under)
{
    const struct shape_field *settings = schema_file.fields;
    const struct shape_field *source = shape_find(settings, "source");
    bool top = shape_find(settings, key) != NULL;
    *under = top ? "" : " under 'source'";
    return top || shape_find(source->value.fields, key);
}

static bool refuse(const struct locate *at, const yaml_node_t *key, const char *under,
    const struct config *c, struct str *why)
{
    syntax_set_place(why, at->name, key->start_mark);
    str_addf(why, "'%s' belongs%s in the configuration file", locate_text(key), under);
    if (c->directory) {
        str_add(why, ", ");
        utf8_add_clean(why, c->directory, strlen(c->directory));
        str_add(why, "/config.yaml");
    }
    str_add(why, "; a profile only describes metrics");
    return false;
}

/** Refuses settings; what no file knows is the schema's to refuse. */
static bool check_keys(struct locate *at, const struct config *c, struct str *why)
{
    const yaml_node_t *root = locate_root(at);
    if (!root || root->type != YAML_MAPPING_NODE) {
        return true;
    }
    const yaml_node_pair_t *end = root->data.mapping.pairs.top;
    for (const yaml_node_pair_t *p = root->data.mapping.pairs.start; p < end; p++) {
        const yaml_node_t *key = yaml_document_get_node(&at->document, p->key);
        const char *under;
        if (!shape_find(schema_profile.fields, locate_text(key)) &&
            is_setting(locate_text(key), &under)) {
            return refuse(at, key, under, c, why);
        }
    }
    return true;
}

static bool apply(
    struct locate *at, const struct yaml_metrics *y, struct config *c, struct str *why)
{
    struct reading r = {.at = at, .why = why};
    str_init(&r.path);
    str_init(&r.reason);
    bool good = metrics_apply(&r, y, c);
    str_finish(&r.path);
    str_finish(&r.reason);
    return good;
}

bool profile_apply(
    const char *name, const char *text, size_t len, struct config *c, struct str *why)
{
    struct locate at = {0};
    void *data = NULL;
    bool good = locate_parse(&at, name, text, len, why) && check_keys(&at, c, why) &&
                shape_load(&data, &at, &schema_profile, why) && (!data || apply(&at, data, c, why));
    shape_free(data, &schema_profile);
    locate_finish(&at);
    return good;
}
