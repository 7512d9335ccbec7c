/*
 * Which certificate authorities are taken, on machines of every kind.
 */
#include "http/authorities.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// What the machine of the case that is being tried has; NULL: no such thing.
static const struct having {
    const char *cert_file, *cert_dir, *file, *other_file, *hashes, *built_in;
} * having;

static const char *env(const char *name)
{
    return strcmp(name, "SSL_CERT_FILE") == 0  ? having->cert_file
           : strcmp(name, "SSL_CERT_DIR") == 0 ? having->cert_dir
                                               : NULL;
}

static bool is(const char *path, const char *there)
{
    return there && strcmp(path, there) == 0;
}

static bool has_file(const char *path)
{
    return is(path, having->file) || is(path, having->other_file);
}

static bool has_hashes(const char *folder)
{
    return is(folder, having->hashes);
}

#define DEBIAN "/etc/ssl/certs/ca-certificates.crt"
#define RHEL "/etc/pki/tls/certs/ca-bundle.crt"

static void test_places(void **state)
{
    (void)state;
    static const struct {
        struct having has;
        struct authorities expected;
    } cases[] = {
        {{.file = DEBIAN}, {.file = DEBIAN}},
        {{.file = RHEL}, {.file = RHEL}},
        {{.file = "/etc/ssl/cert.pem"}, {.file = "/etc/ssl/cert.pem"}},
        {{.file = "/etc/ssl/ca-bundle.pem"}, {.file = "/etc/ssl/ca-bundle.pem"}},
        {{.file = RHEL, .other_file = DEBIAN}, {.file = DEBIAN}},
        {{.hashes = "/etc/ssl/certs"}, {.folder = "/etc/ssl/certs"}},
        {{.hashes = "/etc/ssl/certs", .file = RHEL}, {.file = RHEL}},
        {{.file = "/nix/bundle", .other_file = DEBIAN, .built_in = "/nix/bundle"},
            {.file = "/nix/bundle"}},
        {{.file = DEBIAN, .built_in = "/nix/bundle"}, {.file = DEBIAN}},
        {{.cert_file = "/my.pem", .file = "/my.pem", .other_file = DEBIAN}, {.file = "/my.pem"}},
        {{.cert_dir = "/my", .hashes = "/my", .file = DEBIAN}, {.folder = "/my"}},
        {{.cert_file = "/no.pem", .cert_dir = "/my", .hashes = "/my"}, {.folder = "/my"}},
        {{.cert_file = "", .cert_dir = "", .file = DEBIAN}, {.file = DEBIAN}},
        // what was named in vain is not replaced by what was not named
        {{.cert_file = "/no.pem", .file = DEBIAN}, {.unreadable = "/no.pem"}},
        {{.cert_dir = "/no", .file = DEBIAN}, {.unreadable = "/no"}},
        {{.cert_file = NULL}, {NULL, NULL, NULL}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        having = &cases[i].has;
        const struct authorities_machine machine = {env, has_file, has_hashes, having->built_in};
        const struct authorities found = authorities_find(&machine), *wanted = &cases[i].expected;
        const char *const texts[][2] = {{found.file, wanted->file}, {found.folder, wanted->folder},
            {found.unreadable, wanted->unreadable}};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
            assert_string_equal(texts[k][0] ? texts[k][0] : "", texts[k][1] ? texts[k][1] : "");
        }
    }
}

static void test_missing(void **state)
{
    (void)state;
    struct str why;
    str_init(&why);
    const struct authorities none = {0}, some = {.folder = "/my"},
                             bad = {.unreadable = "/x\033[2J"};
    assert_false(authorities_missing(&some, "host", &why));
    assert_string_equal(why.text, "");
    assert_true(authorities_missing(&none, "host", &why));
    assert_string_equal(why.text,
        "the certificate of host cannot be checked: this machine has no certificate authorities "
        "(install ca-certificates, or name a file of them in SSL_CERT_FILE)");
    str_clear(&why);
    assert_true(authorities_missing(&bad, "host", &why));
    assert_null(strchr(why.text, '\033'));
    assert_non_null(strstr(why.text, "no certificate authorities can be read from /x"));
    str_finish(&why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
