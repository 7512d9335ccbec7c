#include "config/file_check.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/fleet.h"
#include "endpoint/way.h"
#include "theme/theme.h"

static bool check_theme(const struct reader *r, const yaml_node_t *root, const struct config *c)
{
    const yaml_node_t *node = reader_get(r, root, "theme");
    struct theme theme;
    struct str reason;
    str_init(&reason);
    bool good = !node || theme_load(&theme, c->theme, c->directory, &reason) ||
                reader_fail(r, node, "%s", reason.text);
    str_finish(&reason);
    return good;
}

/** Where the part called KEY of SOURCE, with what TEXT names, stands in the file; NULL: nowhere. */
static const yaml_node_t *find_part(
    const struct reader *r, const yaml_node_t *source, const char *key, const char *text)
{
    const yaml_node_t *node = reader_get(r, source, key);
    char *own = NULL;
    struct str ignored;
    str_init(&ignored);
    bool here =
        node &&
        reader_value_of(&(struct reader){r->document, &ignored}, node, key, &value_a_file, &own) &&
        strcmp(own, text) == 0;
    str_finish(&ignored);
    free(own);
    return here ? node : NULL;
}

/** The same below `http_config`, where files are relative to the folder of this one. */
static const yaml_node_t *find_in_http_config(const struct reader *r, const yaml_node_t *source,
    enum way_part part, const char *key, const char *text)
{
    const yaml_node_t *all = reader_get(r, source, "http_config");
    const yaml_node_t *node = part == WAY_PROXY
                                  ? reader_get(r, all, "proxy_url")
                                  : reader_get(r, reader_get(r, all, "tls_config"), key);
    char *path = part == WAY_PROXY ? mem_strdup(reader_text_of(node))
                                   : document_path(r->document, reader_text_of(node));
    bool here = node && strcmp(path, text) == 0;
    free(path);
    return here ? node : NULL;
}

/** Whether what SOURCE, a mapping of the file, says of the way to E can be used. */
static bool check_way(const struct reader *r, const yaml_node_t *source, const struct endpoint *e)
{
    static const char *const keys[WAY_PARTS] = {[WAY_PROXY] = "proxy",
        [WAY_CA] = "ca_file",
        [WAY_CERT] = "cert_file",
        [WAY_KEY] = "key_file"};
    enum way_part part;
    struct str reason;
    str_init(&reason);
    const yaml_node_t *node = NULL;
    if (source && !way_check(e, &part, &reason)) {
        const char *text = way_text(e, part) ? way_text(e, part) : "";
        node = find_part(r, source, keys[part], text);
        node = node ? node : find_in_http_config(r, source, part, keys[part], text);
    }
    bool good = !node || reader_fail(r, node, "%s", reason.text);
    str_finish(&reason);
    return good; // what does not stand here is said where it is used
}

bool file_check(
    const struct config_file *f, const struct config *c, const struct options *o, struct str *why)
{
    const struct reader r = {&f->document, why};
    const yaml_node_t *root = document_root(&f->document);
    const yaml_node_t *list = reader_get(&r, root, "sources");
    bool good = (o->values[SETTING_THEME] || check_theme(&r, root, c)) &&
                (c->sources_count > 0 || check_way(&r, reader_get(&r, root, "source"), &c->source));
    for (size_t i = 0; good && i < reader_count(list); i++) {
        const yaml_node_t *entry = reader_entry(&r, list, i);
        const struct named_source *s = fleet_find(c, reader_text_of(reader_get(&r, entry, "name")));
        good = !s || check_way(&r, entry, &s->source);
    }
    return good;
}
