#include "config/file.h"

#include <string.h>

#include "base/text.h"
#include "config/http_config.h"
#include "config/limits.h"
#include "config/link_keys.h"
#include "config/rebind.h"
#include "config/setting.h"
#include "config/source_keys.h"
#include "config/stage_keys.h"
#include "config/types.h"
#include "endpoint/url.h"

static bool check_profiles(const struct reader *r, const yaml_node_t *list)
{
    bool good = !list || (reader_form(r, list, "profiles", "[*]") &&
                             reader_list(r, list, "'profiles'", LIMIT_PROFILES));
    for (size_t i = 0; good && i < reader_count(list); i++) {
        good = reader_is_text(
            r, reader_entry(r, list, i), _("an entry of 'profiles'"), READER_TEXT_BYTES);
    }
    return good;
}

bool file_parse(
    struct config_file *f, const char *name, const char *text, size_t len, struct str *why)
{
    const struct reader r = {&f->document, why};
    const char *keys[SETTING_COUNT + 1];
    setting_keys("", keys);
    *f = (struct config_file){0};
    if (!document_parse(&f->document, name, text, len, why)) {
        return false;
    }
    const yaml_node_t *root = document_root(&f->document);
    return !root || (reader_mapping(&r, root, _("the file"), keys) &&
                        check_profiles(&r, reader_get(&r, root, "profiles")));
}

void file_finish(struct config_file *f)
{
    document_finish(&f->document);
    *f = (struct config_file){0};
}

static const yaml_node_t *get(const struct config_file *f, const char *key)
{
    return reader_get(&(struct reader){.document = &f->document}, document_root(&f->document), key);
}

bool file_has_stages(const struct config_file *f)
{
    return reader_count(get(f, "stages")) > 0 || get(f, "stages_by_label");
}

const yaml_node_t *file_profiles(const struct config_file *f)
{
    return get(f, "profiles");
}

static bool apply_sources(const struct reader *r, const yaml_node_t *root, struct config *c)
{
    const yaml_node_t *source = reader_get(r, root, "source");
    const yaml_node_t *sources = reader_get(r, root, "sources");
    if (source && sources) {
        return reader_fail(r, sources, _("'source' is given too; keep one of the two"));
    }
    return sources ? source_keys_apply_list(r, sources, c)
                   : !source || source_keys_apply(r, source, &c->source);
}

static bool apply_alertmanager(const struct reader *r, const yaml_node_t *node, struct endpoint *e)
{
    const char *keys[SETTING_COUNT + 1], *url = "";
    setting_keys("alertmanager.", keys);
    if (!node) {
        return true;
    }
    const yaml_node_t *http_config = reader_get(r, node, "http_config");
    if (!reader_form(r, node, "alertmanager", "{url: *}") ||
        !reader_mapping(r, node, "'alertmanager'", keys) ||
        !reader_value(r, node, "url", &type_url, e) || !reader_text(r, node, "url", &url)) {
        return false;
    }
    if (!*url) {
        return reader_fail(r, node, _("'alertmanager' has no url"));
    }
    if (url_has_user(url)) {
        endpoint_note_secrets(e, r->document->name);
    }
    return !http_config || http_config_apply(r, http_config, "'alertmanager.http_config'", e);
}

static bool check_baseline(const struct reader *r, const yaml_node_t *node)
{
    const yaml_node_t *kind = reader_get(r, node, "kind");
    return strcmp(reader_text_of(kind), "file") != 0 || reader_get(r, node, "file") ||
           reader_fail(r, kind, _("which file is not said; add file: FILE beside it"));
}

static bool apply_baseline(const struct reader *r, const yaml_node_t *node, struct config *c)
{
    const char *keys[SETTING_COUNT + 1];
    setting_keys("baseline.", keys);
    bool file = type_is_file(reader_text_of(node));
    return !node ||
           (reader_form(r, node, "baseline", file ? "{kind: file, file: *}" : "{kind: *}") &&
               reader_mapping(r, node, "'baseline'", keys) &&
               setting_read(r, node, "baseline.", OWNER_CONFIG, c) && check_baseline(r, node));
}

static bool apply_grafana(const struct reader *r, const yaml_node_t *node, struct config *c)
{
    const char *keys[SETTING_COUNT + 1];
    setting_keys("grafana.", keys);
    return !node || (reader_form(r, node, "grafana", "{url: *}") &&
                        reader_mapping(r, node, "'grafana'", keys) &&
                        setting_read(r, node, "grafana.", OWNER_CONFIG, c));
}

static bool apply_keys(const struct reader *r, const yaml_node_t *node, struct config *c)
{
    return !node || rebind_apply(r, node, &c->bindings);
}

bool file_apply(const struct config_file *f, struct config *c, struct str *why)
{
    const struct reader r = {&f->document, why};
    const yaml_node_t *root = document_root(&f->document);
    return !root ||
           (setting_read(&r, root, "", OWNER_CONFIG, c) &&
               apply_baseline(&r, reader_get(&r, root, "baseline"), c) &&
               apply_grafana(&r, reader_get(&r, root, "grafana"), c) &&
               apply_keys(&r, reader_get(&r, root, "keys"), c) && apply_sources(&r, root, c) &&
               apply_alertmanager(&r, reader_get(&r, root, "alertmanager"), &c->alertmanager) &&
               stage_keys_apply(&r, root, c) && link_keys_apply(&r, root, c));
}
