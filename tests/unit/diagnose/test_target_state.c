#include "diagnose/target_state.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "unit/near.h"

enum { NOW_S = 1700000000 };

// Scraped every 15 s, with a time-out of 10 s.
static void the_last_scrape_says_how_a_target_is(void **state)
{
    (void)state;
    static const struct {
        const char *health;
        double ago_s, took_s, timeout_s;
        enum target_state is;
    } cases[] = {
        {"up", 44, 0.1, 10, TARGET_GOOD},
        {"up", 46, 0.1, 10, TARGET_LATE}, // three intervals
        {"up", 5, 7.9, 10, TARGET_GOOD},
        {"up", 5, 8.1, 10, TARGET_SLOW},   // four fifths of the time-out
        {"up", 5, 11.9, NAN, TARGET_GOOD}, // which is not told: of the interval
        {"up", 5, 12.1, NAN, TARGET_SLOW},
        {"up", 5, 99e3, 10, TARGET_SLOW}, // more than a day is a wrong number
        {"up", 5, 101e3, 10, TARGET_GOOD},
        {"up", NAN, NAN, 10, TARGET_NEVER},
        {"unknown", 5, 0.1, 10, TARGET_NEVER},
        {"down", 46, 9, 10, TARGET_DOWN},
        {"down", NAN, NAN, 10, TARGET_NEVER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct list list = {.fields = {"health", "scraped_ms", "took_s", "timeout_s", "interval_s"},
            .fields_count = 5};
        struct list_value *v = list_add(&list);
        v[0].text = mem_strdup(cases[i].health);
        v[1].number = 1000 * (NOW_S - cases[i].ago_s);
        v[2].number = cases[i].took_s;
        v[3].number = cases[i].timeout_s;
        v[4].number = 15;
        enum target_state is = target_state_of(&list, 0, (int64_t)NOW_S * 1000);
        if (is != cases[i].is) {
            fail_msg("case %zu: %d", i, (int)is);
        }
        assert_near(target_age_s(&list, 0, (int64_t)NOW_S * 1000), cases[i].ago_s, 1e-6);
        assert_string_equal(target_health(&list, 0, (int64_t)NOW_S * 1000),
            is == TARGET_NEVER ? "unknown" : cases[i].health);
        list_finish(&list);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_scrape_says_how_a_target_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
