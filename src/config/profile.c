#include "config/profile.h"

#include <string.h>

#include "base/names.h"
#include "base/utf8.h"
#include "config/setting.h"
#include "config/stage_keys.h"

/** Whether KEY is a setting; *UNDER says below which other one, or is "". */
static bool is_setting(const char *key, const char **under)
{
    const char *top[SETTING_COUNT + 1], *source[SETTING_COUNT + 1];
    setting_keys("", top);
    setting_keys("source.", source);
    *under = names_have(top, key) ? "" : " under 'source'";
    return names_have(top, key) || names_have(source, key);
}

/** Refuses settings; what no file knows is the reader's to refuse. */
static bool check_keys(const struct reader *r, const yaml_node_t *root, const struct config *c)
{
    size_t pairs = root->type == YAML_MAPPING_NODE ? reader_count(root) : 0;
    for (size_t i = 0; i < pairs; i++) {
        const yaml_node_t *key = reader_key(r, root, i);
        const char *text = reader_text_of(key), *under;
        if (names_have(stage_keys_top, text) || !is_setting(text, &under)) {
            continue;
        }
        reader_fail(r, key, "'%s' belongs%s in the configuration file", text, under);
        if (c->directory) {
            str_add(r->why, ", ");
            utf8_add_clean(r->why, c->directory, strlen(c->directory));
            str_add(r->why, "/config.yaml");
        }
        str_add(r->why, "; a profile only describes metrics");
        return false;
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
        good = check_keys(&r, root, c) && reader_mapping(&r, root, "the file", stage_keys_top) &&
               stage_keys_apply(&r, root, c);
    }
    document_finish(&document);
    return good;
}
