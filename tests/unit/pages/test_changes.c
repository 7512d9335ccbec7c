/*
 * The page of changes: what it says where it cannot know of any.
 */
#include "pages/pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "unit/answered.h"
#include "unit/pages/says.h"
#include "unit/world.h"
#include "view/view.h"

// A query that failed does not mean that the server lacks the metrics.
static void says_why_nothing_is_known(void **state)
{
    (void)state;
    for (int refused = 0; refused < 2; refused++) {
        struct world w;
        struct view view = {0};
        struct arena arena = {0};
        struct view_state look = {.page = PAGE_CHANGES};
        world_init(&w, world_article);
        world_judge(&w);
        if (refused) {
            struct signal_data *places = &w.store.signals[w.plan.places];
            places->condition = CONDITION_REFUSED;
            snprintf(places->why, sizeof places->why, "no answer within 5 s");
        }
        answered_data(&w.store, FEED_CHANGES, "{\"resultType\":\"matrix\",\"result\":[]}");
        const struct view_input in = {
            .words = world_words(&w), .state = &look, .now_ms = WORLD_NOW_MS, .columns = 120};
        view_build(&view, &arena, &in);
        assert_int_equal(says(&view, "failed: no answer within 5 s."), refused);
        assert_int_equal(says(&view, "no metrics of kube-state-metrics"), !refused);
        arena_finish(&arena);
        world_finish(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_why_nothing_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
