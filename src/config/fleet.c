#include "config/fleet.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "config/limits.h"
#include "config/setting.h"
#include "endpoint/endpoint.h"
#include "endpoint/url.h"

bool fleet_check_name(const char *name, struct str *why)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t len = strlen(name);
    if (len == 0 || strspn(name, letters) != len || !strchr(letters, name[0])) {
        str_setf(why, _("not a source name; use letters, digits, '.', '_' and '-'"));
        return false;
    }
    if (name[0] == '-' || name[0] == '.') {
        str_setf(why, _("not a source name; it must begin with a letter or a digit"));
        return false;
    }
    if (len > LIMIT_SOURCE_NAME) {
        str_setf(why, _("too long for a source name; at most %d characters"), LIMIT_SOURCE_NAME);
        return false;
    }
    return true;
}

struct named_source *fleet_add(struct config *c, const char *name)
{
    c->sources = mem_resize(c->sources, c->sources_count + 1, sizeof *c->sources);
    struct named_source *s = &c->sources[c->sources_count++];
    *s = (struct named_source){.name = mem_strdup(name)};
    setting_defaults(OWNER_ENDPOINT, &s->source);
    return s;
}

struct named_source *fleet_find(const struct config *c, const char *name)
{
    for (size_t i = 0; i < c->sources_count; i++) {
        if (strcmp(c->sources[i].name, name) == 0) {
            return &c->sources[i];
        }
    }
    return NULL;
}

static void finish_one(struct named_source *s)
{
    free(s->name);
    free(s->selector);
    endpoint_finish(&s->source);
}

void fleet_finish(struct config *c)
{
    for (size_t i = 0; i < c->sources_count; i++) {
        finish_one(&c->sources[i]);
    }
    free(c->sources);
    c->sources = NULL;
    c->sources_count = 0;
}

/** `--source TEXT: reason`, without what may be a secret; returns false. */
static bool reject(const char *text, struct str *why)
{
    struct str reason = *why, shown;
    size_t len = strcspn(text, "=");
    str_init(why);
    str_init(&shown);
    char *name = mem_strndup(text, len);
    url_add_shown(&shown, name);
    free(name);
    if (text[len]) {
        str_addc(&shown, '=');
        url_add_shown(&shown, text + len + 1);
    }
    str_addf(why, _("--source %s: %s"), shown.text, reason.text);
    str_finish(&reason);
    str_finish(&shown);
    return false;
}

static bool fail_unknown(const struct config *c, const char *name, struct str *why)
{
    const char **names = mem_zalloc(c->sources_count + 1, sizeof *names);
    for (size_t i = 0; i < c->sources_count; i++) {
        names[i] = c->sources[i].name;
    }
    const char *guess = names_closest(name, names);
    if (c->sources_count == 0) {
        str_setf(
            why, _("it has no address; use --source %s=URL, or list it under `sources:`"), name);
    } else if (guess) {
        str_setf(why, _("the configuration file has no such source; did you mean %s?"), guess);
    } else {
        struct arena a = {0};
        str_setf(why, _("the configuration file has no such source; it has %s"),
            names_in(&a, names, NAMES_AND));
        arena_finish(&a);
    }
    free(names);
    return reject(name, why);
}

/** What the file says of the way to any server: nothing of who asks, nor whom to trust blindly. */
static void copy_way(struct endpoint *out, const struct endpoint *s)
{
    endpoint_set_text(&out->proxy, s->proxy);
    endpoint_set_text(&out->no_proxy, s->no_proxy);
    endpoint_set_text(&out->ca.file, s->ca.file);
    endpoint_set_text(&out->ca.text, s->ca.text);
    out->no_environment_proxy = s->no_environment_proxy;
    out->tls_min = s->tls_min;
    out->tls_max = s->tls_max;
    out->netrc = s->netrc; // which looks up the user by host
    out->timeout_ms = s->timeout_ms;
}

/** Fills S from KNOWN, what the file says of it, or from SINGLE, its only source. */
static bool fill(struct endpoint *s, const struct endpoint *known, const struct endpoint *single,
    const char *url, struct str *why)
{
    struct endpoint new = {0};
    if (url && !endpoint_set_url(&new, url, why)) {
        return false;
    }
    bool same = !url || (single->url && url_same_origin(single->url, new.url));
    endpoint_finish(&new);
    if (known || same) {
        endpoint_copy(s, known ? known : single);
    } else {
        copy_way(s, single);
    }
    return !url || endpoint_set_url(s, url, why);
}

/** Adds to OUT the source that TEXT means, with what C knows of it. */
static bool take(struct config *out, const struct config *c, const char *text, struct str *why)
{
    size_t len = strcspn(text, "=");
    char *name = mem_strndup(text, len);
    const char *url = text[len] ? text + len + 1 : NULL;
    const struct named_source *known = fleet_find(c, name);
    bool good = fleet_check_name(name, why) || reject(text, why);
    if (good && fleet_find(out, name)) {
        str_setf(why, _("this name is given twice; each source needs its own"));
        good = reject(name, why);
    } else if (good && !url && !known) {
        good = fail_unknown(c, name, why);
    }
    if (good) {
        struct named_source *s = fleet_add(out, name);
        s->selector = known ? mem_strdup(known->selector) : NULL;
        good = fill(&s->source, known ? &known->source : NULL, &c->source, url, why) ||
               reject(text, why);
    }
    free(name);
    return good;
}

bool fleet_choose(struct config *c, const struct options *o, struct str *why)
{
    if (o->sources.count > LIMIT_SOURCES) {
        str_setf(why, _("--source is given too many times; at most %d"), LIMIT_SOURCES);
        return false;
    }
    struct config chosen = {0};
    for (size_t i = 0; i < o->sources.count; i++) {
        if (!take(&chosen, c, o->sources.items[i], why)) {
            fleet_finish(&chosen);
            return false;
        }
    }
    fleet_finish(c);
    c->sources = chosen.sources;
    c->sources_count = chosen.sources_count;
    return true;
}

bool fleet_is_typed(const struct config *c, size_t i, const struct options *o)
{
    const char *name = c->sources[i].name;
    size_t len = strlen(name);
    for (size_t k = 0; k < o->sources.count; k++) {
        const char *text = o->sources.items[k];
        if (strncmp(text, name, len) == 0 && text[len] == '=') {
            return true;
        }
    }
    return false;
}

bool fleet_is_one_server(const struct config *c)
{
    for (size_t i = 1; i < c->sources_count; i++) {
        if (!url_same_origin(c->sources[0].source.url, c->sources[i].source.url)) {
            return false;
        }
    }
    return true;
}

void fleet_settle(struct config *c)
{
    for (size_t i = 0; i < c->sources_count; i++) {
        struct named_source *s = &c->sources[i];
        struct str list;
        str_init(&list);
        str_add(&list, c->selector ? c->selector : "");
        str_add(&list, c->selector && s->selector ? "," : "");
        str_add(&list, s->selector ? s->selector : "");
        free(s->selector);
        s->selector = list.len ? str_take(&list) : NULL;
        str_finish(&list);
    }
}
