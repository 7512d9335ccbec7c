#include "series/batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void holds_what_is_added(void **state)
{
    (void)state;
    struct batch b = {0};
    for (int i = 0; i < 100; i++) {
        struct batch_series *s = batch_add(&b);
        assert_int_equal(s->count, 0);
        assert_int_equal(s->labels.count, 0);
        labels_set(&s->labels, "a", "b");
        for (int k = 0; k < i; k++) {
            batch_add_sample(s, k, i);
        }
    }
    assert_int_equal(b.count, 100);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(b.series[i].count, i);
        assert_true(i == 0 || b.series[i].samples[i - 1].t_ms == i - 1);
        assert_true(i == 0 || b.series[i].samples[i - 1].value == i);
        assert_string_equal(labels_get(&b.series[i].labels, "a"), "b");
    }
    batch_finish(&b);
    assert_int_equal(b.count, 0);
    batch_finish(&b);
}

static void copies_notes(void **state)
{
    (void)state;
    struct batch b = {0};
    char text[] = "once";
    batch_add_note(&b, text);
    text[0] = 'x';
    batch_add_note(&b, text);
    assert_int_equal(b.notes_count, 2);
    assert_string_equal(b.notes[0], "once");
    assert_string_equal(b.notes[1], "xnce");
    batch_finish(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_what_is_added),
        cmocka_unit_test(copies_notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
