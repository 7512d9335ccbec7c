#include "config/source_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "config/fleet.h"
#include "config/http_config.h"
#include "config/limits.h"
#include "config/setting.h"
#include "endpoint/url.h"
#include "promql/matchers.h"

static const char prefix[] = "source.";

/** Keys of an entry of `sources:` alone. */
static const char *const named_keys[] = {
#define NAMED_KEY(key, text) key,
#include "config/stage_key.def"
};

static bool apply_headers(const struct reader *r, const yaml_node_t *list, struct endpoint *e)
{
    bool good = !list || reader_list(r, list, "'headers'", LIMIT_HEADERS);
    for (size_t i = 0; good && i < reader_count(list); i++) {
        good = reader_value_of(
            r, reader_entry(r, list, i), _("an entry of 'headers'"), &type_header, e);
    }
    return good;
}

/** The keys of NODE, which are known to be no others. */
static bool apply(const struct reader *r, const yaml_node_t *node, struct endpoint *e)
{
    const yaml_node_t *http_config = reader_get(r, node, "http_config");
    const yaml_node_t *token_file = reader_get(r, node, "bearer_token_file");
    const char *url = "";
    if (!reader_value(r, node, "url", &type_url, e) || !reader_text(r, node, "url", &url) ||
        (http_config && !http_config_apply(r, http_config, "'http_config'", e))) {
        return false;
    }
    if (reader_get(r, node, "user") && token_file) {
        return reader_fail(r, token_file, _("'user' is given too; keep one of the two"));
    }
    if (reader_get(r, node, "user") || url_has_user(url)) {
        endpoint_note_secrets(e, r->document->name);
    }
    return setting_read(r, node, prefix, OWNER_ENDPOINT, e) &&
           apply_headers(r, reader_get(r, node, "headers"), e);
}

bool source_keys_apply(const struct reader *r, const yaml_node_t *node, struct endpoint *e)
{
    const char *keys[SETTING_COUNT + 1];
    setting_keys(prefix, keys);
    return reader_mapping(r, node, "'source'", keys) && apply(r, node, e);
}

static bool check_name(const struct reader *r, const yaml_node_t *name, const struct config *c)
{
    struct str reason;
    str_init(&reason);
    if (!fleet_check_name(reader_text_of(name), &reason)) {
        return reader_reject(r, name, &reason);
    }
    return !fleet_find(c, reader_text_of(name)) ||
           reader_fail(r, name, _("a source called '%s' exists already"), reader_text_of(name));
}

/** The namespace of one source, as one matcher more. */
static bool apply_namespace(const struct reader *r, const yaml_node_t *node, char **selector)
{
    char *namespace = NULL;
    bool good = reader_value(r, node, "namespace", &value_a_plain_text, &namespace);
    if (good && namespace) {
        struct str list;
        str_init(&list);
        str_addf(&list, "%s%s", *selector ? *selector : "", *selector ? "," : "");
        matchers_add_equal(&list, "namespace", namespace);
        free(*selector);
        *selector = str_take(&list);
    }
    free(namespace);
    return good;
}

static bool apply_entry(const struct reader *r, const yaml_node_t *node, struct config *c)
{
    enum { NAMED = sizeof named_keys / sizeof *named_keys };
    const char *keys[NAMED + SETTING_COUNT + 1], *name = NULL, *url = NULL;
    memcpy(keys, named_keys, sizeof named_keys);
    setting_keys(prefix, keys + NAMED);
    if (!reader_mapping(r, node, _("an entry of 'sources'"), keys) ||
        !reader_text(r, node, "name", &name) || !reader_text(r, node, "url", &url)) {
        return false;
    }
    if (!name || !url) {
        return reader_fail(
            r, node, _("a source has no %s; it needs a name and a url"), name ? "url" : "name");
    }
    if (!check_name(r, reader_get(r, node, "name"), c)) {
        return false;
    }
    struct named_source *s = fleet_add(c, name);
    return apply(r, node, &s->source) &&
           reader_value(r, node, "selector", &type_selector, &s->selector) &&
           apply_namespace(r, node, &s->selector);
}

bool source_keys_apply_list(const struct reader *r, const yaml_node_t *node, struct config *c)
{
    bool good =
        reader_list(r, node, "'sources'", LIMIT_SOURCES) &&
        (reader_count(node) > 0 ||
            reader_fail(r, node, _("'sources' names no source; add {name: NAME, url: URL}")));
    if (good) {
        fleet_finish(c);
    }
    for (size_t i = 0; good && i < reader_count(node); i++) {
        good = apply_entry(r, reader_entry(r, node, i), c);
    }
    return good;
}
