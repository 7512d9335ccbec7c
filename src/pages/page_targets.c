#include <math.h>
#include <string.h>

#include "pages/pages.h"
#include "view/cell.h"
#include "view/things.h"
#include "words/format.h"

// A scrape that takes most of its interval is about to time out; one that is this late did not
// come.
static const double SLOW = 0.8, LATE = 3;

/** How the last scrape of a target went, worst last. */
enum scrape { SCRAPE_GOOD, SCRAPE_SLOW, SCRAPE_NEVER, SCRAPE_LATE, SCRAPE_DOWN };

// Times are the server's.
static double age_s(const struct view_input *in, const struct list *list, size_t i)
{
    double now_ms = (double)(in->now_ms + in->words.store->source.skew_ms);
    double age = (now_ms - list_number(list, i, "scraped_ms")) / 1000;
    return age < 0 ? 0 : age;
}

// VictoriaMetrics says of a target that it never scraped that it is down.
static enum scrape scrape_of(const struct view_input *in, const struct list *list, size_t i)
{
    double age = age_s(in, list, i), interval = list_number(list, i, "interval_s");
    const char *health = list_text(list, i, "health");
    if (isnan(age) || strcmp(health, "unknown") == 0) {
        return SCRAPE_NEVER;
    }
    return strcmp(health, "up") != 0                          ? SCRAPE_DOWN
           : age > LATE * interval                            ? SCRAPE_LATE
           : list_number(list, i, "took_s") > SLOW * interval ? SCRAPE_SLOW
                                                              : SCRAPE_GOOD;
}

static double trouble(
    const struct view_input *in, const struct list *list, size_t i, enum severity *severity)
{
    static const enum severity severities[] = {[SCRAPE_GOOD] = SEVERITY_OK,
        [SCRAPE_SLOW] = SEVERITY_WARNING,
        [SCRAPE_NEVER] = SEVERITY_UNKNOWN,
        [SCRAPE_LATE] = SEVERITY_WARNING,
        [SCRAPE_DOWN] = SEVERITY_CRITICAL};
    enum scrape scrape = scrape_of(in, list, i);
    *severity = severities[scrape];
    return scrape;
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
    enum scrape scrape = scrape_of(in, list, i);
    const char *text = scrape == SCRAPE_NEVER ? "unknown" : list_text(list, i, "health");
    enum severity severity;
    trouble(in, list, i, &severity);
    return (struct view_cell){
        arena_strdup(a, text), cell_value_role(severity, ROLE_NORMAL), scrape};
}

static struct view_cell last(
    struct arena *a, const struct view_input *in, const struct list *list, size_t i)
{
    bool never = scrape_of(in, list, i) == SCRAPE_NEVER;
    return never ? (struct view_cell){"-", ROLE_DIM, NAN}
                 : cell_of(a, format_age, age_s(in, list, i), ROLE_NORMAL);
}

static struct view_cell took(
    struct arena *a, const struct view_input *in, const struct list *list, size_t i)
{
    bool never = scrape_of(in, list, i) == SCRAPE_NEVER;
    bool slow = scrape_of(in, list, i) == SCRAPE_SLOW;
    return cell_of(a, format_seconds, never ? NAN : list_number(list, i, "took_s"),
        slow ? ROLE_WARNING : ROLE_STRONG);
}

static struct view_cell interval(
    struct arena *a, const struct view_input *in, const struct list *list, size_t i)
{
    (void)in;
    double seconds = list_number(list, i, "interval_s");
    return isnan(seconds) ? (struct view_cell){"-", ROLE_DIM, NAN}
                          : cell_of(a, format_age, seconds, ROLE_DIM);
}

// The URL comes first, which the row has: `Get "http://10.0.0.1:80/metrics": dial tcp ...`.
static const char *brief_error(const struct list *list, size_t i)
{
    const char *error = list_text(list, i, "error");
    const char *url = strstr(error, "\"http"), *end = url ? strstr(url, "\": ") : NULL;
    return end ? end + 3 : error;
}

static struct view_cell verdict(
    struct arena *a, const struct view_input *in, const struct list *list, size_t i)
{
    enum severity severity;
    trouble(in, list, i, &severity);
    const char *error = brief_error(list, i), *text = "good";
    switch (scrape_of(in, list, i)) {
    case SCRAPE_GOOD: break;
    case SCRAPE_SLOW: text = "a scrape takes nearly its whole interval"; break;
    case SCRAPE_NEVER: text = *error ? error : "not scraped yet"; break;
    case SCRAPE_LATE: text = "the last scrapes did not happen"; break;
    case SCRAPE_DOWN: text = *error ? error : "down, without an error"; break;
    }
    return (struct view_cell){arena_strdup(a, text), cell_role(severity), NAN};
}

static const struct view_column columns[] = {
    {"", KIND_MARK, 0, 0},
    {"job  instance", KIND_NAME, 0, 0},
    {"health", KIND_NUMBER, 8, 0},
    {"last scrape", KIND_NUMBER, 12, 70},
    {"took", KIND_NUMBER, 9, 90},
    {"interval", KIND_NUMBER, 10, 100},
    {"verdict", KIND_WORDS, 0, 0},
};

enum { COLUMNS = sizeof columns / sizeof *columns };

static things_cell *const cells[COLUMNS] = {NULL, name, health, last, took, interval, verdict};

static const struct things targets = {
    .feed = FEED_TARGETS,
    .noun = "targets",
    .columns = columns,
    .cells = cells,
    .columns_count = COLUMNS,
    .trouble = trouble,
};

static void build_page(struct view *v, struct arena *a, const struct view_input *in)
{
    page_add_verdict(v, in, 2);
    if (in->words.scope->at_ms > 0) {
        page_add_remark(
            v, a, in, "Targets as they are now: servers do not remember how they were.");
    }
    int selected = things_add(v, a, in, &targets);
    const char *error =
        selected >= 0 ? list_text(things_list(in, FEED_TARGETS), (size_t)selected, "error") : "";
    if (*error) {
        page_add_remark(v, a, in, arena_strdup(a, error));
    }
}

static void add_wants(const struct view_state *s, struct wants *out)
{
    (void)s;
    wants_add(out, (struct want){FEED_TARGETS, 0, 0});
}

const struct page_entry page_targets = {.name = "targets",
    .key = "9",
    .title = "what the server scrapes",
    .help =
        "Every target of the server, those in trouble first: whether the last scrape went well, "
        "how long ago it was, and how long it took of its interval.",
    .sorts = {{columns, COLUMNS}},
    .build = build_page,
    .open = page_open_pane,
    .wants = add_wants,
    .rows = 1 << ROW_THING};
