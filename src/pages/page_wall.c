#include "pages/pages.h"

#include <math.h>
#include <string.h>

#include "base/ascii.h"
#include "base/clock.h"
#include "base/clock_in.h"
#include "base/text.h"
#include "diagnose/lead.h"
#include "diagnose/worst.h"
#include "view/cell.h"
#include "view/fleet_state.h"
#include "view/group.h"
#include "view/page.h"
#include "view/trend.h"
#include "words/format.h"
#include "words/phrase.h"

enum { BIG_ROWS = 3, ALL_TOOLS = -2 };

/** The lines of the banner, and the columns of a letter in them; letters are 3 wide or a bit more.
 */
static const struct {
    int lines, pitch, from; /**< screens with fewer lines have none of that size */
} banners[] = {{11, 16, 50}, {5, 8, 37}, {3, 4, 22}};

/** A row of the wall to be. */
struct choice {
    struct row_id id;
    double trouble;
};

/** The worst, and how many there were to choose from. */
struct chosen {
    struct choice items[BIG_ROWS];
    size_t count, offered;
};

/** What is written big. */
struct figure {
    const char *name, *value, *usual;
    double ratio;
    struct onset onset;
    struct view_trend trend;
};

// --- which rows

static double stage_trouble(const struct words *w, int stage)
{
    const struct stage_diagnosis *d = &w->diagnosis->stages[stage];
    return worst_choice_rank(worst_of_stage(w->diagnosis, stage), !isnan(d->latency.now),
        worst_standing(&w->diagnosis->verdict, stage, -1), d->blame);
}

static void offer(struct chosen *chosen, struct choice c)
{
    struct choice *items = chosen->items;
    size_t at = chosen->count < BIG_ROWS ? chosen->count++ : BIG_ROWS;
    chosen->offered++;
    while (at > 0 && c.trouble > items[at - 1].trouble) {
        if (at < BIG_ROWS) {
            items[at] = items[at - 1];
        }
        at--;
    }
    if (at < BIG_ROWS) {
        items[at] = c;
    }
}

// Only those at fault: tools that are called as usual are not worth a row.
static void offer_tools(const struct view_input *in, struct chosen *chosen)
{
    const struct diagnosis *d = in->words.diagnosis;
    for (size_t i = 0; i < d->tools_count; i++) {
        bool culprit = d->verdict.tool == (int)i;
        bool errors = d->tools[i].errors.severity >= SEVERITY_WARNING &&
                      d->tool_errors.severity < SEVERITY_WARNING; // else all are offered together
        if (culprit || errors || d->tools[i].calls.severity >= SEVERITY_WARNING) {
            double trouble = worst_choice_rank(
                worst_of_tool(&d->tools[i]), true, worst_standing(&d->verdict, -1, (int)i), NAN);
            offer(chosen, (struct choice){cell_row(in, ROW_TOOL, (int)i), trouble});
        }
    }
    if (d->tool_errors.severity >= SEVERITY_WARNING) {
        double trouble = worst_choice_rank(
            d->tool_errors.severity, true, worst_standing(&d->verdict, -1, -1), NAN);
        offer(chosen, (struct choice){cell_row(in, ROW_TOOL, ALL_TOOLS), trouble});
    }
}

// The worst ones of all sources; where nothing is wrong, the first of the configuration.
static void choose(const struct view_input *in, struct chosen *chosen)
{
    *chosen = (struct chosen){.count = 0};
    for (int source = 0; source < group_sources(in); source++) {
        const struct view_input own = view_input_of(in, source);
        if (!group_shows(in, source)) {
            continue;
        }
        for (size_t i = 0; i < own.words.plan->stages_count; i++) {
            offer(chosen, (struct choice){cell_row(&own, ROW_STAGE, (int)i),
                              stage_trouble(&own.words, (int)i)});
        }
        offer_tools(&own, chosen);
    }
}

// --- what they say

static const char *text_of(
    struct arena *a, void (*format)(struct str *s, double value), const struct reading *r)
{
    struct str s;
    str_init(&s);
    if (r->beyond && !isnan(r->now)) {
        str_add(&s, ">= ");
    }
    if (!isnan(r->now)) {
        format(&s, r->now);
    }
    return cell_settle(a, &s);
}

static struct figure figure_of(struct arena *a, const char *name,
    void (*format)(struct str *s, double value), const struct reading *r)
{
    return (struct figure){.name = name,
        .value = text_of(a, format, r),
        .usual = cell_number(a, format, r->usual.centre),
        .ratio = r->ratio};
}

// In the unit of LONGEST_S; UNKNOWN where there is no number.
static const char *seconds_like(
    struct arena *a, double seconds, double longest_s, bool fine, const char *unknown)
{
    struct str s;
    if (isnan(seconds)) {
        return unknown;
    }
    str_init(&s);
    format_seconds_like(&s, seconds, longest_s, fine);
    return cell_settle(a, &s);
}

// Two numbers of one row are compared, so that they have one unit; the one that is written small is
// no coarser than the other.
static void set_seconds(
    struct figure *f, struct arena *a, const struct reading *r, double longest_s)
{
    f->value = r->beyond ? f->value : seconds_like(a, r->now, longest_s, false, f->value);
    f->usual = seconds_like(a, r->usual.centre, longest_s, true, f->usual);
}

// What deviates most is what has to be read; and what is known rather than what is not.
static struct figure stage_figure(
    struct arena *a, const struct view_input *in, int stage, double longest_s)
{
    const struct words *w = &in->words;
    const struct stage_diagnosis *d = &w->diagnosis->stages[stage];
    const char *name = w->plan->stages[stage].name;
    enum signal_class signal = worst_signal(w->diagnosis, stage);
    bool untimed = w->plan->stages[stage].kind == LATENCY_NONE;
    bool silent = signal == CLASS_TRAFFIC || (isnan(d->latency.now) && !untimed);
    struct figure f;
    if (signal == CLASS_ERRORS) {
        f = figure_of(a, arena_printf(a, _("%s errors"), name), format_percent, &d->errors);
        f.onset = d->errors_onset;
        f.trend = trend_of_errors(a, in, stage);
    } else if (silent && !isnan(d->traffic.now)) {
        f = figure_of(a, arena_printf(a, _("%s requests"), name), format_rate, &d->traffic);
        f.ratio = NAN;
        f.onset = d->stopped;
        f.trend = trend_of_requests(a, in, stage);
    } else {
        int lead = lead_signal(w->plan, &w->plan->stages[stage], d);
        const struct reading *r = lead_reading(d, lead);
        f = figure_of(a, cell_stage_name(a, w, stage), words_format(w, stage), r);
        if (words_format(w, stage) == format_seconds) {
            set_seconds(&f, a, r, longest_s);
        }
        f.onset = d->onset;
        f.trend = trend_of_stage(a, in, stage);
    }
    return f;
}

static struct figure tool_figure(struct arena *a, const struct view_input *in, int tool)
{
    const struct diagnosis *d = in->words.diagnosis;
    struct figure f;
    if (tool == ALL_TOOLS) {
        f = figure_of(a, _("failed tool calls"), format_percent, &d->tool_errors);
        f.onset = d->tool_errors_onset;
        f.trend = trend_of_tool_errors(a, in, -1);
    } else if (worst_tool_fails(&d->tools[tool])) {
        const struct tool_diagnosis *t = &d->tools[tool];
        f = figure_of(
            a, arena_printf(a, _("%s failed calls"), t->name), format_percent, &t->errors);
        f.onset = t->errors_onset;
        f.trend = trend_of_tool_errors(a, in, tool);
    } else if (worst_tool_is_slow(&d->tools[tool])) {
        const struct tool_diagnosis *t = &d->tools[tool];
        f = figure_of(a, arena_printf(a, _("%s mean"), t->name), format_seconds, &t->latency);
        set_seconds(&f, a, &t->latency, fmax(t->latency.now, t->latency.usual.centre));
        f.onset = t->latency_onset;
        f.trend = trend_of_tool_latency(a, in, tool);
    } else {
        const struct tool_diagnosis *t = &d->tools[tool];
        f = (struct figure){.name = arena_printf(a, _("%s calls/question"), t->name),
            .value = cell_number(a, format_number, t->per_request),
            .usual = cell_number(a, format_number, t->per_request_usual),
            .ratio = t->calls.ratio,
            .onset = t->onset,
            .trend = trend_of_tool(a, in, tool)};
    }
    return f;
}

// "for 12 min"; NULL: it is as usual, or not known since when it is not.
static const char *lasting(struct arena *a, const struct words *w, struct onset o)
{
    int64_t ms = w->diagnosis->tick_ms - o.since_ms;
    return o.since_ms > 0 && ms >= CLOCK_MINUTE_MS
               // TRANSLATORS: "for 12 min"
               ? arena_printf(a, _("for %s"), clock_age_in(a, ms))
               : phrase_onset(a, w, o);
}

// What is not known is left out: a dash says nothing from afar.
static const char *detail_of(
    struct arena *a, const struct figure *f, const char *lasts, const char *words)
{
    const char *usual = isnan(f->ratio) ? arena_printf(a, _("usual %s"), f->usual)
                                        : arena_printf(a, _("usual %s, %s"), f->usual,
                                              format_in(a, format_ratio, f->ratio));
    bool known = strcmp(f->usual, "-") != 0;
    return arena_printf(a, "%s%s%s%s%s", known ? usual : "", known ? "   " : "", lasts ? lasts : "",
        lasts ? "   " : "", words);
}

static struct view_big big_of(struct arena *a, const struct words *w, const struct figure *f,
    enum severity severity, bool culprit, const char *words)
{
    const char *lasts = severity == SEVERITY_OK ? NULL : lasting(a, w, f->onset);
    return (struct view_big){.mark = cell_mark(severity),
        .name = {f->name, culprit ? ROLE_CULPRIT : ROLE_STRONG},
        .value = {f->value, cell_value_role(severity, ROLE_STRONG)},
        .detail = {detail_of(a, f, lasts, words),
            severity == SEVERITY_OK ? ROLE_DIM : cell_role(severity)},
        .briefer = lasts ? detail_of(a, f, NULL, words) : NULL, // the verdict says since when
        .trend = f->trend};
}

// Numbers below each other are compared at a glance, so that all have the unit of the longest.
static double longest_of(const struct view_input *in, const struct chosen *chosen)
{
    double longest_s = 0;
    for (size_t i = 0; i < chosen->count; i++) {
        const struct row_id id = chosen->items[i].id;
        const struct view_input own = view_input_of(in, id.source);
        if (id.kind == ROW_STAGE && words_format(&own.words, id.index) == format_seconds) {
            const struct reading *r = &own.words.diagnosis->stages[id.index].latency;
            longest_s = fmax(longest_s, fmax(r->now, r->usual.centre));
        }
    }
    return longest_s;
}

static struct view_big big_row(
    struct arena *a, const struct view_input *in, struct row_id id, double longest_s)
{
    const struct words *w = &in->words;
    const struct diagnosis *d = w->diagnosis;
    if (id.kind == ROW_STAGE) {
        const struct figure f = stage_figure(a, in, id.index, longest_s);
        return big_of(a, w, &f, worst_of_stage(d, id.index), words_is_culprit(w, id.index),
            cell_words(a, words_add_reason, w, id.index));
    }
    const struct figure f = tool_figure(a, in, id.index);
    return id.index == ALL_TOOLS
               ? big_of(a, w, &f, d->tool_errors.severity, d->verdict.tools,
                     d->verdict.tools ? _("CULPRIT") : _("failing more than usual"))
               : big_of(a, w, &f, worst_of_tool(&d->tools[id.index]), d->verdict.tool == id.index,
                     cell_words(a, words_add_tool_reason, w, id.index));
}

// --- who is at fault

// As it can be written big; NULL: there is nobody, or it cannot.
static const char *name_at_fault(struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    if (v->condition != VERDICT_INCIDENT || v->shared || (v->stage < 0 && v->tool < 0)) {
        return NULL;
    }
    char *name = (char *)arena_printf(
        a, "%s", v->tool >= 0 ? w->diagnosis->tools[v->tool].name : phrase_name(w, v->stage));
    for (char *at = name; *at; at++) {
        *at = ascii_upper(*at);
        if (!(*at >= 'A' && *at <= 'Z') && !(*at >= '0' && *at <= '9') && !strchr("_-.:/ ", *at)) {
            return NULL;
        }
    }
    return name;
}

static void add_banner(struct view *v, struct arena *a, const struct view_input *in)
{
    const struct view_source alone = {.words = in->words};
    const struct view_source *sources = in->sources_count > 0 ? in->sources : &alone;
    size_t count = in->sources_count > 0 ? in->sources_count : 1;
    const char *name =
        name_at_fault(a, &sources[fleet_given(sources, count, in->state->only)].words);
    for (size_t i = 0; name && i < sizeof banners / sizeof *banners; i++) {
        int width = (int)strlen(name) * banners[i].pitch, lines = banners[i].lines;
        if (in->rows >= banners[i].from && width + VIEW_INDENT <= in->columns) {
            struct view_text *text = arena_alloc(a, 1, sizeof *text);
            *text = (struct view_text){name, cell_role(SEVERITY_CRITICAL)};
            page_add(v, (struct view_pane){.kind = PANE_BANNER,
                            .banner = text,
                            .id = {.index = -1},
                            .wish = {.least = lines, .lines = lines, .keep = lines, .rank = 1}});
            return;
        }
    }
}

static void build_page(struct view *v, struct arena *a, const struct view_input *in)
{
    struct chosen chosen;
    page_add_verdict(v, in);
    add_banner(v, a, in);
    choose(in, &chosen);
    v->rows_more = (int)(chosen.offered - chosen.count);
    double longest_s = longest_of(in, &chosen);
    for (size_t i = 0; i < chosen.count; i++) {
        struct view_big *big = arena_alloc(a, 1, sizeof *big);
        const struct row_id id = chosen.items[i].id;
        const struct view_input own = view_input_of(in, id.source);
        *big = big_row(a, &own, id, longest_s);
        big->name.text = group_name(a, &own, big->name.text);
        page_add(
            v, (struct view_pane){.kind = PANE_BIG,
                   .big = big,
                   .count = 1,
                   .id = id,
                   .wish = {.least = 2, .lines = 7, .keep = 4, .grow = 1, .rank = 2 + (int)i}});
    }
}

const struct page_entry page_wall = {.name = N_("wall"),
    .title = N_("the wall"),
    .help = N_("The worst rows in big digits."),
    .build = build_page,
    .open = page_open_row,
    .rotates = page_rotates};
