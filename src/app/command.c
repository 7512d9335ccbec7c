#include "app/command.h"

#include <stdio.h>
#include <string.h>

#include "app/action.h"
#include "app/app.h"
#include "app/baseline.h"
#include "app/fleet.h"
#include "app/looks.h"
#include "app/move.h"
#include "app/pages.h"
#include "app/prompt.h"
#include "app/travel.h"
#include "app/wall.h"
#include "app/yank.h"
#include "base/clock.h"
#include "base/plain.h"
#include "base/utf8.h"
#include "config/value.h"
#include "pages/pages.h"

static unsigned quit(struct app *app, const char *argument)
{
    (void)app, (void)argument;
    return REACTION_QUIT;
}

static unsigned show_page(struct app *app, const char *argument)
{
    enum page page = page_find(argument);
    if (page == PAGE_COUNT) {
        app_note(app, "no such page; Tab lists them");
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

static unsigned show_source(struct app *app, const char *argument)
{
    return fleet_show(app, argument);
}

static unsigned show_stage(struct app *app, const char *argument)
{
    const struct plan *plan = &app_watch(app)->plan;
    for (size_t i = 0; i < plan->stages_count; i++) {
        if (strcmp(plan->stages[i].name, argument) == 0) {
            app->state.selected = (struct row_id){ROW_STAGE, (int)i, app->state.selected.source};
            app->cursor_moved = true;
            pages_enter(app, PAGE_STAGE);
            return REACTION_VIEW;
        }
    }
    app_note(app, "no such stage; Tab lists them");
    return REACTION_VIEW;
}

static unsigned set_order(struct app *app, const char *argument)
{
    return move_sort_by_name(app, argument);
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
    unsigned all = strcmp(argument, "all") == 0 ? REACTION_FORGET : 0;
    if (*argument && !all) {
        app_note(app, "type :refetch, or :refetch all to reload the history too");
        return REACTION_VIEW;
    }
    return REACTION_VIEW | REACTION_REFETCH | all;
}

// "nonsense is not a duration; use ..."
static unsigned refuse(struct app *app, const char *argument, const struct str *why)
{
    struct str s;
    str_init(&s);
    plain_add(&s, argument);
    str_addf(&s, " is %s", why->text);
    app_note(app, s.text);
    str_finish(&s);
    return REACTION_VIEW;
}

// In the past an hour is one of the day that is shown, unless that hour is yet to come.
static bool parse_moment(const struct app *app, const char *text, int64_t *at_ms)
{
    int64_t shown_ms = app_watch(app)->scope.at_ms;
    if (shown_ms > 0 && clock_parse_time_of_day(text, shown_ms, at_ms) && *at_ms <= app->now_ms) {
        return true;
    }
    return clock_parse_moment(text, app->now_ms, at_ms);
}

static unsigned set_moment(struct app *app, const char *argument)
{
    int64_t at_ms;
    struct str why;
    str_init(&why);
    str_add(&why, "not a time; try -30m, 09:00, yesterday 09:00, wed 09:00, 2026-02-04 09:00");
    if (parse_moment(app, argument, &at_ms)) {
        travel_to(app, at_ms);
    } else {
        refuse(app, argument, &why);
    }
    str_finish(&why);
    return REACTION_VIEW;
}

static unsigned set_present(struct app *app, const char *argument)
{
    (void)argument;
    return travel_present(app, 0);
}

static unsigned set_span(struct app *app, const char *argument)
{
    int64_t span_ms;
    struct str why;
    str_init(&why);
    if (value_duration(argument, &value_span_range, &span_ms, &why)) {
        travel_span(app, span_ms);
    } else {
        refuse(app, argument, &why);
    }
    str_finish(&why);
    return REACTION_VIEW;
}

static bool any_resolved(const struct app *app)
{
    bool any = false;
    for (size_t i = 0; i < app->watches_count; i++) {
        any = any || app->watches[i].plan.resolved;
    }
    return any;
}

static unsigned set_window(struct app *app, const char *argument)
{
    int64_t window_ms;
    struct str s;
    str_init(&s);
    if (!value_duration(argument, &value_window_range, &window_ms, &s)) {
        refuse(app, argument, &s);
    } else if (any_resolved(app)) {
        struct scope scope = app_watch(app)->scope;
        scope.window_ms = window_ms;
        app_look_at(app, &scope);
        str_add(&s, "rates over ");
        clock_add_duration(&s, window_ms);
        app_note(app, s.text);
    } else {
        app_note(app, "the server has not listed its metrics yet; try again");
    }
    str_finish(&s);
    return REACTION_VIEW;
}

static unsigned set_baseline(struct app *app, const char *argument)
{
    enum baseline_kind kind;
    struct str why;
    str_init(&why);
    if (strcmp(argument, "file") == 0) {
        baseline_choose(app, BASELINE_FILE);
    } else if (value_baseline(argument, &kind, &why)) {
        baseline_choose(app, kind);
    } else {
        refuse(app, argument, &why);
    }
    str_finish(&why);
    return REACTION_VIEW;
}

static unsigned ask_query(struct app *app, const char *argument)
{
    query_ask(app, argument);
    return REACTION_VIEW;
}

static const struct command_entry entries[] = {
    {"quit", "", "quit (also :q)", ARGUMENT_NONE, quit},
    {"help", "", "keys, signs and pages", ARGUMENT_NONE, show_help},
    {"page", "NAME", "go to a page", ARGUMENT_PAGE, show_page},
    {"at", "MOMENT", "judge -30m, 09:00, wed 09:00, 2026-02-04 09:00", ARGUMENT_MOMENT, set_moment},
    {"live", "", "back to the present, like 0", ARGUMENT_NONE, set_present},
    {"span", "6h", "show this much time", ARGUMENT_SPAN, set_span},
    {"window", "10m", "compute rates over this much time", ARGUMENT_WINDOW, set_window},
    {"baseline", "KIND", "what counts as usual, like b", ARGUMENT_BASELINE, set_baseline},
    {"query", "EXPR", "run a PromQL query", ARGUMENT_TEXT, ask_query},
    {"stage", "NAME", "everything about that stage", ARGUMENT_STAGE, show_stage},
    {"sort", "COLUMN", "sort by a column; worst: the worst first", ARGUMENT_COLUMN, set_order},
    {"source", "NAME", "only one source; all: all sources", ARGUMENT_SOURCE, show_source},
    {"filter", "TEXT", "only rows that contain it, like /TEXT", ARGUMENT_TEXT, set_filter},
    {"theme", "NAME", "other colours, by name or file", ARGUMENT_THEME, set_theme},
    {"mouse", "on|off", "take clicks and the wheel, or leave them", ARGUMENT_SWITCH, set_mouse},
    {"wall", "", "the wall display, on or off", ARGUMENT_NONE, toggle_wall},
    {"refetch", "[all]", "refetch, like r; all: reload the history too", ARGUMENT_ALL, refetch},
    {"write", "FILE", "save the page as Markdown; never overwrites", ARGUMENT_TEXT, write_file},
    {"write!", "FILE", "the same, but overwrite the file", ARGUMENT_TEXT, overwrite_file},
};

enum { ENTRIES = sizeof entries / sizeof *entries };

const struct command_entry *command_find(const char *word, size_t len)
{
    for (size_t i = 0; i < ENTRIES; i++) {
        if (strlen(entries[i].name) == len && memcmp(entries[i].name, word, len) == 0) {
            return &entries[i];
        }
    }
    if (len == 1 && *word == 'q') { // as in vi, whatever else begins so
        return &entries[0];
    }
    // a beginning will do where it has one end
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
    utf8_add_brief(&s, line, 40);
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
    const struct command_entry *c = command_find(line, len);
    const char *argument = line + len + strspn(line + len, " ");
    if (!c) {
        say_unknown(app, line);
        return REACTION_NONE;
    }
    bool optional =
        c->argument == ARGUMENT_NONE || c->argument == ARGUMENT_ALL || c->run == set_filter;
    if (!*argument && !optional) {
        struct str s;
        str_init(&s);
        str_addf(&s, "usage: :%s %s", c->name, c->placeholder);
        app_note(app, s.text);
        str_finish(&s);
        return REACTION_NONE;
    }
    return c->run(app, argument);
}

const struct command_entry *command_table(size_t *count)
{
    *count = ENTRIES;
    return entries;
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
