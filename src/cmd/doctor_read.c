#include "cmd/doctor_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "cmd/check_ask.h"
#include "cmd/oneshot.h"
#include "poll/own_query.h"

enum { NAMES_BYTES = 8 * 1024, LATELY_MOST = 2000, CLASSIC_MOST = 200 };

static bool is_answered(const void *context)
{
    return poller_query_result(context)->state != QUERY_ASKING;
}

/** Asks W for EXPR; on success moves the series into *OUT, else returns why not. */
static const char *ask(
    struct doctor_reading *r, struct watch *w, const char *expr, struct batch *out)
{
    poller_query(w->poller, expr, false);
    bool over = oneshot_wait(w, is_answered, w->poller);
    const struct query *q = poller_query_result(w->poller);
    const char *why = NULL;
    if (!over) {
        why = _("no answer in time");
    } else if (q->state != QUERY_ANSWERED) {
        why = arena_strdup(&r->arena, q->why);
    } else {
        for (size_t i = 0; i < q->now.count; i++) {
            const struct batch_series *from = &q->now.series[i];
            struct batch_series *to = batch_add(out);
            labels_copy(&to->labels, &from->labels);
            for (size_t k = 0; k < from->count; k++) {
                batch_add_sample(to, from->samples[k].t_ms, from->samples[k].value);
            }
        }
        why = q->left_out > 0 ? _("the answer was too long to be read whole") : NULL;
    }
    poller_query(w->poller, NULL, false);
    return why;
}

static void audit(struct doctor_reading *r, struct watch *w, enum audit a)
{
    struct doctor_answer *answer = &r->input.answers[a];
    struct str expr;
    str_init(&expr);
    audit_add(&expr, a, &w->plan, &r->places);
    if (expr.len > 0) {
        answer->asked = true;
        answer->why = ask(r, w, expr.text, &answer->batch);
    }
    str_finish(&expr);
}

// ---- what the server lists

static bool are_there(const void *context)
{
    const struct store *s = context;
    bool there = true;
    for (size_t i = 0; i < STORE_SLOTS; i++) {
        there = there && (s->slots[i].subject < 0 || s->slots[i].condition != CONDITION_ASKING);
    }
    return there;
}

static void list(struct watch *w)
{
    static const enum feed_kind feeds[] = {FEED_TARGETS, FEED_RULES, FEED_POOLS, FEED_DROPPED,
        FEED_RUNTIME, FEED_TSDB, FEED_ALERTMANAGERS};
    struct wants wants = {0};
    for (size_t i = 0; i < sizeof feeds / sizeof *feeds; i++) {
        wants_add(&wants, (struct want){feeds[i], 0, 0});
    }
    poller_want(w->poller, &wants);
    wants_finish(&wants);
    watch_turn(w, clock_now_ms());
    oneshot_wait(w, are_there, &w->store);
}

// ---- what rules ask for

/** Asks for the series of those TEXTS that are plain names, as many at a time as servers read. */
static const char *count_names(struct doctor_reading *r, struct watch *w)
{
    const char *why = NULL;
    for (size_t i = 0; i < r->texts.count && !why;) {
        const char *names[CLASSIC_MOST];
        size_t n = 0, bytes = 0, first = i;
        for (; i < r->texts.count && n < CLASSIC_MOST && bytes < NAMES_BYTES; i++) {
            if (!strchr(r->texts.items[i], '{')) {
                names[n++] = r->texts.items[i];
                bytes += strlen(r->texts.items[i]);
            }
        }
        struct str expr;
        struct batch b = {0};
        str_init(&expr);
        if (n > 0) {
            audit_add_names(&expr, names, n);
            why = ask(r, w, expr.text, &b);
        }
        for (size_t k = first; k < i && n > 0 && !why; k++) {
            struct doctor_selector *s = &r->selectors[k];
            s->series = strchr(s->text, '{') ? s->series : 0;
            for (size_t j = 0; j < b.count && s->series == 0; j++) {
                const char *name = labels_get(&b.series[j].labels, "__name__");
                s->series = name && strcmp(name, s->text) == 0 ? 1 : 0;
            }
        }
        batch_finish(&b);
        str_finish(&expr);
    }
    return why;
}

/**
 * Counts the series of all texts that have matchers; or LATELY, of those of which there are none
 * now. Returns whether none had to be left out.
 */
static bool count_each(struct doctor_reading *r, struct watch *w, bool lately, struct str *trouble)
{
    size_t count = r->texts.count, n = 0, left_out = 0;
    struct check_number *numbers = mem_zalloc(count + 1, sizeof *numbers);
    for (size_t i = 0; i < count; i++) {
        struct doctor_selector *s = &r->selectors[i];
        bool wanted = lately ? s->series == 0 : strchr(s->text, '{') != NULL;
        left_out += wanted && lately && n == LATELY_MOST;
        if (wanted && !(lately && n == LATELY_MOST)) {
            struct str expr;
            str_init(&expr);
            (lately ? audit_add_lately : audit_add_count)(&expr, s->text);
            numbers[n++] = (struct check_number){
                arena_take(&r->arena, &expr), lately ? &s->lately : &s->series};
        }
    }
    check_ask(w, numbers, n, trouble);
    for (size_t i = 0; i < n && trouble->len == 0; i++) { // it was asked, and nothing came
        *numbers[i].value = isnan(*numbers[i].value) ? 0 : *numbers[i].value;
    }
    free(numbers);
    return left_out == 0;
}

static void look_up(struct doctor_reading *r, struct watch *w)
{
    const struct slot *slot = &w->store.slots[FEED_RULES];
    if (slot->condition != CONDITION_ANSWERED || !slot->data) {
        return;
    }
    bool whole = doctor_selectors(&r->texts, slot->data);
    r->selectors = mem_zalloc(r->texts.count + 1, sizeof *r->selectors);
    for (size_t i = 0; i < r->texts.count; i++) {
        r->selectors[i] = (struct doctor_selector){r->texts.items[i], NAN, NAN};
    }
    struct str trouble;
    str_init(&trouble);
    const char *why = count_names(r, w);
    if (!why) {
        count_each(r, w, false, &trouble);
        whole = count_each(r, w, true, &trouble) && whole;
        why = trouble.len > 0 ? arena_strdup(&r->arena, trouble.text)
              : !whole        ? _("the rules ask for more names than were looked up")
                              : NULL;
    }
    str_finish(&trouble);
    r->input.selectors = r->selectors;
    r->input.selectors_count = r->texts.count;
    r->input.selectors_why = why;
    if (r->texts.count > 0) {
        r->input.names = check_ask_names(w);
    }
}

void doctor_read(struct doctor_reading *out, struct watch *w)
{
    *out = (struct doctor_reading){0};
    out->input.config = w->config;
    out->input.words = watch_words(w);
    list(w);
    for (int a = 0; a < AUDITS && !w->store.source.scraped; a++) {
        if (a == AUDIT_LIMITS) {
            out->input.pods_left_out =
                doctor_places(&out->places, &out->input.answers[AUDIT_SERVED].batch);
        }
        audit(out, w, (enum audit)a);
    }
    look_up(out, w);
    out->input.now_ms = clock_now_ms() + w->store.source.skew_ms;
}

void doctor_read_finish(struct doctor_reading *r)
{
    for (int a = 0; a < AUDITS; a++) {
        batch_finish(&r->input.answers[a].batch);
    }
    audit_places_finish(&r->places);
    names_finish(&r->texts);
    free(r->selectors);
    arena_finish(&r->arena);
    *r = (struct doctor_reading){0};
}
