#include "app/query_page.h"

#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "app/pages_go.h"
#include "app/typing.h"
#include "base/mem.h"
#include "base/text.h"
#include "cache/queries.h"
#include "export/copy.h"
#include "pages/pages.h"
#include "poll/own_query.h"

enum { CTRL_O = 15 };

void query_page_finish(struct query_page *q)
{
    free(q->asked);
    recall_finish(&q->history);
    *q = (struct query_page){0};
}

static bool is_shown(const struct app *app)
{
    return page_entry(app->state.page)->edits;
}

static void settle(struct query_page *q)
{
    q->chosen = -1;
    q->listing = false;
}

void query_enter(struct app *app)
{
    struct query_page *q = &app->query;
    if (!q->history_read) {
        q->history_read = true;
        queries_read(app->config->state_directory, app->now_ms, &q->history);
    }
    app->state.query.edited = app->state.query.line.len == 0;
    settle(q);
}

static void ask(struct app *app)
{
    struct query_page *q = &app->query;
    struct poller *poller = app_watch(app)->poller;
    if (app_note_full(app, &app->state.query.line)) {
        return; // a part of a query is another one
    }
    const char *text = app->state.query.line.text + strspn(app->state.query.line.text, " ");
    free(q->asked);
    q->asked = *text ? mem_strdup(text) : NULL;
    q->fresh = q->asked;
    if (q->asked && poller) {
        poller_query_again(poller);
    }
}

// One that fails is not worth being recalled.
static void keep_answered(struct app *app, const struct query *answer)
{
    struct query_page *q = &app->query;
    bool its = q->fresh && answer->expr && strcmp(answer->expr, q->asked) == 0;
    if (its && (answer->state == QUERY_ANSWERED || answer->state == QUERY_REFUSED)) {
        q->fresh = false;
        if (answer->state == QUERY_ANSWERED) {
            recall_add(&q->history, q->asked, QUERIES_MOST);
            queries_keep(app->config->state_directory, app->now_ms, q->asked);
        }
    }
}

void query_ask(struct app *app, const char *text)
{
    pages_enter(app, PAGE_QUERY);
    line_set(&app->state.query.line, text);
    app->state.query.edited = true;
    ask(app);
}

unsigned query_command(struct app *app, const char *argument)
{
    query_ask(app, argument);
    return REACTION_VIEW;
}

unsigned query_edit(struct app *app, const char *argument)
{
    (void)argument;
    if (is_shown(app)) {
        app->state.query.edited = true;
    } else {
        app_explain(app, _("{edit-query} edits a query, on page 6"));
    }
    return REACTION_VIEW;
}

unsigned query_turn(struct app *app, const char *argument)
{
    (void)argument;
    if (is_shown(app)) {
        app->state.query.table = !app->state.query.table;
        app->state.selected.index = -1;
    } else {
        app_explain(app, _("{table} turns an answer into a table, on page 6"));
    }
    return REACTION_VIEW;
}

unsigned query_take_over(struct app *app, const char *argument)
{
    (void)argument;
    const char *promql = copy_promql(&app->view);
    bool ready = app->state.query.line.len == 0 && !app->state.query.edited;
    if (is_shown(app) && ready && promql) {
        query_ask(app, promql);
    } else if (is_shown(app)) {
        app->state.query.edited = true;
    } else if (promql) {
        query_ask(app, promql);
    } else {
        app_note(app, _("no PromQL here; it is on the pages with charts"));
        app_note_is_of_page(app);
    }
    return REACTION_VIEW;
}

unsigned query_next_source(struct app *app, const char *argument)
{
    (void)argument;
    struct view_state *s = &app->state;
    if (!is_shown(app)) {
        app_explain(app, _("{next-source} asks the next source, on page 6"));
    } else if (app->watches_count < 2) {
        app_note(app, _("there is only one source; --source NAME=URL watches several"));
    } else {
        int next = (s->selected.source + 1) % (int)app->watches_count;
        s->selected = (struct row_id){.index = -1, .source = next};
        s->subject = 0;
        s->only = s->only > 0 ? next + 1 : 0;
        app->cursor_moved = true;
        settle(&app->query);
    }
    return REACTION_VIEW;
}

// ---- candidates -------------------------------------------------------------------------------

static void find_candidates(struct app *app)
{
    struct query_page *q = &app->query;
    const struct line *l = &app->state.query.line;
    complete_look(&q->place, l->text, l->cursor);
    q->candidates.count = q->candidates.left_out = 0;
    bool begun = q->place.to > q->place.from || q->place.kind != COMPLETE_EXPR;
    bool asked = q->asked && strcmp(l->text, q->asked) == 0; // nothing is missing
    if (q->place.kind == COMPLETE_NOTHING || ((!begun || asked) && !q->listing)) {
        return;
    }
    enum vocabulary_kind kind;
    const struct vocabulary *words = NULL;
    if (complete_wants(&q->place, &kind)) {
        const char *label = kind == VOCABULARY_VALUES ? q->place.label : "";
        const char *metric = kind == VOCABULARY_METRICS ? "" : q->place.metric;
        words = poller_words(app_watch(app)->poller, kind, metric, label);
    }
    complete_fill(&q->candidates, &q->place, l->text, words);
}

static void choose(struct app *app, int step)
{
    struct query_page *q = &app->query;
    struct line *l = &app->state.query.line;
    int count = (int)q->candidates.count;
    if (count == 0) {
        q->listing = true; // and shown with the next frame
        return;
    }
    if (q->chosen < 0) {
        q->before = *l;
        q->chosen = step > 0 ? 0 : count - 1;
    } else {
        q->chosen = (q->chosen + step + count) % count;
    }
    struct str insert;
    str_init(&insert);
    *l = q->before;
    complete_add(&insert, &q->place, &q->candidates.items[q->chosen], l->text + q->place.to);
    line_replace(l, q->place.from, q->place.to, insert.text);
    str_finish(&insert);
    if (count == 1) {
        settle(q);
    }
}

// ---- keys -------------------------------------------------------------------------------------

static void recall(struct app *app, int steps)
{
    const char *line = recall_step(&app->query.history, steps, app->state.query.line.text);
    if (line) {
        line_set(&app->state.query.line, line);
    }
}

unsigned query_type(struct app *app, keystroke pressed)
{
    struct query_page *q = &app->query;
    bool choosing = q->chosen >= 0;
    switch (pressed) {
    case KEY_ESC:
        if (choosing) {
            app->state.query.line = q->before;
        }
        app->state.query.edited = choosing;
        settle(q);
        break;
    case KEY_CODE_ENTER:
        if (!choosing) { // else the candidate is taken
            ask(app);
        }
        settle(q);
        break;
    case KEY_CODE_TAB: choose(app, 1); break;
    case KEY_CODE_BACK_TAB: choose(app, -1); break;
    case CTRL_O: query_next_source(app, ""); break;
    case KEY_CODE_UP:
    case KEY_CODE_DOWN:
        if (!choosing && pressed == KEY_CODE_DOWN && app->state.query.line.len == 0 &&
            q->history.back == 0) { // down to the queries that are ready
            app->state.query.edited = false;
            app->state.selected = (struct row_id){ROW_READY, 0, app->state.selected.source};
        } else if (choosing) {
            choose(app, pressed == KEY_CODE_DOWN ? 1 : -1);
        } else {
            recall(app, pressed == KEY_CODE_UP ? 1 : -1);
            settle(q);
        }
        break;
    default:
        if (typing_key(&app->state.query.line, pressed)) {
            settle(q);
            app_note_full(app, &app->state.query.line);
        }
    }
    return REACTION_VIEW;
}

unsigned query_paste(struct app *app, keystroke pressed)
{
    typing_paste(&app->state.query.line, pressed);
    app_note_full(app, &app->state.query.line);
    settle(&app->query);
    return REACTION_VIEW;
}

// ---- asking -----------------------------------------------------------------------------------

const struct view_query *query_watch(struct app *app)
{
    struct query_page *q = &app->query;
    struct watch *in_view = app_watch(app);
    bool shown = is_shown(app);
    for (size_t i = 0; i < app->watches_count; i++) {
        struct watch *w = &app->watches[i];
        bool asks = shown && w == in_view;
        if (w->poller) {
            poller_query(w->poller, asks ? q->asked : NULL, !app->state.query.table);
        }
    }
    if (!shown || !in_view->poller) {
        return NULL;
    }
    if (app->state.query.edited && q->chosen < 0) {
        find_candidates(app);
    }
    keep_answered(app, poller_query_result(in_view->poller));
    struct view_query *out = arena_alloc(&app->frame, 1, sizeof *out);
    size_t count = q->history.count;
    const char **earlier = arena_alloc(&app->frame, count + 1, sizeof *earlier);
    for (size_t i = 0; i < count; i++) {
        earlier[i] = q->history.lines[count - 1 - i];
    }
    *out = (struct view_query){.earlier = earlier,
        .earlier_count = count,
        .result = poller_query_result(in_view->poller),
        .candidates = app->state.query.edited ? &q->candidates : NULL,
        .chosen = q->chosen};
    return out;
}
