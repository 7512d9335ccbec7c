#include "series/exemplar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

static struct exemplar make(const char *trace, double value, int64_t at_ms)
{
    return (struct exemplar){mem_strdup(trace), mem_strdup("pod"), value, at_ms};
}

static void the_slowest_come_first(void **state)
{
    (void)state;
    struct exemplars list = {0};
    exemplars_add(&list, make("b", 2, 100));
    exemplars_add(&list, make("a", 3, 200));
    exemplars_add(&list, make("c", 1, 300));
    exemplars_add(&list, make("b", 2, 100)); // known
    assert_int_equal(list.count, 3);
    assert_int_equal(list.seen, 3);
    static const char *const want[] = {"a", "b", "c"};
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(list.items[i].trace, want[i]);
    }
    exemplars_finish(&list);
    exemplars_finish(&list);
    assert_int_equal(list.count, 0);
}

static void only_so_many_are_kept(void **state)
{
    (void)state;
    struct exemplars list = {0};
    for (int i = 0; i < 3 * EXEMPLARS_MAX; i++) {
        char trace[16];
        snprintf(trace, sizeof trace, "%d", i);
        // up and down, so that they come at every place
        exemplars_add(&list, make(trace, i % 2 ? i : -i, i));
    }
    assert_int_equal(list.count, EXEMPLARS_MAX);
    assert_int_equal(list.seen, 3 * EXEMPLARS_MAX);
    for (size_t i = 0; i < list.count; i++) {
        assert_true(list.items[i].value == 3.0 * EXEMPLARS_MAX - 1 - 2.0 * (double)i);
    }
    exemplars_finish(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_slowest_come_first),
        cmocka_unit_test(only_so_many_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
