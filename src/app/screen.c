#include "app/screen.h"

#include "app/action.h"
#include "draw/frame.h"

void screen_judge(struct app *app)
{
    if (app->diagnosis.stages_count != app->plan.stages_count) { // stages were found by label
        diagnosis_finish(&app->diagnosis);
        diagnosis_init(&app->diagnosis, &app->plan);
    }
    int64_t newest = store_newest_ms(&app->store);
    int64_t tick = app->config->has_at ? app->config->at_ms : newest ? newest : app->now_ms;
    struct thresholds thresholds = thresholds_default;
    thresholds.persists = true;
    diagnosis_run(&app->diagnosis, &app->plan, &app->store, &thresholds, tick);
    bool wanted[PLAN_STAGES_MAX];
    diagnosis_wants(&app->diagnosis, wanted);
    poller_inspect(app->poller, wanted);
}

static void follow_worst(struct app *app)
{
    const struct verdict *v = &app->diagnosis.verdict;
    if (app->cursor_moved || app->state.page != PAGE_INCIDENT) {
        return;
    }
    if (v->tool >= 0) {
        app->state.selected = (struct row_id){.kind = ROW_TOOL, .index = v->tool};
    } else if (v->stage >= 0) {
        app->state.selected = (struct row_id){.index = v->stage};
    }
}

void screen_draw(struct app *app, int columns, int rows)
{
    size_t keys_count, help_count;
    follow_worst(app);
    arena_reset(&app->frame);
    const struct view_input input = {
        .words = {.plan = &app->plan, .store = &app->store, .diagnosis = &app->diagnosis},
        .state = &app->state,
        .now_ms = app->now_ms,
        .columns = columns,
        .rows = rows,
        .source = app->config->source.url,
        .keys = action_keys(false, &keys_count),
        .keys_count = keys_count,
        .help = action_keys(true, &help_count),
        .help_count = help_count,
        .notice = app->note_ms      ? app->note.text
                  : app->notice.len ? app->notice.text
                                    : NULL};
    view_build(&app->view, &app->frame, &input);
    canvas_resize(&app->canvas, columns, rows);
    frame_draw(&app->canvas, &app->view, app->glyphs);
}
