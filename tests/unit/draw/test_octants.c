#include "draw/octants.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "draw/canvas.h"
#include "draw/sextants.h"

/** By their names in Unicode 16, as OCTANT-23; the dots of braille are numbered by columns. */
static void each_has_its_cells(void **state)
{
    (void)state;
    static const struct {
        uint32_t dots, octant;
    } cases[] = {{0x00, ' '}, {0x01, 0x1CEA8}, {0x02, 0x1CD00 /* 3 */}, {0x0A, 0x1CD01 /* 23 */},
        {0x0B, 0x1CD02 /* 123 */}, {0x10, 0x1CD03 /* 4 */}, {0x04, 0x1CD09 /* 5 */},
        {0x06, 0x1FBE6 /* 35 */}, {0x1B, 0x2580 /* 1234 */}, {0xC9, 0x1CDAE /* 1278 */},
        {0x1D, 0x1CD13 /* 1245 */}, {0xC0, 0x2582 /* 78 */}, {0xFE, 0x1CDE5 /* 2345678 */},
        {0xFF, 0x2588}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(octants_of(0x2800 + cases[i].dots), cases[i].octant);
    }
}

static void none_stands_for_two(void **state)
{
    (void)state;
    int in_block = 0;
    for (uint32_t a = 0; a < 256; a++) {
        uint32_t glyph = octants_of(0x2800 + a);
        in_block += glyph >= 0x1CD00 && glyph <= 0x1CDE5;
        for (uint32_t b = 0; b < a; b++) {
            assert_int_not_equal(glyph, octants_of(0x2800 + b));
        }
    }
    assert_int_equal(in_block, 0x1CDE5 - 0x1CD00 + 1);
}

static void only_dots_become_octants(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 3, 1);
    canvas_put(&c, 0, 0, 0x28FF, ROLE_SPARK);
    canvas_put(&c, 1, 0, 'x', ROLE_OK);
    canvas_redraw_dots(&c, octants_of);
    assert_int_equal(canvas_at(&c, 0, 0)->glyph, 0x2588);
    assert_int_equal(canvas_at(&c, 0, 0)->role, ROLE_SPARK);
    assert_int_equal(canvas_at(&c, 1, 0)->glyph, 'x');
    assert_int_equal(canvas_at(&c, 2, 0)->glyph, ' ');
    canvas_finish(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_has_its_cells),
        cmocka_unit_test(none_stands_for_two),
        cmocka_unit_test(only_dots_become_octants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
