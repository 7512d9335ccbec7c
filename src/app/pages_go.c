#include "app/pages_go.h"

#include <string.h>

#include "app/app.h"
#include "app/fleet_show.h"
#include "base/names.h"
#include "base/text.h"
#include "base/utf8.h"
#include "pages/pages.h"

enum { STAGE_SHOWN = 40 };

// What is searched for in the help is no filter of rows.
static void turn_to(struct view_state *s, enum page page)
{
    bool was = page_entry(s->page)->searched, is = page_entry(page)->searched;
    if (is && !was) {
        memcpy(s->filter_aside, s->filter, sizeof s->filter_aside);
        s->filter[0] = '\0';
    } else if (was && !is) {
        memcpy(s->filter, s->filter_aside, sizeof s->filter);
    }
    s->page = page;
    s->scroll = s->choice = 0;
}

static void open_page(struct view_state *s, enum page page)
{
    if (s->trail_count == STATE_TRAIL_MAX) {
        memmove(s->trail, s->trail + 1, (STATE_TRAIL_MAX - 1) * sizeof *s->trail);
        s->trail_count--;
    }
    s->trail[s->trail_count++] = s->page;
    turn_to(s, page);
    s->full = false;
}

static bool close_page(struct view_state *s)
{
    if (s->trail_count == 0) {
        return false;
    }
    turn_to(s, s->trail[--s->trail_count]);
    return true;
}

// What a page about one row is about: also where that is a row that the page before chose itself.
static void take_selected(struct app *app)
{
    struct view_state *s = &app->state;
    if (s->selected.index >= 0) {
        return;
    }
    struct row_id row = view_step(&app->view, s->selected, 0);
    if (row.kind == ROW_STAGE || row.kind == ROW_TOOL) {
        s->selected = row;
    }
}

void pages_show(struct app *app, enum page page)
{
    struct view_state *s = &app->state;
    turn_to(s, page);
    if (page_entry(page)->of_row) {
        take_selected(app);
    } else if (!app->cursor_moved) {
        s->selected.kind = ROW_STAGE; // each page has its own worst row
        s->selected.index = -1;
    }
    s->trail_count = 0;
    s->full = false;
    if (page_entry(page)->edits) {
        query_enter(app);
    }
}

void pages_enter(struct app *app, enum page page)
{
    if (app->state.page != page) {
        open_page(&app->state, page);
    }
    if (page_entry(page)->edits) {
        query_enter(app);
    }
}

bool pages_is_text(const struct app *app)
{
    return page_entry(app->state.page)->text;
}

static bool can_list_exemplars(const struct app *app)
{
    return page_entry(app->state.page)->lists_exemplars;
}

bool pages_lists_exemplars(const struct app *app)
{
    return app->state.exemplars && can_list_exemplars(app);
}

static unsigned toggle_page(struct app *app, enum page page)
{
    if (app->state.page == page) {
        close_page(&app->state);
    } else if (!page_entry(page)->queries || !pages_is_text(app)) {
        open_page(&app->state, page);
    }
    return REACTION_VIEW;
}

unsigned pages_help(struct app *app, const char *argument)
{
    (void)argument;
    return toggle_page(app, PAGE_HELP);
}

unsigned pages_queries(struct app *app, const char *argument)
{
    (void)argument;
    return toggle_page(app, PAGE_PROMQL);
}

unsigned pages_alerts(struct app *app, const char *argument)
{
    (void)argument;
    return toggle_page(app, PAGE_ALERTS);
}

unsigned pages_exemplars(struct app *app, const char *argument)
{
    (void)argument;
    struct view_state *s = &app->state;
    if (can_list_exemplars(app) && s->selected.kind != ROW_TOOL) {
        s->exemplars = !s->exemplars;
        return REACTION_VIEW;
    }
    struct row_id row = view_step(&app->view, s->selected, 0);
    if (pages_is_text(app) || row.index < 0 || (row.kind != ROW_STAGE && row.kind != ROW_POD)) {
        app_note(app, _("exemplars belong to a stage: choose one"));
        return REACTION_VIEW;
    }
    s->selected = row;
    open_page(s, PAGE_STAGE);
    app->cursor_moved = true;
    s->exemplars = true;
    return REACTION_VIEW;
}

// One thing at a time: what was opened last is closed first.
unsigned pages_back(struct app *app, const char *argument)
{
    (void)argument;
    struct view_state *s = &app->state;
    if (s->cursor_ms > 0) {
        s->cursor_ms = 0;
    } else if (s->full) {
        s->full = false;
    } else if (pages_lists_exemplars(app)) {
        s->exemplars = false;
    } else if (page_entry(s->page)->searched && s->filter[0]) {
        s->filter[0] = '\0';
    } else if (!close_page(s)) {
        if (s->filter[0]) {
            s->filter[0] = '\0';
        } else {
            turn_to(s, PAGE_INCIDENT);
        }
    }
    return REACTION_VIEW;
}

unsigned pages_go(struct app *app, const char *argument)
{
    enum page page = page_find(argument);
    if (page == PAGE_COUNT) {
        struct str why;
        str_init(&why);
        page_add_unknown(&why, argument);
        app_note(app, why.text);
        str_finish(&why);
    } else if (page != app->state.page) {
        pages_show(app, page);
    }
    return REACTION_VIEW;
}

static void say_no_stage(struct app *app, const char *name)
{
    const struct plan *plan = &app_watch(app)->plan;
    const char **names = arena_alloc(&app->frame, plan->stages_count + 1, sizeof *names);
    for (size_t i = 0; i < plan->stages_count; i++) {
        names[i] = plan->stages[i].name;
    }
    const char *meant = names_closest(name, names);
    struct str shown, s;
    str_init(&shown);
    str_init(&s);
    utf8_add_brief(&shown, name, STAGE_SHOWN);
    if (meant) {
        str_addf(&s, _("there is no stage '%s'; did you mean '%s'?"), shown.text, meant);
    } else {
        str_addf(&s, _("there is no stage '%s'; %s and Tab list them"), shown.text,
            app_key(app, "stage"));
    }
    app_note(app, s.text);
    str_finish(&shown);
    str_finish(&s);
}

unsigned pages_stage(struct app *app, const char *argument)
{
    const struct plan *plan = &app_watch(app)->plan;
    for (size_t i = 0; i < plan->stages_count; i++) {
        if (strcmp(plan->stages[i].name, argument) == 0) {
            app->state.selected = (struct row_id){ROW_STAGE, (int)i, app->state.selected.source};
            app->cursor_moved = true;
            pages_enter(app, PAGE_STAGE);
            return REACTION_VIEW;
        }
    }
    say_no_stage(app, argument);
    return REACTION_VIEW;
}

static int focused_number(const struct view *v)
{
    int n = 0;
    for (size_t i = 0; i < v->panes_count && !v->panes[i].focused; i++) {
        n += v->panes[i].can_focus;
    }
    return n;
}

unsigned pages_full(struct app *app, const char *argument)
{
    (void)argument;
    struct view_state *s = &app->state;
    if (view_focused(&app->view)) {
        s->focus[s->page] = s->full ? s->focus[s->page] : focused_number(&app->view);
        s->full = !s->full;
    }
    return REACTION_VIEW;
}

static unsigned go(struct app *app, const struct page_act *act)
{
    app->state.selected = act->row;
    open_page(&app->state, act->page);
    app->cursor_moved = true;
    return REACTION_VIEW;
}

unsigned pages_open(struct app *app, const char *argument)
{
    const struct page_entry *page = page_entry(app->state.page);
    const struct page_act nothing = {PAGE_ACT_SAY, .text = N_("nothing opens on this page")};
    const struct page_act act = page->open ? page->open(&app->view, &app->state) : nothing;
    switch (act.kind) {
    case PAGE_ACT_NONE: break;
    case PAGE_ACT_SAY:
        app_explain(app, _(act.text));
        app_note_is_of_page(app);
        break;
    case PAGE_ACT_GO: return go(app, &act);
    case PAGE_ACT_FULL: return pages_full(app, argument);
    case PAGE_ACT_FOLD: return fleet_fold(app);
    case PAGE_ACT_COMMANDS: return yank_commands(app, argument);
    case PAGE_ACT_QUERY: return query_take_over(app, argument);
    }
    return REACTION_VIEW;
}
