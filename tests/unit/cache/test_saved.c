#include "cache/saved.h"

#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cache/day_page.h"

enum { FIRST = 5903640, COUNT = 5 };

static const char body[] = "at 2026-02-04T09:00:00Z\n"
                           "slots 5903640 5\n"
                           "signal metric=\"m\",signal=\"latency\",stage=\"a b\"\n"
                           "series le=\"+Inf\"\n"
                           "1.5 - 0.000123457 1e+20 3\n"
                           "series tool=\"\xc3\xa4 \\\"x\\\" \\\\\"\n"
                           "- - - - -\n"
                           "signal signal=\"errors\"\n";

static void add_checksum(struct str *s)
{
    str_addf(s, "checksum %016" PRIx64 "\n", page_hash(0, s->text, s->len));
}

static void fill(struct saved *s)
{
    static const double values[COUNT] = {1.5, NAN, 0.000123456789, 1e20, 3};
    struct labels name = {0};
    struct matrix m;
    struct batch b = {0};
    *s = (struct saved){.at_ms = 1770195600000, .first = FIRST, .last = FIRST + COUNT - 1};
    labels_set(&name, "signal", "latency");
    labels_set(&name, "stage", "a b");
    labels_set(&name, "metric", "m");
    struct batch_series *series = batch_add(&b);
    labels_set(&series->labels, "le", "+Inf");
    for (int i = 0; i < COUNT; i++) {
        batch_add_sample(series, (FIRST + i) * (int64_t)STORE_HISTORY_STEP_MS, values[i]);
    }
    series = batch_add(&b);
    labels_set(&series->labels, "tool", "\xc3\xa4 \"x\" \\");
    matrix_init(&m, STORE_HISTORY_STEP_MS, COUNT);
    matrix_merge(&m, &b, FIRST, FIRST + COUNT - 1);
    saved_add(s, &name, &m);
    matrix_finish(&m);
    batch_finish(&b);
    labels_finish(&name);
    labels_set(&name, "signal", "errors");
    matrix_init(&m, STORE_HISTORY_STEP_MS, COUNT);
    saved_add(s, &name, &m);
    matrix_finish(&m);
    labels_finish(&name);
}

static void check_filled(const struct saved *s)
{
    struct labels name = {0};
    assert_true(s->at_ms == 1770195600000 && s->first == FIRST && s->last == FIRST + COUNT - 1);
    assert_int_equal(s->count, 2);
    labels_set(&name, "signal", "latency");
    assert_null(saved_find(s, &name));
    labels_set(&name, "stage", "a b");
    labels_set(&name, "metric", "m");
    const struct history *h = saved_find(s, &name);
    assert_non_null(h);
    assert_true(h->answered && h->first == FIRST && h->last == FIRST + COUNT - 1);
    assert_int_equal(h->matrix.count, 2);
    assert_int_equal(h->matrix.series[0].part, PART_BUCKET);
    assert_string_equal(labels_get(&h->matrix.series[1].labels, "tool"), "\xc3\xa4 \"x\" \\");
    assert_true(ring_get(&h->matrix.series[0].ring, FIRST) == 1.5);
    assert_true(isnan(ring_get(&h->matrix.series[0].ring, FIRST + 1)));
    assert_true(ring_get(&h->matrix.series[0].ring, FIRST + 2) == 0.000123457);
    assert_true(isnan(ring_get(&h->matrix.series[1].ring, FIRST + 4)));
    labels_finish(&name);
}

static void writes_what_the_manual_says(void **state)
{
    (void)state;
    struct saved s, again;
    struct str text, want, why;
    str_init(&text);
    str_init(&want);
    str_init(&why);
    fill(&s);
    saved_encode(&s, &text);
    str_addf(&want, "ragtop baseline 1\n%s", body);
    add_checksum(&want);
    assert_string_equal(text.text, want.text);
    assert_true(saved_decode(&again, text.text, text.len, &why));
    check_filled(&again);
    saved_finish(&again);
    saved_finish(&s);
    saved_finish(&s);
    str_finish(&text);
    str_finish(&want);
    str_finish(&why);
}

/** Decodes HEAD and BODY with a checksum that fits, and wants a clause that contains WANT. */
static void refuse(const char *head, const char *text, const char *want)
{
    struct saved s;
    struct str all, why;
    str_init(&all);
    str_init(&why);
    str_addf(&all, "%s%s", head, text);
    add_checksum(&all);
    bool good = saved_decode(&s, all.text, all.len, &why);
    if (good || !strstr(why.text, want)) {
        fail_msg("'%s': %s", all.text, good ? "accepted" : why.text);
    }
    assert_null(strpbrk(why.text, "\n\033"));
    saved_finish(&s);
    str_finish(&all);
    str_finish(&why);
}

static void refuses_what_it_is_not(void **state)
{
    (void)state;
    static const char damaged[] = "is cut or damaged", other[] = "this is not a baseline file";
    static const char *const bodies[] = {
        "",
        "at noon\nslots 1 2\n",
        "slots 1 2\n",
        "at 2026-02-04T09:00:00Z\n",
        "at 2026-02-04T09:00:00Z\nslots 1 0\n",
        "at 2026-02-04T09:00:00Z\nslots -1 2\n",
        "at 2026-02-04T09:00:00Z\nslots 1 2017\n",
        "at 2026-02-04T09:00:00Z\nslots 99999999999999999999 2\n",
        "at 2026-02-04T09:00:00Z\nslots 1 2 3\n",
        "at 2026-02-04T09:00:00Z\nslots 1 2\nsignals a=\"b\"\n",
        "at 2026-02-04T09:00:00Z\nslots 1 2\nseries a=\"b\"\n1 2\n",
        "at 2026-02-04T09:00:00Z\nslots 1 2\nsignal a\n",
        "at 2026-02-04T09:00:00Z\nslots 1 2\nsignal a=b\n",
        "at 2026-02-04T09:00:00Z\nslots 1 2\nsignal a=\"b\n",
        "at 2026-02-04T09:00:00Z\nslots 1 2\nsignal a=\"b\",\n",
        "at 2026-02-04T09:00:00Z\nslots 1 2\nsignal a=\"b\"\nseries a=\"b\"\n1\n",
        "at 2026-02-04T09:00:00Z\nslots 1 2\nsignal a=\"b\"\nseries a=\"b\"\n1 2 3\n",
        "at 2026-02-04T09:00:00Z\nslots 1 2\nsignal a=\"b\"\nseries a=\"b\"\n1  2\n",
        "at 2026-02-04T09:00:00Z\nslots 1 2\nsignal a=\"b\"\nseries a=\"b\"\n1 x\n",
        "at 2026-02-04T09:00:00Z\nslots 1 2\nsignal a=\"b\"\nseries a=\"b\"\n",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        refuse("ragtop baseline 1\n", bodies[i], damaged);
    }
    refuse("", "", other);
    refuse("#!/bin/sh\n", body, other);
    refuse("ragtop history 1\n", body, other);
    refuse("ragtop baseline \n", body, other);
    refuse("ragtop baseline 0\n", body, other);
    refuse("ragtop baseline 2\n", "whatever that will be\n", "in version 2 of the format");
}

static void every_cut_and_every_flip_is_found(void **state)
{
    (void)state;
    struct str text, why;
    str_init(&text);
    str_init(&why);
    str_addf(&text, "ragtop baseline 1\n%s", body);
    add_checksum(&text);
    for (size_t i = 0; i < text.len; i++) {
        struct saved s;
        char *cut = malloc(i + 1); // exactly as long, so that reading on is found
        memcpy(cut, text.text, i);
        cut[i] = '\0';
        assert_false(saved_decode(&s, cut, i, &why));
        saved_finish(&s);
        free(cut);
        text.text[i] ^= 1;
        assert_false(saved_decode(&s, text.text, text.len, &why));
        saved_finish(&s);
        text.text[i] ^= 1;
    }
    str_finish(&text);
    str_finish(&why);
}

static void nothing_in_it_steers_a_terminal(void **state)
{
    (void)state;
    struct saved s;
    struct str text, why;
    str_init(&text);
    str_init(&why);
    str_add(&text, "ragtop baseline 1\nat 2026-02-04T09:00:00Z\nslots 1 1\n"
                   "signal a=\"\033[31m\\nb\"\nseries tool=\"\xff\x07\"\n1\n");
    add_checksum(&text);
    assert_true(saved_decode(&s, text.text, text.len, &why));
    assert_string_equal(labels_get(&s.signals[0].name, "a"), "\xEF\xBF\xBD[31m b");
    assert_string_equal(labels_get(&s.signals[0].history.matrix.series[0].labels, "tool"),
        "\xEF\xBF\xBD\xEF\xBF\xBD");
    saved_finish(&s);
    str_finish(&text);
    str_finish(&why);
}

static void files_are_replaced_whole(void **state)
{
    (void)state;
    char home[] = "/tmp/ragtop-test-XXXXXX";
    struct saved s, again;
    struct str path, link, why;
    struct stat st;
    bool unsound;
    str_init(&path);
    str_init(&link);
    str_init(&why);
    assert_non_null(mkdtemp(home));
    str_addf(&path, "%s/a.rtb", home);
    fill(&s);
    for (int i = 0; i < 2; i++) {
        assert_true(saved_write(&s, path.text, &why));
        assert_true(saved_read(&again, path.text, &unsound, &why));
        check_filled(&again);
        assert_string_equal(again.name, "a.rtb");
        saved_finish(&again);
    }
    assert_int_equal(stat(home, &st), 0);
    assert_int_equal(st.st_nlink, 2);
    assert_int_equal(stat(path.text, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    str_addf(&link, "%s/link", home);
    assert_int_equal(symlink("a.rtb", link.text), 0);
    assert_false(saved_write(&s, link.text, &why));
    assert_non_null(
        strstr(why.text, "link: the baseline cannot be written: it is a symbolic link"));
    assert_int_equal(unlink(link.text), 0);
    assert_true(saved_write(&s, "/dev/null", &why)); // a device stays one
    assert_int_equal(stat("/dev/null", &st), 0);
    assert_true(S_ISCHR(st.st_mode));
    assert_int_equal(unlink(path.text), 0);
    assert_int_equal(rmdir(home), 0); // and nothing half written is left in it
    assert_false(saved_read(&again, path.text, &unsound, &why));
    assert_non_null(strstr(why.text, "a.rtb: this baseline cannot be read: no such file"));
    assert_false(unsound);
    saved_finish(&again);
    assert_false(saved_read(&again, "/tmp", &unsound, &why));
    assert_string_equal(why.text, "/tmp: this baseline cannot be read: it is a directory");
    assert_false(unsound);
    saved_finish(&again);
    assert_false(
        saved_read(&again, "/dev/null", &unsound, &why)); // which can be read, and is empty
    assert_true(unsound);
    saved_finish(&again);
    assert_false(saved_write(&s, path.text, &why));
    assert_non_null(strstr(why.text, "a.rtb: the baseline cannot be written: no such file"));
    saved_finish(&s);
    str_finish(&link);
    str_finish(&path);
    str_finish(&why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_what_the_manual_says),
        cmocka_unit_test(refuses_what_it_is_not),
        cmocka_unit_test(every_cut_and_every_flip_is_found),
        cmocka_unit_test(nothing_in_it_steers_a_terminal),
        cmocka_unit_test(files_are_replaced_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
