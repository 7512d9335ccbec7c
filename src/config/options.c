#include "config/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/plain.h"
#include "base/text.h"
#include "config/usage.h"
#include "endpoint/url.h"

enum {
    LONG_BASE = 256, /**< getopt's value for the long form of an option, above all letters */
    WORD = 1,        /**< and for what is no option */
};

bool options_reject(const struct options *o, enum setting_id id, struct str *why)
{
    struct str reason = *why, shown;
    str_init(why);
    str_init(&shown);
    if (settings[id].type->secret) {
        str_addf(why, _("--%s: %s"), settings[id].option, reason.text);
    } else {
        value_show(settings[id].type, o->values[id], &shown);
        str_addf(why, _("--%s %s: %s"), settings[id].option, shown.text, reason.text);
    }
    str_finish(&shown);
    str_finish(&reason);
    return false;
}

bool options_take(const struct options *o, enum setting_id id, void *out, struct str *why)
{
    const char *text = o->values[id];
    return !text || setting_set(id, *text ? text : "true", out, why) || options_reject(o, id, why);
}

/** The row of what getopt returned or complained about; SETTING_COUNT: none. */
static enum setting_id find_option(int value)
{
    if (value >= LONG_BASE) {
        return (enum setting_id)(value - LONG_BASE);
    }
    for (int i = 0; i < SETTING_COUNT; i++) {
        if (value && settings[i].letter == value) {
            return (enum setting_id)i;
        }
    }
    return SETTING_COUNT;
}

/** Explains a long option that getopt does not know: a prefix of several, or of none. */
static void explain_unknown(const char *word, struct str *why)
{
    const char *names[SETTING_COUNT + 1], *matches[SETTING_COUNT + 1];
    size_t count = 0, found = 0, len = strcspn(word, "=");
    struct arena a = {0};
    for (int i = 0; i < SETTING_COUNT; i++) {
        const char *option = settings[i].option;
        if (option) {
            names[count++] = option;
        }
        if (option && len && strncmp(option, word, len) == 0) {
            matches[found++] = arena_printf(&a, "--%s", option);
        }
    }
    names[count] = matches[found] = NULL;
    char *name = mem_strndup(word, len); // what follows may be a secret
    const char *guess = names_closest(name, names);
    const char *shown = plain_in(&a, name), *foreign = usage_foreign(word, len);
    if (foreign) {
        str_setf(why, _("--%s is not an option; %s"), shown, foreign);
    } else if (found > 1) {
        str_setf(why, _("--%s could be %s"), shown, names_in(&a, matches, NAMES_OR));
    } else if (guess) {
        str_setf(why, _("--%s is not an option; did you mean --%s?"), shown, guess);
    } else {
        str_setf(why, _("--%s is not an option; ragtop --help lists them"), shown);
    }
    arena_finish(&a);
    free(name);
}

/**
 * Whether WORD, the beginning of ID's name that getopt took for it, is what others call another
 * thing: --time, which is no --timeout.
 */
static bool is_foreign(enum setting_id id, const char *word)
{
    const char *name = settings[id].option;
    size_t len = strcspn(word, "=");
    if (len < 3 || strncmp(word, "--", 2) != 0 || !name || len == strlen(name) + 2) {
        return false;
    }
    const char *foreign = usage_foreign(word + 2, len - 2);
    return foreign && !strstr(foreign, name);
}

/** Explains getopt's complaint C; WORD is the argument it had just read. */
static void explain(int c, int value, const char *word, struct str *why)
{
    enum setting_id id = find_option(value);
    if (id != SETTING_COUNT && is_foreign(id, word)) {
        explain_unknown(word + 2, why);
    } else if (id != SETTING_COUNT && c == ':') {
        str_setf(why, _("--%s needs a value: --%s %s"), settings[id].option, settings[id].option,
            settings[id].placeholder ? settings[id].placeholder : "");
    } else if (id != SETTING_COUNT) {
        str_setf(why, _("--%s takes no value"), settings[id].option);
    } else if (value == 0 && strncmp(word, "--", 2) == 0) {
        explain_unknown(word + 2, why);
    } else {
        char letter[] = {(char)value, '\0'};
        struct arena a = {0};
        const char *shown = plain_in(&a, letter), *foreign = usage_foreign(letter, 1);
        str_setf(why,
            foreign ? _("-%s is not an option; %s")
                    : _("-%s is not an option; ragtop --help lists them"),
            shown, foreign);
        arena_finish(&a);
    }
}

/**
 * Whether WORD, the beginning of --bearer-token-file that getopt took for it, may stand for it:
 * --bearer-token is the name that others have for the token itself, which no message may repeat.
 */
static bool is_written_out(enum setting_id id, const char *word, struct str *why)
{
    const char *name = settings[id].option;
    size_t len = strcspn(word, "=");
    bool whole = id != SETTING_BEARER_TOKEN_FILE || (len == strlen(name) + 2);
    if (is_foreign(id, word)) {
        explain_unknown(word + 2, why);
        return false;
    }
    if (!whole) {
        struct arena a = {0};
        char *typed = mem_strndup(word, len);
        str_setf(why, _("%s is not an option; put the token in a file: --%s FILE"),
            plain_in(&a, typed), name);
        free(typed);
        arena_finish(&a);
    }
    return whole;
}

static void wipe(char *text)
{
    memset(text, '*', strlen(text));
}

/** Keeps TEXT (NULL for a flag) as the value of option ID. */
static bool keep(struct options *o, enum setting_id id, char *text, struct str *why)
{
    if (text && !*text && id != SETTING_SELECTOR) {
        explain(':', LONG_BASE + (int)id, "", why);
        return false;
    }
    if (id == SETTING_USER &&
        (strncmp(text, "http://", 7) == 0 || strncmp(text, "https://", 8) == 0)) {
        str_setf(why, _("-u is for NAME:PASS; %s"), usage_foreign("url", 3));
        return false;
    }
    free(o->values[id]);
    o->values[id] = mem_strdup(text ? text : "");
    if (id == SETTING_PROFILE) {
        names_push(&o->profiles, text);
    } else if (id == SETTING_HEADER) {
        names_push(&o->headers, text);
        wipe(text);
    } else if (id == SETTING_SOURCE) {
        names_push(&o->sources, text);
        url_wipe(text + strcspn(text, "="));
    } else if (id == SETTING_USER) {
        wipe(text);
    } else if (id == SETTING_PROXY) {
        url_wipe(text);
    }
    return true;
}

/** Takes `save FILE`, the words of the command baseline. */
static bool take_save(struct options *o, int count, char **words, int *i, struct str *why)
{
    // a URL is for the server, and no file is called so
    if (count < *i + 2 || strcmp(words[*i], "save") != 0 || strstr(words[*i + 1], "://")) {
        str_setf(
            why, _("baseline needs a file to write: ragtop baseline save FILE [OPTION...] [URL]"));
        return false;
    }
    o->save_file = mem_strdup(words[*i + 1]);
    *i += 2;
    return true;
}

/** Says that no command is called WORD. */
static bool fail_unknown(const char *word, struct str *why)
{
    const char *const *names = usage_names();
    struct arena a = {0};
    const char *guess = names_closest(word, names), *shown = plain_in(&a, word);
    if (guess) {
        str_setf(why, _("unknown command '%s'; did you mean %s?"), shown, guess);
    } else {
        str_setf(why,
            _("unknown command '%s'; the commands are %s, and a URL looks like "
              "http://localhost:9090"),
            shown, names_in(&a, names, NAMES_AND));
    }
    arena_finish(&a);
    return false;
}

/** Takes the words that are no options: a command, a URL. */
static bool take_words(struct options *o, int count, char **words, struct str *why)
{
    int i = count > 0 && usage_find(words[0], &o->command);
    if (o->command == COMMAND_HELP && count > 1) {
        enum command known;
        o->help_on = mem_strdup(words[1]);
        i = 2;
        if (!usage_find(words[1], &known)) {
            return fail_unknown(words[1], why);
        }
    }
    if (o->command == COMMAND_BASELINE && !take_save(o, count, words, &i, why)) {
        return false;
    }
    if (i < count && !usage_asks(o->command) && url_looks_like(words[i])) {
        o->url = mem_strdup(words[i]);
        url_wipe(words[i]);
        i++;
    } else if (i == 0 && count > 0) {
        return fail_unknown(words[0], why);
    }
    if (i < count) {
        struct arena a = {0};
        str_setf(why, _("unexpected argument '%s'; usage: ragtop [COMMAND] [OPTION...] [URL]"),
            url_shown(&a, words[i]));
        arena_finish(&a);
        return false;
    }
    return true;
}

static void fill_getopt(struct option *longs, struct str *letters)
{
    str_addc(letters, '-'); // options may stand behind words, whatever POSIXLY_CORRECT says
    str_addc(letters, ':'); // a missing value differs from an unknown option
    for (int i = 0; i < SETTING_COUNT; i++) {
        const char *placeholder = settings[i].placeholder;
        int has_arg = !placeholder            ? no_argument
                      : placeholder[0] == '[' ? optional_argument
                                              : required_argument;
        if (settings[i].option) {
            *longs++ = (struct option){settings[i].option, has_arg, NULL, LONG_BASE + i};
        }
        if (settings[i].letter) {
            str_addf(letters, settings[i].placeholder ? "%c:" : "%c", settings[i].letter);
        }
    }
}

bool options_parse(struct options *out, int argc, char **argv, struct str *why)
{
    *out = (struct options){.command = COMMAND_TOP};
    struct option longs[SETTING_COUNT + 1] = {{0}};
    struct str letters;
    str_init(&letters);
    fill_getopt(longs, &letters);
    char **words = mem_zalloc((size_t)argc + 1, sizeof *words);
    bool good = true;
    int c, count = 0;
    optind = 0; // getopt starts afresh
    opterr = 0;
    while (good && (c = getopt_long(argc, argv, letters.text, longs, NULL)) != -1) {
        enum setting_id id = find_option(c);
        if (c == '?' || c == ':') {
            explain(c, optopt, argv[optind - 1], why);
            good = false;
        } else if (c == WORD) {
            words[count++] = optarg;
        } else if (id == SETTING_HELP || id == SETTING_VERSION) {
            out->command = id == SETTING_HELP ? COMMAND_HELP : COMMAND_VERSION;
            break;
        } else {
            bool apart = optarg && optarg == argv[optind - 1]; // not behind a `=`
            good = is_written_out(id, argv[optind - 1 - apart], why) && keep(out, id, optarg, why);
        }
    }
    for (int i = optind; i < argc; i++) {
        words[count++] = argv[i]; // behind `--`
    }
    if (good && out->command == COMMAND_TOP) {
        good = take_words(out, count, words, why);
    }
    free(words);
    str_finish(&letters);
    return good;
}

static bool expand(char **path, const struct value_type *type, const char *home, struct str *why)
{
    struct str expanded;
    str_init(&expanded);
    bool good = !*path || value_expand(type, *path, home, &expanded, why);
    if (good && *path) {
        free(*path);
        *path = str_take(&expanded);
    }
    str_finish(&expanded);
    return good;
}

bool options_expand(struct options *o, const char *home, struct str *why)
{
    bool good = expand(&o->save_file, &value_a_file, home, why);
    for (int i = 0; good && i < SETTING_COUNT; i++) {
        good = expand(&o->values[i], settings[i].type, home, why);
    }
    for (size_t i = 0; good && i < o->profiles.count; i++) {
        good = expand(&o->profiles.items[i], settings[SETTING_PROFILE].type, home, why);
    }
    return good;
}

void options_finish(struct options *o)
{
    free(o->url);
    free(o->save_file);
    free(o->help_on);
    for (int i = 0; i < SETTING_COUNT; i++) {
        free(o->values[i]);
    }
    names_finish(&o->profiles);
    names_finish(&o->headers);
    names_finish(&o->sources);
    *o = (struct options){0};
}
