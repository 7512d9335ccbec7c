#include "config/profile.h"

#include <string.h>

#include "base/names.h"
#include "base/plain.h"
#include "base/text.h"
#include "config/setting.h"
#include "config/stage_keys.h"

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
        if (!names_have(stage_keys_top, text) &&
            (stands_under("", text) || stands_under("source.", text))) {
            refuse(r, key, c->directory);
            return false;
        }
    }
    return true;
}

bool profile_apply(
    const char *name, const char *text, size_t len, struct config *c, struct str *why)
{
    struct document document;
    const struct reader r = {&document, why};
    bool good = document_parse(&document, name, text, len, why);
    const yaml_node_t *root = good ? document_root(&document) : NULL;
    if (root) {
        good = check_keys(&r, root, c) && reader_mapping(&r, root, _("the file"), stage_keys_top) &&
               stage_keys_apply(&r, root, c);
    }
    document_finish(&document);
    return good;
}
