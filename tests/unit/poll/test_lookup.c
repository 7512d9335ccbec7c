/*
 * What is looked up of a configured metric, by what the server answers.
 */
#include "poll/lookup_match.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "poll/lookup_step.h"
#include "poll/state.h"
#include "unit/world.h"

enum { NAMES_MAX = 3 };

struct fixture {
    struct world w;
    struct poller p;
    struct lookup l;
};

static void start(struct fixture *f, const char *metric)
{
    *f = (struct fixture){0};
    world_init(&f->w, "stages: [{name: shop, latency: a_seconds}]\n");
    f->p.config = &f->w.config;
    f->p.plan = &f->w.plan;
    f->p.store = &f->w.store;
    f->l = (struct lookup){.step = LOOKUP_LABELS,
        .signal = f->w.plan.stages[0].latency_signal,
        .metric = metric,
        .exists = true};
}

static void answer(struct fixture *f, const char *const *names)
{
    struct prom_names n = {0};
    for (size_t i = 0; i < NAMES_MAX && names[i]; i++) {
        mem_grow(&n.items, n.count, &n.cap);
        n.items[n.count++] = mem_strdup(names[i]);
    }
    if (f->l.step == LOOKUP_LABELS) {
        lookup_take_labels(&f->p, &f->l, &n);
    } else {
        lookup_take_values(&f->p, &f->l, &n);
    }
    prom_names_finish(&n);
}

/** A label may have several matchers; its values are looked at once. */
static void a_label_is_looked_at_once(void **state)
{
    (void)state;
    static const char *const labels[NAMES_MAX] = {"job", "pod"}, *const jobs[NAMES_MAX] = {"y-1"},
                             *const pods[NAMES_MAX] = {"x"};
    struct fixture f;
    start(&f, "a_seconds{job!=\"\",pod=\"x\",job=~\"y.*\"}");
    answer(&f, labels);
    assert_int_equal(f.l.step, LOOKUP_VALUES);
    assert_string_equal(f.l.label, "job");
    answer(&f, jobs);
    assert_int_equal(f.l.step, LOOKUP_VALUES);
    assert_string_equal(f.l.label, "pod");
    answer(&f, pods);
    assert_int_equal(f.l.step, LOOKUP_DONE);
    free(f.l.label);
    world_finish(&f.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_label_is_looked_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
