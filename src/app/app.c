#include "app/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/main_loop.h"
#include "app/signals.h"
#include "app/wall.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/home.h"
#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"
#include "pages/pages.h"
#include "term/term.h"

enum { NOTE_MS = 5000, SPREAD_MS = 50 };

static int fail(const char *sentence, int status)
{
    fprintf(stderr, "ragtop: %s\n", sentence);
    return status;
}

static bool start_watches(struct app *app, struct str *why)
{
    app->watches_count = config_sources(app->config);
    app->watches = mem_zalloc(app->watches_count, sizeof *app->watches);
    for (size_t i = 0; i < app->watches_count; i++) {
        if (!watch_start(&app->watches[i], i > 0 ? app->watches : NULL, app->config, i, why)) {
            return false;
        }
        poller_delay(app->watches[i].poller, (int64_t)i * SPREAD_MS);
    }
    return true;
}

static int open_app(struct app *app, const struct theme *theme)
{
    struct str why;
    str_init(&why);
    int status = 0;
    const struct config *config = app->config;
    if (config->verbose && !config->log_file && isatty(STDERR_FILENO)) {
        status = fail(_("--verbose would write over the screen: add --log FILE"), STATUS_USAGE);
    } else if (!page_first(config->page, &app->state.page, &why) || !start_watches(app, &why)) {
        status = fail(why.text, STATUS_USAGE);
    } else {
        str_add(&app->notice, why.text);
        const struct term_options options = {.theme = theme, .color = config->color};
        check_on_death(term_restore_in_handler);
        if (!signals_open(&why) || !term_open(&options, &app->notice, &why)) {
            status = fail(why.text, STATUS_UNAVAILABLE);
        }
    }
    str_finish(&why);
    return status;
}

static void close_app(struct app *app)
{
    present_finish(&app->present);
    for (size_t i = 0; i < app->watches_count; i++) {
        watch_finish(&app->watches[i]);
    }
    free(app->watches);
    arena_finish(&app->frame);
    arena_finish(&app->before);
    canvas_finish(&app->canvas);
    recall_finish(&app->prompt.commands);
    query_page_finish(&app->query);
    str_finish(&app->notice);
    str_finish(&app->note);
    str_finish(&app->replay.text);
    str_finish(&app->pinned);
    wants_finish(&app->recorded.wants);
    str_finish(&app->pending);
    str_finish(&app->save.question);
    silence_end(app);
    keep_finish(&app->save.keep);
    str_finish(&app->theme);
    theme_choice_finish(app);
}

struct watch *app_watch(const struct app *app)
{
    return &app->watches[app->state.selected.source];
}

void app_look_at(struct app *app, const struct scope *scope)
{
    for (size_t i = 0; i < app->watches_count; i++) {
        watch_look_at(&app->watches[i], scope, app->now_ms);
    }
}

void app_note(struct app *app, const char *text)
{
    str_setf(&app->note, "%s", text);
    app->note_ms = app->now_ms + NOTE_MS;
    app->note_page = PAGE_COUNT;
}

void app_note_is_of_page(struct app *app)
{
    app->note_page = app->state.page;
}

bool app_note_full(struct app *app, const struct line *l)
{
    if (l->full) {
        app_note(app, arena_printf(&app->frame,
                          _("the line is full: it holds %d bytes, and the rest is left out"),
                          LINE_BYTES - 1));
    }
    return l->full;
}

void app_explain(struct app *app, const char *text)
{
    struct str s;
    str_init(&s);
    bindings_explain(&s, &app->config->bindings, text);
    app_note(app, s.text);
    str_finish(&s);
}

const char *app_key(struct app *app, const char *line)
{
    struct str s;
    str_init(&s);
    bindings_explain(&s, &app->config->bindings, arena_printf(&app->frame, "{%s}", line));
    return arena_take(&app->frame, &s);
}

bool app_expand(struct str *path, const char *typed, struct str *why)
{
    return home_expand(path, typed, getenv("HOME"), why);
}

int app_run(const struct config *config, const struct theme *theme)
{
    // not on the stack: most of it is room for what is typed, and costs nothing while it is
    // untouched
    struct app *app = mem_zalloc(1, sizeof *app);
    app->config = config;
    app->now_ms = clock_now_ms();
    app->state.read_only = config->read_only;
    str_init(&app->notice);
    str_init(&app->note);
    str_init(&app->present.text);
    str_init(&app->replay.text);
    str_init(&app->pinned);
    str_init(&app->pending);
    str_init(&app->save.question);
    str_init(&app->theme);
    str_init(&app->theme_choice.before);
    str_init(&app->theme_choice.question);
    str_add(&app->theme, config->theme ? config->theme : "default");
    int status = open_app(app, theme);
    if (status == 0) {
        theme_choice_recall(app);
        if (config->mouse) {
            term_mouse(true);
        }
        if (config->wall_ms) {
            wall_start(app);
        }
        replay_start(app);
        status = main_loop_run(app);
        term_close();
    }
    check_on_death(NULL);
    close_app(app);
    signals_close();
    free(app);
    return status;
}
