#include "endpoint/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void compares_origins(void **state)
{
    (void)state;
    assert_true(url_same_origin("http://h:80/a", "HTTP://H/b"));
    assert_true(url_same_origin("https://h:443", "https://h"));
    assert_false(url_same_origin("https://h", "http://h"));
    assert_false(url_same_origin("http://h:81", "http://h"));
    assert_false(url_same_origin("http://h", "http://h.example"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares_origins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
