#include "app/action.h"
#include "pages/pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/app.h"
#include "app/completion.h"
#include "app/pages_go.h"
#include "app/prompt.h"
#include "feed/feed.h"
#include "unit/world.h"

enum { ESC = 27 };

// --- the program without its terminal

/** The article in a program that shows nothing and asks nobody. */
struct scene {
    struct world world;
    struct watch watch; /**< of the world, which owns what is in it */
    struct app app;
    size_t rows;
};

static void look(struct scene *s)
{
    struct app *app = &s->app;
    arena_reset(&app->frame);
    const struct view_input in = {.words = world_words(&s->world),
        .state = &app->state,
        .now_ms = WORLD_NOW_MS,
        .columns = 120,
        .rows = 40,
        .bindings = &app->config->bindings};
    view_build(&app->view, &app->frame, &in);
    canvas_resize(&app->canvas, 120, 40);
}

static void start(struct scene *s)
{
    *s = (struct scene){0};
    world_init(&s->world, world_article);
    const struct load usual = {2, 0.3};
    world_requests(&s->world, "retrieval", usual, (struct load){2, 1.8});
    world_requests(&s->world, "vector_db", usual, (struct load){2, 1.7});
    world_requests(&s->world, "generation", usual, usual);
    world_tool(&s->world, "web_search", 0.6, 0.6);
    world_tool(&s->world, "calculator", 0.6, 0.6);
    world_judge(&s->world);
    struct app *app = &s->app;
    app->config = &s->world.config;
    s->watch = (struct watch){.config = app->config,
        .scope = s->world.scope,
        .plan = s->world.plan,
        .store = s->world.store,
        .diagnosis = s->world.diagnosis};
    app->watches = &s->watch;
    app->watches_count = 1;
    app->now_ms = WORLD_NOW_MS;
    str_init(&app->notice);
    str_init(&app->note);
    str_init(&app->theme);
    str_init(&app->pending);
    canvas_init(&app->canvas, 0, 0);
    look(s);
}

static void stop(struct scene *s)
{
    recall_finish(&s->app.prompt.commands);
    query_page_finish(&s->app.query);
    arena_finish(&s->app.frame);
    canvas_finish(&s->app.canvas);
    str_finish(&s->app.notice);
    str_finish(&s->app.note);
    str_finish(&s->app.theme);
    str_finish(&s->app.pending);
    world_finish(&s->world);
}

static void press(struct scene *s, keystroke k)
{
    action_run(&s->app, k);
    look(s);
}

static void type(struct scene *s, const char *text)
{
    for (; *text; text++) {
        press(s, (keystroke)*text);
    }
}

static void esc_goes_back_step_by_step(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    press(&s, 'j');
    press(&s, KEY_CODE_ENTER);
    assert_int_equal(s.app.view.page, PAGE_STAGE);
    press(&s, 'f');
    assert_true(s.app.state.full);
    press(&s, 'e');
    assert_int_equal(s.app.view.page, PAGE_PROMQL);
    press(&s, '?');
    assert_int_equal(s.app.view.page, PAGE_HELP);
    static const enum page back[] = {PAGE_PROMQL, PAGE_STAGE, PAGE_INCIDENT, PAGE_INCIDENT};
    for (size_t i = 0; i < sizeof back / sizeof *back; i++) {
        press(&s, ESC);
        assert_int_equal(s.app.view.page, back[i]);
    }
    assert_int_equal(action_run(&s.app, ESC) & REACTION_QUIT, 0);
    stop(&s);
}

static void pages_have_digits(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    static const enum page pages[] = {
        PAGE_INCIDENT, PAGE_STAGE, PAGE_ERRORS, PAGE_TOOLS, PAGE_PODS};
    for (int i = 0; i < 8; i++) {
        int digit = i * 3 % 5;
        press(&s, (keystroke)('1' + digit));
        assert_int_equal(s.app.view.page, pages[digit]);
    }
    stop(&s);
}

/** The row that the screen shows as selected. */
static struct row_id seen_selected(const struct view *v)
{
    for (size_t i = 0; i < v->panes_count; i++) {
        const struct view_pane *pane = &v->panes[i];
        for (size_t k = 0; pane->kind == PANE_TABLE && k < pane->table->count; k++) {
            if (pane->table->rows[k].selected) {
                return pane->table->rows[k].id;
            }
        }
    }
    return (struct row_id){.index = -1};
}

// Pages about one row are about the one that was seen as selected, also where the user chose none
// and the page before did.
static void pages_are_about_what_is_selected(void **state)
{
    (void)state;
    static const char before[] = {'3', '4'}, after[] = {'2', '5'};
    for (size_t i = 0; i < sizeof before; i++) {
        for (size_t k = 0; k < sizeof after; k++) {
            struct scene s;
            start(&s);
            s.app.state.selected =
                (struct row_id){ROW_STAGE, world_stage(&s.world, "vector_db"), 0};
            s.app.state.subject = s.app.state.selected.index;
            press(&s, (keystroke)before[i]);
            struct row_id seen = seen_selected(&s.app.view);
            assert_true(
                seen.index >= 0 && !(seen.kind == ROW_STAGE && seen.index == s.app.state.subject));
            press(&s, (keystroke)after[k]);
            assert_true(view_same_row(s.app.state.selected, seen));
            press(&s, (keystroke)before[i]); // and there each page has its own
            assert_true(view_same_row(seen_selected(&s.app.view), seen));
            stop(&s);
        }
    }
}

static void the_first_page_has_a_name(void **state)
{
    (void)state;
    enum page page;
    struct str why;
    str_init(&why);
    assert_true(page_first(NULL, &page, &why) && page == PAGE_INCIDENT);
    assert_true(page_first("stage", &page, &why) && page == PAGE_STAGE);
    assert_true(page_first("5", &page, &why) && page == PAGE_PODS);
    assert_false(page_first("help", &page, &why)); // it is about another page
    assert_false(page_first("nowhere", &page, &why));
    assert_string_equal(why.text, "--page: there is no page 'nowhere'; these are: incident stage "
                                  "errors tools pods query alerts changes targets");
    str_finish(&why);
}

static void tab_visits_every_pane_in_sight(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    const struct view_pane *first = view_focused(&s.app.view);
    size_t at = (size_t)(first - s.app.view.panes), seen = 0;
    bool kinds[PANE_BIG + 1] = {false};
    do {
        press(&s, KEY_CODE_TAB);
        const struct view_pane *now = view_focused(&s.app.view);
        assert_non_null(now);
        assert_true(now->area.h > 0);
        kinds[now->kind] = true;
        seen++;
    } while (&s.app.view.panes[at] != view_focused(&s.app.view) && seen < 20);
    assert_true(seen >= 4 && seen < 20);
    assert_true(kinds[PANE_TABLE] && kinds[PANE_CHART]);
    stop(&s);
}

static size_t rows_shown(const struct scene *s)
{
    return s->app.view.stages.count + s->app.view.tools.count;
}

static void a_filter_works_while_it_is_typed(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    size_t all = rows_shown(&s);
    type(&s, "/vector");
    assert_string_equal(s.app.view.prompt, "/vector");
    assert_int_equal(rows_shown(&s), 2); // it, and what is above it
    press(&s, KEY_CODE_BACKSPACE);
    assert_string_equal(s.app.state.filter, "vecto");
    press(&s, ESC); // nothing happened
    assert_int_equal(rows_shown(&s), all);
    assert_int_equal(s.app.state.prompt, PROMPT_NONE);
    type(&s, "/q?1T"); // keys are letters there
    assert_int_equal(s.app.view.page, PAGE_INCIDENT);
    press(&s, KEY_CODE_ENTER);
    assert_int_equal(rows_shown(&s), 0);
    press(&s, ESC);
    assert_int_equal(rows_shown(&s), all);
    type(&s, "/vector\x15web");
    press(&s, KEY_CODE_ENTER);
    assert_int_equal(rows_shown(&s), 1);
    assert_int_equal(s.app.state.selected.kind, ROW_TOOL); // the cursor comes along
    stop(&s);
}

static bool offers(const struct scene *s, const char *name)
{
    const struct view *v = &s->app.view;
    for (size_t i = 0; i < v->keys_count; i++) {
        if (strcmp(v->keys[i].key, name) == 0) {
            return true;
        }
    }
    return false;
}

// Where no row matches, Enter is not offered, and says so when it is pressed all the same.
static void what_is_not_there_is_not_opened(void **state)
{
    (void)state;
    static const enum page pages[] = {PAGE_INCIDENT, PAGE_ERRORS, PAGE_TOOLS};
    struct scene s;
    start(&s);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        s.app.state.page = pages[i];
        look(&s);
        assert_true(offers(&s, "Enter"));
        type(&s, "/zzz");
        assert_false(offers(&s, "Enter"));
        assert_true(offers(&s, "q"));
        press(&s, KEY_CODE_ENTER); // the end of the filter
        press(&s, KEY_CODE_ENTER);
        assert_int_equal(s.app.state.page, pages[i]);
        assert_string_equal(s.app.note.text, "no row matches the filter; Esc shows all");
        press(&s, ESC);
        assert_true(offers(&s, "Enter"));
    }
    stop(&s);
}

static void n_goes_to_matches_alone(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    type(&s, "/_query_"); // in the metric of vector_db; retrieval is only above it
    press(&s, KEY_CODE_ENTER);
    for (int i = 0; i < 8; i++) {
        press(&s, i < 5 ? 'n' : 'N');
        struct row_id id = s.app.state.selected;
        assert_false(id.kind == ROW_STAGE && id.index == world_stage(&s.world, "retrieval"));
    }
    stop(&s);
}

static void characters_are_typed_whole(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    press(&s, '/');
    press(&s, 0x65E5);
    press(&s, 0x1F50D);
    press(&s, 0x9B); // a control character that came as UTF-8 is none
    assert_string_equal(s.app.state.typed.text, "\u65E5\U0001F50D");
    press(&s, KEY_CODE_BACKSPACE);
    assert_string_equal(s.app.state.typed.text, "\u65E5");
    for (int i = 0; i < 500; i++) {
        press(&s, 0x65E5);
    }
    assert_int_equal(s.app.state.typed.len, 501 * 3);
    assert_int_equal(strlen(s.app.state.filter) % 3, 0); // full, and nothing is cut in half
    stop(&s);
}

static void sorting_chooses_columns(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    const char *worst = s.app.view.stages.rows[0].cells[COLUMN_NAME].text;
    assert_non_null(strstr(worst, "retrieval"));
    press(&s, '>'); // by name
    assert_non_null(strstr(s.app.view.stages.rows[0].cells[COLUMN_NAME].text, "generation"));
    press(&s, 'I');
    assert_non_null(strstr(s.app.view.stages.rows[0].cells[COLUMN_NAME].text, "retrieval"));
    press(&s, '<');
    assert_int_equal(s.app.state.sort[PAGE_INCIDENT].column, 0);
    stop(&s);
}

static void commands(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    type(&s, ":page errors");
    press(&s, KEY_CODE_ENTER);
    assert_int_equal(s.app.view.page, PAGE_ERRORS);
    type(&s, ":filter gen ");
    press(&s, KEY_CODE_ENTER);
    assert_string_equal(s.app.state.filter, "gen");
    type(&s, ":nonsense");
    press(&s, KEY_CODE_ENTER);
    assert_non_null(strstr(s.app.note.text, "no command 'nonsense'; `?`"));
    type(&s, ":theme");
    press(&s, KEY_CODE_ENTER);
    assert_string_equal(s.app.note.text, "usage: :theme NAME");
    type(&s, ":theme nope");
    press(&s, KEY_CODE_ENTER);
    assert_non_null(strstr(s.app.note.text, "no theme 'nope'"));
    press(&s, ':');
    press(&s, KEY_CODE_UP);
    assert_string_equal(s.app.state.typed.text, "theme nope");
    press(&s, KEY_CODE_UP);
    press(&s, KEY_CODE_UP);
    assert_string_equal(s.app.state.typed.text, "nonsense");
    press(&s, KEY_CODE_DOWN);
    assert_string_equal(s.app.state.typed.text, "theme");
    press(&s, ESC);
    assert_int_equal(command_run(&s.app, "q") & REACTION_QUIT, REACTION_QUIT);
    assert_int_equal(command_run(&s.app, " : ") & REACTION_QUIT, 0);
    stop(&s);
}

static void assert_hint(struct scene *s, const char *typed, const char *want)
{
    struct str hint;
    str_init(&hint);
    completion_add_hint(&hint, &s->app, typed);
    assert_string_equal(hint.text, want);
    str_finish(&hint);
}

static void completes(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *want;
    } cases[] = {
        {"th", "theme "}, {"wri", "write"}, // or write!
        {"wa", "wall "}, {"x", "x"}, {"theme gr", "theme gruvbox "},
        {"theme de", "theme de"}, // default or deuteranopia
        {"page er", "page errors "}, {"mouse ", "mouse o"}, {"at yes", "at yesterday "},
        {"span 1", "span 1"}, // 15m, 1h, 12h, 1d
        {"span 15", "span 15m "}, {"window 3", "window 30m "},
        {"baseline sea", "baseline seasonal "}, {"nonsense a", "nonsense a"},
        {"stage v", "stage vector_db "}, {"sort us", "sort usual "},
        {"source e", "source e"}, // there is one alone
    };
    struct scene s;
    start(&s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct line line;
        line_set(&line, cases[i].typed);
        completion_run(&s.app, &line);
        assert_string_equal(line.text, cases[i].want);
    }
    struct watch two[2] = {s.watch, s.watch};
    struct config eu = {.name = "eu"}, us = {.name = "us"};
    two[0].config = &eu;
    two[1].config = &us;
    s.app.watches = two;
    s.app.watches_count = 2;
    struct line line;
    line_set(&line, "source e");
    completion_run(&s.app, &line);
    assert_string_equal(line.text, "source eu ");
    assert_hint(&s, "source ", "eu  us  all");
    s.app.watches = &s.watch;
    s.app.watches_count = 1;
    stop(&s);
}

static void says_what_can_be_typed(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    assert_hint(&s, "so", "source  sort  sort-left  sort-right");
    assert_hint(&s, "sort", "COLUMN  sort by a column; worst: the worst first");
    assert_hint(&s, "sort ", "worst  metric  now  usual  change  errors  rate");
    assert_hint(&s, "stage ", "retrieval  vector_db  generation");
    assert_hint(&s, "span 1", "15m  1h  12h  1d");
    assert_hint(&s, "span 3h", "6h  show this much time");
    assert_hint(&s, "write x", "FILE  save the page as Markdown; never overwrites");
    assert_hint(&s, "nonsense", "no such command");
    assert_hint(&s, "nonsense x", "no such command");
    stop(&s);
}

static void goes_to_stages_and_columns(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    command_run(&s.app, "sort change");
    assert_int_equal(s.app.state.sort[PAGE_INCIDENT].column, COLUMN_CHANGE);
    assert_string_equal(s.app.note.text, "by change, highest first");
    command_run(&s.app, "sort verdict");
    assert_non_null(
        strstr(s.app.note.text, "no column 'verdict' on this page; use worst, metric, now"));
    command_run(&s.app, "sort worst");
    assert_int_equal(s.app.state.sort[PAGE_INCIDENT].column, 0);
    command_run(&s.app, "stage generation");
    assert_int_equal(s.app.state.page, PAGE_STAGE);
    assert_int_equal(s.app.state.selected.index, 2);
    command_run(&s.app, "stage nowhere");
    assert_string_equal(s.app.note.text, "there is no stage 'nowhere'; :stage and Tab list them");
    command_run(&s.app, "stage generaton");
    assert_string_equal(
        s.app.note.text, "there is no stage 'generaton'; did you mean 'generation'?");
    command_run(&s.app, "page nowhere");
    assert_non_null(strstr(s.app.note.text, "there is no page 'nowhere'; these are: incident"));
    stop(&s);
}

static void slips_are_pointed_out(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    press(&s, 'H');
    assert_string_equal(s.app.note.text, "H is not bound (? for help)");
    press(&s, 't');
    assert_non_null(strstr(s.app.note.text, "page 6"));
    press(&s, 'I');
    assert_string_equal(s.app.note.text, "worst last");
    press(&s, ']');
    assert_non_null(strstr(s.app.note.text, "already now"));
    stop(&s);
}

static void lines_are_edited_in_the_middle(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    type(&s, ":pge x");
    for (int i = 0; i < 4; i++) {
        press(&s, KEY_CODE_LEFT);
    }
    press(&s, 'a');
    assert_string_equal(s.app.view.prompt, ":page x");
    assert_int_equal(s.app.view.prompt_cursor, 3);
    press(&s, KEY_CODE_END);
    press(&s, 23); // Ctrl-W
    assert_string_equal(s.app.state.typed.text, "page ");
    press(&s, KEY_CODE_HOME);
    press(&s, KEY_CODE_DELETE);
    assert_string_equal(s.app.state.typed.text, "age ");
    press(&s, ESC);
    stop(&s);
}

static void nothing_pasted_is_a_key(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    press(&s, KEY_CODE_PASTE);
    type(&s, "q3?:");
    assert_int_equal(action_run(&s.app, 3) & REACTION_QUIT, 0);
    press(&s, KEY_CODE_PASTED);
    assert_int_equal(s.app.view.page, PAGE_INCIDENT);
    assert_int_equal(s.app.state.prompt, PROMPT_NONE);
    press(&s, '3');
    assert_int_equal(s.app.view.page, PAGE_ERRORS);
    press(&s, '/');
    press(&s, KEY_CODE_PASTE);
    type(&s, "a");
    press(&s, KEY_CODE_ENTER); // the end of a line
    press(&s, ESC);
    type(&s, "b");
    press(&s, KEY_CODE_PASTED);
    assert_string_equal(s.app.state.filter, "a b");
    press(&s, ESC);
    press(&s, KEY_CODE_PASTE); // its end is lost on the way
    s.app.now_ms += 6000;
    press(&s, '1');
    assert_int_equal(s.app.view.page, PAGE_INCIDENT);
    stop(&s);
}

static void the_line_of_the_query_page_takes_all_keys(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    press(&s, '6');
    assert_int_equal(s.app.view.page, PAGE_QUERY);
    assert_true(s.app.state.query.edited); // nothing was asked yet
    type(&s, "up + 1 # q");
    assert_string_equal(s.app.state.query.line.text, "up + 1 # q");
    assert_int_equal(action_run(&s.app, 3) & REACTION_QUIT, REACTION_QUIT); // Ctrl-C, always
    press(&s, KEY_CODE_PASTE);
    type(&s, "x");
    press(&s, KEY_CODE_ENTER);
    type(&s, "y");
    press(&s, KEY_CODE_PASTED);
    assert_string_equal(s.app.state.query.line.text, "up + 1 # qx y");
    press(&s, 21); // Ctrl-U
    assert_int_equal(s.app.state.query.line.len, 0);
    press(&s, ESC);
    assert_false(s.app.state.query.edited);
    assert_int_equal(s.app.view.page, PAGE_QUERY);
    press(&s, 't');
    assert_true(s.app.state.query.table);
    press(&s, 'i');
    type(&s, "t");
    assert_true(s.app.state.query.table);
    assert_string_equal(s.app.state.query.line.text, "t");
    press(&s, ESC);
    press(&s, '1');
    assert_int_equal(s.app.view.page, PAGE_INCIDENT);
    press(&s, 'i'); // of that page alone
    press(&s, 't');
    assert_true(s.app.state.query.table);
    press(&s, '6');
    assert_false(s.app.state.query.edited); // the line is as it was
    assert_string_equal(s.app.state.query.line.text, "t");
    press(&s, KEY_CODE_ENTER);
    assert_true(s.app.state.query.edited);
    stop(&s);
}

// Where nothing is typed yet, the keys of pages and of the help are not text.
static void an_empty_query_leaves_the_pages_their_keys(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    press(&s, '6');
    assert_true(s.app.state.query.edited);
    press(&s, '?');
    assert_int_equal(s.app.view.page, PAGE_HELP);
    press(&s, ESC);
    assert_int_equal(s.app.view.page, PAGE_QUERY);
    press(&s, '3');
    assert_int_equal(s.app.view.page, PAGE_ERRORS);
    press(&s, '6');
    type(&s, "x3?");
    assert_int_equal(s.app.view.page, PAGE_QUERY);
    assert_string_equal(s.app.state.query.line.text, "x3?");
    stop(&s);
}

static void the_query_of_a_pane_can_be_edited(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    press(&s, '2');
    const char *promql = view_focused(&s.app.view)->promql;
    struct str want;
    str_init(&want);
    str_add(&want, promql ? promql : "");
    assert_true(want.len > 0);
    press(&s, 'E');
    assert_int_equal(s.app.view.page, PAGE_QUERY);
    assert_string_equal(s.app.state.query.line.text, want.text);
    assert_string_equal(s.app.query.asked, want.text);
    press(&s, ESC);
    press(&s, ESC);
    assert_int_equal(s.app.view.page, PAGE_STAGE);
    press(&s, 'e');
    press(&s, KEY_CODE_ENTER); // the same from the page that shows it
    assert_int_equal(s.app.view.page, PAGE_QUERY);
    press(&s, 21);
    press(&s, KEY_CODE_ENTER);
    assert_null(s.app.query.asked);
    press(&s, KEY_CODE_UP);
    assert_string_equal(s.app.state.query.line.text, ""); // what nobody answered is not kept
    recall_add(&s.app.query.history, want.text, 9);
    press(&s, KEY_CODE_UP);
    assert_string_equal(s.app.state.query.line.text, want.text);
    type(&s, "!");
    press(&s, KEY_CODE_DOWN);
    assert_string_equal(s.app.state.query.line.text, "");
    command_run(&s.app, "query  up ");
    assert_string_equal(s.app.query.asked, "up");
    str_finish(&want);
    stop(&s);
}

static void candidates_are_gone_through(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    press(&s, '6');
    struct query_page *q = &s.app.query;
    line_set(&s.app.state.query.line, "sum(rat");
    complete_look(&q->place, "sum(rat", 7);
    complete_fill(&q->candidates, &q->place, "sum(rat", NULL);
    assert_int_equal(q->candidates.count, 2); // rate(, irate(
    press(&s, KEY_CODE_TAB);
    assert_string_equal(s.app.state.query.line.text, "sum(rate(");
    press(&s, KEY_CODE_TAB);
    assert_string_equal(s.app.state.query.line.text, "sum(irate(");
    press(&s, KEY_CODE_TAB);
    assert_string_equal(s.app.state.query.line.text, "sum(rate(");
    press(&s, KEY_CODE_BACK_TAB);
    press(&s, KEY_CODE_UP);
    assert_string_equal(s.app.state.query.line.text, "sum(rate(");
    press(&s, ESC); // as if nothing had been chosen
    assert_string_equal(s.app.state.query.line.text, "sum(rat");
    assert_true(s.app.state.query.edited);
    press(&s, KEY_CODE_TAB);
    press(&s, KEY_CODE_ENTER); // is taken, and not asked
    assert_null(q->asked);
    type(&s, "x");
    assert_string_equal(s.app.state.query.line.text, "sum(rate(x");
    stop(&s);
}

static void writes_what_does_not_exist(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    char dir[] = "/tmp/ragtop-action-XXXXXX";
    assert_non_null(mkdtemp(dir));
    struct str line;
    str_init(&line);
    str_addf(&line, "write %s/page.md", dir);
    command_run(&s.app, line.text);
    assert_non_null(strstr(s.app.note.text, "written"));
    command_run(&s.app, line.text);
    assert_non_null(strstr(s.app.note.text, "exists; :write!"));
    str_setf(&line, "write %s", dir);
    command_run(&s.app, line.text);
    assert_non_null(strstr(s.app.note.text, "cannot be written: it is a directory"));
    command_run(&s.app, "baseline x");
    assert_non_null(strstr(s.app.note.text, "recent, mean or file"));
    str_setf(&line, "write! %s/page.md", dir);
    command_run(&s.app, line.text);
    assert_non_null(strstr(s.app.note.text, "written"));
    str_setf(&line, "%s/page.md", dir);
    FILE *f = fopen(line.text, "r");
    assert_non_null(f);
    char text[256] = "";
    assert_true(fread(text, 1, sizeof text - 1, f) > 100);
    fclose(f);
    assert_memory_equal(text, "**Vector_db", 2);
    assert_int_equal(remove(line.text), 0);
    assert_int_equal(remove(dir), 0);
    str_setf(&line, "write %s/none/page.md", dir);
    command_run(&s.app, line.text);
    assert_non_null(strstr(s.app.note.text, "cannot be written"));
    str_finish(&line);
    stop(&s);
}

static void two_keys_are_one_action(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    press(&s, 'y');
    assert_non_null(s.app.view.notice.text);
    assert_non_null(strstr(s.app.view.notice.text, "t table"));
    press(&s, 'j'); // none of the second keys: nothing, and the next one is itself again
    assert_null(s.app.state.pending);
    int before = s.app.state.selected.index;
    press(&s, 'j');
    assert_int_not_equal(s.app.state.selected.index, before);
    press(&s, 'y');
    assert_int_equal(action_run(&s.app, 3) & REACTION_QUIT, REACTION_QUIT); // Ctrl-C, always
    stop(&s);
}

static void only_what_is_there_is_offered_for_a_copy(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    endpoint_set_text(&s.world.config.source.url, "http://host");
    press(&s, 'y');
    assert_string_equal(s.app.state.pending, "y: t table, r row, q PromQL, u link");
    press(&s, 'g');
    assert_non_null(strstr(s.app.note.text, "no Grafana is configured"));
    endpoint_set_text(&s.world.config.grafana_url, "http://grafana");
    s.app.view.commands = "kubectl logs a\n";
    press(&s, 'y');
    assert_string_equal(
        s.app.state.pending, "y: t table, r row, q PromQL, u link, g Grafana, k kubectl");
    press(&s, 'j');
    s.watch.store.source.scraped = true; // there is no server to link to
    press(&s, 'y');
    assert_string_equal(s.app.state.pending, "y: t table, r row, q PromQL, g Grafana");
    press(&s, 'u');
    assert_string_equal(s.app.note.text, "no link here");
    stop(&s);
}

/** Binds KEYS to LINE as a configuration does. */
static void bind(struct scene *s, const char *keys, const char *line)
{
    struct bindings *b = &s->world.config.bindings;
    struct sequence sequence;
    struct str why;
    str_init(&why);
    assert_true(sequence_parse(keys, &sequence, &why));
    bindings_clear(b, &sequence);
    if (line) {
        bindings_add(b, &sequence, line);
    }
    str_finish(&why);
}

static void keys_do_what_they_are_bound_to(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    bind(&s, "F5", "page errors");
    bind(&s, "F6", "filter vector");
    bind(&s, "g g", "page 4");
    bind(&s, "3", NULL);
    bind(&s, "C-x", "quit");
    press(&s, KEY_CODE_F1 + 4);
    assert_int_equal(s.app.view.page, PAGE_ERRORS);
    press(&s, KEY_CODE_F1 + 5);
    assert_string_equal(s.app.state.filter, "vector");
    press(&s, 'g');
    assert_string_equal(s.app.state.pending, "g: g page 4");
    press(&s, 'g');
    assert_null(s.app.state.pending);
    assert_int_equal(s.app.view.page, PAGE_TOOLS);
    press(&s, '3');
    assert_int_equal(s.app.view.page, PAGE_TOOLS);
    assert_string_equal(s.app.note.text, "3 is not bound (? for help)");
    assert_string_equal(s.app.view.tabs[1].key, "2");
    assert_string_equal(s.app.view.tabs[2].key, "F5"); // as errors is reached now
    assert_int_equal(action_run(&s.app, 24) & REACTION_QUIT, REACTION_QUIT);  // Ctrl-X
    assert_int_equal(action_run(&s.app, 'q') & REACTION_QUIT, REACTION_QUIT); // the default stays
    bind(&s, "?", NULL);
    press(&s, KEY_CODE_F1 + 8);
    assert_string_equal(s.app.note.text, "F9 is not bound (F1 for help)");
    bind(&s, "F1", NULL);
    press(&s, 'g');
    press(&s, 'H');
    assert_string_equal(s.app.note.text, "g H is not bound (:help for help)");
    press(&s, 'g');
    press(&s, ESC); // thought better of
    assert_null(s.app.state.pending);
    assert_int_equal(s.app.view.page, PAGE_TOOLS);
    stop(&s);
}

static void what_is_typed_is_text_whatever_is_bound(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    bind(&s, "a", "quit");
    bind(&s, "Enter", "page errors");
    bind(&s, "C-l", "quit");
    type(&s, "/a");
    assert_string_equal(s.app.state.filter, "a");
    assert_int_equal(action_run(&s.app, 12), REACTION_VIEW | REACTION_REPAINT);
    press(&s, KEY_CODE_ENTER);
    assert_int_equal(s.app.view.page, PAGE_INCIDENT);
    press(&s, KEY_CODE_ENTER);
    assert_int_equal(s.app.view.page, PAGE_ERRORS);
    press(&s, '6');
    type(&s, "a");
    assert_string_equal(s.app.state.query.line.text, "a");
    stop(&s);
}

/** The text beside KEY on the page of help; NULL: there is no such line. */
static const char *helped(const struct scene *s, const char *key)
{
    for (size_t i = 0; i < s->app.view.panes_count; i++) {
        const struct view_pane *pane = &s->app.view.panes[i];
        for (size_t k = 0; pane->kind == PANE_ENTRIES && k < pane->count; k++) {
            const struct view_entry *e = &pane->entries[k];
            if (e->key.text && strcmp(e->key.text, key) == 0 && e->text.text) {
                return e->text.text;
            }
        }
    }
    return NULL;
}

static void the_help_names_keys_as_they_are_bound(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    press(&s, '?');
    assert_string_equal(helped(&s, "q"), "quit (also Ctrl-C)");
    assert_string_equal(
        helped(&s, "1"), "a page by its number (also 2, 3, 4, 5, 6, 7, 8, 9, :page NAME)");
    assert_string_equal(helped(&s, ":span 6h"), "show this much time");
    assert_string_equal(helped(&s, "y t"), "the page as Markdown");
    size_t count;
    const struct command_entry *table = command_table(&count);
    for (size_t i = 0; i < count; i++) { // each has a line
        const struct binding *b = s.app.config->bindings.items;
        size_t k = 0;
        while (table[i].name && k < s.app.config->bindings.count && b[k].command != &table[i]) {
            k++;
        }
        bool bound = k < s.app.config->bindings.count;
        assert_true(!table[i].name || !bound || helped(&s, b[k].name));
    }
    assert_true(offers(&s, "Down") && offers(&s, "q"));
    bind(&s, "q", NULL);
    bind(&s, "w", NULL);
    bind(&s, "F2", "zoom-in");
    bind(&s, "F6", "filter vector");
    bind(&s, "Down", NULL);
    look(&s);
    assert_string_equal(helped(&s, "Ctrl-C"), "quit");
    assert_null(helped(&s, "q"));
    assert_string_equal(helped(&s, ":wall"), "the wall display, on or off");
    assert_string_equal(helped(&s, "+"), "zoom in: a shorter span (also =, F2)");
    assert_string_equal(helped(&s, "F6"), ":filter vector");
    assert_true(offers(&s, "j") && offers(&s, "Ctrl-C"));
    assert_false(offers(&s, "Down") || offers(&s, "q"));
    press(&s, ESC);
    assert_true(offers(&s, "Ctrl-C"));
    assert_false(offers(&s, "q") || offers(&s, "w"));
    stop(&s);
}

static void commands_take_what_the_table_says(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    assert_int_equal(command_run(&s.app, "quit now") & REACTION_QUIT, 0);
    assert_string_equal(s.app.note.text, "usage: :quit");
    command_run(&s.app, "mouse maybe");
    assert_string_equal(s.app.note.text, "usage: :mouse on|off");
    command_run(&s.app, "refetch some");
    assert_string_equal(s.app.note.text, "usage: :refetch [all]");
    assert_int_equal(
        command_run(&s.app, "refetch all"), REACTION_VIEW | REACTION_REFETCH | REACTION_FORGET);
    command_run(&s.app, "p errors");
    assert_int_equal(s.app.state.page, PAGE_ERRORS);
    command_run(&s.app, "down"); // what keys do can be typed
    command_run(&s.app, "filter");
    assert_int_equal(s.app.state.prompt, PROMPT_FILTER);
    stop(&s);
}

static void another_day_is_laid_over_charts_or_said_to_have_none(void **state)
{
    (void)state;
    static const struct {
        const char *keys;
        enum page page;
        const char *says[3];
    } cases[] = {
        {"2", PAGE_STAGE,
            {"overlay: the same time yesterday", "overlay: the same time last week",
                "overlay off"}},
        {"9", PAGE_TARGETS,
            {"no chart here to lay yesterday over", "no chart here to lay last week over",
                "overlay off"}},
    };
    static const int days[] = {1, 7, 0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene s;
        start(&s);
        type(&s, cases[i].keys);
        assert_int_equal(s.app.view.page, cases[i].page);
        for (size_t k = 0; k < 3; k++) {
            press(&s, 'c');
            assert_int_equal(s.app.state.compare_days, days[k]);
            assert_string_equal(s.app.note.text, cases[i].says[k]);
        }
        stop(&s);
    }
}

// What is said of a calm alert, or of none, is the same whoever is told: nobody is asked.
static void whether_anybody_is_told_is_asked_where_an_alert_fires(void **state)
{
    (void)state;
    static const struct {
        const char *alert;
        enum feed_kind wanted;
        size_t count;
    } cases[] = {
        {"\"state\":\"firing\",\"labels\":{\"alertname\":\"Slow\"}", FEED_RULES, 3},
        {"\"state\":\"firing\",\"labels\":{\"alertname\":\"Slow\"}", FEED_ROUTING, 1},
        {"\"state\":\"firing\",\"labels\":{\"alertname\":\"Slow\"}", FEED_TARGETS, 1},
        {"\"state\":\"pending\",\"labels\":{\"alertname\":\"Slow\"}", FEED_RULES, 1},
        {"\"state\":\"firing\",\"labels\":{\"alertname\":\"Watchdog\"}", FEED_RULES, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct watch w = {0};
        struct wants wants = {0};
        struct str body, why;
        struct filling rules = {0};
        str_init(&body);
        str_init(&why);
        str_addf(&body,
            "{\"status\":\"success\",\"data\":{\"groups\":[{\"name\":\"g\",\"rules\":[{\"type\":"
            "\"alerting\",\"name\":\"A\",\"query\":\"up\",\"alerts\":[{%s}]}]}]}}",
            cases[i].alert);
        assert_int_equal(feed_rules.decode(200, body.text, body.len, &rules, &why), PROM_OK);
        w.store.slots[FEED_RULES].data = rules.data;
        wants_add(&wants, (struct want){cases[i].wanted, 0, 0});
        watch_add_routing(&w, &wants);
        assert_int_equal(wants.count, cases[i].count);
        wants_finish(&wants);
        rules.finish(rules.data);
        free(rules.data);
        str_finish(&body);
        str_finish(&why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(esc_goes_back_step_by_step),
        cmocka_unit_test(pages_have_digits),
        cmocka_unit_test(pages_are_about_what_is_selected),
        cmocka_unit_test(the_first_page_has_a_name),
        cmocka_unit_test(tab_visits_every_pane_in_sight),
        cmocka_unit_test(a_filter_works_while_it_is_typed),
        cmocka_unit_test(what_is_not_there_is_not_opened),
        cmocka_unit_test(n_goes_to_matches_alone),
        cmocka_unit_test(characters_are_typed_whole),
        cmocka_unit_test(sorting_chooses_columns),
        cmocka_unit_test(commands),
        cmocka_unit_test(completes),
        cmocka_unit_test(says_what_can_be_typed),
        cmocka_unit_test(goes_to_stages_and_columns),
        cmocka_unit_test(slips_are_pointed_out),
        cmocka_unit_test(lines_are_edited_in_the_middle),
        cmocka_unit_test(nothing_pasted_is_a_key),
        cmocka_unit_test(the_line_of_the_query_page_takes_all_keys),
        cmocka_unit_test(an_empty_query_leaves_the_pages_their_keys),
        cmocka_unit_test(the_query_of_a_pane_can_be_edited),
        cmocka_unit_test(candidates_are_gone_through),
        cmocka_unit_test(writes_what_does_not_exist),
        cmocka_unit_test(two_keys_are_one_action),
        cmocka_unit_test(only_what_is_there_is_offered_for_a_copy),
        cmocka_unit_test(keys_do_what_they_are_bound_to),
        cmocka_unit_test(what_is_typed_is_text_whatever_is_bound),
        cmocka_unit_test(the_help_names_keys_as_they_are_bound),
        cmocka_unit_test(commands_take_what_the_table_says),
        cmocka_unit_test(another_day_is_laid_over_charts_or_said_to_have_none),
        cmocka_unit_test(whether_anybody_is_told_is_asked_where_an_alert_fires),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
