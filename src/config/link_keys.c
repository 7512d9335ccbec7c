#include "config/link_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "config/limits.h"

static const char *const link_keys[] = {
#define LINK_KEY(key, text) key,
#include "config/stage_key.def"
    NULL};

void link_keys_finish(struct config *c)
{
    for (size_t i = 0; i < c->links_count; i++) {
        free(c->links[i].from);
        free(c->links[i].to);
    }
    free(c->links);
    c->links = NULL;
    c->links_count = 0;
}

/** The link among the first COUNT of C that says what calls NAME; NULL: none does. */
static const struct link_config *link_to(const struct config *c, size_t count, const char *name)
{
    const struct link_config *found = NULL;
    for (size_t i = 0; !found && i < count; i++) {
        found = strcmp(c->links[i].to, name) == 0 ? &c->links[i] : NULL;
    }
    return found;
}

// Those before it are no circle, so the way up from its caller ends.
static bool closes_circle(const struct config *c, size_t i)
{
    const char *to = c->links[i].to, *at = c->links[i].from;
    const struct link_config *above = NULL;
    while (strcmp(at, to) != 0 && (above = link_to(c, i, at))) {
        at = above->from;
    }
    return strcmp(at, to) == 0;
}

static bool read_link(const struct reader *r, const yaml_node_t *entry, struct config *c, size_t i)
{
    struct link_config *its = &c->links[i];
    if (!reader_mapping(r, entry, _("an entry of 'links'"), link_keys) ||
        !reader_value(r, entry, "from", &value_a_line, &its->from) ||
        !reader_value(r, entry, "to", &value_a_line, &its->to)) {
        return false;
    }
    if (!its->from || !its->to) {
        return reader_fail(r, entry,
            _("this link has no '%s'; write which stage calls which: {from: api, to: qdrant}"),
            its->from ? "to" : "from");
    }
    const struct link_config *other = link_to(c, i, its->to);
    if (other) {
        return reader_fail(r, entry, _("'%s' is linked to '%s' already; keep one of the two"),
            its->to, other->from);
    }
    return !closes_circle(c, i) ||
           reader_fail(r, entry, _("with this link '%s' would call itself"), its->to);
}

bool link_keys_apply(const struct reader *r, const yaml_node_t *root, struct config *c)
{
    const yaml_node_t *list = reader_get(r, root, "links");
    if (!list || !reader_list(r, list, "'links'", LIMIT_LINKS)) {
        return !list;
    }
    bool good = true;
    link_keys_finish(c);
    c->links = mem_zalloc(reader_count(list) + 1, sizeof *c->links);
    for (size_t i = 0; good && i < reader_count(list); i++) {
        good = read_link(r, reader_entry(r, list, i), c, i);
        c->links_count = i + 1;
    }
    if (good && c->links_count > 0 && c->profiles_count == 0) {
        config_warn(c, _("'links' has no effect here: it is for components that ragtop finds, and "
                         "these stages are named in the configuration; put what a stage calls "
                         "under its 'children'"));
    }
    return good;
}
