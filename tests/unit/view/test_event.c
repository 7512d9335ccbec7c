#include "view/event.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "unit/world.h"

/** A world in which the deep signals of vector_db can be filled. */
struct scene {
    struct world world;
    struct arena arena;
    struct view_state state;
    const struct stage *stage;
    int index;
};

static void start(struct scene *s)
{
    *s = (struct scene){0};
    world_init(&s->world, world_article);
    world_calm(&s->world);
    world_judge(&s->world);
    s->index = world_stage(&s->world, "vector_db");
    s->stage = &s->world.plan.stages[s->index];
}

static void stop(struct scene *s)
{
    arena_finish(&s->arena);
    world_finish(&s->world);
}

/** VALUE of NAME="WHO" from AGO_MS ago until END_MS ago, over the span of SIGNAL. */
static void fill(struct scene *s, int signal, const char *name, const char *who, int64_t ago_ms,
    int64_t end_ms, double value)
{
    struct signal_data *data = &s->world.store.signals[signal];
    struct matrix *m = &data->live;
    struct batch b = {0};
    struct batch_series *to = batch_add(&b);
    labels_set(&to->labels, name, who);
    const struct series *known = matrix_find(m, &to->labels);
    int64_t last = WORLD_NOW_MS / m->step_ms, first = last - (int64_t)m->slots + 1;
    for (int64_t slot = first; slot <= last; slot++) {
        int64_t ago = WORLD_NOW_MS - slot * m->step_ms;
        double v = ago <= ago_ms && ago > end_ms ? value
                   : known                       ? ring_get(&known->ring, slot)
                                                 : NAN;
        if (!isnan(v)) {
            batch_add_sample(to, slot * m->step_ms, v);
        }
    }
    for (size_t i = 0; i < m->count; i++) { // what there was of others stays
        if (&m->series[i] == known) {
            continue;
        }
        struct batch_series *other = batch_add(&b);
        labels_copy(&other->labels, &m->series[i].labels);
        for (int64_t slot = first; slot <= last; slot++) {
            double v = ring_get(&m->series[i].ring, slot);
            if (!isnan(v)) {
                batch_add_sample(other, slot * m->step_ms, v);
            }
        }
    }
    matrix_merge(m, &b, first, last);
    data->condition = CONDITION_ANSWERED;
    data->now_ms = WORLD_NOW_MS;
    batch_finish(&b);
}

static struct view_input input_of(const struct scene *s)
{
    return (struct view_input){.words = world_words(&s->world), .state = &s->state, .columns = 120};
}

static double started_s(int64_t ago_ms)
{
    return (double)(WORLD_NOW_MS - ago_ms) / 1000;
}

enum { MINUTE = CLOCK_MINUTE_MS, HOUR = CLOCK_HOUR_MS };

static void what_happened_is_found_in_the_span(void **state)
{
    (void)state;
    struct scene s;
    size_t count;
    start(&s);
    struct view_input in = input_of(&s);
    event_read(&s.arena, &in, s.index, &count);
    assert_int_equal(count, 0); // nothing was answered yet
    // a process of the whole span, one that came, and one that was followed by another
    fill(&s, s.stage->starts_signal, "pod", "old", 2 * HOUR, 0, started_s(30 * HOUR));
    fill(&s, s.stage->starts_signal, "pod", "new", 14 * MINUTE, 0, started_s(14 * MINUTE + 7000));
    fill(&s, s.stage->starts_signal, "pod", "died", 2 * HOUR, 5 * MINUTE, started_s(40 * HOUR));
    fill(&s, s.stage->starts_signal, "pod", "died", 5 * MINUTE, 0, started_s(5 * MINUTE + 3000));
    // its container, and another whose process tells no start; one restart was before the span
    fill(&s, s.stage->restarts_signal, "pod", "died", 4 * MINUTE, 0, 1);
    fill(&s, s.stage->restarts_signal, "pod", "silent", 20 * MINUTE, 10 * MINUTE, 1.04);
    fill(&s, s.stage->restarts_signal, "pod", "silent", 10 * MINUTE, 0, 2.03);
    fill(&s, s.stage->restarts_signal, "pod", "before", 2 * HOUR, 40 * MINUTE, 1);
    fill(&s, s.stage->rollouts_signal, "deployment", "agent", 15 * MINUTE, 0, 1);
    const struct view_event *e = event_read(&s.arena, &in, s.index, &count);
    static const struct {
        char sign;
        const char *kind, *what;
        int64_t ago_ms;
    } want[] = {
        {'R', "restart", "silent", 20 * MINUTE},
        {'D', "rollout", "agent", 15 * MINUTE},
        {'S', "start", "new", 14 * MINUTE + 7000},
        {'R', "restart", "silent", 10 * MINUTE},
        {'R', "restart", "died", 5 * MINUTE + 3000},
    };
    assert_int_equal(count, sizeof want / sizeof *want);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(e[i].sign, want[i].sign);
        assert_string_equal(e[i].kind, want[i].kind);
        assert_string_equal(e[i].what, want[i].what);
        int64_t off = WORLD_NOW_MS - want[i].ago_ms - e[i].at_ms;
        assert_true(off >= -15000 && off <= 15000);
    }
    stop(&s);
}

static void what_happened_is_said_under_the_cursor(void **state)
{
    (void)state;
    struct scene s;
    struct view_fact facts[4];
    start(&s);
    struct view_input in = input_of(&s);
    const struct view_event events[] = {{WORLD_NOW_MS - 10 * MINUTE, 'D', "rollout", "agent"},
        {WORLD_NOW_MS - 10 * MINUTE + 20000, 'S', "start", "pod-1"},
        {WORLD_NOW_MS - 5 * MINUTE, 'R', "restart", "pod-2"}};
    in.events = events;
    in.events_count = 3;
    assert_string_equal(event_near(&s.arena, &in, WORLD_NOW_MS - 10 * MINUTE),
        "rollout of agent 08:50:00, start of pod-1 08:50:20");
    assert_null(event_near(&s.arena, &in, WORLD_NOW_MS - 8 * MINUTE));
    assert_string_equal(
        event_near(&s.arena, &in, WORLD_NOW_MS - 5 * MINUTE), "restart of pod-2 08:55:00");
    assert_int_equal(event_facts(&s.arena, &in, facts, 1, 2), 3); // the newest first
    assert_string_equal(
        facts[1].label, "▴R restart"); // as charts have it that have no room for words
    assert_string_equal(facts[1].value.text, "08:55:00 pod-2");
    assert_string_equal(facts[2].label, "▴S start");
    struct view_input framed = in;
    framed.columns = 120;
    framed.rows = 40;
    event_facts(&s.arena, &framed, facts, 1, 2);
    assert_string_equal(facts[1].label, "restart");
    stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_happened_is_found_in_the_span),
        cmocka_unit_test(what_happened_is_said_under_the_cursor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
