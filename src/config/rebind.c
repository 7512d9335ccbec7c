#include "config/rebind.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/home.h"
#include "base/mem.h"
#include "base/names.h"
#include "base/plain.h"
#include "base/text.h"
#include "config/limits.h"
#include "config/types.h"
#include "promql/matchers.h"
#include "theme/theme.h"

static const char unbound[] = "none";

static const int64_t A_MOMENT_MS = 20000 * (int64_t)CLOCK_DAY_MS;

/** One line of the mapping. */
struct entry {
    const yaml_node_t *key, *value;
    struct sequence sequence;
    bool binds; /**< else it unbinds */
};

struct rebinding {
    struct reader reader;
    struct entry *entries;
    size_t count;
};

/** Reports that TEXT, the value NODE or a part of it, is what REASON says. */
static bool reject(
    const struct rebinding *r, const yaml_node_t *node, const char *text, const char *reason)
{
    struct arena a = {0};
    reader_fail(&r->reader, node, _("'%s' is %s"), plain_in(&a, text), reason);
    arena_finish(&a);
    return false;
}

static bool is_text(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE && node->data.scalar.length > 0 &&
           node->data.scalar.length <= READER_TEXT_BYTES && plain_is(reader_text_of(node)) &&
           strlen(reader_text_of(node)) == node->data.scalar.length;
}

static bool read_key(const struct rebinding *r, struct entry *e)
{
    struct str reason;
    str_init(&reason);
    bool good = is_text(e->key) ? sequence_parse(reader_text_of(e->key), &e->sequence, &reason) ||
                                      reject(r, e->key, reader_text_of(e->key), reason.text)
                                : reader_fail(&r->reader, e->key,
                                      _("a key must be a name, such as F5 or 'g g'"));
    str_finish(&reason);
    return good;
}

/** The type of what commands take that is a setting as well; NULL: it is none. */
static const struct value_type *type_of(enum argument kind)
{
    return kind == ARGUMENT_SPAN       ? &type_span
           : kind == ARGUMENT_WINDOW   ? &type_window
           : kind == ARGUMENT_SPEED    ? &type_speed
           : kind == ARGUMENT_BASELINE ? &type_baseline
                                       : NULL;
}

/** Whether ARGUMENT, where C takes a value that has a form, has it. */
static bool check_form(const struct command_entry *c, const char *argument, struct str *reason)
{
    union {
        int64_t ms;
        double speed;
        enum baseline_kind kind;
    } value;
    const struct value_type *type = type_of(c->argument);
    if (type) {
        return value_read(type, argument, &value, reason);
    }
    if (c->argument == ARGUMENT_PROMQL) {
        return matchers_check_expr(argument, reason);
    }
    if (c->argument == ARGUMENT_MOMENT) {
        // what is a moment on one day is a moment on all
        str_setf(reason, _("an invalid time; try -30m, 09:00, yesterday 09:00 or wed 09:00"));
        return clock_parse_moment(argument, A_MOMENT_MS, &value.ms);
    }
    return true;
}

/** What follows the name of C in the text of NODE. */
static const char *argument_of(const yaml_node_t *node, const struct command_entry *c)
{
    const char *argument = reader_text_of(node) + strlen(c->name);
    return argument + strspn(argument, " ");
}

static bool check_argument(
    const struct rebinding *r, const yaml_node_t *node, const struct command_entry *c)
{
    const char *argument = argument_of(node, c);
    struct str reason, usage;
    str_init(&reason);
    str_init(&usage);
    command_add_usage(&usage, c);
    bool accepted = command_accepts(c, argument);
    bool good = accepted && (!*argument || check_form(c, argument, &reason));
    if (!accepted && c->argument == ARGUMENT_NONE) {
        reader_fail(&r->reader, node, _("'%s' takes no argument"), c->name);
    } else if (!accepted && !*argument) {
        reader_fail(&r->reader, node, _("'%s' needs an argument: %s"), c->name, usage.text);
    } else if (!accepted) {
        reader_fail(
            &r->reader, node, _("'%s' does not take this argument; use: %s"), c->name, usage.text);
    } else if (!good) {
        reject(r, node, argument, reason.text);
    }
    str_finish(&usage);
    str_finish(&reason);
    return good;
}

static bool read_line(const struct rebinding *r, struct entry *e)
{
    if (!is_text(e->value)) {
        return reader_fail(&r->reader, e->value,
            _("a key is bound to a command, such as refetch or 'page stage'; none unbinds it"));
    }
    const char *line = reader_text_of(e->value);
    e->binds = strcmp(line, unbound) != 0;
    size_t len = strcspn(line, " ");
    const struct command_entry *c = command_named(line, len);
    if (c || !e->binds) {
        return !e->binds || check_argument(r, e->value, c);
    }
    char *name = mem_strndup(line, len);
    struct str reason;
    str_init(&reason);
    const char *guess = command_closest(name);
    const char *bare = line + strspn(line, ": ");
    if (bare > line && command_named(bare, strcspn(bare, " "))) {
        str_setf(&reason, _("not a command; write it without the colon: %s"), bare);
    } else if (guess) {
        str_setf(&reason, _("not a command; did you mean '%s'?"), guess);
    } else {
        str_setf(&reason, _("not a command; the manual page lists them"));
    }
    reject(r, e->value, reader_text_of(e->value), reason.text);
    str_finish(&reason);
    free(name);
    return false;
}

// A way out always exists.
static bool check_way_out(const struct rebinding *r, const struct entry *e)
{
    for (size_t i = 0; i < e->sequence.count; i++) {
        bool stays = e->sequence.count == 1 && strcmp(reader_text_of(e->value), "quit") == 0;
        if (e->sequence.keys[i] == KEY_CTRL_C && !stays) {
            return reader_fail(
                &r->reader, e->key, _("Ctrl-C always quits and cannot be bound to anything else"));
        }
    }
    return true;
}

/** Refuses E where it is in the way of an entry before it. */
static bool check_others(const struct rebinding *r, const struct entry *e)
{
    for (const struct entry *o = r->entries; o < e; o++) {
        bool begins = sequence_begins(&o->sequence, &e->sequence);
        bool goes_on = sequence_begins(&e->sequence, &o->sequence);
        if (begins && goes_on) {
            return reader_fail(&r->reader, e->key, _("'%s' is given twice, first on line %zu"),
                reader_text_of(e->key), o->key->start_mark.line + 1);
        }
        if ((begins || goes_on) && e->binds && o->binds) {
            const struct entry *shorter = begins ? e : o, *longer = begins ? o : e;
            return reader_fail(&r->reader, e->key,
                _("'%s' is bound, so the longer '%s' could never be typed; keep one of the two"),
                reader_text_of(shorter->key), reader_text_of(longer->key));
        }
    }
    return true;
}

static bool read_entries(struct rebinding *r, const yaml_node_t *node)
{
    for (size_t i = 0; i < r->count; i++) {
        struct entry *e = &r->entries[i];
        e->key = reader_key(&r->reader, node, i);
        e->value = reader_pair(&r->reader, node, i);
        if (!read_key(r, e) || !read_line(r, e) || !check_way_out(r, e) || !check_others(r, e)) {
            return false;
        }
    }
    return true;
}

bool rebind_apply(const struct reader *reader, const yaml_node_t *node, struct bindings *b)
{
    struct rebinding r = {.reader = *reader, .count = reader_count(node)};
    if (node->type != YAML_MAPPING_NODE) {
        return reader_fail(reader, node, _("'keys' must be a mapping, such as F5: refetch"));
    }
    if (r.count > LIMIT_BINDINGS) {
        return reader_fail(
            reader, node, _("'keys' has too many entries; at most %d"), LIMIT_BINDINGS);
    }
    r.entries = mem_zalloc(r.count, sizeof *r.entries);
    bool good = read_entries(&r, node);
    for (size_t i = 0; good && i < r.count; i++) {
        bindings_clear(b, &r.entries[i].sequence);
    }
    for (size_t i = 0; good && i < r.count; i++) {
        if (r.entries[i].binds) {
            bindings_add(b, &r.entries[i].sequence, reader_text_of(r.entries[i].value));
        }
    }
    free(r.entries);
    return good;
}

// --- what depends on the rest of the configuration

static bool check_theme(
    const char *argument, const struct config *c, const char *home, struct str *reason)
{
    struct theme theme;
    struct str path;
    str_init(&path);
    bool good = home_expand(&path, argument, home, reason) &&
                theme_load(&theme, path.text, c->directory, reason);
    str_finish(&path);
    return good;
}

static bool check_source(const char *argument, const struct config *c, struct str *reason)
{
    bool good = c->sources_count < 2 || strcmp(argument, "all") == 0;
    struct arena a = {0};
    const char **names = arena_alloc(&a, c->sources_count + 1, sizeof *names);
    for (size_t i = 0; i < c->sources_count; i++) {
        good = good || strcmp(c->sources[i].name, argument) == 0;
        names[i] = c->sources[i].name;
    }
    str_setf(reason, _("'%s' is not a source of this file; use %s, or all"), argument,
        names_in(&a, names, NAMES_COMMA));
    arena_finish(&a);
    return good;
}

/** Whether the command line of the pair VALUE can do what it says. */
static bool check_line(const struct reader *r, const yaml_node_t *value, const struct config *c,
    const struct config_input *input, bool sources_typed)
{
    const char *line = reader_text_of(value);
    const struct command_entry *command = command_named(line, strcspn(line, " "));
    if (!command) { // none
        return true;
    }
    const char *argument = argument_of(value, command);
    struct str reason;
    str_init(&reason);
    bool good = true;
    if (command->argument == ARGUMENT_THEME) {
        good = check_theme(argument, c, input_env(input, ENV_HOME), &reason);
    } else if (command->argument == ARGUMENT_SOURCE && !sources_typed) {
        good = check_source(argument, c, &reason);
    } else if (input->check_argument) {
        good = input->check_argument(command->argument, argument, &reason);
    }
    if (!good) {
        reader_fail(r, value, "%s", reason.text);
    }
    str_finish(&reason);
    return good;
}

bool rebind_check(const struct document *d, const struct config *c,
    const struct config_input *input, bool sources_typed, struct str *why)
{
    const struct reader r = {d, why};
    const yaml_node_t *node = reader_get(&r, document_root(d), "keys");
    bool good = true;
    for (size_t i = 0; good && i < reader_count(node); i++) {
        good = check_line(&r, reader_pair(&r, node, i), c, input, sources_typed);
    }
    return good;
}
