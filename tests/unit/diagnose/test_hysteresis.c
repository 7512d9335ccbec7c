#include "diagnose/hysteresis.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { FIRST = 100 };

struct text {
    const char *marks;
};

static enum mark mark_of(void *context, int64_t slot)
{
    const struct text *t = context;
    switch (t->marks[slot - FIRST]) {
    case '!': return MARK_BEYOND;
    case '-': return MARK_BETWEEN;
    case '.': return MARK_BELOW;
    default: return MARK_UNKNOWN;
    }
}

static void goes_on_and_off(void **state)
{
    (void)state;
    static const struct {
        const char *marks; // the newest last; a blank is not known
        bool known, on;
        int since;  // index, or -1: from before, or none
        int before; // the same of the oldest moment of an alarm that began before
    } cases[] = {
        {"..........", true, false, -1, -1},
        {".........!", true, false, 9, -1}, // one moment is no alarm
        {"........!!", true, false, 8, -1},
        {".......!!!", true, true, 7, -1},
        {".....!.!.!", true, true, 5, -1}, // three of five
        {"....!..!.!", true, false, 7, -1},
        {"...!!!!!!!", true, true, 3, -1},
        {"...!!!!!..", true, true, 3, -1}, // two good moments do not end it
        {"...!!!!...", true, false, 5, -1},
        {"...!!!-.-.", true, true, 3, -1}, // near the bound it lasts
        {"...!!!----", true, true, 3, -1},
        {"...---!---", true, false, 6, -1}, // and does not begin there
        {"!!!!!!!!!!", true, true, -1, 0},  // from before the span
        {"!!!!-!----", true, true, -1, 0},
        {".!!!...!!!", true, true, 7, -1}, // another one
        {".!!!..!!!!", true, true, 1, -1}, // still the same
        {"..!  !   !", true, true, 2, -1}, // what is not known does not count
        {"..        ", false, false, -1, -1},
        {"      !!!!", false, false, 6, -1}, // too little is known: the moment decides
        {"     !!!!!", true, true, -1, 5},
        {"  !!! !!!!", true, true, -1, 2}, // as far back as is known
        {"", false, false, -1, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t last = FIRST + (int64_t)strlen(cases[i].marks) - 1;
        struct text text = {.marks = cases[i].marks};
        struct matrix live = {
            .step_ms = 15000, .slots = 20, .asked_first = FIRST, .asked_last = last};
        struct hysteresis h = hysteresis_of(&live, last, mark_of, &text);
        int64_t since = cases[i].since < 0 ? 0 : FIRST + cases[i].since;
        int64_t before = cases[i].before < 0 ? 0 : FIRST + cases[i].before;
        if (h.known != cases[i].known || h.on != cases[i].on || h.since_slot != since ||
            h.before_slot != before) {
            fail_msg("\"%s\": known %d, on %d, since %d, before %d", cases[i].marks, h.known, h.on,
                (int)h.since_slot, (int)h.before_slot);
        }
    }
}

static void looks_no_further_than_needed(void **state)
{
    (void)state;
    struct matrix live = {
        .step_ms = 15000, .slots = 20, .asked_first = FIRST - 1000, .asked_last = FIRST + 4};
    struct text text = {.marks = "....."}; // what lies before would be read out of bounds
    assert_false(hysteresis_of(&live, FIRST + 4, mark_of, &text).on);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_on_and_off),
        cmocka_unit_test(looks_no_further_than_needed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
