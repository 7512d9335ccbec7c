#include "draw/sextants.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/** By their names in Unicode 13, as SEXTANT-23; the dots of braille are numbered by columns. */
static void each_has_its_cells(void **state)
{
    (void)state;
    static const struct {
        uint32_t dots, sextant;
    } cases[] = {{0x00, ' '}, {0x01, 0x1FB00 /* 1 */}, {0x08, 0x1FB01 /* 2 */},
        {0x02, 0x1FB03 /* 3 */}, {0x04, 0x1FB03 /* 3 */}, {0x06, 0x1FB03 /* 3 */},
        {0x24, 0x1FB0B /* 34 */}, {0x1B, 0x1FB0E /* 1234 */}, {0x40, 0x1FB0F /* 5 */},
        {0x47, 0x258C}, {0x42, 0x1FB13 /* 35 */}, {0x4A, 0x1FB14 /* 235 */},
        {0x80, 0x1FB1E /* 6 */}, {0xB8, 0x2590}, {0xA0, 0x1FB26 /* 46 */},
        {0xA1, 0x1FB27 /* 146 */}, {0xC0, 0x1FB2D /* 56 */}, {0xFE, 0x1FB3B /* 23456 */},
        {0xFF, 0x2588}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(sextants_of(0x2800 + cases[i].dots), cases[i].sextant);
    }
}

static void all_stand_for_something(void **state)
{
    (void)state;
    bool seen[0x1FB3C - 0x1FB00] = {false};
    for (uint32_t dots = 0; dots < 256; dots++) {
        uint32_t glyph = sextants_of(0x2800 + dots);
        if (glyph >= 0x1FB00 && glyph < 0x1FB3C) {
            seen[glyph - 0x1FB00] = true;
        }
    }
    for (size_t i = 0; i < sizeof seen; i++) {
        assert_true(seen[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_has_its_cells),
        cmocka_unit_test(all_stand_for_something),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
