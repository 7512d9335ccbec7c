#include "app/wants.h"

#include "app/app.h"
#include "pages/pages.h"
#include "tape/recorder.h"

// Of the charts in sight alone: each costs the server a range query.
static void add_compared(const struct app *app, int source, struct wants *out)
{
    for (size_t i = 0; i < app->view.panes_count; i++) {
        const struct view_pane *pane = &app->view.panes[i];
        for (size_t k = 0; k < pane->then_count && pane->then_at == source && pane->area.h > 0;
             k++) {
            wants_add(
                out, (struct want){FEED_COMPARE, pane->then_signals[k], app->state.compare_days});
        }
    }
}

enum { RECORDED_STAGES = 32 };

void wants_gather(struct recorded_wants *r, bool exemplars)
{
    if (r->wants.count > 0 && r->exemplars == exemplars) {
        return;
    }
    struct wants all = {0};
    struct view_state state = {.exemplars = exemplars, .selected = {.kind = ROW_STAGE}};
    for (int page = 0; page < PAGE_COUNT; page++) {
        const struct page_entry *entry = page_entry((enum page)page);
        for (int i = 0; entry->wants && i < RECORDED_STAGES; i++) {
            state.page = (enum page)page;
            state.subject = state.selected.index = i;
            entry->wants(&state, &all);
        }
    }
    wants_finish(&r->wants);
    for (size_t i = 0; i < all.count; i++) {
        if (!wants_has(&r->wants, &all.items[i])) {
            wants_add(&r->wants, all.items[i]);
        }
    }
    r->exemplars = exemplars;
    wants_finish(&all);
}

// Whoever plays a recording opens pages that are not open while it is made, of any stage.
static void add_recorded(struct app *app, const struct watch *w, struct wants *out)
{
    wants_gather(&app->recorded, app->state.exemplars);
    const struct wants *all = &app->recorded.wants;
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i].subject < (int)w->plan.stages_count) {
            wants_add(out, all->items[i]);
        }
    }
    watch_add_routing(w, out);
}

void wants_tell(struct app *app)
{
    for (size_t i = 0; i < app->watches_count; i++) {
        struct watch *w = &app->watches[i];
        struct wants wants = {0};
        const struct page_entry *page = page_entry(app->state.page);
        watch_add_wants(w, &wants);
        if (w == app_watch(app) && page->wants) {
            page->wants(&app->state, &wants);
            watch_add_routing(w, &wants);
        }
        if (recorder_runs()) {
            add_recorded(app, w, &wants);
        }
        if (app->state.compare_days > 0) {
            add_compared(app, (int)i, &wants);
        }
        poller_want(w->poller, &wants);
        wants_finish(&wants);
    }
}
