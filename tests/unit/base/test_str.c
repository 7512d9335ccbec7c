#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_str(const struct str *s, const char *want)
{
    assert_string_equal(s->text, want);
    assert_int_equal(s->len, strlen(want));
}

static void starts_and_ends_empty(void **state)
{
    (void)state;
    struct str s, zeroed = {0};
    str_init(&s);
    assert_str(&s, "");
    str_clear(&s);
    str_add(&s, "");
    assert_str(&s, "");
    str_finish(&s);
    assert_str(&s, "");
    str_finish(&zeroed);
    assert_str(&zeroed, "");
    str_add(&zeroed, "usable again");
    assert_str(&zeroed, "usable again");
    str_finish(&zeroed);
}

static void appends(void **state)
{
    (void)state;
    struct str s;
    str_init(&s);
    str_add(&s, "a");
    str_addc(&s, 'b');
    str_addf(&s, "%d-%s", 7, "c");
    str_append(&s, "def", 2);
    assert_str(&s, "ab7-cde");
    str_clear(&s);
    assert_str(&s, "");
    str_setf(&s, "%s", "new");
    str_setf(&s, "%s", "newer");
    assert_str(&s, "newer");
    str_finish(&s);
}

static void grows_by_any_step(void **state)
{
    (void)state;
    for (size_t step = 1; step < 300; step += 13) {
        struct str s;
        str_init(&s);
        char *piece = malloc(step + 1);
        memset(piece, 'x', step);
        piece[step] = '\0';
        for (size_t len = 0; len < 5000; len += step) {
            assert_int_equal(s.len, len);
            str_addf(&s, "%s", piece);
            assert_int_equal(strlen(s.text), len + step);
        }
        free(piece);
        str_finish(&s);
    }
}

static void holds_nuls(void **state)
{
    (void)state;
    struct str s;
    str_init(&s);
    str_append(&s, "a\0b", 3);
    str_addc(&s, '\0');
    assert_int_equal(s.len, 4);
    assert_memory_equal(s.text, "a\0b\0", 5);
    str_finish(&s);
}

static void hands_its_text_over(void **state)
{
    (void)state;
    struct str s;
    str_init(&s);
    char *text = str_take(&s);
    assert_string_equal(text, "");
    free(text);
    str_add(&s, "mine");
    text = str_take(&s);
    assert_str(&s, "");
    assert_string_equal(text, "mine");
    free(text);
    str_finish(&s);
}

static void quotes(void **state)
{
    (void)state;
    static const struct {
        const char *text, *quoted;
    } cases[] = {
        {"", "\"\""},
        {"a.b|c'd", "\"a.b|c'd\""},
        {"a\"b\\c\nd", "\"a\\\"b\\\\c\\nd\""},
        {"\xC3\xA9\xFF\t", "\"\xC3\xA9\xFF\t\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str s;
        str_init(&s);
        str_add_quoted(&s, cases[i].text);
        assert_str(&s, cases[i].quoted);
        str_finish(&s);
    }
}

static void escapes_for_urls(void **state)
{
    (void)state;
    static const struct {
        const char *text, *escaped;
    } cases[] = {
        {"", ""},
        {"azAZ09-._~", "azAZ09-._~"},
        {" +&=?#/%", "%20%2B%26%3D%3F%23%2F%25"},
        {"a\"b\n", "a%22b%0A"},
        {"\xC3\xA9\xFF", "%C3%A9%FF"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str s;
        str_init(&s);
        str_add_escaped(&s, cases[i].text);
        assert_str(&s, cases[i].escaped);
        str_finish(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_and_ends_empty),
        cmocka_unit_test(appends),
        cmocka_unit_test(grows_by_any_step),
        cmocka_unit_test(holds_nuls),
        cmocka_unit_test(hands_its_text_over),
        cmocka_unit_test(escapes_for_urls),
        cmocka_unit_test(quotes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
