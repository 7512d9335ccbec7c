#include <string.h>

#include "base/text.h"

#include "pages/pages.h"
#include "pages/roomy.h"
#include "view/cell.h"
#include "view/chart_pane.h"
#include "view/event.h"
#include "view/machine_pane.h"
#include "view/page.h"
#include "view/pod_table.h"
#include "words/change_words.h"

enum { LINES_MOST = 24, CHANGES_MOST = 8 };

/** Lines of a page, as they are added. */
struct lines {
    struct view_entry *entries;
    size_t count;
};

// Without KEY the text has the whole line: a command in a column of its own would be broken.
static void add_line(struct lines *l, const char *key, const char *text)
{
    if (l->count < LINES_MOST) {
        l->entries[l->count++] =
            (struct view_entry){{key, ROLE_DIM}, {text, ROLE_NORMAL}, .wrap = true};
    }
}

// A rollout is of its workload.
static bool is_about(const char *what, const char *pod)
{
    size_t len = infra_workload_length(pod);
    return strcmp(what, pod) == 0 || (strlen(what) == len && strncmp(what, pod, len) == 0);
}

static void add_changes(
    struct lines *l, struct arena *a, const struct view_input *in, const struct place *place)
{
    const struct changes *all = change_of(in->words.store);
    size_t shown = 0;
    const char *node = "";
    const struct infra *infra = infra_of(in->words.store);
    if (infra) {
        node = infra_node_of(infra, place->namespace, place->pod);
    }
    for (size_t i = 0; all && i < all->list.count && shown < CHANGES_MOST; i++) {
        const char *what = list_text(&all->list, i, "what");
        if (is_about(what, place->pod) || (*node && strcmp(what, node) == 0)) {
            int64_t at_ms = (int64_t)list_number(&all->list, i, "at_ms");
            add_line(l, cell_time(a, at_ms, "%H:%M:%S"), change_named(a, &all->list, i));
            shown++;
        }
    }
    if (all && all->state && shown == 0) {
        add_line(l, NULL, _("Nothing changed about this pod in the span."));
    }
}

static void add_commands(struct lines *l, struct arena *a, const char *commands)
{
    for (const char *at = commands; at && *at;) {
        size_t len = strcspn(at, "\n");
        add_line(l, NULL, arena_printf(a, "%.*s", (int)len, at));
        at += len + (at[len] == '\n');
    }
}

static void add_lines(
    struct view *v, struct arena *a, const struct view_input *in, int stage, const char *pod)
{
    struct lines l = {.entries = arena_alloc(a, LINES_MOST, sizeof *l.entries)};
    struct place place;
    bool commands = v->commands && *v->commands;
    if (machine_place(&place, in, stage, pod)) {
        add_changes(&l, a, in, &place);
        add_commands(&l, a, v->commands);
    }
    if (l.count > 0) {
        struct view_pane pane = {.kind = PANE_ENTRIES,
            .title = commands ? page_explain(a, in,
                                    _("what changed, and where to look with kubectl "
                                      "({copy-kubectl} copies the commands)"))
                              : _("what changed"),
            .entries = l.entries,
            .count = l.count,
            .id = {.index = -1, .source = in->at}};
        int lines = 1;
        for (size_t i = 0; i < l.count; i++) {
            lines += view_entry_lines(&l.entries[i], in->columns);
        }
        pane.wish = (struct layout_wish){.least = 2, .lines = lines, .keep = lines, .rank = 2};
        page_add(v, pane);
    }
}

static void build_page(struct view *v, struct arena *a, const struct view_input *in)
{
    int stage = pod_table_stage(in);
    page_add_verdict(v, in);
    struct view_table *t =
        stage >= 0 ? pod_table_build(a, in, stage, (struct view_sort){0}, "") : NULL;
    const char *pod = t ? pod_table_name(t, page_select(t)) : NULL;
    if (!pod) {
        page_add_message(v, a,
            page_explain(a, in, _("No pod is selected: choose one on page 5 and press {open}.")));
        return;
    }
    v->commands = machine_commands(a, in, stage, pod);
    struct view_pane machine = machine_pane(a, in, stage, pod);
    const char *missing = machine_missing(a, in, stage, pod);
    struct place place;
    if (machine.count > 0) {
        page_add(v, machine);
    }
    if (pod_table_is_gone(a, in, stage, pod)) {
        page_add_remark(v, a, in, _("This pod is gone: only its past is known."));
    } else if (missing) {
        page_add_remark(v, a, in, missing);
    } else if (!machine_place(&place, in, stage, pod)) {
        page_add_remark(v, a, in,
            _("Its CPU, memory and node are not known: its series have no `pod` label, and "
              "kube_pod_info has no pod of its address."));
    }
    struct view_input with = *in;
    with.events = event_read(a, in, stage, &with.events_count);
    if (in->words.plan->stages[stage].kind != LATENCY_NONE) {
        struct view_pane chart = chart_pod_pane(a, &with, stage, pod);
        chart.wish.rank = 3;
        page_add(v, chart);
        roomy_add_others(v, a, in, stage, 4);
    }
    add_lines(v, a, in, stage, pod);
}

static void add_wants(const struct view_state *s, struct wants *out)
{
    struct view_state of_stage = *s;
    of_stage.selected.kind = ROW_STAGE;
    page_want_stage(&of_stage, out);
    wants_add(out, (struct want){FEED_CHANGES, 0, 0});
}

const struct page_entry page_pod = {.name = N_("pod"),
    .title = N_("one pod"),
    .help = N_("The selected pod: its CPU, memory, restarts, GPUs and node, its latency beside the "
               "others, what changed about it; {copy-kubectl} copies the kubectl lines."),
    .build = build_page,
    .open = page_open_pane,
    .wants = add_wants,
    .rows = 1 << ROW_POD,
    .of_row = true};
