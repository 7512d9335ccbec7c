#include "config/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/names.h"
#include "base/plain.h"
#include "base/text.h"
#include "base/value.h"
#include "config/access.h"
#include "config/file.h"
#include "config/file_check.h"
#include "config/fleet.h"
#include "config/limits.h"
#include "config/link_keys.h"
#include "config/options.h"
#include "config/overrides.h"
#include "config/profile.h"
#include "config/profile_search.h"
#include "config/rebind.h"
#include "config/recorded.h"
#include "config/setting.h"
#include "config/stages.h"
#include "config/usage.h"
#include "config/user_file.h"
#include "endpoint/endpoint.h"

/** What a load needs beside the outcome. */
struct load {
    struct config *config;
    const struct config_input *input;
    struct options options;
    struct config_file file; /**< the config file */
    struct str *why;
};

/** `$VARIABLE/ragtop`, else `~/BELOW/ragtop`; NULL when neither is set. */
static char *own_directory(
    const struct config_input *input, enum env_id variable, const char *below)
{
    const char *base = input_env(input, variable);
    const char *home = input_env(input, ENV_HOME);
    struct str path;
    str_init(&path);
    if (base && base[0] == '/') { // the standard has relative ones ignored
        str_addf(&path, "%s/ragtop", base);
    } else if (home) {
        str_addf(&path, "%s/%s/ragtop", home, below);
    } else {
        return NULL;
    }
    return str_take(&path);
}

static bool ends_in(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);
    return len > end_len && strcmp(text + len - end_len, end) == 0;
}

static bool is_path(const char *name)
{
    return strchr(name, '/') || ends_in(name, ".yaml") || ends_in(name, ".yml");
}

/** Says that no profile is called NAME, at its place in the config file or as an option. */
static bool fail_unknown(struct load *l, const char *name, const yaml_node_t *place)
{
    struct arena a = {0};
    size_t count = 0;
    while (embedded_profiles[count].name) {
        count++;
    }
    const char **known = arena_alloc(&a, count + 1, sizeof *known);
    for (size_t i = 0; i < count; i++) {
        known[i] = embedded_profiles[i].name;
    }
    const char *near = names_closest(name, known), *shown = plain_in(&a, name);
    const char *directory = l->config->directory;
    const char *place_of_own =
        directory ? arena_printf(&a, _("a file such as ./x.yaml, or x.yaml in %s/profiles"),
                        plain_path(&a, directory))
                  : _("a file such as ./x.yaml");
    const char *sentence =
        near ? arena_printf(&a, _("unknown profile '%s'; did you mean %s? Otherwise give %s"),
                   shown, near, place_of_own)
             : arena_printf(&a, _("unknown profile '%s'; give the name of a component, or %s"),
                   shown, place_of_own);
    if (place) {
        reader_fail(&(struct reader){&l->file.document, l->why}, place, "%s", sentence);
    } else {
        str_setf(l->why, _("--profile: %s"), sentence);
    }
    arena_finish(&a);
    return false;
}

/** Says REASON, at PLACE in the config file unless that is NULL; returns false. */
static bool fail_at(struct load *l, const yaml_node_t *place, const char *reason)
{
    if (place) {
        return reader_fail(&(struct reader){&l->file.document, l->why}, place, "%s", reason);
    }
    str_setf(l->why, "%s", reason);
    return false;
}

static bool apply_builtin(struct load *l, const struct embedded_file *e)
{
    struct str name;
    str_init(&name);
    str_addf(&name, "profile %s", e->name);
    bool good = profile_apply(name.text, e->text, strlen(e->text), false, l->config, l->why);
    str_finish(&name);
    return good;
}

static bool load_builtin(struct load *l, const char *name, const yaml_node_t *place)
{
    for (const struct embedded_file *e = embedded_profiles; e->name; e++) {
        if (strcmp(e->name, name) == 0) {
            return apply_builtin(l, e);
        }
    }
    return fail_unknown(l, name, place);
}

/** The user's own goes before a built-in one. PLACE is where the config file names it; NULL: an
 * option does. */
static bool load_profile(struct load *l, const char *name, const yaml_node_t *place)
{
    struct str path, text, reason;
    str_init(&path);
    str_init(&text);
    str_init(&reason);
    bool own = !is_path(name), missing = own && !l->config->directory;
    if (!own) {
        str_add(&path, name);
    } else if (l->config->directory) {
        str_addf(&path, "%s/profiles/%s.yaml", l->config->directory, name);
    }
    bool good = missing ||
                user_file_read(path.text, DISK_HANDED, &text, own ? &missing : NULL, &reason) ||
                fail_at(l, place, reason.text);
    if (good) {
        good = missing ? load_builtin(l, name, place)
                       : profile_apply(path.text, text.text, text.len, false, l->config, l->why);
    }
    str_finish(&path);
    str_finish(&text);
    str_finish(&reason);
    return good;
}

/** Those of the options, else those of the config file; where neither names a stage, all. */
static bool load_profiles(struct load *l)
{
    const struct name_list *names = &l->options.profiles;
    if (names->count > LIMIT_PROFILES) {
        str_setf(l->why, _("--profile is given too many times; at most %d"), LIMIT_PROFILES);
        return false;
    }
    for (size_t i = 0; i < names->count; i++) {
        if (!load_profile(l, names->items[i], NULL)) {
            return false;
        }
    }
    const struct reader r = {&l->file.document, l->why};
    const yaml_node_t *list = file_profiles(&l->file);
    if (names->count > 0) {
        return true;
    }
    bool good = true;
    for (size_t i = 0; good && i < reader_count(list); i++) {
        const yaml_node_t *entry = reader_entry(&r, list, i);
        char *name = NULL;
        good = reader_value_of(
                   &r, entry, _("an entry of 'profiles'"), settings[SETTING_PROFILE].type, &name) &&
               load_profile(l, name, entry);
        free(name);
    }
    if (!good) {
        return false;
    }
    return reader_count(list) > 0 || file_has_stages(&l->file) || profile_search(l->config, l->why);
}

/** Reads the config file: the one that the options name must exist, the usual one need not. */
static bool read_config_file(struct load *l)
{
    const char *given = l->options.values[SETTING_CONFIG];
    const char *recorded = given ? NULL : l->input->recorded;
    if (recorded) {
        const char *name = l->options.values[SETTING_REPLAY];
        return file_parse(&l->file, name, recorded, strlen(recorded), l->why);
    }
    struct str path, text;
    str_init(&path);
    str_init(&text);
    bool missing = !given && !l->config->directory;
    if (given) {
        str_add(&path, given);
    } else if (l->config->directory) {
        str_addf(&path, "%s/config.yaml", l->config->directory);
    }
    l->config->file = missing ? NULL : mem_strdup(path.text);
    l->config->file_given = given != NULL;
    bool good =
        missing || user_file_read(path.text, DISK_HANDED, &text, given ? NULL : &missing, l->why);
    if (good && !missing) {
        good = file_parse(&l->file, path.text, text.text, text.len, l->why);
        l->file.document.home = input_env(l->input, ENV_HOME);
    }
    str_finish(&path);
    str_finish(&text);
    return good;
}

/** As soon as it is known, as what is wrong is said in it. */
static bool speak_as_option(struct load *l)
{
    const char *language = l->options.values[SETTING_LANGUAGE];
    return !language || !l->input->speak || l->input->speak(language, l->why) ||
           options_reject(&l->options, SETTING_LANGUAGE, l->why);
}

static bool speak_as_file(struct load *l)
{
    char *language = NULL;
    const struct reader r = {&l->file.document, l->why};
    const yaml_node_t *root = document_root(&l->file.document);
    const yaml_node_t *node = root ? reader_get(&r, root, "language") : NULL;
    bool good = !node || reader_value(&r, root, "language", &value_a_plain_text, &language);
    if (good && language && l->input->speak && !l->options.values[SETTING_LANGUAGE]) {
        struct str reason;
        str_init(&reason);
        good = l->input->speak(language, &reason) ||
               reader_fail(&r, node, _("'%s' is %s"), language, reason.text);
        str_finish(&reason);
    }
    free(language);
    return good;
}

static void set_defaults(struct config *c)
{
    *c = (struct config){0};
    setting_defaults(OWNER_CONFIG, c);
    setting_defaults(OWNER_ENDPOINT, &c->source);
    bindings_init(&c->bindings);
}

static bool check_whole(const struct config *c, struct str *why)
{
    if (c->stages_count == 0 && !c->by_label.latency && !c->tools.label && c->profiles_count == 0) {
        str_setf(
            why, _("nothing to watch: neither the configuration file nor a profile names a stage"));
        return false;
    }
    return true;
}

static bool load_all(struct load *l)
{
    struct config *c = l->config;
    c->state_directory = own_directory(l->input, ENV_XDG_STATE_HOME, ".local/state");
    if (!l->options.values[SETTING_NO_CACHE]) {
        c->cache_directory = own_directory(l->input, ENV_XDG_CACHE_HOME, ".cache");
    }
    bool good =
        read_config_file(l) && speak_as_file(l) && load_profiles(l) &&
        file_apply(&l->file, c, l->why) &&
        rebind_check(&l->file.document, c, l->input, l->options.sources.count > 0, l->why) &&
        access_merge(c, &l->options, l->input, l->why) &&
        overrides_merge(c, &l->options, l->input, l->why) &&
        file_check(&l->file, c, &l->options, l->why) && check_whole(c, l->why);
    if (good && c->record) {
        struct str keys;
        str_init(&keys);
        recorded_add_keys(&keys, &l->file.document, &l->options.profiles);
        c->recorded = str_take(&keys);
    }
    if (good) {
        profile_settle_aliases(c);
        fleet_settle(c);
    }
    return good;
}

bool config_load(
    struct config *out, enum command *command, const struct config_input *input, struct str *why)
{
    struct load l = {.config = out, .input = input, .why = why};
    set_defaults(out);
    bool good = options_parse(&l.options, input->argc, input->argv, why) && speak_as_option(&l);
    out->help_on = mem_strdup(l.options.help_on);
    out->directory = own_directory(input, ENV_XDG_CONFIG_HOME, ".config");
    if (good && !usage_asks(l.options.command)) {
        good = options_expand(&l.options, input_env(input, ENV_HOME), why) && load_all(&l);
    }
    if (good) {
        *command = l.options.command;
    } else {
        config_finish(out);
    }
    options_finish(&l.options);
    file_finish(&l.file);
    return good;
}

void config_warn(struct config *c, const char *sentence)
{
    for (size_t i = 0; i < c->warnings_count; i++) {
        if (strcmp(c->warnings[i], sentence) == 0) {
            return;
        }
    }
    c->warnings = mem_resize(c->warnings, c->warnings_count + 1, sizeof *c->warnings);
    c->warnings[c->warnings_count++] = mem_strdup(sentence);
}

struct config config_of_source(const struct config *c, size_t i)
{
    struct config own = *c;
    if (i < c->sources_count) {
        const struct named_source *s = &c->sources[i];
        own.name = s->name;
        own.source = s->source;
        own.selector = s->selector;
        own.refresh_ms = c->refresh_ms ? c->refresh_ms : s->refresh_ms;
    }
    return own;
}

size_t config_sources(const struct config *c)
{
    return c->sources_count > 0 ? c->sources_count : 1;
}

void config_finish(struct config *c)
{
    endpoint_finish(&c->source);
    endpoint_finish(&c->alertmanager);
    fleet_finish(c);
    link_keys_finish(c);
    struct stage_list stages = {c->stages, c->stages_count};
    stages_finish(&stages);
    for (size_t i = 0; i < c->profiles_count; i++) {
        profile_finish(&c->profiles[i]);
    }
    free(c->profiles);
    free(c->by_label.latency);
    free(c->by_label.label);
    stages_finish_one(&c->by_label.each);
    stages_finish_tools(&c->tools);
    free(c->pod_label);
    if (c->zone) {
        zone_finish(c->zone);
        free(c->zone);
    }
    free(c->selector);
    free(c->theme);
    free(c->grafana_url);
    free(c->grafana_datasource);
    free(c->page);
    bindings_finish(&c->bindings);
    free(c->log_file);
    free(c->baseline_file);
    free(c->save_file);
    free(c->record);
    free(c->replay);
    free(c->recorded);
    free(c->help_on);
    free(c->cache_directory);
    free(c->state_directory);
    free(c->file);
    free(c->directory);
    for (size_t i = 0; i < c->warnings_count; i++) {
        free(c->warnings[i]);
    }
    free(c->warnings);
    *c = (struct config){0};
}
