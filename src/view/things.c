#include "view/things.h"

#include <math.h>

#include "base/text.h"
#include "view/cell.h"
#include "view/order.h"

const struct list *things_list(const struct view_input *in, enum feed_kind feed)
{
    static const struct list none;
    const struct slot *slot = &in->words.store->slots[feed];
    return slot->data ? slot->data : &none;
}

static const char *why_none(
    struct arena *a, const struct view_input *in, const struct things *things)
{
    const struct slot *slot = &in->words.store->slots[things->feed];
    const struct source_state *source = &in->words.store->source;
    const struct things_texts *texts = &things->texts;
    const char *server = source->server;
    if (source->scraped) {
        return _(texts->scraped);
    }
    if (source->health == HEALTH_LOST && slot->condition != CONDITION_REFUSED) {
        return _(texts->no_answer);
    }
    switch (slot->condition) {
    case CONDITION_ABSENT:
        return *server ? arena_printf(a, _(texts->unlisted), server)
                       : _(texts->unlisted_by_unnamed);
    case CONDITION_REFUSED: return arena_printf(a, _(texts->refused), slot->why);
    case CONDITION_ASKING: return _(texts->asking);
    case CONDITION_ANSWERED: break;
    }
    return *server ? arena_printf(a, _(texts->none), server) : _(texts->none_of_unnamed);
}

static struct view_row row_of(struct arena *a, const struct view_input *in,
    const struct things *things, const struct list *list, size_t i)
{
    enum severity severity = SEVERITY_OK;
    double trouble = things->trouble(in, list, i, &severity);
    struct view_text mark = cell_mark(severity);
    struct view_row row = {.id = cell_row(in, ROW_THING, (int)i)};
    row.selected = cell_is_selected(in, row.id);
    for (size_t k = 0; k < things->columns_count; k++) {
        row.cells[k] = k == COLUMN_MARK ? (struct view_cell){mark.text, mark.role, trouble}
                                        : things->cells[k](a, in, list, i);
    }
    return row;
}

// `6,000 targets, 858 in trouble`
static const char *heading_of(
    struct arena *a, const struct things *things, const struct list *list, size_t troubled)
{
    const char *known = cell_whole(a, (int64_t)troubled);
    return things->texts.heading(a, (int64_t)(list->count + list->left_out),
        list->left_out > 0 ? arena_printf(a, "%s+", known) : known);
}

// What is left out cannot be scrolled to, nor found by the filter.
static void add_left_out(struct view *v, struct arena *a, const struct view_input *in,
    const struct things *things, const struct list *list)
{
    if (list->left_out > 0) {
        page_add_remark(v, a, in, things->texts.left_out(a, (int64_t)list->left_out));
    }
}

static struct view_table *table_of(struct view *v, struct arena *a, const struct view_input *in,
    const struct things *things, const struct list *list)
{
    struct view_table *t = arena_alloc(a, 1, sizeof *t);
    *t = (struct view_table){.columns = things->columns,
        .columns_count = things->columns_count,
        .sort = in->state->sort[v->page],
        .count = list->count};
    for (size_t k = 0; k < things->columns_count; k++) {
        t->headings[k] = _(things->columns[k].heading);
    }
    size_t troubled = 0;
    t->rows = arena_alloc(a, list->count, sizeof *t->rows);
    for (size_t i = 0; i < list->count; i++) {
        t->rows[i] = row_of(a, in, things, list, i);
        enum role role = t->rows[i].cells[COLUMN_MARK].role;
        troubled += role == ROLE_CRITICAL || role == ROLE_WARNING;
    }
    t->headings[COLUMN_NAME] = heading_of(a, things, list, troubled);
    order_rows(a, t, NULL, NULL, in->state->filter);
    return t;
}

int things_add(
    struct view *v, struct arena *a, const struct view_input *in, const struct things *things)
{
    const struct list *list = things_list(in, things->feed);
    if (list->count == 0) {
        page_add_message(v, a, why_none(a, in, things));
        return -1;
    }
    struct view_table *t = table_of(v, a, in, things, list);
    struct row_id selected = page_select(t);
    add_left_out(v, a, in, things, list);
    page_add_table(v, t, NULL, 1);
    return selected.kind == ROW_THING ? selected.index : -1;
}
