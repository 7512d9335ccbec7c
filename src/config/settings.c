#include "config/settings.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/plain.h"
#include "config/value.h"
#include "endpoint/source.h"
#include "promql/matchers.h"

enum { AT_AHEAD_MS = 5 * CLOCK_MINUTE_MS }; // the server's clock may be as far ahead of ours

static bool merge_selector(struct config *c, const struct options *o, struct str *why)
{
    const char *namespace = o->values[OPTION_NAMESPACE];
    if (namespace && !plain_is(namespace)) {
        str_setf(why, "--namespace: must be visible text on one line");
        return false;
    }
    struct str list;
    str_init(&list);
    if (!o->values[OPTION_SELECTOR]) {
        str_add(&list, c->selector ? c->selector : "");
    } else if (!matchers_add(&list, o->values[OPTION_SELECTOR], why)) {
        str_finish(&list);
        return options_reject(o, OPTION_SELECTOR, why);
    }
    if (namespace) {
        str_add(&list, list.len ? "," : "");
        matchers_add_equal(&list, "namespace", namespace);
    }
    free(c->selector);
    c->selector = list.len ? str_take(&list) : NULL;
    str_finish(&list);
    return true;
}

static bool merge_when(
    struct config *c, const struct options *o, const struct config_input *input, struct str *why)
{
    if (!options_duration(o, OPTION_WINDOW, &value_window_range, &c->window_ms, why) ||
        !options_duration(o, OPTION_SPAN, &value_span_range, &c->span_ms, why) ||
        !options_duration(o, OPTION_REFRESH, &value_refresh_range, &c->refresh_ms, why)) {
        return false;
    }
    const char *kind = o->values[OPTION_BASELINE];
    if (kind && value_is_file(kind)) {
        c->baseline = BASELINE_FILE;
        source_set_text(&c->baseline_file, kind);
    } else if (kind && !value_baseline(kind, &c->baseline, why)) {
        str_add(why, "; or a file of ragtop baseline save: ./x.rtb");
        return options_reject(o, OPTION_BASELINE, why);
    }
    c->save_file = mem_strdup(o->save_file);
    if (c->sources_count > 1 && (c->save_file || c->baseline_file)) {
        str_setf(why,
            "a baseline file is for one source, and there are %zu; choose one: --source %s",
            c->sources_count, c->sources[0].name);
        return false;
    }
    const char *at = o->values[OPTION_AT];
    if (at && !clock_parse_moment(at, input->now_ms, &c->at_ms)) {
        str_setf(why, "not a time; try 2026-02-04T09:00:00Z, -30m, 09:00 or yesterday 09:00");
        return options_reject(o, OPTION_AT, why);
    }
    if (at && c->at_ms > input->now_ms + AT_AHEAD_MS) {
        str_setf(why, "it is in the future; -30m is half an hour ago");
        return options_reject(o, OPTION_AT, why);
    }
    c->has_at = at != NULL;
    return true;
}

static bool merge_output(struct config *c, const struct options *o, struct str *why)
{
    bool report = o->command == COMMAND_REPORT;
    c->screenshot = o->values[OPTION_SCREENSHOT] != NULL;
    if (report && c->screenshot) {
        str_setf(why, "--screenshot draws the dashboard, report prints a table; use one of them");
        return false;
    }
    if (o->command == COMMAND_BASELINE && c->screenshot) {
        str_setf(why, "--screenshot draws the dashboard, baseline writes a file; use one of them");
        return false;
    }
    const char *format = o->values[OPTION_FORMAT];
    if (format && !report && !c->screenshot) {
        str_setf(why, "--format is for report or --screenshot; the live dashboard has none");
        return false;
    }
    if (format && !value_format(format, c->screenshot, &c->format, why)) {
        return options_reject(o, OPTION_FORMAT, why);
    }
    const char *size = o->values[OPTION_SIZE];
    if (size && !c->screenshot) {
        str_setf(why, "--size is for --screenshot; everything else fits the terminal");
        return false;
    }
    return !size || value_size(size, &c->columns, &c->rows, why) ||
           options_reject(o, OPTION_SIZE, why);
}

enum { WALL_DEFAULT_MS = 15000 };

static bool merge_looks(
    struct config *c, const struct options *o, const struct config_input *input, struct str *why)
{
    const char *color = o->values[OPTION_COLOR];
    if (input_env(input, "NO_COLOR")) {
        c->color = COLOR_NEVER;
    }
    if (color && !value_color(color, &c->color, why)) {
        return options_reject(o, OPTION_COLOR, why);
    }
    source_set_text(&c->theme, o->values[OPTION_THEME]);
    source_set_text(&c->page, o->values[OPTION_PAGE]);
    c->ascii = c->ascii || o->values[OPTION_ASCII];
    c->mouse = c->mouse || o->values[OPTION_MOUSE];
    const char *wall = o->values[OPTION_WALL];
    c->wall_ms = wall ? WALL_DEFAULT_MS : 0;
    if (wall && *wall && !value_duration(wall, &value_wall_range, &c->wall_ms, why)) {
        return options_reject(o, OPTION_WALL, why);
    }
    if (wall && (o->command == COMMAND_REPORT || c->screenshot)) {
        str_setf(why, "--wall is for the live dashboard");
        return false;
    }
    if (c->page && o->command != COMMAND_TOP) {
        str_setf(why, "--page is for the live dashboard and --screenshot");
        return false;
    }
    c->log_file = mem_strdup(o->values[OPTION_LOG]);
    c->verbose = o->values[OPTION_VERBOSE] || c->log_file;
    return true;
}

bool settings_merge(
    struct config *c, const struct options *o, const struct config_input *input, struct str *why)
{
    const char *columns = input_env(input, "COLUMNS"), *rows = input_env(input, "LINES");
    c->columns = 120;
    c->rows = 40;
    if (columns) {
        value_cells(columns, &c->columns);
    }
    if (rows) {
        value_cells(rows, &c->rows);
    }
    return merge_selector(c, o, why) && merge_when(c, o, input, why) && merge_output(c, o, why) &&
           merge_looks(c, o, input, why);
}
