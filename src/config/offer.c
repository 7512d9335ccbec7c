#include "config/offer.h"

#include <stdlib.h>
#include <string.h>

#include "base/disk.h"
#include "base/mem.h"
#include "base/names.h"
#include "base/plain.h"
#include "base/text.h"
#include "config/file.h"
#include "config/limits.h"
#include "config/profile.h"
#include "config/setting.h"
#include "config/types.h"
#include "config/usage.h"
#include "config/user_file.h"
#include "theme/theme.h"

/** What the words before the last one say. */
struct line {
    struct str *out;
    const struct offer *offer;
    const char *lead;     /**< in front of every word that is offered: `--theme=` */
    const char *typed;    /**< what they have to begin with, behind LEAD */
    const char *words[3]; /**< the first ones that are no options */
    size_t words_count;
    const char *config; /**< the file that is named; NULL: none is */
};

static void add(const struct line *l, const char *word, const char *words)
{
    if (strncmp(word, l->typed, strlen(l->typed)) == 0 && plain_is(word)) {
        str_addf(l->out, "%s%s%s%s\n", l->lead, word, *words ? "\t" : "", words);
    }
}

static void add_all(const struct line *l, const char *const *words)
{
    for (size_t i = 0; words[i]; i++) {
        add(l, words[i], "");
    }
}

static void add_files(const struct line *l)
{
    str_add(l->out, ":files\n");
}

// --- values

/** Those of the user's FOLDER that end in SUFFIX, without it, but none of the COUNT of BUILTIN. */
static void add_own(
    const struct line *l, const char *folder, const char *suffix, const char *const *builtin)
{
    struct name_list files = {0};
    struct str path, why;
    bool more = false;
    str_init(&path);
    str_init(&why);
    if (l->offer->config->directory) {
        str_addf(&path, "%s/%s", l->offer->config->directory, folder);
        disk_list(path.text, suffix, LIMIT_OWN_PROFILES, &files, &more, &why);
    }
    for (size_t i = 0; i < files.count; i++) {
        bool known = false;
        files.items[i][strlen(files.items[i]) - strlen(suffix)] = '\0';
        for (size_t k = 0; builtin[k]; k++) {
            known = known || strcmp(builtin[k], files.items[i]) == 0;
        }
        if (!known) {
            add(l, files.items[i], "");
        }
    }
    names_finish(&files);
    str_finish(&path);
    str_finish(&why);
}

/** Those of BUILTIN, and of the user's own. */
static void add_embedded(const struct line *l, const struct embedded_file *builtin,
    const char *folder, const char *suffix)
{
    size_t count = 0;
    while (builtin[count].name) {
        count++;
    }
    const char **names = mem_zalloc(count + 1, sizeof *names);
    for (size_t i = 0; i < count; i++) {
        names[i] = builtin[i].name;
    }
    add_all(l, names);
    add_own(l, folder, suffix, names);
    free(names);
}

static void add_sources_of(const struct line *l, const struct config_file *f)
{
    const struct reader r = {.document = &f->document};
    const yaml_node_t *list = reader_get(&r, document_root(&f->document), "sources");
    for (size_t i = 0; i < reader_count(list); i++) {
        add(l, reader_text_of(reader_get(&r, reader_entry(&r, list, i), "name")), "");
    }
}

static void add_sources(const struct line *l)
{
    struct config_file f = {0};
    struct str path, text, why;
    bool missing = false;
    str_init(&path);
    str_init(&text);
    str_init(&why);
    if (l->config) {
        value_expand(&value_a_file, l->config, l->offer->home, &path, &why);
    } else if (l->offer->config->directory) {
        str_addf(&path, "%s/config.yaml", l->offer->config->directory);
    }
    if (path.len && user_file_read(path.text, DISK_FILE, &text, &missing, &why) && !missing &&
        file_parse(&f, path.text, text.text, text.len, &why)) {
        add_sources_of(l, &f);
    }
    file_finish(&f);
    str_finish(&path);
    str_finish(&text);
    str_finish(&why);
}

/** The formats of the command that was typed. */
static const struct value_type *formats(const struct line *l)
{
    enum command c = COMMAND_TOP;
    if (l->words_count > 0) {
        usage_find(l->words[0], &c);
    }
    switch (c) {
    case COMMAND_REPORT: return &type_report_format;
    case COMMAND_DISCOVER:
    case COMMAND_CHECK: return &type_found_format;
    case COMMAND_RULES: return &type_rules_format;
    case COMMAND_DOCTOR: return &type_doctor_format;
    case COMMAND_TOP: // the dashboard has none but for a screenshot
        return &type_frame_format;
    case COMMAND_GRAFANA:
    case COMMAND_BASELINE:
    case COMMAND_HELP:
    case COMMAND_VERSION:
    case COMMAND_COMPLETE: break;
    }
    return NULL;
}

static void add_values(const struct line *l, enum setting_id id)
{
    const struct setting *s = &settings[id];
    const struct value_type *type = id == SETTING_FORMAT ? formats(l) : s->type;
    if (type && type->names) {
        add_all(l, type->names);
    }
    if (id == SETTING_PAGE) {
        add_all(l, l->offer->pages);
    } else if (id == SETTING_THEME) {
        add_embedded(l, embedded_themes, "themes", ".theme");
    } else if (id == SETTING_PROFILE) {
        add_embedded(l, embedded_profiles, "profiles", ".yaml");
    } else if (id == SETTING_SOURCE) {
        add_sources(l);
    }
    if (type && type->file) {
        add_files(l);
    }
}

// --- words

static void add_options(const struct line *l)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        if (settings[i].option) {
            struct str name, words;
            str_init(&name);
            str_init(&words);
            str_addf(&name, "--%s", settings[i].option);
            setting_fill(&words, &settings[i], _(settings[i].help), l->offer->pages);
            add(l, name.text, words.text);
            str_finish(&name);
            str_finish(&words);
        }
    }
}

static void add_commands(const struct line *l)
{
    const char *const *names = usage_names();
    for (size_t i = 0; names[i]; i++) {
        add(l, names[i], usage_summary(names[i]));
    }
}

/** What is no option: a command, or what a command takes. */
static void add_words(const struct line *l)
{
    static const char *const save[] = {"save", NULL};
    enum command c = COMMAND_TOP;
    if (l->words_count == 0) {
        add_commands(l);
    } else if (usage_find(l->words[0], &c) && c == COMMAND_HELP && l->words_count == 1) {
        add_commands(l);
    } else if (c == COMMAND_BASELINE && l->words_count == 1) {
        add_all(l, save);
    } else if (c == COMMAND_BASELINE && l->words_count == 2) {
        add_files(l);
    }
}

static enum setting_id find_long(const char *name, size_t len)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        const char *option = settings[i].option;
        if (option && strlen(option) == len && memcmp(option, name, len) == 0) {
            return (enum setting_id)i;
        }
    }
    return SETTING_NONE;
}

static enum setting_id find_letter(char letter)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        if (settings[i].letter == letter) {
            return (enum setting_id)i;
        }
    }
    return SETTING_NONE;
}

static bool takes_word(enum setting_id id)
{
    return id != SETTING_NONE && settings[id].placeholder && settings[id].placeholder[0] != '[';
}

/**
 * Which option WORD is, and what it has behind the name as *VALUE: NULL where that is in the next
 * word, or where there is none.
 */
static enum setting_id option_of(const char *word, const char **value)
{
    *value = NULL;
    if (word[1] == '-') {
        size_t len = strcspn(word + 2, "=");
        *value = word[2 + len] ? word + 2 + len + 1 : NULL;
        return find_long(word + 2, len);
    }
    enum setting_id id = SETTING_NONE;
    for (const char *c = word + 1; *c; c++) { // -kv are two
        id = find_letter(*c);
        if (takes_word(id)) {
            *value = c[1] ? c + 1 : NULL;
            break;
        }
    }
    return id;
}

/** Reads the words before the last one. Returns the option whose value that is, or none. */
static enum setting_id read_words(struct line *l, bool *options_ended)
{
    enum setting_id open = SETTING_NONE;
    for (size_t i = 0; i + 1 < l->offer->count; i++) {
        const char *word = l->offer->words[i], *value = NULL;
        if (open != SETTING_NONE) {
            l->config = open == SETTING_CONFIG ? word : l->config;
            open = SETTING_NONE;
        } else if (!*options_ended && strcmp(word, "--") == 0) {
            *options_ended = true;
        } else if (!*options_ended && word[0] == '-' && word[1]) {
            enum setting_id id = option_of(word, &value);
            l->config = id == SETTING_CONFIG && value ? value : l->config;
            open = takes_word(id) && !value ? id : SETTING_NONE;
        } else if (l->words_count < sizeof l->words / sizeof *l->words) {
            l->words[l->words_count++] = word;
        }
    }
    return open;
}

void offer_add(struct str *out, const struct offer *o)
{
    const char *last = o->words[o->count - 1], *value = NULL;
    struct line l = {.out = out, .offer = o, .lead = "", .typed = last};
    bool options_ended = false;
    enum setting_id open = read_words(&l, &options_ended);
    if (open != SETTING_NONE) {
        add_values(&l, open);
    } else if (options_ended || last[0] != '-') {
        add_words(&l);
    } else if ((open = option_of(last, &value)) != SETTING_NONE && value) {
        char *lead = mem_strndup(last, (size_t)(value - last));
        l.lead = lead;
        l.typed = value;
        add_values(&l, open);
        free(lead);
    } else {
        add_options(&l);
    }
}

char **offer_split(char *text, size_t len, size_t *count)
{
    char **words = NULL;
    *count = 0;
    for (size_t at = 0; at < len || *count == 0; at += strlen(text + at) + 1) {
        words = mem_resize(words, *count + 1, sizeof *words);
        words[(*count)++] = text + at;
    }
    return words;
}
