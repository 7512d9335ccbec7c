#include "config/overrides.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/types.h"
#include "promql/matchers.h"

enum { AT_AHEAD_MS = 5 * CLOCK_MINUTE_MS }; // the server's clock may be as far ahead of ours

static bool merge_selector(struct config *c, const struct options *o, struct str *why)
{
    char *namespace = NULL;
    if (!options_take(o, SETTING_NAMESPACE, &namespace, why)) {
        return false;
    }
    const char *text = o->values[SETTING_SELECTOR];
    struct str list;
    str_init(&list);
    bool good = !text || matchers_add(&list, text, why) || options_reject(o, SETTING_SELECTOR, why);
    if (!text) {
        str_add(&list, c->selector ? c->selector : "");
    }
    if (namespace) {
        str_add(&list, list.len ? "," : "");
        matchers_add_equal(&list, "namespace", namespace);
    }
    if (good) {
        free(c->selector);
        c->selector = list.len ? str_take(&list) : NULL;
    }
    str_finish(&list);
    free(namespace);
    return good;
}

static bool merge_baseline(struct config *c, const struct options *o, struct str *why)
{
    const char *kind = o->values[SETTING_BASELINE];
    if (kind && type_is_file(kind)) {
        c->baseline = BASELINE_FILE;
        endpoint_set_text(&c->baseline_file, kind);
    } else if (kind && !value_read(&type_baseline, kind, &c->baseline, why)) {
        struct str kinds = *why;
        str_init(why);
        str_setf(why, _("%s; or a file that ragtop baseline save wrote: ./x.rtb"), kinds.text);
        str_finish(&kinds);
        return options_reject(o, SETTING_BASELINE, why);
    }
    if (c->baseline == BASELINE_FILE && !c->baseline_file) {
        str_setf(
            why, _("no baseline.file in the configuration; name the file: --baseline ./x.rtb"));
        return options_reject(o, SETTING_BASELINE, why);
    }
    c->save_file = mem_strdup(o->save_file);
    if (c->sources_count > 1 && (c->save_file || c->baseline_file)) {
        str_setf(why,
            _("a baseline file is for one source, but there are %zu; choose one: --source %s"),
            c->sources_count, c->sources[0].name);
        return false;
    }
    return true;
}

static bool merge_at(
    struct config *c, const struct options *o, const struct config_input *input, struct str *why)
{
    const char *at = o->values[SETTING_AT];
    if (at && !clock_parse_moment(at, input->now_ms, &c->at_ms)) {
        str_setf(why, _("invalid time; try 2026-02-04T09:00:00Z, -30m, 09:00 or yesterday 09:00"));
        return options_reject(o, SETTING_AT, why);
    }
    if (at && c->at_ms > input->now_ms + AT_AHEAD_MS) {
        str_setf(why, _("in the future; -30m is half an hour ago"));
        return options_reject(o, SETTING_AT, why);
    }
    c->has_at = at != NULL;
    return true;
}

/** The name of a command that prints what is on one server; NULL: COMMAND is none. */
static const char *printer(enum command command)
{
    return command == COMMAND_DISCOVER  ? "discover"
           : command == COMMAND_CHECK   ? "check"
           : command == COMMAND_DOCTOR  ? "doctor"
           : command == COMMAND_RULES   ? "rules"
           : command == COMMAND_GRAFANA ? "grafana"
                                        : NULL;
}

static bool merge_output(struct config *c, const struct options *o, struct str *why)
{
    bool report = o->command == COMMAND_REPORT;
    bool rules = o->command == COMMAND_RULES, doctor = o->command == COMMAND_DOCTOR;
    bool found = o->command == COMMAND_DISCOVER || o->command == COMMAND_CHECK;
    const char *name = printer(o->command);
    if (report && c->screenshot) {
        str_setf(
            why, _("--screenshot draws the dashboard, report prints a table; use one of them"));
        return false;
    }
    if (o->command == COMMAND_BASELINE && c->screenshot) {
        str_setf(
            why, _("--screenshot draws the dashboard, baseline writes a file; use one of them"));
        return false;
    }
    const char *format = o->values[SETTING_FORMAT];
    if (name && c->screenshot) {
        str_setf(why,
            _("--screenshot draws the dashboard, %s prints what is on the server; use one "
              "of them"),
            name);
        return false;
    }
    if (name && c->sources_count > 1) {
        str_setf(why, _("%s is about one source, but there are %zu; choose one: --source %s"), name,
            c->sources_count, c->sources[0].name);
        return false;
    }
    if (format && !report && !found && !rules && !doctor && !c->screenshot) {
        str_setf(why, _("--format is for report, discover, check, doctor, rules or --screenshot"));
        return false;
    }
    const struct value_type *formats = found           ? &type_found_format
                                       : rules         ? &type_rules_format
                                       : doctor        ? &type_doctor_format
                                       : c->screenshot ? &type_frame_format
                                                       : &type_report_format;
    if (format && !value_read(formats, format, &c->format, why)) {
        return options_reject(o, SETTING_FORMAT, why);
    }
    if (o->values[SETTING_SIZE] && !c->screenshot) {
        str_setf(why, _("--size is for --screenshot; everything else adapts to the terminal"));
        return false;
    }
    return true;
}

static bool merge_wall(struct config *c, const struct options *o, struct str *why)
{
    const char *wall = o->values[SETTING_WALL];
    const char *every = wall && !*wall ? settings[SETTING_WALL].initial : wall;
    if (every && !setting_set(SETTING_WALL, every, c, why)) {
        return options_reject(o, SETTING_WALL, why);
    }
    if (wall && (o->command == COMMAND_REPORT || c->screenshot)) {
        str_setf(why, _("--wall is for the live dashboard"));
        return false;
    }
    if (c->page && o->command != COMMAND_TOP) {
        str_setf(why, _("--page is for the live dashboard and --screenshot"));
        return false;
    }
    c->verbose = c->verbose || c->log_file;
    return true;
}

/** Of `15;0` or `0;default;15`, as rxvt began: whether the last, the background, is white. */
static bool is_light(const char *colors)
{
    const char *last = colors ? strrchr(colors, ';') : NULL;
    return last && (strcmp(last, ";7") == 0 || strcmp(last, ";15") == 0);
}

static bool merge_alertmanager(struct config *c, const struct options *o, struct str *why)
{
    const char *url = o->values[SETTING_ALERTMANAGER_URL];
    return !url || endpoint_set_url(&c->alertmanager, url, why) ||
           options_reject(o, SETTING_ALERTMANAGER_URL, why);
}

/** The variables that stand for an option; what is no size there is none. */
static void take_environment(struct config *c, const struct config_input *input)
{
    struct str why;
    str_init(&why);
    const char *columns = input_env(input, ENV_COLUMNS), *rows = input_env(input, ENV_LINES);
    if (columns) {
        value_read(&type_cells, columns, &c->size.columns, &why);
    }
    if (rows) {
        value_read(&type_cells, rows, &c->size.rows, &why);
    }
    c->light_background = is_light(input_env(input, ENV_COLORFGBG));
    if (input_env(input, ENV_NO_COLOR)) {
        c->color = COLOR_NEVER;
    }
    str_finish(&why);
}

/** Every option that has its place in the configuration, but those with words of their own. */
static bool take_options(struct config *c, const struct options *o, struct str *why)
{
    static const enum setting_id own[] = {SETTING_SELECTOR, SETTING_BASELINE, SETTING_WALL};
    bool good = true;
    for (int i = 0; good && i < SETTING_COUNT; i++) {
        bool skipped = settings[i].owner != OWNER_CONFIG;
        for (size_t k = 0; k < sizeof own / sizeof *own; k++) {
            skipped = skipped || (int)own[k] == i;
        }
        good = skipped || options_take(o, (enum setting_id)i, c, why);
    }
    return good;
}

bool overrides_merge(
    struct config *c, const struct options *o, const struct config_input *input, struct str *why)
{
    take_environment(c, input);
    return take_options(c, o, why) && merge_selector(c, o, why) && merge_baseline(c, o, why) &&
           merge_at(c, o, input, why) && merge_output(c, o, why) && merge_wall(c, o, why) &&
           merge_alertmanager(c, o, why);
}
