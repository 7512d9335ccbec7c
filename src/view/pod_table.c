#include "view/pod_table.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "diagnose/pods.h"
#include "view/cell.h"
#include "view/group.h"
#include "view/machine_pane.h"
#include "view/moment.h"
#include "view/order.h"
#include "view/trend.h"
#include "words/format.h"
#include "words/phrase.h"

enum {
    PODS_MARK,
    PODS_NAME,
    PODS_NOW,
    PODS_OTHERS,
    PODS_ERRORS,
    PODS_RATE,
    PODS_SHARE,
    PODS_AGE,
    PODS_CPU, // these three only where anything is known of them
    PODS_MEMORY,
    PODS_NODE,
    PODS_TREND,
    PODS_WORDS,
    PODS_COUNT,
};

enum { REPLACED_MS = 15 * 60 * 1000 };

static_assert((int)PODS_COUNT == (int)POD_TABLE_COLUMNS, "all are public");

const struct view_column pod_table_columns[POD_TABLE_COLUMNS] = {
    [PODS_MARK] = {"", KIND_MARK, 0, 24},
    [PODS_NAME] = {N_("pod"), KIND_NAME, 0, 0},
    [PODS_NOW] = {N_("now"), KIND_NUMBER, 8, 0},
    [PODS_OTHERS] = {N_("x median"), KIND_NUMBER, 9, 48},
    [PODS_ERRORS] = {N_("errors"), KIND_NUMBER, 8, 56},
    [PODS_RATE] = {N_("rate"), KIND_NUMBER, 8, 64},
    [PODS_SHARE] = {N_("share"), KIND_NUMBER, 7, 90},
    [PODS_AGE] = {N_("up"), KIND_NUMBER, 8, 78},
    [PODS_CPU] = {N_("CPU/limit"), KIND_NUMBER, 10, 132},
    [PODS_MEMORY] = {N_("mem/limit"), KIND_NUMBER, 10, 132},
    [PODS_NODE] = {N_("node"), KIND_NUMBER, 16, 160},
    [PODS_TREND] = {"", KIND_TREND, 0, 0},
    [PODS_WORDS] = {N_("verdict"), KIND_WORDS, 0, 0},
};

/** What the rows are made from. */
struct subject {
    int stage;
    bool timed; /**< a metric tells how long it takes: then that is a number of each pod */
    const struct pods *pods;
    double rate;               /**< of all of them */
    int64_t at_ms;             /**< 0: now */
    const struct infra *infra; /**< NULL: nothing is known of what they run on */
};

int pod_table_stage(const struct view_input *in)
{
    const struct row_id *id = &in->state->selected;
    int stage = id->kind == ROW_STAGE && id->index >= 0 ? id->index : in->state->subject;
    return stage < (int)in->words.plan->stages_count ? stage : -1;
}

static struct pod_verdict judge(
    const struct words *w, const struct subject *s, const struct pod *pod)
{
    if (!s->timed) { // it is there, and no number of it differs from the others
        return (struct pod_verdict){.severity = SEVERITY_OK};
    }
    double usual = w->diagnosis->stages[s->stage].latency.usual.centre;
    double window_s = (double)w->plan->window_ms / 1000;
    return pods_judge(s->pods, pod, usual, window_s, &thresholds_default);
}

// Whether as many targets do not answer as pods have no data: then these are those.
static bool are_targets(const struct words *w, const struct subject *s)
{
    const struct stage_gone *gone = &w->diagnosis->stages[s->stage].gone;
    return s->at_ms == 0 && gone->job && gone->down == (double)s->pods->gone;
}

/** Whether others began about when POD went, or since: after a rollout nothing is amiss. */
static bool is_replaced(const struct subject *s, const struct pod *pod)
{
    bool is = false;
    for (size_t i = 0; pod->gone_ms > 0 && i < s->pods->count && !is; i++) {
        const struct pod *other = &s->pods->items[i];
        int64_t since_ms = other->came_ms > 0 ? other->came_ms : other->started_ms;
        is = other->gone_ms == 0 && since_ms > pod->gone_ms - REPLACED_MS;
    }
    return is;
}

static const char *words_of_gone(
    struct arena *a, const struct words *w, const struct subject *s, const struct pod *pod)
{
    if (!are_targets(w, s) && is_replaced(s, pod)) {
        return arena_printf(a, _("gone at %s"), cell_time(a, pod->gone_ms, "%H:%M"));
    }
    if (!are_targets(w, s)) {
        return arena_printf(a, _("no data since %s"), cell_time(a, pod->gone_ms, "%H:%M"));
    }
    const char *when = phrase_onset(a, w, w->diagnosis->stages[s->stage].gone.lack);
    // TRANSLATORS: "down since 09:12 (up = 0)"
    return when ? arena_printf(a, _("down %s (up = 0)"), when) : _("down (up = 0)");
}

// One alone has no peers to be like, and no median to be compared with.
static bool is_only(const struct subject *s)
{
    return s->pods->count == 1 && !s->pods->truncated;
}

static const char *words_of(struct arena *a, const struct subject *s, struct pod_verdict v,
    const struct pod *pod, bool culprit)
{
    if (!s->timed) {
        return "-";
    }
    const char *text = v.slow && v.fails ? _("slow, fails")
                       : v.slow          ? _("slow")
                       : v.fails         ? _("fails")
                       : v.silent        ? _("completes nothing")
                       : pod->rate > 0   ? is_only(s) ? _("the only instance") : _("like its peers")
                       : isnan(pod->latency) ? _("no traffic")
                       : isnan(pod->rate)    ? _("latency only")
                                             : "-";
    return culprit ? arena_printf(a, _("CULPRIT: %s"), text) : text;
}

static struct view_cell age_cell(
    struct arena *a, const struct view_input *in, const struct pod *pod)
{
    int64_t cursor_ms = in->state->cursor_ms;
    int64_t at_ms = cursor_ms > 0 ? cursor_ms : in->words.diagnosis->tick_ms;
    double age_s = pod->started_ms > 0 ? (double)(at_ms - pod->started_ms) / 1000 : NAN;
    struct str text;
    if (!(age_s >= 0)) {
        return (struct view_cell){"-", ROLE_DIM, NAN};
    }
    str_init(&text);
    format_age(&text, age_s);
    bool new = age_s * 1000 < PLAN_LATELY_MS;
    return (struct view_cell){cell_settle(a, &text), new ? ROLE_NOTICE : ROLE_DIM, -age_s};
}

static bool is_whole(const struct infra_thing *t, enum infra_value used)
{
    return t && !isnan(t->values[used]);
}

// Of several containers the one that is nearest to its limit, or has none while others have.
static struct view_cell of_limit(struct arena *a, const struct infra *infra,
    const struct place *place, enum infra_value used, enum infra_value limit)
{
    const struct infra_thing *t = NULL;
    double most = NAN;
    bool unlimited = false;
    while ((t = infra_next(infra, INFRA_CONTAINER, place->namespace, place->pod, t))) {
        double share = t->values[used] / t->values[limit];
        most = !(most >= share) && !isnan(share) ? share : most;
        unlimited = unlimited || (is_whole(t, used) && isnan(share));
    }
    if (isnan(most) && unlimited && infra->state) {
        return (struct view_cell){_("no limit"), ROLE_DIM, NAN};
    }
    return cell_of(a, format_percent, most, ROLE_DIM);
}

static void add_machine(struct arena *a, const struct view_input *in, const struct subject *s,
    const struct pod *pod, struct view_cell *cells)
{
    struct place place;
    cells[PODS_CPU] = cells[PODS_MEMORY] = cells[PODS_NODE] =
        (struct view_cell){"-", ROLE_DIM, NAN};
    if (!s->infra || s->at_ms > 0 || !machine_place(&place, in, s->stage, pod->name)) {
        return;
    }
    cells[PODS_CPU] = of_limit(a, s->infra, &place, INFRA_CPU, INFRA_CPU_LIMIT);
    cells[PODS_MEMORY] = of_limit(a, s->infra, &place, INFRA_MEMORY, INFRA_MEMORY_LIMIT);
    const char *node = infra_node_of(s->infra, place.namespace, place.pod);
    if (*node) { // without the domain
        cells[PODS_NODE].text = arena_printf(a, "%.*s", (int)strcspn(node, "."), node);
    }
}

static struct view_row pod_row(
    struct arena *a, const struct view_input *in, const struct subject *s, int index)
{
    const struct words *w = &in->words;
    const struct pod *pod = &s->pods->items[index];
    bool culprit = w->diagnosis->verdict.pod && w->diagnosis->verdict.stage == s->stage &&
                   strcmp(w->diagnosis->verdict.pod, pod->name) == 0;
    const struct pod_verdict v = judge(w, s, pod);
    bool gone = pod->gone_ms > 0, down = gone && are_targets(w, s);
    bool replaced = gone && !down && is_replaced(s, pod);
    enum severity severity = culprit    ? w->diagnosis->verdict.severity
                             : down     ? SEVERITY_WARNING
                             : replaced ? SEVERITY_OK
                             : gone     ? SEVERITY_UNKNOWN
                                        : v.severity;
    struct view_text mark = cell_mark(severity);
    struct view_row row = {.id = cell_row(in, ROW_POD, index)};
    row.selected = cell_is_selected(in, row.id);
    row.cells[PODS_MARK] = (struct view_cell){
        mark.text, mark.role, replaced ? -1 : (double)severity}; // these stand last
    row.cells[PODS_NAME] = (struct view_cell){arena_strdup(a, pod->name),
        culprit    ? ROLE_CULPRIT
        : replaced ? ROLE_DIM
                   : ROLE_NORMAL,
        NAN};
    row.cells[PODS_NOW] =
        cell_of(a, format_seconds, pod->latency, v.slow ? cell_role(severity) : ROLE_STRONG);
    row.cells[PODS_OTHERS] =
        cell_of(a, format_ratio, is_only(s) ? NAN : pod->latency / s->pods->latency,
            v.slow ? cell_role(severity) : ROLE_DIM);
    row.cells[PODS_ERRORS] =
        cell_of(a, format_share, pod->errors, v.fails ? cell_role(severity) : ROLE_DIM);
    row.cells[PODS_RATE] = cell_of(a, format_rate, pod->rate, ROLE_DIM);
    row.cells[PODS_SHARE] = cell_of(a, format_percent, pod->rate / s->rate, ROLE_DIM);
    row.cells[PODS_AGE] = age_cell(a, in, pod);
    const char *said = gone ? words_of_gone(a, w, s, pod) : words_of(a, s, v, pod, culprit);
    const char *strains = s->at_ms > 0 ? NULL : machine_strains(a, in, s->stage, pod->name, 2);
    bool calm = !culprit && !gone && v.severity == SEVERITY_OK && !v.silent;
    said = strains && calm ? strains : strains ? arena_printf(a, _("%s; %s"), said, strains) : said;
    enum role role = culprit           ? ROLE_CULPRIT
                     : strains && calm ? ROLE_WARNING
                     : replaced        ? ROLE_DIM
                                       : cell_value_role(severity, ROLE_OK);
    row.cells[PODS_WORDS] = (struct view_cell){said, role, NAN};
    add_machine(a, in, s, pod, row.cells);
    return row;
}

static struct view_trend trend(
    struct arena *a, const struct view_input *in, const struct view_row *row)
{
    return trend_of_pod(a, in, pod_table_stage(in), row->cells[PODS_NAME].text);
}

static const char *heading_of(struct arena *a, const struct view_input *in, const struct subject *s)
{
    size_t count = s->pods->count, gone = s->pods->gone;
    const char *all =
        arena_printf(a, s->pods->truncated ? "%s+" : "%s", cell_whole(a, (int64_t)count));
    const char *stage = phrase_name(&in->words, s->stage);
    double n = (double)count;
    if (is_only(s) && gone == 0) {
        return group_name(a, in, arena_printf(a, _("only instance of %s"), stage));
    }
    return group_name(a, in,
        gone > 0 ? arena_printf(a, text_count("%s of %s pod of %s", "%s of %s pods of %s", n),
                       cell_whole(a, (int64_t)(count - gone)), all, stage)
                 : arena_printf(a, text_count("%s pod of %s", "%s pods of %s", n), all, stage));
}

static double rate_of(const struct pods *pods)
{
    double sum = 0;
    for (size_t i = 0; i < pods->count; i++) {
        sum += isnan(pods->items[i].rate) ? 0 : pods->items[i].rate;
    }
    return sum > 0 ? sum : NAN;
}

// Where nothing is known of what they run on there is nothing to read in columns.
static const struct view_column *columns_of(struct arena *a, bool machines, bool timed)
{
    struct view_column *columns = arena_alloc(a, PODS_COUNT, sizeof *columns);
    memcpy(columns, pod_table_columns, sizeof pod_table_columns);
    for (size_t i = PODS_NOW; i <= PODS_TREND; i++) {
        bool machine = i >= PODS_CPU && i <= PODS_NODE;
        bool known = machine ? machines : timed || i == PODS_AGE;
        columns[i].from = !known              ? INT_MAX
                          : machine && !timed ? 0 // there is room
                                              : columns[i].from;
    }
    return columns;
}

static struct pods *pods_of(struct arena *a, const struct view_input *in, int stage)
{
    struct pods *pods = arena_alloc(a, 1, sizeof *pods);
    pods_read_at(pods, in->words.plan, in->words.store, stage, in->state->cursor_ms);
    pods_add_gone(pods, in->words.plan, in->words.store, stage, in->state->cursor_ms);
    return pods;
}

bool pod_table_is_gone(struct arena *a, const struct view_input *in, int stage, const char *name)
{
    const struct pods *pods = pods_of(a, in, stage);
    bool is = false;
    for (size_t i = 0; i < pods->count && !is; i++) {
        is = pods->items[i].gone_ms > 0 && strcmp(pods->items[i].name, name) == 0;
    }
    return is;
}

struct view_table *pod_table_build(struct arena *a, const struct view_input *in, int stage,
    struct view_sort sort, const char *filter)
{
    const struct pods *pods = pods_of(a, in, stage);
    if (pods->count == 0 && in->state->cursor_ms == 0) {
        return NULL;
    }
    const struct infra *infra = infra_of(in->words.store);
    bool any = infra && (infra->state || infra->usage);
    bool timed = in->words.plan->stages[stage].kind != LATENCY_NONE;
    const struct subject s = {
        stage, timed, pods, rate_of(pods), in->state->cursor_ms, any ? infra : NULL};
    struct view_table *t = arena_alloc(a, 1, sizeof *t);
    *t = (struct view_table){
        .columns = columns_of(a, any, timed), .columns_count = PODS_COUNT, .trend = trend};
    t->rows = arena_alloc(a, pods->count, sizeof *t->rows);
    t->count = pods->count;
    t->sort = sort;
    for (size_t k = 0; k < PODS_COUNT; k++) {
        t->headings[k] = _(pod_table_columns[k].heading);
    }
    t->headings[PODS_NAME] = heading_of(a, in, &s);
    t->headings[PODS_OTHERS] = _("× median"); // nobody types that sign after :sort
    t->headings[PODS_NOW] =
        in->state->cursor_ms > 0 ? moment_heading(a, in, NULL) : words_statistic(&in->words, stage);
    for (size_t i = 0; i < t->count; i++) {
        t->rows[i] = pod_row(a, in, &s, (int)i);
    }
    order_rows(a, t, NULL, NULL, filter);
    t->headings[PODS_TREND] = cell_span_heading(a, in);
    return t;
}

const char *pod_table_name(const struct view_table *t, struct row_id id)
{
    for (size_t i = 0; i < t->count; i++) {
        if (view_same_row(t->rows[i].id, id)) {
            return t->rows[i].cells[PODS_NAME].text;
        }
    }
    return NULL;
}
