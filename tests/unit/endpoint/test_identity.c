/*
 * Which sources are the same, so that the history of one is not shown as that of another, and a
 * token that rotates does not empty the cache.
 */
#include "endpoint/identity.h"

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

// {"iss":"https://kubernetes","sub":"system:serviceaccount:rag:top","exp":1}, and with exp and more
static const char first[] =
    "eyJhbGciOiJub25lIn0."
    "eyJpc3MiOiJodHRwczovL2t1YmVybmV0ZXMiLCJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQ6cmFnOnRvcCIsImV4cC"
    "I6MX0.c2ln";
static const char renewed[] =
    "eyJhbGciOiJub25lIn0."
    "eyJleHAiOjk5OSwia3ViZXJuZXRlcy5pbyI6eyJzdWIiOiJub2JvZHkiLCJuYW1lc3BhY2UiOiJyYWcifSwiaXNzIjoiaH"
    "R0cHM6Ly9rdWJlcm5ldGVzIiwgInN1YiIgOiAic3lzdGVtOnNlcnZpY2VhY2NvdW50OnJhZzp0b3AifQ.b3RoZXI";
// the same issuer, another subject
static const char somebody[] =
    "eyJhbGciOiJub25lIn0."
    "eyJpc3MiOiJodHRwczovL2t1YmVybmV0ZXMiLCJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQ6b3RoZXI6dG9wIn0."
    "c2ln";
// {"iss":"a"}: nobody is named
static const char nameless[] = "e30.eyJpc3MiOiJhIn0.c2ln",
                  nameless_too[] = "e30.eyJpc3MiOiJhIn0.b3Ro";

static bool same_token(const char *a, const char *b)
{
    struct str x, y;
    str_init(&x);
    str_init(&y);
    identity_add_token(&x, a);
    identity_add_token(&y, b);
    bool same = strcmp(x.text, y.text) == 0;
    identity_wipe(&x);
    identity_wipe(&y);
    return same;
}

static void a_token_stands_for_whom_it_names(void **state)
{
    (void)state;
    struct str typed;
    str_init(&typed);
    str_addf(&typed, "Authorization: Bearer %s", renewed);
    assert_true(same_token(first, renewed));
    assert_true(same_token(first, typed.text));
    assert_false(same_token(first, somebody));
    assert_false(same_token(nameless, nameless_too));
    str_finish(&typed);
    static const char *const opaque[] = {"", "x", "sha256~abc", "a.b.c", "a.e30.c", "..", "e30.e30",
        "e30.eyJpc3MiOiJh.x", "e30.eyJpc3MiOiJhIiwic3ViIjoiIn0.x", "Bearer x", "Basic x"};
    for (size_t i = 0; i < sizeof opaque / sizeof *opaque; i++) {
        for (size_t k = 0; k < sizeof opaque / sizeof *opaque; k++) {
            assert_true(same_token(opaque[i], opaque[k]) == (i == k));
        }
    }
}

static bool same(const struct endpoint *a, const struct endpoint *b)
{
    struct str x, y;
    str_init(&x);
    str_init(&y);
    identity_add(&x, a);
    identity_add(&y, b);
    bool equal = strcmp(x.text, y.text) == 0;
    identity_wipe(&x);
    identity_wipe(&y);
    return equal;
}

static void everything_that_decides_tells_sources_apart(void **state)
{
    (void)state;
    char url[] = "http://localhost:9090", one[] = "one", two[] = "two", h1[] = "X-Api-Key: one";
    char h2[] = "X-Api-Key: two", h3[] = "X-View: one", *list1[] = {h1}, *list2[] = {h2};
    char *list3[] = {h3}, *both[] = {h1, h3}, pair[] = "one:two", other[] = "one:other";
    char access1[] = "AKIA1:secret", access2[] = "AKIA2:secret";
    struct header_file file1 = {h3, one}, file2 = {h3, two};
    const struct endpoint sources[] = {
        {.url = url},
        {.url = one},
        {.url = url, .params = one},
        {.url = url, .params = two},
        {.url = url, .proxy = one},
        {.url = url, .server_name = one},
        {.url = url, .tenant = one},
        {.url = url, .tenant = two},
        {.url = url, .user = pair},
        {.url = url, .user = other},
        {.url = url, .user_name_file = one},
        {.url = url, .password_file = one},
        {.url = url, .netrc_file = one},
        {.url = url, .token = one},
        {.url = url, .token = two},
        {.url = url, .bearer_token_file = one},
        {.url = url, .bearer_token_file = two},
        {.url = url, .headers = list1, .headers_count = 1},
        {.url = url, .headers = list2, .headers_count = 1},
        {.url = url, .headers = list3, .headers_count = 1},
        {.url = url, .headers = both, .headers_count = 2},
        {.url = url, .header_files = &file1, .header_files_count = 1},
        {.url = url, .header_files = &file2, .header_files_count = 1},
        {.url = url, .cert.file = one},
        {.url = url, .cert.text = one},
        {.url = url, .sigv4 = one},
        {.url = url, .sigv4 = one, .aws_profile = one},
        {.url = url, .sigv4 = one, .aws_file = one},
        {.url = url, .sigv4 = one, .user = access1},
        {.url = url, .sigv4 = one, .user = access2},
    };
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        for (size_t k = 0; k < sizeof sources / sizeof *sources; k++) {
            assert_true(same(&sources[i], &sources[k]) == (i == k));
        }
    }
}

static void how_it_is_asked_does_not(void **state)
{
    (void)state;
    char url[] = "http://localhost:9090", sigv4[] = "aws:amz:r:aps", k1[] = "ASIA1:a",
         k2[] = "ASIA2:b";
    const struct endpoint plain = {.url = url};
    const struct endpoint other = {.url = url,
        .timeout_ms = 1,
        .insecure = true,
        .http2 = true,
        .get_only = true,
        .stay = true};
    assert_true(same(&plain, &other));
    const struct endpoint hour = {.url = url, .sigv4 = sigv4, .user = k1, .aws_session_token = k1};
    const struct endpoint next = {.url = url, .sigv4 = sigv4, .user = k2, .aws_session_token = k2};
    assert_true(same(&hour, &next)); // temporary keys, of the same role
}

static void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void what_a_file_holds_may_rotate(void **state)
{
    (void)state;
    char path[] = "/tmp/ragtop-identity-XXXXXX", url[] = "http://localhost:9090";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    const struct endpoint source = {.url = url, .bearer_token_file = path};
    static const struct {
        const char *before, *after;
        bool same;
    } cases[] = {{first, renewed, true}, {first, somebody, false}, {"opaque", "renewed", true},
        {"", "opaque", true}, {nameless, nameless_too, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str before, after;
        str_init(&before);
        str_init(&after);
        put(path, cases[i].before);
        identity_add(&before, &source);
        put(path, cases[i].after);
        identity_add(&after, &source);
        assert_true((strcmp(before.text, after.text) == 0) == cases[i].same);
        identity_wipe(&before);
        identity_wipe(&after);
    }
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0); // nobody writes: must not wait, nor eat what is for us
    assert_true(same(&source, &source));
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_stands_for_whom_it_names),
        cmocka_unit_test(everything_that_decides_tells_sources_apart),
        cmocka_unit_test(how_it_is_asked_does_not),
        cmocka_unit_test(what_a_file_holds_may_rotate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
