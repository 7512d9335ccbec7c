#include <math.h>

#include "base/text.h"
#include "diagnose/target_state.h"
#include "pages/jobs_pane.h"
#include "pages/pages.h"
#include "pages/stage_charts.h"
#include "plan/served.h"
#include "view/cell.h"
#include "view/things.h"
#include "words/format.h"

enum {
    STAGES_FROM = 140, // columns; the jobs below say it as well
    CHARTS_FROM = 40,  // lines
    FACTS_MOST = 7,
    DETAIL_LEAST = 4,
};

static const double FUTURE = 10; // seconds: further ahead than clocks that are kept in step

static int64_t server_now_ms(const struct view_input *in)
{
    return in->now_ms + in->words.store->source.skew_ms;
}

static double age_s(const struct view_input *in, const struct list *list, size_t i)
{
    return target_age_s(list, i, server_now_ms(in));
}

// Between two looks at the server's clock a target may well be scraped.
static bool is_of_future(double age)
{
    return age < -FUTURE;
}

static enum target_state state_of(const struct view_input *in, const struct list *list, size_t i)
{
    return target_state_of(list, i, server_now_ms(in));
}

static double trouble(
    const struct view_input *in, const struct list *list, size_t i, enum severity *severity)
{
    enum target_state state = state_of(in, list, i);
    *severity = target_severity(state);
    bool serves = served_next(in->words.plan, in->words.store, list_text(list, i, "job"), -1) >= 0;
    return (double)state + (serves ? 0.5 : 0); // of the same, those of the stages come first
}

static struct view_cell name(
    struct arena *a, const struct view_input *in, const struct list *list, size_t i)
{
    (void)in;
    return (struct view_cell){
        arena_printf(a, "%s  %s", list_text(list, i, "job"), list_text(list, i, "instance")),
        ROLE_NORMAL, NAN};
}

static struct view_cell health(
    struct arena *a, const struct view_input *in, const struct list *list, size_t i)
{
    enum target_state state = state_of(in, list, i);
    return (struct view_cell){arena_strdup(a, target_health(list, i, server_now_ms(in))),
        cell_value_role(target_severity(state), ROLE_NORMAL), state};
}

static struct view_cell last(
    struct arena *a, const struct view_input *in, const struct list *list, size_t i)
{
    double age = age_s(in, list, i);
    return state_of(in, list, i) == TARGET_NEVER ? (struct view_cell){"-", ROLE_DIM, NAN}
           : is_of_future(age) ? (struct view_cell){_("future?"), ROLE_NOTICE, age}
                               : cell_of(a, format_age, fmax(0, age), ROLE_NORMAL);
}

static struct view_cell took(
    struct arena *a, const struct view_input *in, const struct list *list, size_t i)
{
    bool never = state_of(in, list, i) == TARGET_NEVER;
    bool slow = state_of(in, list, i) == TARGET_SLOW;
    return cell_of(
        a, format_seconds, never ? NAN : target_took_s(list, i), slow ? ROLE_WARNING : ROLE_STRONG);
}

static struct view_cell interval(
    struct arena *a, const struct view_input *in, const struct list *list, size_t i)
{
    (void)in;
    double seconds = list_number(list, i, "interval_s");
    return isnan(seconds) ? (struct view_cell){"-", ROLE_DIM, NAN}
                          : cell_of(a, format_age, seconds, ROLE_DIM);
}

static const char *how_late(struct arena *a, double age)
{
    return arena_printf(a, _("not scraped for %s"), format_in(a, format_age, age));
}

static const char *how_slow(struct arena *a, const struct list *list, size_t i)
{
    double share = target_took_s(list, i) / target_limit_s(list, i);
    bool timeout = list_number(list, i, "timeout_s") > 0;
    return arena_printf(a, timeout ? _("takes %s of its time-out") : _("takes %s of its interval"),
        format_in(a, format_percent, share));
}

static struct view_cell verdict(
    struct arena *a, const struct view_input *in, const struct list *list, size_t i)
{
    enum severity severity = target_severity(state_of(in, list, i));
    const char *error = jobs_error(a, list_text(list, i, "error")), *text = _("normal");
    switch (state_of(in, list, i)) {
    case TARGET_GOOD: break;
    case TARGET_SLOW: text = how_slow(a, list, i); break;
    case TARGET_NEVER: text = *error ? error : _("not scraped yet"); break;
    case TARGET_LATE: text = how_late(a, age_s(in, list, i)); break;
    case TARGET_DOWN: text = *error ? error : _("down, no error given"); break;
    }
    const char *stages = severity == SEVERITY_OK || in->columns < STAGES_FROM
                             ? ""
                             : jobs_stages(a, in, list_text(list, i, "job"));
    if (*stages) { // whom it concerns
        text = arena_printf(a, _("%s; serves %s"), text, stages);
    }
    return (struct view_cell){text, cell_role(severity), NAN};
}

static const struct view_column columns[] = {
    {"", KIND_MARK, 0, 0},
    {N_("target"), KIND_NAME, 0, 0},
    {N_("health"), KIND_NUMBER, 8, 0},
    {N_("last scrape"), KIND_NUMBER, 12, 70},
    {N_("took"), KIND_NUMBER, 9, 90},
    {N_("interval"), KIND_NUMBER, 10, 100},
    {N_("verdict"), KIND_WORDS, 0, 0},
};

enum { COLUMNS = sizeof columns / sizeof *columns };

static things_cell *const cells[COLUMNS] = {NULL, name, health, last, took, interval, verdict};

// `6,000 targets, 858 in trouble`
static const char *heading_of(struct arena *a, int64_t count, const char *troubled)
{
    const char *format =
        text_count("%s target, %s in trouble", "%s targets, %s in trouble", (double)count);
    return arena_printf(a, format, cell_whole(a, count), troubled);
}

static const char *left_out(struct arena *a, int64_t count)
{
    const char *format = text_count("Not among these rows: %s other target.",
        "Not among these rows: %s other targets.", (double)count);
    return arena_printf(a, format, cell_whole(a, count));
}

static const struct things targets = {
    .feed = FEED_TARGETS,
    .texts = {.scraped = N_("No targets: ragtop scrapes this target itself"),
        .no_answer = N_("No targets: no answer from the server"),
        .unlisted = N_("No targets: %s does not list them"),
        .unlisted_by_unnamed = N_("No targets: the server does not list them"),
        .refused = N_("The server does not list its targets: %s"),
        .asking = N_("Asking for targets …"),
        .none = N_("%s has no targets"),
        .none_of_unnamed = N_("The server has no targets"),
        .heading = heading_of,
        .left_out = left_out},
    .columns = columns,
    .cells = cells,
    .columns_count = COLUMNS,
    .trouble = trouble,
};

static void add_fact(struct view_entry *entries, size_t *count, const char *key, const char *text)
{
    if (text && *text) {
        entries[(*count)++] =
            (struct view_entry){{key, ROLE_DIM}, {text, ROLE_NORMAL}, .wrap = true};
    }
}

static const char *duration(struct arena *a, double seconds, number_format *format)
{
    return isnan(seconds) ? NULL : format_in(a, format, seconds);
}

static void add_detail(
    struct view *v, struct arena *a, const struct view_input *in, const struct list *list, size_t i)
{
    const struct view_input half = stage_charts_detail(in);
    struct view_entry *entries = arena_alloc(a, FACTS_MOST, sizeof *entries);
    const char *job = list_text(list, i, "job");
    size_t count = 0;
    int lines = 1;
    add_fact(entries, &count, _("address"), arena_strdup(a, list_text(list, i, "url")));
    add_fact(entries, &count, _("scrape job"), arena_strdup(a, list_text(list, i, "pool")));
    add_fact(entries, &count, _("stages"), jobs_stages(a, in, job));
    add_fact(entries, &count, _("took"), duration(a, target_took_s(list, i), format_seconds));
    add_fact(entries, &count, _("interval"),
        duration(a, list_number(list, i, "interval_s"), format_age));
    add_fact(
        entries, &count, _("time-out"), duration(a, list_number(list, i, "timeout_s"), format_age));
    add_fact(entries, &count, _("error"), arena_strdup(a, list_text(list, i, "error")));
    for (size_t k = 0; k < count; k++) {
        lines += view_entry_lines(&entries[k], half.columns);
    }
    page_add(v, (struct view_pane){.kind = PANE_ENTRIES,
                    .title = arena_strdup(a, list_text(list, i, "instance")),
                    .entries = entries,
                    .count = count,
                    .id = {.index = -1},
                    .wish = {.least = DETAIL_LEAST,
                        .lines = lines,
                        .keep = lines,
                        .rank = 2,
                        .beside = STAGE_CHARTS_DETAIL_FROM}});
}

static void build_page(struct view *v, struct arena *a, const struct view_input *in)
{
    page_add_verdict(v, in);
    if (in->words.scope->at_ms > 0) {
        page_add_remark(v, a, in, _("Targets as they are now: servers keep no history of them."));
    }
    int selected = things_add(v, a, in, &targets);
    const struct list *list = things_list(in, FEED_TARGETS);
    if (selected >= 0 && in->columns >= STAGE_CHARTS_DETAIL_FROM) {
        add_detail(v, a, in, list, (size_t)selected);
    } else if (selected >= 0 && *list_text(list, (size_t)selected, "error")) {
        page_add_remark(v, a, in, arena_strdup(a, list_text(list, (size_t)selected, "error")));
    }
    jobs_add(v, a, in);
    if (selected >= 0) { // what misses its metrics is seen there
        const char *job = list_text(list, (size_t)selected, "job");
        int stage = served_next(in->words.plan, in->words.store, job, -1);
        const struct stage_charts charts = {
            .stage = stage >= 0 ? stage : stage_charts_subject(in), .rank = 3, .from = CHARTS_FROM};
        stage_charts_add(v, a, in, &charts);
    }
}

static void add_wants(const struct view_state *s, struct wants *out)
{
    (void)s;
    wants_add(out, (struct want){FEED_TARGETS, 0, 0});
    wants_add(out, (struct want){FEED_POOLS, 0, 0});
    wants_add(out, (struct want){FEED_DROPPED, 0, 0});
}

static bool any_is_missing(struct arena *a, const struct view_input *in)
{
    (void)a;
    return page_tells(in, 1ULL << EVIDENCE_TARGETS);
}

const struct page_entry page_targets = {.name = N_("targets"),
    .key = "9",
    .title = N_("what the server scrapes"),
    .help =
        N_("Every target of the server, those in trouble first: whether the last scrape went well, "
           "how long ago it was, and how long it took of the time that it may take. Below are the "
           "jobs as a whole, and the ServiceMonitors and scrape jobs that select nothing."),
    .sorts = {{columns, COLUMNS}},
    .build = build_page,
    .news = any_is_missing,
    .wants = add_wants,
    .rows = 1 << ROW_THING};
