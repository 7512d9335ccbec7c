#include "diagnose/diagnosis.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "diagnose/context.h"
#include "unit/world.h"

enum { MINUTE_MS = CLOCK_MINUTE_MS, SPAN_MIN = 60, HOURS_MIN = 6 * 60, STEP_MIN = 5 };

typedef void happening(struct world *w);
typedef struct onset onset_of(const struct world *w);

static void slows_down(struct world *w)
{
    const struct load usual = {2, 0.3}, vector_db = {2, 0.25}, now = {2, 1.8};
    world_requests(w, "retrieval", usual, now);
    world_requests(w, "vector_db", vector_db, (struct load){2, 1.7});
    world_requests(w, "generation", usual, usual);
}

static void fails(struct world *w)
{
    const struct load usual = {2, 0.3};
    world_requests(w, "retrieval", usual, usual);
    world_errors(w, "retrieval", 0.004, 0.4);
}

static void calls_a_tool_again_and_again(struct world *w)
{
    const struct load usual = {2, 0.3};
    world_requests(w, "retrieval", usual, usual);
    world_tool(w, "sql_query", 0.2, 2);
}

static void tools_fail(struct world *w)
{
    calls_a_tool_again_and_again(w);
    world_tool_errors(w, 0.002, 0.2);
}

static void stops(struct world *w)
{
    world_requests(w, "retrieval", (struct load){2, 0.3}, (struct load){0.001, 0.3});
}

static struct onset of_latency(const struct world *w)
{
    return world_of(w, "vector_db")->onset;
}

static struct onset of_errors(const struct world *w)
{
    return world_of(w, "retrieval")->errors_onset;
}

static struct onset of_calls(const struct world *w)
{
    return w->diagnosis.tools[0].onset;
}

static struct onset of_tool_errors(const struct world *w)
{
    return w->diagnosis.tool_errors_onset;
}

static struct onset of_silence(const struct world *w)
{
    return world_of(w, "retrieval")->stopped;
}

static const struct {
    const char *name;
    happening *happens;
    onset_of *onset;
} faults[] = {
    {"latency", slows_down, of_latency},
    {"errors", fails, of_errors},
    {"calls", calls_a_tool_again_and_again, of_calls},
    {"tool errors", tools_fail, of_tool_errors},
    {"silence", stops, of_silence},
};

static struct onset begun(size_t fault, int minutes_ago, bool has_recent)
{
    struct world w;
    world_init(&w, world_article);
    w.onset_ms = minutes_ago * (int64_t)MINUTE_MS;
    w.has_recent = has_recent;
    faults[fault].happens(&w);
    world_judge(&w);
    struct onset o = faults[fault].onset(&w);
    world_finish(&w);
    return o;
}

static int ago(int64_t at_ms)
{
    return at_ms > 0 ? (int)((WORLD_NOW_MS - at_ms) / MINUTE_MS) : 0;
}

static void the_hours_before_tell_when_it_began(void **state)
{
    (void)state;
    static const int minutes[] = {20, 58, 63, 70, 90, 180, 340};
    for (size_t f = 0; f < sizeof faults / sizeof *faults; f++) {
        for (size_t i = 0; i < sizeof minutes / sizeof *minutes; i++) {
            struct onset o = begun(f, minutes[i], true);
            int off = minutes[i] - ago(o.since_ms);
            if (o.before_ms != 0 || off < -STEP_MIN || off > STEP_MIN) {
                fail_msg("%s %d minutes ago: since %d, before %d", faults[f].name, minutes[i],
                    ago(o.since_ms), ago(o.before_ms));
            }
        }
    }
}

static void what_is_older_than_all_that_is_known_has_no_moment(void **state)
{
    (void)state;
    for (size_t f = 0; f < sizeof faults / sizeof *faults; f++) {
        struct onset o = begun(f, HOURS_MIN + 60, true);
        if (o.since_ms != 0 || ago(o.before_ms) != HOURS_MIN) {
            fail_msg("%s: since %d, before %d", faults[f].name, ago(o.since_ms), ago(o.before_ms));
        }
        o = begun(f, 90, false);
        if (o.since_ms != 0 || ago(o.before_ms) < SPAN_MIN - STEP_MIN ||
            ago(o.before_ms) > SPAN_MIN) {
            fail_msg(
                "%s alone: since %d, before %d", faults[f].name, ago(o.since_ms), ago(o.before_ms));
        }
    }
}

// Slots of the hours before, FROM to TO minutes ago, that nobody knows.
static void forget(struct world *w, int from, int to)
{
    for (size_t i = 0; i < w->plan.signals_count; i++) {
        struct batch *b = &w->answers[i][WORLD_RECENT];
        for (size_t k = 0; k < b->count; k++) {
            struct batch_series *s = &b->series[k];
            size_t kept = 0;
            for (size_t n = 0; n < s->count; n++) {
                int at = ago(s->samples[n].t_ms);
                if (at > from || at < to) {
                    s->samples[kept++] = s->samples[n];
                }
            }
            s->count = kept;
        }
    }
}

static void nothing_is_said_of_a_time_that_is_not_known(void **state)
{
    (void)state;
    static const struct {
        int from, to; // not known
        int since, before;
    } cases[] = {
        {0, 0, 120, 0},
        {90, 81, 120, 0}, // one sample, and another
        {95, 81, 0, 80},  // for too long
        {120, 119, 120, 0},
        {125, 119, 0, 115}, // when it began is not known
        {90, 55, 0, 59},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, world_article);
        w.onset_ms = 120 * (int64_t)MINUTE_MS;
        slows_down(&w);
        forget(&w, cases[i].from, cases[i].to);
        world_judge(&w);
        struct onset o = of_latency(&w);
        int since = ago(o.since_ms), before = ago(o.before_ms);
        if (since > cases[i].since || since < cases[i].since - STEP_MIN ||
            before != cases[i].before) {
            fail_msg("case %zu: since %d, before %d", i, since, before);
        }
        world_finish(&w);
    }
}

// Slots of the hours before, FROM to TO minutes ago, at which all was as usual.
static void recover(struct world *w, int from, int to)
{
    for (size_t i = 0; i < w->plan.signals_count; i++) {
        struct batch *b = &w->answers[i][WORLD_RECENT];
        for (size_t k = 0; k < b->count; k++) {
            struct batch_series *s = &b->series[k];
            for (size_t n = 0; n < s->count; n++) {
                int at = ago(s->samples[n].t_ms);
                bool as_usual = at <= from && at >= to;
                s->samples[n].value = as_usual ? s->samples[0].value : s->samples[n].value;
            }
        }
    }
}

static void one_good_moment_does_not_end_an_alarm(void **state)
{
    (void)state;
    static const struct {
        int from, to, since;
    } cases[] = {{90, 90, 115}, {95, 90, 85}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, world_article);
        w.onset_ms = 120 * (int64_t)MINUTE_MS;
        slows_down(&w);
        recover(&w, cases[i].from, cases[i].to);
        world_judge(&w);
        assert_int_equal(ago(of_latency(&w).since_ms), cases[i].since);
        world_finish(&w);
    }
}

/** An slo may be below what is usual: it has been broken for as long as is known. */
static void an_slo_was_always_broken(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                   "stages: [{name: a, latency: a_seconds, errors: a_bad, "
                   "slo: {p95: 2s, errors: 1%}}]\n");
    world_requests(&w, "a", (struct load){2, 2.6}, (struct load){2, 2.6});
    world_errors(&w, "a", 0.04, 0.04);
    world_judge(&w);
    const struct onset all[] = {world_of(&w, "a")->onset, world_of(&w, "a")->errors_onset};
    for (size_t i = 0; i < 2; i++) {
        if (all[i].since_ms != 0 || ago(all[i].before_ms) < SPAN_MIN) {
            fail_msg("%zu: since %d, before %d", i, ago(all[i].since_ms), ago(all[i].before_ms));
        }
    }
    world_finish(&w);
}

// Of a target that is scraped nothing is known before its first scrape; what is so from then on may
// have been so before.
static void nothing_begins_before_the_first_scrape(void **state)
{
    (void)state;
    static const int64_t steps = 15 * 1000;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct world w;
        world_init(&w, world_article);
        faults[i].happens(&w);
        world_judge(&w);
        int64_t since_ms = faults[i].onset(&w).since_ms;
        assert_true(since_ms > 0);
        world_finish(&w);
        for (int before = 0; before < 3; before++) { // its first scrape, at, just before or after
            world_init(&w, world_article);
            faults[i].happens(&w);
            w.store.source.scraped = true;
            w.store.source.scraped_since_ms = since_ms + (before - 1) * steps;
            world_judge(&w);
            struct onset o = faults[i].onset(&w);
            int64_t first_ms = w.store.source.scraped_since_ms;
            assert_int_equal(o.since_ms, before == 0 ? since_ms : 0);
            assert_int_equal(o.before_ms, before == 0 ? 0 : first_ms);
            world_finish(&w);
        }
    }
}

// What the span shows goes from usual to now in a window, as a rate over one does.
static void smear(struct world *w)
{
    int64_t began_ms = WORLD_NOW_MS - w->onset_ms, window_ms = w->plan.window_ms;
    for (size_t i = 0; i < w->plan.signals_count; i++) {
        struct batch *b = &w->answers[i][WORLD_LIVE];
        for (size_t k = 0; k < b->count; k++) {
            struct batch_series *s = &b->series[k];
            double before = s->samples[0].value, now = s->samples[s->count - 1].value;
            for (size_t n = 0; n < s->count; n++) {
                int64_t for_ms = s->samples[n].t_ms - began_ms;
                if (for_ms > 0 && for_ms < window_ms) {
                    s->samples[n].value =
                        before + (now - before) * (double)for_ms / (double)window_ms;
                }
            }
        }
    }
}

// An alarm takes a part of the window to be one; the number was on its way there before.
static void what_a_window_smears_began_before_it_alarmed(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double slower, failing; // of 2 requests a second
        int latest_s;           // after it began, with a step of half a minute
    } cases[] = {
        {"much slower", 6, 0.004, 60},
        {"twice as slow", 2, 0.004, 120},
        {"somewhat slower", 1.5, 0.004, 150},
        {"a few errors", 1, 0.08, 90},
        {"many errors", 1, 0.8, 60},
        {"far too fast", 0.03, 0.004, 60},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                       "stages: [{name: a, latency: a_seconds, errors: a_bad}]\n");
        w.onset_ms = 12 * (int64_t)MINUTE_MS;
        world_requests(&w, "a", (struct load){2, 0.3}, (struct load){2, 0.3 * cases[i].slower});
        world_errors(&w, "a", 0.004, cases[i].failing);
        smear(&w);
        world_judge(&w);
        const struct stage_diagnosis *a = world_of(&w, "a");
        struct onset o = cases[i].slower > 1   ? a->onset
                         : cases[i].slower < 1 ? a->fast_onset
                                               : a->errors_onset;
        int64_t late_ms = o.since_ms - (WORLD_NOW_MS - w.onset_ms);
        if (o.since_ms == 0 || late_ms < 0 || late_ms > cases[i].latest_s * 1000) {
            fail_msg("%s: %lld s late", cases[i].name, (long long)late_ms / 1000);
        }
        world_finish(&w);
    }
}

static double value_of(void *context, int64_t slot)
{
    const double *before = context;
    return slot == (int64_t)before[0] ? 1.2 : slot == (int64_t)before[0] - 1 ? before[1] : 0;
}

static double less_of(void *context, int64_t slot)
{
    return -value_of(context, slot);
}

// A moment belongs to a rise or a fall when it is half way from usual to an alarm.
static void a_rise_begins_half_way(void **state)
{
    (void)state;
    static const struct {
        double before;
        int steps;
    } cases[] = {{0.51, 1}, {0.49, 0}, {1.2, 0}}; // the last one does not rise
    struct world w;
    world_init(&w, world_article);
    slows_down(&w);
    world_judge(&w);
    int signal = w.plan.stages[0].latency_signal;
    int64_t step_ms = w.store.signals[signal].live.step_ms;
    const struct context c = {.plan = &w.plan, .store = &w.store};
    struct onset o = {.since_ms = (WORLD_NOW_MS / step_ms - 4) * step_ms};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double context[] = {(double)(o.since_ms / step_ms), cases[i].before};
        const struct rise r = {value_of, context, 0, 1};
        assert_int_equal(
            onset_rise(&c, signal, o, &r).since_ms, o.since_ms - cases[i].steps * step_ms);
        const struct rise fall = {less_of, context, 0, -1};
        assert_int_equal(
            onset_rise(&c, signal, o, &fall).since_ms, o.since_ms - cases[i].steps * step_ms);
    }
    world_finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hours_before_tell_when_it_began),
        cmocka_unit_test(what_is_older_than_all_that_is_known_has_no_moment),
        cmocka_unit_test(nothing_is_said_of_a_time_that_is_not_known),
        cmocka_unit_test(one_good_moment_does_not_end_an_alarm),
        cmocka_unit_test(an_slo_was_always_broken),
        cmocka_unit_test(nothing_begins_before_the_first_scrape),
        cmocka_unit_test(a_rise_begins_half_way),
        cmocka_unit_test(what_a_window_smears_began_before_it_alarmed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
