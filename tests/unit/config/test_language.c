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

enum { MOST_WORDS = 16 };

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

/** Whether OPTIONS, words with a blank between, and FILE as the configuration are good; *WHY else.
 */
static bool load(const char *file, const char *options, struct str *why)
{
    char path[] = "/tmp/ragtop-language-XXXXXX", program[] = "ragtop", config[] = "-c", words[64];
    int fd = mkstemp(path), argc = 3;
    assert_true(fd >= 0);
    assert_int_equal(write(fd, file, strlen(file)), strlen(file));
    close(fd);
    char *argv[MOST_WORDS] = {program, config, path};
    snprintf(words, sizeof words, "%s", options);
    for (char *word = words; *word;) {
        size_t len = strcspn(word, " ");
        argv[argc++] = word;
        bool last = word[len] == '\0';
        word[len] = '\0';
        word += len + !last;
    }
    const struct config_input input = {.argc = argc, .argv = argv, .speak = speak};
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
        const char *file, *options, *spoken, *why;
    } cases[] = {
        {"", "", "", NULL},
        {"language: xx\n", "", "xx", NULL},
        {"", "--language xx", "xx", NULL},
        {"language: yy\n", "--language=xx", "xx", NULL}, // what is not asked for is not tried
        {"language: yy\n", "", "", "1:11: 'yy' is not spoken here"},
        {"language: [xx]\n", "", "", "1:11: 'language' must be text, not a list"},
        {"", "--language yy", "", "--language yy: not spoken here"},
    };
    struct str why, file;
    str_init(&why);
    str_init(&file);
    for (size_t i = 0; i < HELD(cases); i++) {
        str_setf(&file, "%sstages: [{name: a, latency: m}]\n", cases[i].file);
        bool good = load(file.text, cases[i].options, &why);
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
    assert_false(load("language: xx\nwindow: 1y\n", "", &why));
    assert_string_equal(spoken, "xx");
    assert_false(load("", "--language xx --window 1y", &why));
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
