#include "base/sip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { COUNT = 16 };

// The reference's first vectors, https://github.com/veorq/SipHash/blob/master/vectors.h: the key is
// 00 01 .. 0f, and input I has the bytes 00 01 .. I - 1.
static void is_that_of_the_reference(void **state)
{
    (void)state;
    static const uint64_t expected[COUNT] = {0x726fdb47dd0e0e31, 0x74f839c593dc67fd,
        0x0d6c8009d9a94f5a, 0x85676696d7fb7e2d, 0xcf2794e0277187b7, 0x18765564cd99a68d,
        0xcbc9466e58fee3ce, 0xab0200f58b01d137, 0x93f5f5799a932462, 0x9e0082df0ba9e4b0,
        0x7a5dbbc594ddb9f3, 0xf4b32f46226bada7, 0x751e8fbc860ee5fb, 0x14ea5627c0843d90,
        0xf723ca908e7af2ee, 0xa129ca6149be45e5};
    unsigned char bytes[COUNT];
    for (int i = 0; i < COUNT; i++) {
        bytes[i] = (unsigned char)i;
    }
    for (size_t i = 0; i < COUNT; i++) {
        assert_true(sip_hash(bytes, bytes, i) == expected[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(is_that_of_the_reference)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
