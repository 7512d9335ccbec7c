#include "pages/pages.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "diagnose/changed_near.h"
#include "pages/stage_charts.h"
#include "plan/parts.h"
#include "view/cell.h"
#include "view/things.h"
#include "words/change_words.h"
#include "words/format.h"

enum { ENTRIES_MOST = 5, CHARTS_FROM = 24 };

// What may well explain an incident stands out, what follows from one does not.
static enum severity severity_of(const struct list *list, size_t i)
{
    enum change_kind kind = change_kind_of(list, i);
    const char *alert = kind == CHANGE_ALERT ? list_text(list, i, "to") : "";
    bool bad = kind == CHANGE_RESTARTED || kind == CHANGE_EVICTED || kind == CHANGE_PENDING ||
               kind == CHANGE_PRESSURE || strcmp(alert, "warning") == 0 ||
               strcmp(alert, "critical") == 0;
    return bad ? SEVERITY_WARNING : SEVERITY_OK;
}

// The newest first.
static double trouble(
    const struct view_input *in, const struct list *list, size_t i, enum severity *severity)
{
    (void)in;
    *severity = severity_of(list, i);
    return list_number(list, i, "at_ms");
}

static struct view_cell name(
    struct arena *a, const struct view_input *in, const struct list *list, size_t i)
{
    (void)in;
    return (struct view_cell){arena_strdup(a, list_text(list, i, "what")), ROLE_NORMAL, NAN};
}

static struct view_cell moment(
    struct arena *a, const struct view_input *in, const struct list *list, size_t i)
{
    double at_ms = list_number(list, i, "at_ms");
    bool today = (double)in->words.diagnosis->tick_ms - at_ms < 12.0 * 3600 * 1000;
    return (struct view_cell){
        cell_time(a, (int64_t)at_ms, today ? "%H:%M:%S" : _("%d %b %H:%M")), ROLE_STRONG, at_ms};
}

static struct view_cell age(
    struct arena *a, const struct view_input *in, const struct list *list, size_t i)
{
    double at_ms = list_number(list, i, "at_ms");
    double ago = ((double)in->words.diagnosis->tick_ms - at_ms) / 1000;
    return cell_of(a, format_age, fmax(0, ago), ROLE_DIM);
}

static struct view_cell said(
    struct arena *a, const struct view_input *in, const struct list *list, size_t i)
{
    (void)in;
    return (struct view_cell){change_said(a, list, i),
        severity_of(list, i) == SEVERITY_WARNING ? ROLE_WARNING : ROLE_NORMAL, NAN};
}

static const struct view_column columns[] = {
    {"", KIND_MARK, 0, 0},
    {N_("what"), KIND_NAME, 0, 0},
    {N_("at"), KIND_NUMBER, 13, 0},
    {N_("ago"), KIND_NUMBER, 8, 60},
    {N_("change"), KIND_WORDS, 0, 0},
};

enum { COLUMNS = sizeof columns / sizeof *columns };

static things_cell *const cells[COLUMNS] = {NULL, name, moment, age, said};

// `12 changes, 3 may be trouble`
static const char *heading_of(struct arena *a, int64_t count, const char *troubled)
{
    if (strcmp(troubled, "0") == 0) {
        return arena_printf(
            a, text_count("%s change", "%s changes", (double)count), cell_whole(a, count));
    }
    const char *format =
        text_count("%s change, %s may be trouble", "%s changes, %s may be trouble", (double)count);
    return arena_printf(a, format, cell_whole(a, count), troubled);
}

static const char *left_out(struct arena *a, int64_t count)
{
    const char *format = text_count("Not among these rows: %s older change.",
        "Not among these rows: %s older changes.", (double)count);
    return arena_printf(a, format, cell_whole(a, count));
}

static const struct things changes = {
    .feed = FEED_CHANGES,
    .texts = {.scraped = N_("What changed is not known: ragtop scrapes this target itself"),
        .no_answer = N_("What changed is not known: no answer from the server"),
        .unlisted = N_("What changed is not known on %s"),
        .unlisted_by_unnamed = N_("What changed is not known on this server"),
        .refused = N_("What changed is not known: %s"),
        .asking = N_("Asking what changed …"),
        .none = N_("Nothing changed in this span that %s knows of"),
        .none_of_unnamed = N_("Nothing changed in this span that the server knows of"),
        .heading = heading_of,
        .left_out = left_out},
    .columns = columns,
    .cells = cells,
    .columns_count = COLUMNS,
    .trouble = trouble,
};

/** Lines about the selected change, as they are added. */
struct lines {
    struct view_entry entries[ENTRIES_MOST];
    size_t count;
};

static void add_line(struct lines *l, const char *key, const char *text)
{
    if (text && l->count < ENTRIES_MOST) {
        l->entries[l->count++] =
            (struct view_entry){{key, ROLE_DIM}, {text, ROLE_NORMAL}, .wrap = true};
    }
}

// Whether it can be why; NULL: nothing is at fault, or nobody knows since when.
static const char *until_onset(struct arena *a, const struct view_input *in, int64_t at_ms)
{
    int64_t since_ms = 0;
    size_t near;
    changed_near(&near, 0, &since_ms, in->words.diagnosis, in->words.store);
    if (since_ms <= 0) {
        return NULL;
    }
    const char *at = cell_time(a, since_ms, "%H:%M:%S");
    return since_ms >= at_ms
               ? arena_printf(a, _("began %s later, at %s"), cell_age(a, since_ms - at_ms), at)
               : arena_printf(
                     a, _("began %s before that, at %s"), cell_age(a, at_ms - since_ms), at);
}

// What the table has no room for.
static void add_more(struct lines *l, struct arena *a, const struct view_input *in,
    const struct list *list, size_t i)
{
    int64_t at_ms = (int64_t)list_number(list, i, "at_ms");
    const char *from = list_text(list, i, "from"), *to = list_text(list, i, "to");
    add_line(l, _("at"),
        arena_printf(a, _("%s, %s ago"), cell_time(a, at_ms, "%Y-%m-%d %H:%M:%S"),
            cell_age(a, in->words.diagnosis->tick_ms - at_ms)));
    if (change_kind_of(list, i) == CHANGE_ROLLED) {
        add_line(l, _("old image"), *from ? arena_strdup(a, from) : NULL);
        add_line(l, _("new image"), *to ? arena_strdup(a, to) : NULL);
    }
    add_line(l, _("incident"), until_onset(a, in, at_ms));
}

// The selected one in full: a narrow table cuts it.
static void add_whole(
    struct view *v, struct arena *a, const struct view_input *in, const struct list *list, size_t i)
{
    bool wide = in->columns >= STAGE_CHARTS_DETAIL_FROM;
    const struct view_input half = stage_charts_detail(in);
    struct lines *l = arena_alloc(a, 1, sizeof *l);
    add_line(l, wide ? _("change") : NULL, change_said(a, list, i));
    if (wide) {
        add_more(l, a, in, list, i);
    }
    int lines = 1;
    for (size_t k = 0; k < l->count; k++) {
        lines += view_entry_lines(&l->entries[k], half.columns);
    }
    page_add(v, (struct view_pane){.kind = PANE_ENTRIES,
                    .title = arena_strdup(a, list_text(list, i, "what")),
                    .entries = l->entries,
                    .count = l->count,
                    .id = {.index = -1},
                    .wish = {.least = lines,
                        .lines = lines,
                        .keep = lines,
                        .rank = 1,
                        .beside = STAGE_CHARTS_DETAIL_FROM}});
}

// Why it is not known where the stages run; NULL: it is, or the server says that it is nowhere.
static const char *why_unplaced(const struct view_input *in)
{
    const struct plan *p = in->words.plan;
    for (int part = p->places; part >= 0; part = part_after(p, part)) {
        const struct signal_data *data = &in->words.store->signals[part];
        if (data->condition == CONDITION_REFUSED) {
            return data->why;
        }
    }
    return NULL;
}

static void add_unknown(struct view *v, struct arena *a, const struct view_input *in)
{
    const char *why = why_unplaced(in);
    const char *text =
        _("Rollouts, restarts of containers, scaling and nodes are not known: the server has no "
          "metrics of kube-state-metrics about the pods of these stages.");
    if (in->words.plan->stages_count == 0) {
        text = _("Rollouts, restarts of containers, scaling and nodes are not known: they are "
                 "looked up where the stages run, and there is no stage.");
    } else if (why) {
        text = arena_printf(a,
            _("Rollouts, restarts of containers, scaling and nodes are not known: the query for "
              "where the stages run failed: %s."),
            why);
    }
    page_add_remark(v, a, in, text);
}

static void build_page(struct view *v, struct arena *a, const struct view_input *in)
{
    const struct changes *all = change_of(in->words.store);
    page_add_verdict(v, in);
    int selected = things_add(v, a, in, &changes);
    if (selected >= 0) {
        add_whole(v, a, in, &all->list, (size_t)selected);
    }
    if (all && (in->words.plan->stages_count == 0 || !all->state)) {
        add_unknown(v, a, in);
    }
    const struct stage_charts charts = {
        .stage = stage_charts_subject(in), .rank = 2, .from = CHARTS_FROM};
    stage_charts_add(v, a, in, &charts);
}

static void add_wants(const struct view_state *s, struct wants *out)
{
    (void)s;
    wants_add(out, (struct want){FEED_CHANGES, 0, 0});
}

static bool any_may_be_why(struct arena *a, const struct view_input *in)
{
    (void)a;
    return page_tells(
        in, 1ULL << EVIDENCE_ROLLOUT | 1ULL << EVIDENCE_STARTS | 1ULL << EVIDENCE_RESTARTS);
}

const struct page_entry page_changes = {.name = N_("changes"),
    .key = "8",
    .title = N_("what changed"),
    .help =
        N_("What happened in the span that is shown, the newest first: rollouts with their images, "
           "restarts and why, scaling, pods that wait or were evicted, nodes, models, alerts that "
           "began, starts of processes."),
    .sorts = {{columns, COLUMNS}},
    .build = build_page,
    .news = any_may_be_why,
    .wants = add_wants,
    .rows = 1 << ROW_THING};
