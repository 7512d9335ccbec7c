#include "export/escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

typedef void escape(struct str *s, const char *text);

struct given {
    const char *text, *want;
};

static void check_all(escape *of, const struct given *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct str s;
        str_init(&s);
        of(&s, cases[i].text);
        if (strcmp(s.text, cases[i].want) != 0) {
            fail_msg(
                "case %zu: '%s' became '%s', not '%s'", i, cases[i].text, s.text, cases[i].want);
        }
        str_finish(&s);
    }
}

#define CHECK(of, cases) check_all(of, cases, sizeof(cases) / sizeof *(cases))

static void text_is_one_clean_line(void **state)
{
    (void)state;
    static const struct given cases[] = {
        {"vector_db", "vector_db"},
        {"", ""},
        {NULL, ""},
        {"a\nb\tc", "a b c"},
        {"\x1b]52;c;eA==\a", "\uFFFD]52;c;eA==\uFFFD"},
        {"a\u202Eb\u200Bc\u2060d\uFEFF", "a\uFFFDb\uFFFDc\uFFFDd\uFFFD"},
        {"\uFFFE\uFFFF\uFDD0\U0001FFFF", "\uFFFD\uFFFD\uFFFD\uFFFD"},
        {"\xFF\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},
    };
    CHECK(escape_text, cases);
}

static void markdown_keeps_words(void **state)
{
    (void)state;
    static const char *const plain[] = {"vector_db", "vector-db", "kotaemon_error_total P95",
        "vector_db is the culprit: its P95 is 1.7 s, 5.6x usual, since 09:12, and explains 100 %.",
        "normal (n=3771).", "retrieval's rise; connections 60/60 in use", ">= 10 s", "-", "!!", "?",
        "300 ms +- 15 ms", "-3", "+1.4 s", "data < 15 s old", "2026-02-04T09:00:00Z",
        "localhost:9090", "\u2514 vector_db", "\u65E5\u672C\u8A9E", "errors: -, calls: 3",
        "\"quoted\"", "80%, of it"};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        const struct given same = {plain[i], plain[i]};
        check_all(escape_markdown, &same, 1);
    }
}

static void markdown_takes_no_markup(void **state)
{
    (void)state;
    static const struct given cases[] = {
        {"![x](http://evil/p.png)", "`![x](http://evil/p.png)`"},
        {"see @channel, now", "see `@channel`, now"},
        {"**x** is the culprit", "`**x**` is the culprit"},
        {"60/60 in use, ~15 needed", "60/60 in use, `~15` needed"},
        {"增幅的 100%；已用", "增幅的 100%；已用"},
        {"（1.4.2 -> 1.5.0）。检索", "（1.4.2 `->` 1.5.0）。检索"},
        {"http://a.example，窗口 5m", "`http://a.example`，窗口 5m"},
        {"未配置（`tools: errors`）", "未配置（`tools: errors`）"},
        {"检索*库*", "检索`*`库`*`"},
        {"次/提问|检索", "次/提问\\|检索"},
        {"_x_", "`_x_`"},
        {"a__b", "`a__b`"},
        {"<img src=x>", "`<img` `src=x>`"},
        {"http://prometheus:9090, then", "`http://prometheus:9090`, then"},
        {"www.x", "`www.x`"},
        {"WWW.1", "`WWW.1`"},
        {"evil.example", "`evil.example`"},
        {"#123", "`#123`"},
        {"GH-12", "`GH-12`"},
        {"deadbeef1", "`deadbeef1`"},
        {":smile:", "`:smile`:"},
        {":100:", "`:100`:"},
        {"/close", "`/close`"},
        {"&lt;", "`&lt`;"},
        {"$x$", "`$x$`"},
        {"a\\b", "`a\\b`"},
        {"a|b", "a\\|b"},
        {"@a|@b", "`@a`\\|`@b`"},
        {"\\|", "`\\`\\|"},
        {"`", "`` ` ``"},
        {"a`b", "``a`b``"},
        {"``@x", "` ``@x `"},
        {"use a file from `ragtop baseline save`.", "use a file from `ragtop baseline save`."},
        {"`ragtop -b FILE`, @all", "`ragtop -b FILE`, `@all`"},
        {"`a|b c`", "`` `a ``\\|b `` c` ``"},
        {"`a b`@all", "`` `a `` ``b`@all``"},
        {"see ` x `", "see `` ` `` x `` ` ``"},
        {"a`b``c", "```a`b``c```"},
        {"@x`", "`` @x` ``"},
        {"a\n\n# b", "a `#` b"},
        {"  a   b  ", "a b"},
        {"\u00A0a\u3000b", "a b"},
        {"mean*", "`mean*`"},
        {"", ""},
        {NULL, ""},
    };
    CHECK(escape_markdown, cases);
}

static void markdown_fences_are_short(void **state)
{
    (void)state;
    struct str text, s;
    str_init(&text);
    str_init(&s);
    for (int run = 1; run <= 100; run++) { // no fence is left
        for (int i = 0; i < run; i++) {
            str_addc(&text, '`');
        }
        str_addc(&text, 'x');
        str_clear(&s);
        escape_markdown(&s, text.text);
        size_t fence = strspn(s.text, "`");
        const char *end = s.text + s.len - fence;
        assert_in_range(fence, 1, 40);
        assert_true(strspn(end, "`") == fence && end[-1] != '`');
    }
    str_finish(&text);
    str_finish(&s);
}

static void markdown_lines_begin_no_block(void **state)
{
    (void)state;
    static const struct given cases[] = {
        {"- x", "`-` x"},
        {"+ x", "`+` x"},
        {"1. x", "`1`. x"},
        {"12) x", "`12)` x"},
        {"> x", "`>` x"},
        {">= 10 s", "`>=` 10 s"},
        {"= x", "`=` x"},
        {"1.7 s", "1.7 s"},
        {"vector_db P95", "vector_db P95"},
    };
    CHECK(escape_markdown_line, cases);
}

static void promql_asks_the_same_on_one_line(void **state)
{
    (void)state;
    static const struct given cases[] = {
        {"sum(rate(x[5m]))", "sum(rate(x[5m]))"},
        {"sum( # all\n  rate(x[5m])\n) # done\n", "sum( rate(x[5m]) )"},
        {"x{a=\"#1\", b='#2', c=`#3`} # c", "x{a=\"#1\", b='#2', c=`#3`}"},
        {"x{a=\"q\\\"#\"} # c", "x{a=\"q\\\"#\"}"},
        {"x{a=\"\\\\\"} # c", "x{a=\"\\\\\"}"},
        {"x{a=\"\u202E\x1b\"}", "x{a=\"\\u202e\\u001b\"}"},
        {"x{a='\U000E0041\xFF'}", "x{a='\\U000e0041\\xff'}"},
        {"x{a=`\u202E\n`}", "x{a=`\uFFFD `}"},
        {"x\u202E", "x\uFFFD"},
        {"x{a=\"", "x{a=\""},
        {"# nothing", ""},
        {NULL, ""},
    };
    CHECK(escape_promql, cases);
    static const struct given code[] = {
        {"x{a=~\"b|c\"}", "`x{a=~\"b|c\"}`"},
        {"x{a=`b`}", "``x{a=`b`}``"},
        {"x\n", "`x`"},
        {"", ""},
    };
    CHECK(escape_markdown_promql, code);
}

static void csv_has_no_formulas(void **state)
{
    (void)state;
    static const struct given cases[] = {
        {"vector_db", "\"vector_db\""},
        {"", "\"\""},
        {NULL, "\"\""},
        {"a \"b\", c", "\"a \"\"b\"\", c\""},
        {"=1+1", "\"'=1+1\""},
        {"+x", "\"'+x\""},
        {"-x", "\"'-x\""},
        {"@x", "\"'@x\""},
        {"\t=1", "\"' =1\""},
        {"\r=1", "\"' =1\""},
        {"\uFF1D1", "\"'\uFF1D1\""},
        {"-", "\"'-\""},
        {"-3", "\"-3\""},
        {"+1.5e-3", "\"+1.5e-3\""},
        {"-.5", "\"-.5\""},
        {"-3-3", "\"'-3-3\""},
        {"-e3", "\"'-e3\""},
        {"-0x1", "\"'-0x1\""},
        {"a\r\nb", "\"a  b\""},
    };
    CHECK(escape_csv, cases);
}

static void xml_holds_any_text(void **state)
{
    (void)state;
    static const struct given cases[] = {
        {"a<b>&\"'", "a&lt;b&gt;&amp;&quot;&apos;"},
        {"]]>", "]]&gt;"},
        {"\uFFFE\uFFFF\x01\x0B", "\uFFFD\uFFFD\uFFFD\uFFFD"},
        {"\U0001F50D\u65E5", "\U0001F50D\u65E5"},
    };
    CHECK(escape_xml, cases);
}

static void json_is_shown_as_it_is(void **state)
{
    (void)state;
    static const struct given cases[] = {
        {"{\n\t\"a\": \"\\n\u65E5\"\n}", "{\n\t\"a\": \"\\n\u65E5\"\n}"},
        {"\"\x7F\xC2\x9B\u202E\uFFFE\"", "\"\\u007f\\u009b\\u202e\\ufffe\""},
        {"\"\U000E0041\"", "\"\\udb40\\udc41\""},
        {"\"\xED\xA0\x80\xFF\"", "\"\uFFFD\uFFFD\uFFFD\uFFFD\""},
        {"\"\xC3\"", "\"\uFFFD\""},
    };
    CHECK(escape_json, cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_one_clean_line),
        cmocka_unit_test(markdown_keeps_words),
        cmocka_unit_test(markdown_takes_no_markup),
        cmocka_unit_test(markdown_fences_are_short),
        cmocka_unit_test(markdown_lines_begin_no_block),
        cmocka_unit_test(promql_asks_the_same_on_one_line),
        cmocka_unit_test(csv_has_no_formulas),
        cmocka_unit_test(xml_holds_any_text),
        cmocka_unit_test(json_is_shown_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
