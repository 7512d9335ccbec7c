#include "pages/framing.h"

#include <string.h>

#include "base/text.h"
#include "pages/pages.h"

enum { COLUMNS_FROM = 80, ROWS_FROM = 24 };

static enum layout_frame frame_of(const struct view_pane *pane)
{
    switch (pane->kind) {
    case PANE_VERDICT:
    case PANE_BIG: return FRAME_NONE;
    case PANE_CHART:
    case PANE_HEAT:
    case PANE_FACTS: return pane->title ? FRAME_TITLED : FRAME_ROUND;
    case PANE_ENTRIES: // a remark is no pane to the reader
        return pane->title ? FRAME_TITLED : pane->wish.grow > 0 ? FRAME_ROUND : FRAME_NONE;
    case PANE_EDIT: return pane->title ? FRAME_TITLED : FRAME_ROUND;
    case PANE_TABLE: return FRAME_ROUND;
    case PANE_CHOICES: return FRAME_JOINED;
    }
    return FRAME_NONE;
}

static bool has_usual(const struct view_table *t)
{
    bool any = false;
    for (size_t k = 0; k < t->columns_count; k++) {
        const char *heading = t->columns[k].heading;
        any = any || (heading && strcmp(heading, "usual") == 0);
    }
    return any;
}

// The page is called by its name where its first table is; the numbers there say what they are.
static void name(struct view_pane *pane, const struct view *v, struct arena *a)
{
    for (size_t i = 0; i < v->tabs_count; i++) {
        if (v->tabs[i].active) {
            pane->key = v->tabs[i].key;
            pane->label = v->tabs[i].name;
        }
    }
    if (pane->kind == PANE_TABLE && has_usual(pane->table)) {
        pane->legend =
            (struct view_text){arena_printf(a, _("%s, %s"), v->window, v->usual), ROLE_DIM};
    }
}

// The second table of two with the same columns continues the first.
static bool continues(const struct view_pane *pane, const struct view_pane *before)
{
    return pane->kind == PANE_TABLE && before->kind == PANE_TABLE && !pane->label &&
           pane->table->columns == before->table->columns;
}

void framing_wish(struct view *v, struct arena *a, const struct view_input *in)
{
    bool frames = in->columns >= COLUMNS_FROM && in->rows >= ROWS_FROM, named = false;
    for (size_t i = 0; i < v->panes_count; i++) {
        struct view_pane *pane = &v->panes[i];
        pane->wish.frame = frames ? frame_of(pane) : FRAME_NONE;
        if (frames && i > 0 && continues(pane, pane - 1)) {
            pane->wish.frame = FRAME_JOINED;
        } else if (pane->wish.frame == FRAME_ROUND && !pane->label && !named) {
            name(pane, v, a);
            named = true;
        }
    }
}

static bool has_foot(const struct view *v, const struct view_pane *pane)
{
    int end = pane->frame.y + pane->frame.h;
    if (pane->frame.h == 0 || pane->area.y + pane->area.h + 1 != end) {
        return false;
    }
    for (size_t i = 0; i < v->panes_count; i++) {
        if (v->panes[i].frame.h > 0 && v->panes[i].frame.y == end - 1) {
            return false;
        }
    }
    return true;
}

void framing_settle(struct view *v)
{
    for (size_t i = 0; i < v->panes_count; i++) {
        v->panes[i].foot = has_foot(v, &v->panes[i]);
    }
}
