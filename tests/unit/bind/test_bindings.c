#include "bind/bindings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HELD(array) (sizeof(array) / sizeof *(array))

static void keys_have_names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        keystroke key;
        const char *shown; // NULL: as NAME
    } cases[] = {
        {"q", 'q', NULL},
        {"Q", 'Q', NULL},
        {"?", '?', NULL},
        {"-", '-', NULL},
        {"\u00FC", 0xFC, NULL},
        {"\u65E5", 0x65E5, NULL},
        {"Space", ' ', NULL},
        {"enter", KEY_CODE_ENTER, "Enter"},
        {"Esc", KEY_ESC, NULL},
        {"Tab", KEY_CODE_TAB, NULL},
        {"Shift-Tab", KEY_CODE_BACK_TAB, NULL},
        {"Up", KEY_CODE_UP, NULL},
        {"PGDN", KEY_CODE_PAGE_DOWN, "PgDn"},
        {"Backspace", KEY_CODE_BACKSPACE, NULL},
        {"Delete", KEY_CODE_DELETE, NULL},
        {"F1", KEY_CODE_F1, NULL},
        {"f9", KEY_CODE_F1 + 8, "F9"},
        {"F12", KEY_CODE_F12, NULL},
        {"C-x", 24, "Ctrl-X"},
        {"c-X", 24, "Ctrl-X"},
        {"Ctrl-x", 24, "Ctrl-X"},
        {"Ctrl-]", 29, NULL},
    };
    struct str why, shown;
    str_init(&why);
    str_init(&shown);
    for (size_t i = 0; i < HELD(cases); i++) {
        keystroke key;
        if (!key_parse(cases[i].name, strlen(cases[i].name), &key, &why)) {
            fail_msg("%s is %s", cases[i].name, why.text);
        }
        assert_int_equal(key, cases[i].key);
        str_clear(&shown);
        assert_true(key_add_name(&shown, key));
        assert_string_equal(shown.text, cases[i].shown ? cases[i].shown : cases[i].name);
    }
    str_finish(&shown);
    str_finish(&why);
}

static void what_is_not_a_key_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name, *why; // where that begins
    } cases[] = {
        {"", "not a key; use a character, Space, Esc, Enter,"},
        {" ", "not a key;"},
        {"\x01", "not a key;"},
        {"\u200B", "not a key;"}, // takes no room, and nobody would see it
        {"\xFF", "not a key;"},
        {"qq", "not a key;"},
        {"F0", "not a key;"},
        {"F13", "not a key;"},
        {"F01", "not a key;"},
        {"C-", "not a key;"},
        {"C-xx", "not a key;"},
        {"C-5", "not a key; Ctrl goes with a letter, or with one of \\ ] ^ _"},
        {"C-h", "the same as Backspace to a terminal; use Backspace"},
        {"C-i", "the same as Tab to a terminal; use Tab"},
        {"Ctrl-M", "the same as Enter to a terminal; use Enter"},
        {"C-[", "the same as Esc to a terminal; use Esc"},
    };
    struct str why;
    str_init(&why);
    for (size_t i = 0; i < HELD(cases); i++) {
        keystroke key = 7;
        str_clear(&why);
        assert_false(key_parse(cases[i].name, strlen(cases[i].name), &key, &why));
        assert_int_equal(key, 7);
        if (strncmp(why.text, cases[i].why, strlen(cases[i].why)) != 0) {
            fail_msg("'%s' is %s", cases[i].name, why.text);
        }
    }
    str_clear(&why);
    assert_false(key_add_name(&why, KEY_CODE_OTHER));
    assert_false(key_add_name(&why, KEY_CODE_CLICK));
    assert_false(key_add_name(&why, KEY_CODE_NONE));
    assert_string_equal(why.text, "");
    str_finish(&why);
}

static struct sequence sequence_of(const char *text)
{
    struct sequence s;
    struct str why;
    str_init(&why);
    if (!sequence_parse(text, &s, &why)) {
        fail_msg("%s is %s", text, why.text);
    }
    str_finish(&why);
    return s;
}

static void sequences_are_keys_with_spaces_between(void **state)
{
    (void)state;
    struct sequence s = sequence_of("  y   Ctrl-X ");
    assert_int_equal(s.count, 2);
    assert_int_equal(s.keys[0], 'y');
    assert_int_equal(s.keys[1], 24);
    struct str why;
    str_init(&why);
    assert_false(sequence_parse("a b c d e", &s, &why));
    assert_string_equal(why.text, "too long; at most 4 keys");
    assert_false(sequence_parse("  ", &s, &why));
    assert_string_equal(why.text, "no key");
    assert_false(sequence_parse("a Nokey", &s, &why));
    str_finish(&why);
}

/** The line that TEXT is bound to; NULL: none. *MORE as bindings_find(). */
static const char *line_of(const struct bindings *b, const char *text, bool *more)
{
    struct sequence s = sequence_of(text);
    const struct binding *found = bindings_find(b, &s, more);
    return found ? found->line : NULL;
}

static void assert_line(const struct bindings *b, const char *keys, const char *line)
{
    bool more;
    const char *found = line_of(b, keys, &more);
    if (!line != !found || (line && strcmp(line, found) != 0)) {
        fail_msg("%s is bound to %s", keys, found ? found : "nothing");
    }
}

/** Every default has a command, is the only one of its keys, and can be reached. */
static void defaults_do_not_collide(void **state)
{
    (void)state;
    struct bindings b;
    bindings_init(&b);
    assert_true(b.count > 60);
    for (size_t i = 0; i < b.count; i++) {
        assert_true(command_accepts(b.items[i].command, b.items[i].argument));
        for (size_t k = 0; k < b.count; k++) {
            if (k != i && sequence_begins(&b.items[k].sequence, &b.items[i].sequence)) {
                fail_msg("%s is in the way of %s", b.items[i].name, b.items[k].name);
            }
        }
    }
    assert_line(&b, "q", "quit");
    assert_line(&b, "Ctrl-C", "quit");
    assert_line(&b, "=", "zoom-in");
    assert_line(&b, "2", "page 2");
    assert_line(&b, "y t", "copy-table");
    bool more;
    assert_null(line_of(&b, "y", &more));
    assert_true(more);
    assert_null(line_of(&b, "H", &more));
    assert_false(more);
    assert_string_equal(bindings_key(&b, "quit"), "q");
    assert_string_equal(bindings_key(&b, "page 6"), "6");
    assert_null(bindings_key(&b, "at"));
    bindings_finish(&b);
}

static void a_sequence_takes_the_place_of_what_is_in_its_way(void **state)
{
    (void)state;
    struct bindings b;
    bindings_init(&b);
    struct sequence s = sequence_of("g g");
    bindings_clear(&b, &s);
    bindings_add(&b, &s, "first");
    assert_line(&b, "g", NULL);
    assert_line(&b, "g g", "first");
    assert_line(&b, "Home", "first");
    s = sequence_of("y");
    bindings_clear(&b, &s);
    assert_line(&b, "y t", NULL);
    assert_line(&b, "y x", NULL);
    s = sequence_of("F6");
    bindings_add(&b, &s, "filter  two words");
    assert_line(&b, "F6", "filter  two words");
    assert_string_equal(b.items[b.count - 1].argument, "two words");
    assert_string_equal(b.items[b.count - 1].name, "F6");
    bindings_finish(&b);
}

static void sentences_name_keys_as_they_are_bound(void **state)
{
    (void)state;
    struct bindings b;
    struct str s;
    bindings_init(&b);
    str_init(&s);
    bindings_explain(&s, &b, "{live} returns, {copy-trace} copies; 100 %");
    assert_string_equal(s.text, "0 returns, y x copies; 100 %");
    struct sequence zero = sequence_of("0"), f5 = sequence_of("F5");
    bindings_clear(&b, &zero);
    str_clear(&s);
    bindings_explain(&s, &b, "{live}");
    assert_string_equal(s.text, ":live");
    bindings_add(&b, &f5, "live");
    str_clear(&s);
    bindings_explain(&s, &b, "{live}");
    assert_string_equal(s.text, "F5");
    struct sequence colon = sequence_of(":"), f2 = sequence_of("F2");
    bindings_clear(&b, &colon);
    str_clear(&s);
    bindings_explain(&s, &b, "{wall} or {at -30m}");
    assert_string_equal(s.text, "w or at -30m");
    bindings_add(&b, &f2, "command");
    str_clear(&s);
    bindings_explain(&s, &b, "{at -30m}");
    assert_string_equal(s.text, "F2 at -30m");
    str_clear(&s);
    bindings_explain(&s, NULL, "{live} and {pause}");
    assert_string_equal(s.text, ":live and :pause");
    str_finish(&s);
    bindings_finish(&b);
}

static const char *found(const char *word, bool argued)
{
    const struct command_entry *c = command_find(word, strlen(word), argued);
    return c ? c->name : "";
}

static void a_beginning_is_enough_where_it_has_one_end(void **state)
{
    (void)state;
    assert_string_equal(found("wall", false), "wall");
    assert_string_equal(found("wa", false), "wall");
    assert_string_equal(found("q", false), "quit");
    assert_string_equal(found("page", false), "page");
    assert_string_equal(found("pag", false), "page");
    assert_string_equal(found("wri", true), "write");
    assert_string_equal(found("write!", true), "write!");
    assert_string_equal(found("p", false), "");
    assert_string_equal(found("p", true), "page"); // the only one that can be followed by a word
    assert_string_equal(found("q", true), "query");
    assert_string_equal(found("wa", true), "wall");
    assert_string_equal(found("s", true), "");
    assert_string_equal(found("", false), "");
    assert_string_equal(found("nonsense", false), "");
    assert_string_equal(command_closest("refech"), "refetch");
    assert_null(command_closest("nonsense"));
}

/** What a row says of itself is what can be typed and shown. */
static void rows_are_sound(void **state)
{
    (void)state;
    size_t count;
    const struct command_entry *table = command_table(&count);
    assert_null(table[0].name);
    for (size_t i = 0; i < count; i++) {
        const struct command_entry *c = &table[i];
        if (!c->name) {
            assert_true(*c->help);
            continue;
        }
        assert_ptr_equal(command_named(c->name, strlen(c->name)), c); // no name twice
        assert_null(strpbrk(c->name, " :,{}"));
        assert_true((c->argument == ARGUMENT_NONE) == !*c->placeholder);
        assert_true(*c->help && strcmp(c->name, "none") != 0);
    }
    const struct command_entry *quit = command_named("quit", 4), *mouse = command_named("mouse", 5),
                               *refetch = command_named("refetch", 7);
    assert_true(command_accepts(quit, "") && !command_accepts(quit, "now"));
    assert_true(command_accepts(mouse, "on") && !command_accepts(mouse, "") &&
                !command_accepts(mouse, "maybe"));
    assert_true(command_accepts(refetch, "") && command_accepts(refetch, "all") &&
                !command_accepts(refetch, "some"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_have_names),
        cmocka_unit_test(what_is_not_a_key_is_refused),
        cmocka_unit_test(sequences_are_keys_with_spaces_between),
        cmocka_unit_test(defaults_do_not_collide),
        cmocka_unit_test(a_sequence_takes_the_place_of_what_is_in_its_way),
        cmocka_unit_test(sentences_name_keys_as_they_are_bound),
        cmocka_unit_test(a_beginning_is_enough_where_it_has_one_end),
        cmocka_unit_test(rows_are_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
