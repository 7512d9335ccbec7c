#include "config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/input.h"

#define HELD(array) (sizeof(array) / sizeof *(array))

static char spoken[32]; // what the program was told to speak
static int times;

static bool speak(const char *language, struct str *why)
{
    times++;
    if (strcmp(language, "xx") != 0) {
        str_setf(why, "not spoken here");
        return false;
    }
    snprintf(spoken, sizeof spoken, "%s", language);
    return true;
}

/** Whether the arguments, with FILE as the configuration, are good; *WHY else. */
static bool load(const char *file, char **words, int count, struct str *why)
{
    char path[] = "/tmp/ragtop-language-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, file, strlen(file)), strlen(file));
    close(fd);
    char *argv[8] = {"ragtop", "-c", path};
    for (int i = 0; i < count; i++) {
        argv[3 + i] = words[i];
    }
    const struct config_input input = {.argc = 3 + count, .argv = argv, .speak = speak};
    struct config c;
    enum command command;
    times = 0;
    *spoken = '\0';
    str_clear(why);
    bool good = config_load(&c, &command, &input, why);
    if (good) {
        config_finish(&c);
    }
    remove(path);
    return good;
}

static void the_option_goes_before_the_file(void **state)
{
    (void)state;
    static const struct {
        const char *file, *option, *spoken, *why;
    } cases[] = {
        {"", NULL, "", NULL},
        {"language: xx\n", NULL, "xx", NULL},
        {"", "xx", "xx", NULL},
        {"language: yy\n", "xx", "xx", NULL}, // what is not asked for is not tried
        {"language: yy\n", NULL, "", "1:11: 'yy' is not spoken here"},
        {"language: [xx]\n", NULL, "", "1:11: 'language' must be text, not a list"},
        {"", "yy", "", "--language yy: not spoken here"},
    };
    struct str why, file;
    str_init(&why);
    str_init(&file);
    for (size_t i = 0; i < HELD(cases); i++) {
        char *words[] = {"--language", (char *)cases[i].option};
        str_setf(&file, "%sstages: [{name: a, latency: m}]\n", cases[i].file);
        bool good = load(file.text, words, cases[i].option ? 2 : 0, &why);
        if (good != !cases[i].why || (!good && !strstr(why.text, cases[i].why))) {
            fail_msg("case %zu: %s", i, why.text);
        }
        assert_string_equal(spoken, cases[i].spoken);
        assert_int_equal(
            times, *cases[i].spoken || (cases[i].why && strstr(cases[i].why, "spoken")));
    }
    str_finish(&why);
    str_finish(&file);
}

static void is_spoken_before_anything_is_said(void **state)
{
    (void)state;
    struct str why;
    str_init(&why);
    assert_false(load("language: xx\nwindow: 1y\n", NULL, 0, &why));
    assert_string_equal(spoken, "xx");
    char *words[] = {"--language", "xx", "--window", "1y"};
    assert_false(load("", words, 4, &why));
    assert_string_equal(spoken, "xx");
    str_finish(&why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_option_goes_before_the_file),
        cmocka_unit_test(is_spoken_before_anything_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
