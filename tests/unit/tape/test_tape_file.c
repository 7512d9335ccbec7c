/*
 * Recordings as files: what was written is read, whole or as far as it goes.
 */
#include "tape/tape_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

static char path[64];

static int make_path(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "/tmp/ragtop-tape-%ld", (long)getpid());
    unlink(path);
    return 0;
}

static int drop_path(void **state)
{
    (void)state;
    unlink(path);
    return 0;
}

struct read_back {
    char settings[64], made_by[32];
    int64_t at_ms;
    size_t count;
    struct str seen; /**< each entry as a line */
};

static void take_settings(void *context, int64_t at_ms, const char *made_by, const char *text)
{
    struct read_back *r = context;
    snprintf(r->made_by, sizeof r->made_by, "%s", made_by);
    snprintf(r->settings, sizeof r->settings, "%s", text);
    r->at_ms = at_ms;
}

static void take_entry(void *context, const struct tape_entry *e)
{
    struct read_back *r = context;
    r->count++;
    str_addf(&r->seen, "%lld %s %s %s %d %ld %s %s %zu:%s\n", (long long)e->at_ms, e->request.place,
        e->request.path, e->request.query, (int)e->reply.outcome, e->reply.status,
        e->reply.type ? e->reply.type : "none", e->reply.why, e->reply.body_len, e->reply.body);
}

static bool read_file(struct read_back *r, bool *cut, struct str *why)
{
    memset(r, 0, sizeof *r);
    str_init(&r->seen);
    str_init(why);
    const struct tape_reading to = {r, take_settings, take_entry};
    return tape_read(path, &to, cut, why);
}

static void write_entries(size_t count)
{
    struct str why;
    str_init(&why);
    struct tape_writer *w = tape_create(path, "1.2.0", "span: 1h\n", 1000, &why);
    assert_non_null(w);
    for (size_t i = 0; i < count; i++) {
        char body[32];
        snprintf(body, sizeof body, "{\"n\":%zu}\n", i);
        const struct tape_entry e = {.at_ms = 2000 + (int64_t)i * 6000,
            .request = {.place = "a:9090/x", .path = "/api", .query = i % 2 ? "q=1" : ""},
            .reply = {.outcome = i % 2 ? HTTP_TIMEOUT : HTTP_ANSWERED,
                .status = i % 2 ? 0 : 200,
                .type = i % 2 ? NULL : "text/plain",
                .why = "late, or not",
                .body = i % 2 ? "" : body,
                .body_len = i % 2 ? 0 : strlen(body)}};
        tape_add(w, &e);
    }
    assert_true(tape_close(w, &why));
    str_finish(&why);
}

static void reads_what_was_written(void **state)
{
    (void)state;
    struct read_back r;
    struct str why;
    bool cut = true;
    write_entries(2);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_true(read_file(&r, &cut, &why));
    assert_false(cut);
    assert_string_equal(r.settings, "span: 1h\n");
    assert_string_equal(r.made_by, "1.2.0");
    assert_int_equal(r.at_ms, 1000);
    assert_string_equal(r.seen.text,
        "2000 a:9090/x /api  0 200 text/plain late, or not 8:{\"n\":0}\n\n"
        "8000 a:9090/x /api q=1 5 0 none late, or not 0:\n");
    str_finish(&r.seen);
    str_finish(&why);
}

static void a_file_that_was_cut_is_read_as_far_as_it_goes(void **state)
{
    (void)state;
    write_entries(200);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    size_t before = 200;
    for (off_t size = st.st_size - 1; size > 120; size -= 37) {
        assert_int_equal(truncate(path, size), 0);
        struct read_back r;
        struct str why;
        bool cut = false;
        if (read_file(&r, &cut, &why)) {
            assert_true(cut);
            assert_true(r.count <= before);
            before = r.count;
        }
        str_finish(&r.seen);
        str_finish(&why);
    }
    assert_true(before < 20);
}

static void write_packed(const char *text)
{
    gzFile f = gzopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(gzwrite(f, text, (unsigned)strlen(text)), (int)strlen(text));
    assert_int_equal(gzclose(f), Z_OK);
}

static void expect_refusal(const char *end)
{
    struct read_back r;
    struct str why;
    bool cut;
    assert_false(read_file(&r, &cut, &why));
    assert_non_null(strstr(why.text, end));
    str_finish(&r.seen);
    str_finish(&why);
}

static void who_made_it_may_be_unknown(void **state)
{
    (void)state;
    write_packed("ragtop recording 1\n1000 0\n\n");
    struct read_back r;
    struct str why;
    bool cut = true;
    assert_true(read_file(&r, &cut, &why));
    assert_false(cut);
    assert_string_equal(r.made_by, "");
    str_finish(&r.seen);
    str_finish(&why);
}

static void says_what_is_no_recording(void **state)
{
    (void)state;
    expect_refusal("no such file");
    write_packed("ragtop recording 2\nwhatever follows\n");
    expect_refusal("a newer ragtop made this recording: it is of format 2");
    write_packed("something else\n");
    expect_refusal("not a recording");
    write_packed("");
    expect_refusal("not a recording");
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("plain text", f);
    fclose(f);
    expect_refusal("not a recording");
}

static void lengths_that_lie_end_it(void **state)
{
    (void)state;
    static const char *const lines[] = {"2000 0 200 -1 1 1 1 1 1 99999999999",
        "2000 0 200 -1 -5 1 1 1 1 1", "2000 0 200 -1 1 1 1 1 1", "2000 77 200 -1 1 1 1 1 1 1", "x",
        "2000 0 200 -1 1 1 1 1 1 99"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char text[200];
        snprintf(text, sizeof text, "ragtop recording 1\n1000 0\n\n%s\nabcdef\n", lines[i]);
        write_packed(text);
        struct read_back r;
        struct str why;
        bool cut = false;
        assert_true(read_file(&r, &cut, &why));
        assert_true(cut);
        assert_int_equal(r.count, 0);
        str_finish(&r.seen);
        str_finish(&why);
    }
}

static void never_writes_over_a_file(void **state)
{
    (void)state;
    write_entries(1);
    struct str why;
    str_init(&why);
    assert_null(tape_create(path, "1.2.0", "", 0, &why));
    assert_non_null(strstr(why.text, "exists already"));
    str_finish(&why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_what_was_written, make_path, drop_path),
        cmocka_unit_test_setup_teardown(
            a_file_that_was_cut_is_read_as_far_as_it_goes, make_path, drop_path),
        cmocka_unit_test_setup_teardown(who_made_it_may_be_unknown, make_path, drop_path),
        cmocka_unit_test_setup_teardown(says_what_is_no_recording, make_path, drop_path),
        cmocka_unit_test_setup_teardown(lengths_that_lie_end_it, make_path, drop_path),
        cmocka_unit_test_setup_teardown(never_writes_over_a_file, make_path, drop_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
