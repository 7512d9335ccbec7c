#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "series/note.h"

static void numbers_become_ranges(void **state)
{
    (void)state;
    static const struct {
        const char *notes[3], *merged;
    } cases[] = {
        {{"4 series too many", "4 series too many", "4 series too many"}, "4 series too many"},
        {{"95 series too many", "3 series too many", "40 series too many"}, "3–95 series too many"},
        {{"length 721h0m0s, limit 720h", "length 800h, limit 720h", "length 93h, limit 720h"},
            "length 93h–800h, limit 720h"},
        {{"the target has 9,998 series.", "the target has 12,022 series.",
             "the target has 10,500 series."},
            "the target has 9,998–12,022 series."},
        {{"took 1.5 s (1:24)", "took 1.25 s (1:6)", "took 2 s (1:24)"}, "took 1.25–2 s (1:24–1:6)"},
        {{"store 10.0.0.1:10901 is away", "store 10.0.0.2:10901 is away",
             "store 10.0.0.2:10901 is away"},
            "store 10.0.0.1:10901–10.0.0.2:10901 is away"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char note[NOTE_BYTES];
        note_set(note, cases[i].notes[0]);
        for (int twice = 0; twice < 2; twice++) { // the servers say it again and again
            for (size_t k = 0; k < 3; k++) {
                assert_true(note_merge(note, cases[i].notes[k]));
            }
        }
        assert_string_equal(note, cases[i].merged);
    }
}

static void names_are_not_numbers(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"shard_1_seconds: no such metric", "shard_2_seconds: no such metric"},
        {"http_2xx is missing", "http_5xx is missing"},
        {"rag-1 is away", "rag-2 is away"},
        {"3 series", "3 series too many"},
        {"3 series", "no series"},
        {"", "1"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        for (int k = 0; k < 2; k++) {
            char note[NOTE_BYTES];
            note_set(note, pairs[i][k]);
            assert_false(note_merge(note, pairs[i][!k]));
            assert_string_equal(note, pairs[i][k]);
        }
    }
}

static void what_is_cut_says_so(void **state)
{
    (void)state;
    for (size_t len = NOTE_BYTES - 2; len <= NOTE_BYTES + 2; len++) {
        char text[NOTE_BYTES + 3], note[NOTE_BYTES];
        memset(text, 'x', len);
        text[len] = '\0';
        note_set(note, text);
        if (len < NOTE_BYTES) {
            assert_string_equal(note, text);
        } else {
            assert_int_equal(strlen(note), NOTE_BYTES - 1);
            assert_string_equal(note + NOTE_BYTES - 4, "…");
        }
    }
}

static void no_character_is_split(void **state)
{
    (void)state;
    for (size_t lead = 0; lead < 4; lead++) {
        char text[2 * NOTE_BYTES] = "", note[NOTE_BYTES];
        memset(text, 'x', lead);
        for (size_t i = 0; i < NOTE_BYTES / 3; i++) {
            memcpy(text + lead + 3 * i, "日", sizeof "日");
        }
        note_set(note, text);
        for (const char *p = note; *p;) {
            assert_true(utf8_next(&p) != UTF8_REPLACEMENT);
        }
    }
}

static void a_full_list_says_so(void **state)
{
    (void)state;
    enum { MOST = 4 };
    static const char *const texts[] = {"a", "b", "c", "d", "e", "f"};
    for (size_t n = MOST - 1; n <= MOST + 2; n++) {
        char notes[MOST][NOTE_BYTES];
        size_t count = 0;
        for (size_t i = 0; i < n; i++) {
            note_add(notes, &count, MOST, texts[i]);
        }
        assert_int_equal(count, n < MOST ? n : MOST);
        assert_string_equal(notes[count - 1], n > MOST ? note_rest() : texts[n - 1]);
    }
}

static void eight_that_differ_in_a_number_are_one(void **state)
{
    (void)state;
    char notes[4][NOTE_BYTES], text[NOTE_BYTES];
    size_t count = 0;
    note_add(notes, &count, 4, "the answer is partial");
    for (int i = 0; i < 8; i++) {
        snprintf(text, sizeof text, "an answer had %d series too many", 17 + 101 * (i * 3 % 8));
        note_add(notes, &count, 4, text);
    }
    assert_int_equal(count, 2);
    assert_string_equal(notes[1], "an answer had 17–724 series too many");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_become_ranges),
        cmocka_unit_test(names_are_not_numbers),
        cmocka_unit_test(what_is_cut_says_so),
        cmocka_unit_test(no_character_is_split),
        cmocka_unit_test(a_full_list_says_so),
        cmocka_unit_test(eight_that_differ_in_a_number_are_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
