#include "base/text.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HELD(array) (sizeof(array) / sizeof *(array))

extern const struct text_catalogue *const text_catalogues[]; // tests/po

static void is_english_without_a_language(void **state)
{
    (void)state;
    text_use(NULL);
    assert_string_equal(_("normal"), "normal");
    assert_string_equal(text_count("%d stage", "%d stages", 1), "%d stage");
    assert_string_equal(text_count("%d stage", "%d stages", -1), "%d stage");
    assert_string_equal(text_count("%d stage", "%d stages", 0), "%d stages");
    assert_string_equal(text_count("%d stage", "%d stages", 0.6), "%d stage"); // as it is written
    assert_string_equal(text_count("%d stage", "%d stages", 1e300), "%d stages");
}

static void finds_a_language_by_its_locale(void **state)
{
    (void)state;
    static const struct {
        const char *locale, *language;
    } cases[] = {
        {"pl", "pl"},
        {"pl_PL.UTF-8", "pl"},
        {"pl_PL@euro", "pl"},
        {"pt_BR.UTF-8", "pt_BR"},
        {"pt_PT", NULL},
        {"pt", NULL},
        {"p", NULL},
        {"plx", NULL},
        {"C.UTF-8", NULL},
        {"PL-pl", "pl"},
        {"zh_CN", "zh_CN"},
        {"zh_CN.UTF-8", "zh_CN"},
        {"zh_CN.GB18030@pinyin", "zh_CN"},
        {"zh-Hans", "zh_CN"},
        {"zh-hans-SG", "zh_CN"},
        {"zh_Hans_CN.UTF-8", "zh_CN"},
        {"zh", "zh_CN"},
        {"zh_SG.UTF-8", "zh_CN"},
        {"zh_TW.UTF-8", NULL},
        {"zh_HK", NULL},
        {"zh-Hant", NULL},
        {"zh_Hant_CN", NULL},
        {"zhx", NULL},
        {"fr:zh_CN:pl", "zh_CN"},
        {"zh_TW:zh_CN", "zh_CN"},
        {"fr:de", NULL},
        {"en_GB:zh_CN", NULL},
        {"en:zh_CN", NULL},
        {"C:zh_CN", NULL},
        {"POSIX", NULL},
        {"fr:", NULL},
        {":zh_CN", "zh_CN"},
        {"", NULL},
    };
    for (size_t i = 0; i < HELD(cases); i++) {
        const struct text_catalogue *found = text_find(text_catalogues, cases[i].locale);
        if (cases[i].language) {
            assert_non_null(found);
            assert_string_equal(found->language, cases[i].language);
        } else {
            assert_null(found);
        }
    }
}

static void chooses_the_form(void **state)
{
    (void)state;
    static const struct {
        double n;
        const char *form;
    } cases[] = {
        {0, "%d etapów"},
        {1, "%d etap"},
        {2, "%d etapy"},
        {5, "%d etapów"},
        {12, "%d etapów"},
        {22, "%d etapy"},
        {1.4, "%d etap"},
    };
    text_use(text_find(text_catalogues, "pl"));
    for (size_t i = 0; i < HELD(cases); i++) {
        assert_string_equal(text_count("%d stage", "%d stages", cases[i].n), cases[i].form);
    }
    text_use(NULL);
}

static void takes_arguments_in_another_order(void **state)
{
    (void)state;
    struct str s;
    str_init(&s);
    text_use(text_find(text_catalogues, "pl"));
    str_addf(&s, _("%s of %s is \"slow\""), "P95", "chat");
    assert_string_equal(s.text, "chat: \"wolny\" P95");
    assert_string_equal(_("normal"), "w normie");
    assert_string_equal(_("not translated"), "not translated");
    assert_string_equal(_(""), "");
    text_use(NULL);
    str_finish(&s);
}

static void puts_sentences_one_behind_another(void **state)
{
    (void)state;
    static const struct {
        const char *first, *second, *both;
    } cases[] = {
        {"One.", "Two.", "One. Two."},
        {"One.", NULL, "One."},
        {"一。", "二。", "一。二。"},
        {"一？", "二。", "一？二。"},
        {"One", "Two.", "One Two."},
        {"", "Two.", "Two."},
    };
    struct arena a = {0};
    struct str s;
    str_init(&s);
    for (size_t i = 0; i < HELD(cases); i++) {
        assert_string_equal(text_two(&a, cases[i].first, cases[i].second), cases[i].both);
        str_clear(&s);
        str_add(&s, cases[i].first);
        text_add_gap(&s);
        str_add(&s, cases[i].second ? cases[i].second : "");
        assert_int_equal(strncmp(s.text, cases[i].both, strlen(cases[i].both)), 0);
    }
    assert_true(text_asks("Why?"));
    assert_true(text_asks("为什么？"));
    assert_false(text_asks("So."));
    assert_false(text_asks(""));
    str_finish(&s);
    arena_finish(&a);
}

static void tells_what_it_speaks(void **state)
{
    (void)state;
    const struct text_catalogue *polish = text_find(text_catalogues, "pl");
    assert_false(text_is_translated());
    assert_null(text_use(polish));
    assert_true(text_is_translated());
    assert_ptr_equal(text_use(NULL), polish);
    assert_string_equal(_("normal"), "normal");
    assert_true(text_is_english("en_GB.UTF-8:pl"));
    assert_true(text_is_english("C.UTF-8"));
    assert_true(text_is_english("POSIX"));
    assert_false(text_is_english("pl:en"));
    assert_false(text_is_english("eo"));
    assert_false(text_is_english(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_english_without_a_language),
        cmocka_unit_test(finds_a_language_by_its_locale),
        cmocka_unit_test(chooses_the_form),
        cmocka_unit_test(takes_arguments_in_another_order),
        cmocka_unit_test(puts_sentences_one_behind_another),
        cmocka_unit_test(tells_what_it_speaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
