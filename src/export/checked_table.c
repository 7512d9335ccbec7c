#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock_in.h"
#include "base/text.h"
#include "export/checked.h"
#include "export/columns.h"
#include "export/escape.h"
#include "words/format.h"

static bool fails(enum checked_state state)
{
    return state == CHECKED_UNMATCHED || state == CHECKED_MISTYPED || state == CHECKED_ENDED ||
           state == CHECKED_MISSING;
}

size_t checked_missing(const struct checked *c)
{
    size_t count = 0;
    for (size_t i = 0; i < c->count; i++) {
        count += fails(c->names[i].state);
    }
    return count;
}

static const char *now_in(struct arena *a, const struct checked_name *n)
{
    if (isnan(n->now)) {
        return "";
    }
    switch (n->now_is) {
    case CHECKED_P95: return arena_printf(a, "P95 %s", format_in(a, format_seconds, n->now));
    case CHECKED_MEAN_COUNT:
        return arena_printf(a, _("mean %s"), format_in(a, format_count, n->now));
    case CHECKED_MEAN: return arena_printf(a, _("mean %s"), format_in(a, format_seconds, n->now));
    case CHECKED_PER_SECOND: return format_in(a, format_rate, n->now);
    case CHECKED_SUM:
    case CHECKED_MOST: return format_in(a, format_number, n->now);
    case CHECKED_SECONDS: return format_in(a, format_seconds, n->now);
    case CHECKED_SHARE: return format_in(a, format_percent, n->now);
    case CHECKED_NOTHING: break;
    }
    return "";
}

static const char *state_in(const struct checked_name *n)
{
    switch (n->state) {
    case CHECKED_DECLARED: return _("no series yet, but a target declares it");
    case CHECKED_NO_FAILURES: return _("there, with no failures so far");
    case CHECKED_ALTERNATIVE: return _("not there, but the expression has an alternative");
    case CHECKED_UNMATCHED: return _("there, but no series has these labels");
    case CHECKED_MISTYPED:
        return strcmp(n->type, "counter") == 0 ? _("a gauge, not a counter")
                                               : _("a counter, not a gauge");
    case CHECKED_ENDED: return _("no samples now, but there were some lately");
    case CHECKED_MISSING: return _("no such metric");
    case CHECKED_UNKNOWN: return _("not known");
    case CHECKED_THERE:
    case CHECKED_STATES: break;
    }
    return "";
}

static const char *remark_in(struct arena *a, const struct checked_name *n)
{
    const char *said = state_in(n);
    if (n->nearest) {
        said = arena_printf(a, _("%s; the nearest name is %s"), said, n->nearest);
    }
    if (n->recorded) {
        said = *said ? arena_printf(a, _("%s; history from the rule %s"), said, n->recorded)
                     : arena_printf(a, _("history from the rule %s"), n->recorded);
    }
    if (n->in_expression) {
        said = *said ? arena_printf(a, _("%s; in an expression"), said) : _("in an expression");
    }
    if (n->unit_guessed) {
        said =
            *said ? arena_printf(a, _("%s; the unit is a guess"), said) : _("the unit is a guess");
    }
    return n->is_share ? _("a share by its name: write it under ratio: and not used:") : said;
}

static void add_row(struct columns *c, const struct checked_name *n)
{
    struct arena a = {0};
    columns_add(c, n->stage);
    columns_add(c, n->key);
    columns_add(c, n->metric);
    columns_add(c, isnan(n->series) ? "" : format_exact_in(&a, n->series));
    columns_add(c, n->type);
    columns_add(c, n->unit);
    columns_add(c, now_in(&a, n));
    columns_add(c, isnan(n->age_s) ? "" : clock_age_in(&a, (int64_t)(n->age_s * 1000)));
    columns_add(c, remark_in(&a, n));
    arena_finish(&a);
}

static void add_line(struct str *s, const char *text)
{
    escape_text(s, text);
    str_addc(s, '\n');
}

static void add_summary(struct str *s, struct arena *a, const struct checked *c)
{
    size_t missing = checked_missing(c), unknown = 0;
    for (size_t i = 0; i < c->count; i++) {
        unknown += c->names[i].state == CHECKED_UNKNOWN;
    }
    add_line(s, missing > 0 ? arena_printf(a,
                                  text_count("%zu of %zu name cannot be used.",
                                      "%zu of %zu names cannot be used.", (double)c->count),
                                  missing, c->count)
                : unknown > 0
                    ? arena_printf(a,
                          text_count("The server did not tell about %zu of %zu name.",
                              "The server did not tell about %zu of %zu names.", (double)c->count),
                          unknown, c->count)
                    : arena_printf(a,
                          text_count("%zu name, and it is there.", "%zu names, and all are there.",
                              (double)c->count),
                          c->count));
}

// What is said of a name that is missing stands in its row.
static bool is_in_table(struct arena *a, const struct checked *c, const char *topic)
{
    bool is = false;
    for (size_t i = 0; !is && i < c->count; i++) {
        const char *metric = c->names[i].metric;
        is = c->names[i].state == CHECKED_MISSING &&
             strcmp(topic, arena_printf(a, "metric %.*s", (int)strcspn(metric, "{ \t"), metric)) ==
                 0;
    }
    return is;
}

void checked_add_table(struct str *s, const struct checked *c, int width, const char *ellipsis)
{
    static const char *const heads[] = {N_("STAGE"), N_("KEY"), N_("METRIC"), N_("SERIES"),
        N_("USED AS"), N_("UNIT"), N_("NOW"), N_("LAST SAMPLE"), N_("REMARK")};
    enum { HEADS = sizeof heads / sizeof *heads };
    struct columns table = {.count = HEADS};
    struct arena a = {0};
    for (size_t i = 0; i < HEADS; i++) {
        columns_add(&table, _(heads[i]));
    }
    for (size_t i = 0; i < c->count; i++) {
        add_row(&table, &c->names[i]);
    }
    columns_write(&table, s, width, ellipsis);
    str_addc(s, '\n');
    add_summary(s, &a, c);
    if (c->trouble) {
        add_line(s, arena_printf(&a, _("note: some of it is not known: %s"), c->trouble));
    }
    if (c->names_cut) {
        add_line(s, _("note: the server has more names than were searched for the nearest ones"));
    }
    for (size_t i = 0; i < c->store->notes_count; i++) {
        if (!is_in_table(&a, c, c->store->topics[i])) {
            add_line(s, arena_printf(&a, _("note: %s"), c->store->notes[i]));
        }
    }
    arena_finish(&a);
}
