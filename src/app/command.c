#include "app/command.h"

#include <stdio.h>
#include <string.h>

#include "app/action.h"
#include "app/app.h"
#include "app/looks.h"
#include "app/pages.h"
#include "app/wall.h"
#include "app/yank.h"
#include "base/utf8.h"
#include "view/page.h"

/** What can follow a command. */
enum argument { ARGUMENT_NONE, ARGUMENT_TEXT, ARGUMENT_THEME, ARGUMENT_PAGE, ARGUMENT_SWITCH };

struct command_entry {
    const char *name, *placeholder, *help;
    enum argument argument;
    unsigned (*run)(struct app *app, const char *argument);
};

static unsigned quit(struct app *app, const char *argument)
{
    (void)app, (void)argument;
    return REACTION_QUIT;
}

static unsigned show_page(struct app *app, const char *argument)
{
    enum page page = page_find(argument);
    if (page == PAGE_COUNT) {
        app_note(app, "no such page; Tab shows those there are");
    } else {
        pages_show(app, page);
    }
    return REACTION_VIEW;
}

static unsigned show_help(struct app *app, const char *argument)
{
    (void)argument;
    return pages_help(app, 0);
}

static unsigned set_filter(struct app *app, const char *argument)
{
    prompt_set_filter(app, argument);
    return REACTION_VIEW;
}

static unsigned set_theme(struct app *app, const char *argument)
{
    return looks_theme(app, argument);
}

static unsigned set_mouse(struct app *app, const char *argument)
{
    looks_mouse(app, strcmp(argument, "off") != 0);
    return REACTION_VIEW;
}

static unsigned toggle_wall(struct app *app, const char *argument)
{
    (void)argument;
    return wall_toggle(app, 0);
}

static unsigned write_file(struct app *app, const char *argument)
{
    return yank_write(app, argument, false);
}

static unsigned overwrite_file(struct app *app, const char *argument)
{
    return yank_write(app, argument, true);
}

static unsigned refetch(struct app *app, const char *argument)
{
    (void)app, (void)argument;
    return REACTION_VIEW | REACTION_REFETCH;
}

static const struct command_entry entries[] = {
    {"quit", "", "quit (also :q)", ARGUMENT_NONE, quit},
    {"help", "", "keys, signs and pages", ARGUMENT_NONE, show_help},
    {"page", "NAME", "go to a page", ARGUMENT_PAGE, show_page},
    {"filter", "TEXT", "only rows with it, as /TEXT", ARGUMENT_TEXT, set_filter},
    {"theme", "NAME", "other colours, by name or file", ARGUMENT_THEME, set_theme},
    {"mouse", "on|off", "take clicks and the wheel, or leave them", ARGUMENT_SWITCH, set_mouse},
    {"wall", "", "the display that nobody touches, or back", ARGUMENT_NONE, toggle_wall},
    {"refetch", "", "ask for everything again", ARGUMENT_NONE, refetch},
    {"write", "FILE", "the page as Markdown; what exists stays", ARGUMENT_TEXT, write_file},
    {"write!", "FILE", "the same, over what exists", ARGUMENT_TEXT, overwrite_file},
};

enum { ENTRIES = sizeof entries / sizeof *entries };

static const struct command_entry *find(const char *word, size_t len)
{
    for (size_t i = 0; i < ENTRIES; i++) {
        if (strlen(entries[i].name) == len && memcmp(entries[i].name, word, len) == 0) {
            return &entries[i];
        }
    }
    // a beginning will do where it has one end: :q
    const struct command_entry *found = NULL;
    for (size_t i = 0; i < ENTRIES && len > 0; i++) {
        if (strncmp(entries[i].name, word, len) == 0) {
            if (found && strcmp(entries[i].name, "write!") != 0) {
                return NULL;
            }
            found = found ? found : &entries[i];
        }
    }
    return found;
}

static void say_unknown(struct app *app, const char *line)
{
    struct str s;
    str_init(&s);
    str_add(&s, "no command '");
    utf8_add_clean(&s, line, 40);
    str_add(&s, "'; `?` lists them");
    app_note(app, s.text);
    str_finish(&s);
}

unsigned command_run(struct app *app, const char *typed)
{
    char line_text[LINE_BYTES];
    snprintf(line_text, sizeof line_text, "%s", typed + strspn(typed, " :"));
    for (size_t n = strlen(line_text); n > 0 && line_text[n - 1] == ' ';) {
        line_text[--n] = '\0';
    }
    const char *line = line_text;
    size_t len = strcspn(line, " ");
    if (len == 0) {
        return REACTION_NONE;
    }
    const struct command_entry *c = find(line, len);
    const char *argument = line + len + strspn(line + len, " ");
    if (!c) {
        say_unknown(app, line);
        return REACTION_NONE;
    }
    bool optional = c->argument == ARGUMENT_NONE || c->run == set_filter;
    if (!*argument && !optional) {
        struct str s;
        str_init(&s);
        str_addf(&s, "say :%s %s", c->name, c->placeholder);
        app_note(app, s.text);
        str_finish(&s);
        return REACTION_NONE;
    }
    return c->run(app, argument);
}

// --- completion

static const char *choice(enum argument argument, int i)
{
    static const char *const switches[] = {"on", "off"};
    switch (argument) {
    case ARGUMENT_THEME: return theme_builtin(i);
    case ARGUMENT_PAGE: return i < PAGE_COUNT ? page_entry((enum page)i)->name : NULL;
    case ARGUMENT_SWITCH: return i < 2 ? switches[i] : NULL;
    case ARGUMENT_NONE:
    case ARGUMENT_TEXT: break;
    }
    return NULL;
}

/** What several candidates begin with alike. */
struct common {
    const char *text;
    size_t len;
    int count;
};

static void consider(struct common *c, const char *candidate, const char *typed)
{
    if (strncmp(candidate, typed, strlen(typed)) != 0) {
        return;
    }
    size_t len = strlen(candidate);
    if (c->count++ > 0) {
        len = 0;
        while (len < c->len && candidate[len] == c->text[len]) {
            len++;
        }
    }
    c->text = candidate;
    c->len = len;
}

static void put(struct line *l, size_t at, const struct common *c)
{
    struct str s;
    str_init(&s);
    str_append(&s, c->text, c->len);
    str_add(&s, c->count == 1 ? " " : "");
    if (c->count > 0) {
        line_replace(l, at, l->len, s.text);
    }
    str_finish(&s);
}

void command_complete(struct line *l)
{
    const char *line = l->text;
    size_t len = strcspn(line, " ");
    struct common common = {0};
    if (!line[len]) {
        for (size_t i = 0; i < ENTRIES; i++) {
            consider(&common, entries[i].name, line);
        }
        put(l, 0, &common);
        return;
    }
    const struct command_entry *c = find(line, len);
    size_t at = len + strspn(line + len, " ");
    const char *text;
    for (int i = 0; c && (text = choice(c->argument, i)) != NULL; i++) {
        consider(&common, text, line + at);
    }
    put(l, at, &common);
}

const struct view_key *command_keys(size_t *count)
{
    static struct view_key keys[ENTRIES];
    static char names[ENTRIES][32];
    if (!keys[0].key) {
        for (size_t i = 0; i < ENTRIES; i++) {
            const char *placeholder = entries[i].placeholder;
            snprintf(names[i], sizeof names[i], ":%s%s%s", entries[i].name, *placeholder ? " " : "",
                placeholder);
            keys[i] = (struct view_key){names[i], entries[i].help};
        }
    }
    *count = ENTRIES;
    return keys;
}
