#include "config/rebind.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "config/file.h"
#include "config/limits.h"

#define HELD(array) (sizeof(array) / sizeof *(array))

/** Applies the file TEXT, called f, over the defaults; *C is to be finished. */
static bool apply(struct config *c, const char *text, struct str *why)
{
    struct config_file f;
    *c = (struct config){0};
    bindings_init(&c->bindings);
    str_clear(why);
    bool good = file_parse(&f, "f", text, strlen(text), why) && file_apply(&f, c, why);
    file_finish(&f);
    return good;
}

/** What KEYS are bound to in the file TEXT; NULL: nothing. */
static void assert_bound(const char *text, const char *keys, const char *line)
{
    struct config c;
    struct str why;
    str_init(&why);
    if (!apply(&c, text, &why)) {
        fail_msg("%s", why.text);
    }
    struct sequence s;
    bool more;
    assert_true(sequence_parse(keys, &s, &why));
    const struct binding *found = bindings_find(&c.bindings, &s, &more);
    const char *is = found ? found->line : "nothing";
    if (strcmp(is, line ? line : "nothing") != 0) {
        fail_msg("with %s: %s is bound to %s", text, keys, is);
    }
    config_finish(&c);
    str_finish(&why);
}

static void the_file_binds_keys(void **state)
{
    (void)state;
    static const struct {
        const char *text, *keys, *line;
    } cases[] = {
        {"keys: {F5: refetch}", "F5", "refetch"},
        {"keys: {F5: refetch}", "r", "refetch"}, // the default stays
        {"keys: {w: none}", "w", NULL},
        {"keys: {w: none, F2: wall}", "F2", "wall"},
        {"keys: {r: 'page tools'}", "r", "page tools"},
        {"keys: {\"2\": page stage}", "2", "page stage"},
        {"keys: {0: live}", "0", "live"},
        {"keys: {C-x: quit}", "Ctrl-X", "quit"},
        {"keys: {C-x: quit}", "q", "quit"},
        {"keys: {C-c: quit}", "Ctrl-C", "quit"},
        {"keys: {g g: first}", "g g", "first"},
        {"keys: {g g: first}", "g", NULL}, // else the second would never be waited for
        {"keys: {g: none, g g: first}", "g g", "first"},
        {"keys: {'y': pin}", "y", "pin"},
        {"keys: {'y': pin}", "y t", NULL},
        {"keys: {'y': none, y t: copy-row}", "y t", "copy-row"},
        {"keys: {'y': none, y t: copy-row}", "y x", NULL},
        {"keys: {\"'\": mark, ':': none}", "'", "mark"},
        {"keys: {F6: filter, F7: filter a b, F8: refetch all}", "F7", "filter a b"},
        {"keys: {F6: span 6h, F7: at yesterday 09:00, F8: baseline file}", "F7",
            "at yesterday 09:00"},
        {"keys: {F6: at -30m, F7: mouse on, F8: 'query up{job=\"a\"}'}", "F8",
            "query up{job=\"a\"}"},
        {"keys:\n  F6: query sum(rate(x[5m]))", "F6", "query sum(rate(x[5m]))"},
        {"keys: {F6: 'pause  '}", "F6", "pause"},
        {"keys: {}", "q", "quit"},
    };
    for (size_t i = 0; i < HELD(cases); i++) {
        assert_bound(cases[i].text, cases[i].keys, cases[i].line);
    }
}

static void points_at_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why; // without the `f:`; where that begins
    } cases[] = {
        {"keys: [a]", "1:7: 'keys' must be a mapping, such as F5: refetch"},
        {"keys:", "1:6: 'keys' must be a mapping"},
        {"keys:\n  Fn: quit", "2:3: 'Fn' is not a key; use a character, Space, Esc,"},
        {"keys:\n  C-i: quit", "2:3: 'C-i' is the same as Tab to a terminal; use Tab"},
        {"keys:\n  a b c d e: quit", "2:3: 'a b c d e' is too long; at most 4 keys"},
        {"keys:\n  [a]: quit", "2:3: a key must be a name, such as F5 or 'g g'"},
        {"keys:\n  F5: refech", "2:7: 'refech' is not a command; did you mean 'refetch'?"},
        {"keys:\n  F5: ':refetch'",
            "2:7: ':refetch' is not a command; write it without the colon: refetch"},
        {"keys:\n  F5: ': page pods'",
            "2:7: ': page pods' is not a command; write it without the colon: page pods"},
        {"keys:\n  F5: ':refech'", "2:7: ':refech' is not a command; did you mean 'refetch'?"},
        {"keys:\n  F5: query sum(up", "2:7: 'sum(up' is not an expression: a ')' is missing"},
        {"keys:\n  q: quit\n  [: earlier", "3:3: put quotes around this key: '['"},
        {"keys:\n  [: earlier\n  ]: later\n", "2:3: put quotes around this key: '['"},
        {"keys:\n  [: earlier\n  q: quit", "2:3: put quotes around this key: '['"},
        {"keys: {q: quit, [: earlier}", "1:17: put quotes around this key: '['"},
        {"keys:\n  ]: later", "2:3: put quotes around this key: ']'"},
        {"keys:\n  >: sort-right", "2:3: put quotes around this key: '>'"},
        {"keys:\n  ': next-mark", "2:3: put quotes around this key: \"'\""},
        {"keys:\n  !: wall\n  q: quit", "2:3: put quotes around this key: '!'"},
        {"keys:\n  @: wall\n  q: quit", "2:3: put quotes around this key: '@'"},
        {"keys:\n  F5: frobnicate x",
            "2:7: 'frobnicate x' is not a command; the manual page lists them"},
        {"keys:\n  F5: wa", "2:7: 'wa' is not a command"}, // it could get a second end
        {"keys:\n  F5:", "2:6: a key is bound to a command, such as refetch or 'page stage'; none "
                         "unbinds it"},
        {"keys:\n  F5: [quit]", "2:7: a key is bound to a command"},
        {"keys:\n  F5: \"quit\\n\"", "2:7: a key is bound to a command"},
        {"keys:\n  F5: span", "2:7: 'span' needs an argument: span 6h"},
        {"keys:\n  F5: quit now", "2:7: 'quit' takes no argument"},
        {"keys:\n  F5: none at all", "2:7: 'none at all' is not a command"},
        {"keys:\n  F5: mouse maybe", "2:7: 'mouse' does not take this argument; use: mouse on|off"},
        {"keys:\n  F5: refetch some",
            "2:7: 'refetch' does not take this argument; use: refetch [all]"},
        {"keys:\n  F5: span soon", "2:7: 'soon' is not a duration"},
        {"keys:\n  F5: window 5y5", "2:7: '5y5' is not a duration"},
        {"keys:\n  F5: baseline decade", "2:7: 'decade' is not"},
        {"keys:\n  F5: at noonish", "2:7: 'noonish' is an invalid time"},
        {"keys:\n  a: quit\n  F5: help\n  a: help", "4:3: 'a' is given twice, first on line 2"},
        {"keys:\n  C-x: quit\n  Ctrl-X: help", "3:3: 'Ctrl-X' is given twice, first on line 2"},
        {"keys:\n  a: none\n  a: help", "3:3: 'a' is given twice"},
        {"keys:\n  g: last\n  g g: first", "3:3: 'g' is bound, so the longer 'g g' could never be "
                                           "typed; keep one of the two"},
        {"keys:\n  g g: first\n  g: last", "3:3: 'g' is bound, so the longer 'g g' could never"},
        {"keys:\n  C-c: none", "2:3: Ctrl-C always quits and cannot be bound to anything else"},
        {"keys:\n  Ctrl-C: help", "2:3: Ctrl-C always quits"},
        {"keys:\n  C-c C-c: quit", "2:3: Ctrl-C always quits"},
        {"keys:\n  a C-c: quit", "2:3: Ctrl-C always quits"},
    };
    struct str why, wanted;
    str_init(&why);
    str_init(&wanted);
    for (size_t i = 0; i < HELD(cases); i++) {
        struct config c;
        assert_false(apply(&c, cases[i].text, &why));
        str_setf(&wanted, "f:%s", cases[i].why);
        if (strncmp(why.text, wanted.text, wanted.len) != 0) {
            fail_msg("%s\nis said to be: %s", cases[i].text, why.text);
        }
        bool more;
        struct sequence q;
        assert_true(sequence_parse("q", &q, &why));
        assert_non_null(bindings_find(&c.bindings, &q, &more)); // nothing was changed
        config_finish(&c);
    }
    str_finish(&wanted);
    str_finish(&why);
}

/** Knows one page, and nothing of columns. */
static bool check_page(enum argument kind, const char *argument, struct str *why)
{
    str_addf(why, "there is no page '%s'", argument);
    return kind != ARGUMENT_PAGE || strcmp(argument, "pods") == 0;
}

/** Whether what TEXT binds can be done; *WHY says what cannot. */
static bool check_all(const char *text, bool sources_typed, struct str *why)
{
    const struct config_input input = {.check_argument = check_page};
    struct config c = {0};
    struct config_file f;
    bindings_init(&c.bindings);
    str_clear(why);
    bool good = file_parse(&f, "f", text, strlen(text), why) && file_apply(&f, &c, why) &&
                rebind_check(&f.document, &c, &input, sources_typed, why);
    file_finish(&f);
    config_finish(&c);
    return good;
}

#define SOURCES "sources: [{name: a, url: 'http://a'}, {name: b, url: 'http://b'}]\n"

static void what_is_not_there_is_refused_where_it_stands(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why; // NULL: it is there
    } cases[] = {
        {"keys:\n  q: quit\n  F5: page nonsense", "f:3:7: there is no page 'nonsense'"},
        {"keys: {F5: page pods}", NULL},
        {"keys:\n  F5: theme nowhere", "f:2:7: there is no theme 'nowhere'; use default,"},
        {"keys:\n  F5: theme /nowhere/x.theme", "f:2:7: /nowhere/x.theme"},
        {"keys: {F5: theme nord}", NULL},
        {SOURCES "keys:\n  F5: source c",
            "f:3:7: 'c' is not a source of this file; use a, b, or all"},
        {SOURCES "keys: {F5: source b, F6: source all, F7: one-source}", NULL},
        {"keys: {F5: source c}", NULL},        // that is up to the command line
        {"keys: {F5: stage retrieval}", NULL}, // and this to the server
        {"keys: {F5: none}", NULL},
        {"refresh: 15s", NULL},
        {"", NULL},
    };
    struct str why;
    str_init(&why);
    for (size_t i = 0; i < HELD(cases); i++) {
        const char *wanted = cases[i].why;
        bool good = check_all(cases[i].text, false, &why);
        if (good != !wanted || (wanted && strncmp(why.text, wanted, strlen(wanted)) != 0)) {
            fail_msg("%s\nis said to be: %s", cases[i].text, why.text);
        }
    }
    assert_true(check_all(SOURCES "keys: {F5: source c}", true, &why));
    str_finish(&why);
}

static void there_may_be_so_many(void **state)
{
    (void)state;
    struct str text, why;
    struct config c;
    str_init(&text);
    str_init(&why);
    str_add(&text, "keys:\n");
    for (int i = 0; i < LIMIT_BINDINGS; i++) {
        str_addf(&text, "  F%d %c %c: help\n", i % 12 + 1, 'A' + i / 12 % 26, 'a' + i / 312);
    }
    assert_true(apply(&c, text.text, &why));
    config_finish(&c);
    str_add(&text, "  F12 z: help\n");
    assert_false(apply(&c, text.text, &why));
    assert_non_null(strstr(why.text, "'keys' has too many entries; at most 500"));
    config_finish(&c);
    str_finish(&why);
    str_finish(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_file_binds_keys),
        cmocka_unit_test(points_at_what_is_wrong),
        cmocka_unit_test(what_is_not_there_is_refused_where_it_stands),
        cmocka_unit_test(there_may_be_so_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
