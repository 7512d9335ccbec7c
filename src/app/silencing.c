#include "app/silencing.h"

#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "app/pages_go.h"
#include "app/silence_line.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/utf8.h"
#include "pages/pages.h"
#include "promql/select.h"
#include "series/rule_set.h"
#include "tape/player.h"
#include "view/alert_list.h"
#include "words/alert_words.h"
#include "words/format.h"

static const char usual_duration[] = "2h";

enum { SHOWN_MOST = 1000 };

// ---- what is selected

static const struct routing_state *routing_of(const struct app *app)
{
    return app_watch(app)->store.routing;
}

/** Why nothing can be sent; NULL: it can. */
static const char *obstacle(const struct app *app)
{
    const struct routing_state *state = routing_of(app);
    if (app->config->read_only) {
        return player_runs() ? _("this is a recording: nothing can be changed")
                             : _("silences are not made here: --read-only was given");
    }
    const struct slot *slot = &app_watch(app)->store.slots[FEED_ALERTMANAGERS];
    if (state && state->asked && !*state->url && slot->condition != CONDITION_ASKING) {
        return _("no Alertmanager is known; --alertmanager URL names one");
    }
    if (!state || (!state->known && !*state->why)) {
        return _("the Alertmanager has not answered yet");
    }
    if (!state->known) {
        return _("no usable answer from an Alertmanager yet: {alerts} says more");
    }
    return NULL;
}

static const struct silence *selected_silence(const struct app *app)
{
    const struct routing_state *state = routing_of(app);
    struct row_id row = view_step(&app->view, app->state.selected, 0);
    const struct silence *found = NULL;
    for (size_t i = 0; state && row.kind == ROW_SILENCE && i < state->routing.silences_count; i++) {
        const struct silence *s = &state->routing.silences[i];
        found = silence_index(s->id) == row.index ? s : found;
    }
    return found;
}

static const struct alert *selected_alert(const struct app *app)
{
    const struct store *store = &app_watch(app)->store;
    struct row_id row =
        pages_is_text(app) ? app->state.selected : view_step(&app->view, app->state.selected, 0);
    static const enum feed_kind kinds[] = {FEED_RULES, FEED_ALERT_SERIES};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds && row.kind == ROW_THING; k++) {
        const struct rule_set *set = store->slots[kinds[k]].data;
        for (size_t i = 0; set && i < set->alerts_count; i++) {
            if (alert_index(&set->alerts[i].labels) == row.index) {
                return &set->alerts[i];
            }
        }
    }
    return NULL;
}

// ---- the question

static void forget(struct silencing *s)
{
    silence_finish(&s->pending);
    s->asks = s->expires = false;
}

static int64_t then_ms(const struct app *app)
{
    return app->now_ms + routing_of(app)->skew_ms; // the Alertmanager's clock counts
}

/** Says how many alerts MATCHERS take: the Alertmanager's, and those that it does not have, as they
 * are pending or on their way there. */
static const char *matching(const struct app *app, struct arena *a, const char *matchers)
{
    const struct routing *r = &routing_of(app)->routing;
    const struct view_input in = {.words = watch_words(app_watch(app)), .now_ms = app->now_ms};
    const struct alert_list list = alert_list_of(a, &in);
    struct selector selector;
    size_t count = 0, waiting = 0;
    if (!select_parse(&selector, &matchers)) { // of the Alertmanager, which knows more of them
        return _("How many alerts it matches is not known.");
    }
    for (size_t i = 0; i < r->alerts_count; i++) {
        count += select_has(&selector, &r->alerts[i].labels);
    }
    for (size_t i = 0; i < list.count; i++) {
        const struct labels *labels = &list.items[i].alert->labels;
        bool takes = select_has(&selector, labels);
        count += takes && !routing_find(r, labels);
        waiting += takes && list.items[i].phase == ALERT_PENDING;
    }
    select_finish(&selector);
    const char *of = format_exact_in(a, (double)count);
    return waiting == 0 ? arena_printf(a,
                              text_count("It matches %s alert now.", "It matches %s alerts now.",
                                  (double)count),
                              of)
                        : arena_printf(a,
                              text_count("It matches %s alert now (%s pending).",
                                  "It matches %s alerts now (%s pending).", (double)count),
                              of, format_exact_in(a, (double)waiting));
}

static const char *matchers_in(struct arena *a, const struct silence *s, const char *gap)
{
    struct str text;
    str_init(&text);
    alert_words_add_matchers(&text, s, gap);
    const char *in = arena_strdup(a, text.text);
    str_finish(&text);
    return in;
}

// What an Alertmanager has may be longer than any screen; what is sent is the whole.
static const char *brief_in(struct arena *a, const char *text)
{
    struct str shown;
    str_init(&shown);
    utf8_add_brief(&shown, text, SHOWN_MOST);
    const char *in = arena_strdup(a, shown.text);
    str_finish(&shown);
    return in;
}

static const char *moment_in(struct arena *a, int64_t ms)
{
    struct str text;
    str_init(&text);
    clock_add_local(&text, ms, "%Y-%m-%d %H:%M");
    const char *in = arena_strdup(a, text.text);
    str_finish(&text);
    return in;
}

/** Has the summary shown. */
static void show_summary(struct app *app)
{
    int rows = page_entry(app->state.page)->rows;
    app->state.summary = app->silencing.summary.text;
    if (rows == PAGE_ROWS_ALL || !(rows & 1 << ROW_SILENCE)) { // there it would not be
        pages_enter(app, PAGE_ALERTS);
    }
}

/** Asks about what is pending. */
static void ask(struct app *app)
{
    struct silencing *s = &app->silencing;
    struct arena *a = &app->frame;
    const struct silence *p = &s->pending;
    const char *matchers = matchers_in(a, p, ",");
    const char *shown = brief_in(a, matchers_in(a, p, ", ")); // it is broken into lines there
    const char *where = routing_of(app)->url;
    s->source = app->state.selected.source;
    if (s->expires) {
        str_setf(&s->summary, _("End the silence %s of %s by %s: %s"), p->id, shown,
            brief_in(a, p->author), brief_in(a, p->comment));
    } else if (p->id && p->state == SILENCE_PENDING) {
        str_setf(&s->summary,
            _("Let the silence %s, which begins %s, last until %s, as %s: %s. %s"), shown,
            moment_in(a, p->starts_ms), moment_in(a, p->ends_ms), brief_in(a, p->author),
            brief_in(a, p->comment), matching(app, a, matchers));
    } else {
        const char *lasts = format_in(a, format_left, (double)(p->ends_ms - then_ms(app)) / 1000);
        str_setf(&s->summary,
            p->id ? _("Let the silence %s last for %s from now, until %s, as %s: %s. %s")
                  : _("Silence %s for %s, until %s, as %s: %s. %s"),
            shown, lasts, moment_in(a, p->ends_ms), brief_in(a, p->author), brief_in(a, p->comment),
            matching(app, a, matchers));
    }
    str_setf(&s->question, _("send this to %s? (y/n)"), where);
    s->asks = true;
    app->state.prompt = PROMPT_CONFIRM;
    app->state.question = s->question.text;
    show_summary(app);
}

/** Opens the line of COMMAND and ARGUMENT again, as WHY keeps it from being done: it may have taken
 * long to type. */
static void edit_again(struct app *app, const char *command, const char *argument, const char *why)
{
    struct str line;
    str_init(&line);
    str_addf(&line, "%s %s ", command, argument);
    prompt_begin(app, line.text);
    str_finish(&line);
    str_setf(&app->silencing.summary, "%s", why);
    show_summary(app);
}

void silence_end(struct app *app)
{
    forget(&app->silencing);
    str_finish(&app->silencing.question);
    str_finish(&app->silencing.summary);
}

static void close_question(struct app *app)
{
    app->state.prompt = PROMPT_NONE;
    app->state.question = app->state.summary = NULL;
}

void silence_send(struct app *app)
{
    struct silencing *s = &app->silencing;
    struct poller *p = app->watches[s->source].poller;
    struct str why;
    str_init(&why);
    close_question(app);
    app->note_ms = 0; // what was noted is about something else
    if (!(s->expires ? poller_expire(p, s->pending.id, &why)
                     : poller_silence(p, &s->pending, &why))) {
        app_note(app, why.text);
    }
    str_finish(&why);
    forget(s);
}

void silence_drop(struct app *app)
{
    close_question(app);
    forget(&app->silencing);
    app_note(app, _("nothing was sent"));
}

// ---- what is typed

static bool read_line(struct app *app, const char *text, struct str *why)
{
    struct silence *s = &app->silencing.pending;
    int64_t ms;
    forget(&app->silencing);
    if (!silence_line_read(text, s, &ms, why)) {
        return false;
    }
    s->starts_ms = then_ms(app);
    s->ends_ms = s->starts_ms + ms;
    return true;
}

static void copy(struct silence *to, const struct silence *from)
{
    *to = (struct silence){.id = mem_strdup(from->id),
        .author = mem_strdup(from->author),
        .comment = mem_strdup(from->comment),
        .starts_ms = from->starts_ms,
        .ends_ms = from->ends_ms,
        .state = from->state};
    for (size_t i = 0; i < from->matchers_count; i++) {
        const struct silence_matcher *m = &from->matchers[i];
        silence_add_matcher(to, m->name, m->value, m->regex, m->negative);
    }
}

/** Opens the line for a silence of ALERT, with all its labels. */
static void begin(struct app *app, const struct alert *alert)
{
    struct silence s = {0};
    struct str line;
    bool all = !alert->altered;
    for (size_t i = 0; i < alert->labels.count; i++) {
        const struct label *l = &alert->labels.items[i];
        all = silence_add_matcher(&s, l->name, l->value, false, false) && all;
    }
    str_init(&line);
    str_addf(&line, "silence %s ", usual_duration);
    alert_words_add_matchers(&line, &s, ",");
    str_addc(&line, ' ');
    if (all && line.len < LINE_BYTES - 1) {
        prompt_begin(app, line.text);
    } else {
        app_note(app, _("its labels cannot be typed: silence it in the Alertmanager itself"));
    }
    str_finish(&line);
    silence_finish(&s);
}

unsigned silence_open(struct app *app, const char *argument)
{
    const char *no = obstacle(app);
    struct str why;
    str_init(&why);
    if (no) {
        app_explain(app, no);
    } else if (*argument) {
        if (read_line(app, argument, &why)) {
            ask(app);
        } else {
            edit_again(app, "silence", argument, why.text);
        }
    } else if (selected_silence(app)) {
        struct str line;
        str_init(&line);
        str_addf(&line, "extend %s", usual_duration);
        prompt_begin(app, line.text);
        str_finish(&line);
    } else if (selected_alert(app)) {
        begin(app, selected_alert(app));
    } else {
        app_explain(app, _("choose an alert to silence: {alerts} lists them"));
    }
    str_finish(&why);
    return REACTION_VIEW;
}

/** The silence that is selected, where it can be changed; else says why not and gives NULL. */
static const struct silence *changeable(struct app *app)
{
    const char *no = obstacle(app);
    const struct silence *s = no ? NULL : selected_silence(app);
    if (no) {
        app_explain(app, no);
    } else if (!s) {
        bool some = routing_of(app)->routing.silences_count > 0;
        app_explain(app, some ? _("select a silence first: {alerts} lists them below the alerts")
                              : _("there is no silence: {silence} on an alert makes one"));
    } else if (s->altered) {
        app_note(app, _("that silence has texts that cannot be shown: change it in the "
                        "Alertmanager itself"));
        return NULL;
    }
    return s;
}

unsigned silence_extend(struct app *app, const char *argument)
{
    const struct silence *s = changeable(app);
    const char *typed = argument;
    struct str why;
    int64_t ms;
    str_init(&why);
    bool read = s && silence_line_duration(&argument, &ms, &why);
    if (read && s->state == SILENCE_PENDING && s->starts_ms >= then_ms(app) + ms) {
        str_setf(&why, _("the silence begins %s: it has to last beyond that"),
            moment_in(&app->frame, s->starts_ms));
        read = false;
    }
    if (read) {
        forget(&app->silencing);
        copy(&app->silencing.pending, s);
        app->silencing.pending.ends_ms = then_ms(app) + ms;
        ask(app);
    } else if (s) {
        edit_again(app, "extend", typed, why.text);
    }
    str_finish(&why);
    return REACTION_VIEW;
}

unsigned silence_expire(struct app *app, const char *argument)
{
    const struct silence *s = changeable(app);
    (void)argument;
    if (s) {
        forget(&app->silencing);
        copy(&app->silencing.pending, s);
        app->silencing.expires = true;
        ask(app);
    }
    return REACTION_VIEW;
}
