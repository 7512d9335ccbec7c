#include "config/file.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/names.h"
#include "config/limits.h"
#include "config/setting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HELD(array) (sizeof(array) / sizeof *(array))
#define STAGE "stages: [{name: a, latency: m}]\n"

/** Whether the file TEXT, called f.yaml, is good; *C is to be finished. */
static bool apply(struct config *c, const char *text, size_t len, struct str *why)
{
    struct config_file f;
    *c = (struct config){0};
    str_clear(why);
    bool good = file_parse(&f, "f.yaml", text, len, why) && file_apply(&f, c, why);
    file_finish(&f);
    return good;
}

static void points_at_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why; // without the `f.yaml:`
    } cases[] = {
        // the text is no YAML
        {"window: [5m", "2:1: a ',' or ']' is expected here; put quotes around a value that has "
                        "{ } [ ] or ,"},
        {"tools: {calls: a{b=\"c\"}}", "1:17: a ',' or '}' is expected here; put quotes around a "
                                       "value that has { } [ ] or ,"},
        {"window: 5m\n  span: 1h", "2:7: a ':' is not allowed here; fix the indentation, or put "
                                   "quotes around a value with ': '"},
        {"source:\n\turl: x", "2:1: tabs cannot indent YAML; use spaces"},
        {"theme: \"x\nspan: 1h\n", "1:8: a quote that starts here or above is never closed"},
        {"window: @5m", "1:9: a value cannot start with '@'; put quotes around it"},
        {"# \xC3\xA9\xC3\xA9\xC3\xA9\nwindow: `5m",
            "2:9: a value cannot start with '`'; put quotes around it"},
        {"\xEF\xBB\xBFwindow: `5m", "1:9: a value cannot start with '`'; put quotes around it"},
        {"window: %5m", "1:9: a value cannot start with '%'; put quotes around it"},
        {"span: 1h\nwindow\n", "3:1: the ':' after a key is missing"},
        {"stages:\n  - name: a\n  latency: m", "3:3: a '- ' is expected here; fix the "
                                               "indentation"},
        {"span: 1h\n- x", "2:1: a key is expected here; fix the indentation or the quotes"},
        {"a: 1\nb: caf\xE9", "2:7: a byte here is not text; save the file as UTF-8"},
        {"a: 1\n\x01", "2:1: a byte here is not text; save the file as UTF-8"},
        {"--- \nspan: 1h\n---\nspan: 2h", "3:1: a second document starts here; only one is read"},
        {"theme: &x a", "1:8: anchors (&) and aliases (*) are not supported; write the value out, "
                        "or in quotes"},
        {"selector: *x", "1:11: anchors (&) and aliases (*) are not supported; write the value "
                         "out, or in quotes"},
        // the keys and types do not fit
        {"- a", "1:1: the file must be a mapping (key: value), not a list"},
        {"hello", "1:1: the file must be a mapping (key: value), not text"},
        {"windw: 5m", "1:1: unknown key 'windw'; did you mean 'window'?"},
        {"stages:\n  - nam: x", "2:5: unknown key 'nam'; did you mean 'name'?"},
        {"stages:\n  - called: x",
            "2:5: unknown key 'called'; known here: name, latency, errors, "
            "requests, unit, slo, expr, saturation, pod, signals, assumed, separate, "
            "children"},
        {"baseline: {kind: auto, days: 7}", "1:24: unknown key 'days'; known here: kind, range, "
                                            "file"},
        {"? [a]\n: b", "1:3: a key must be text, not a list"},
        {"window: [5m]", "1:9: 'window' must be text, not a list"},
        {"window: {a: b}", "1:9: 'window' must be text, not a mapping; put quotes around it"},
        {"window:", "1:8: 'window' is empty; give it a value or remove it"},
        {"window: ~", "1:9: 'window' is empty; give it a value or remove it"},
        {"window: ''", "1:9: 'window' is empty; give it a value or remove it"},
        {"stages: a", "1:9: 'stages' must be a list, not text"},
        {"stages:\n# none\nspan: 1h", "1:8: 'stages' is empty; give it a value or remove it"},
        {"stages: [a]", "1:10: an entry of 'stages' must be a mapping (key: value), not text"},
        {"source: a", "1:9: 'source' must be a mapping (key: value), not text"},
        {"source:\n  headers:\n    - X-A: b", "3:7: an entry of 'headers' must be text, not a "
                                              "mapping; put quotes around it"},
        {"span: 1h\nwindow: 5m\nspan: 2h", "3:1: 'span' is given twice, first on line 1"},
        {"stages: [{name: a, latency: m}]\nstages: [{name: b, latency: m}]",
            "2:1: 'stages' is given twice, first on line 1"},
        // the values make no sense
        {"baseline: week", "1:11: 'baseline' cannot be a text; use baseline: {kind: week}"},
        {"baseline: ./x.rtb",
            "1:11: 'baseline' cannot be a text; use baseline: {kind: file, file: ./x.rtb}"},
        {"baseline: {kind: ./x.rtb}",
            "1:18: './x.rtb' is a file; name it under baseline.file, and write kind: file"},
        {"baseline: {kind: file}", "1:18: which file is not said; add file: FILE beside it"},
        {"profiles: x", "1:11: 'profiles' cannot be a text; use profiles: [x]"},
        {"profiles: [a, ~nobody-by-that-name/x.yaml, {}]",
            "1:44: an entry of 'profiles' must be text, not a mapping; put quotes around it"},
        {"theme: ~nobody-by-that-name/x.theme",
            "1:8: ~nobody-by-that-name/x.theme: there is no user nobody-by-that-name; for a file "
            "of that name, use ./~nobody-by-that-name/x.theme"},
        {"window: 5", "1:9: '5' is without a unit; use 5m or 5h"},
        {"window: 999999", "1:9: '999999' is without a unit; use 999999ms"},
        {"window: 5x", "1:9: '5x' is not a duration; use 90s, 5m or 1h"},
        {"span: 1h\nwindow:   1s", "2:11: '1s' is too short; at least 10s"},
        {"refresh: 100ms", "1:10: '100ms' is too short; at least 1s"},
        {"baseline: {range: 29d}", "1:19: '29d' is too long; at most 28d"},
        {"baseline: {kind: month}",
            "1:18: 'month' is not a kind of baseline; use auto, seasonal, week, day, recent, "
            "mean or file"},
        {"timezone: ../UTC", "1:11: '../UTC' is not the name of a time zone; use one like "
                             "Europe/Berlin or UTC"},
        {"grafana: {url: grafana.example}", "1:16: 'grafana.example' is not an address of a web "
                                            "page; use one like https://grafana.example"},
        {"timezone: [UTC]", "1:11: 'timezone' must be text, not a list"},
        {"color: 8", "1:8: '8' is not a colour depth; use auto, never, 16, 256 or true"},
        {"ascii: maybe", "1:8: 'maybe' is neither true nor false"},
        {"selector: a=b", "1:11: 'a=b' is not label matchers: the value of a must be in quotes, "
                          "as in k=\"v\""},
        {"source: {url: 'ftp://u:secret@h'}", "1:15: 'ftp://h' is not an http or https address"},
        {"source: {user: secret}", "1:16: 'user' is not in the form name:password"},
        {"source:\n  user: a:b\n  bearer_token_file: f", "3:22: 'user' is given too; keep one of "
                                                         "the two"},
        {"source:\n  headers: ['A: b', secret]", "2:21: an entry of 'headers' is not a header; "
                                                 "use 'Name: value'"},
        {"source: {tenant: \"a\\nb\"}", "1:18: 'a "
                                        "b' is not one line of printable text"},
        {"source: {timeout: 1h}", "1:19: '1h' is too long; at most 10m"},
        {"source: {insecure: 2}", "1:20: '2' is neither true nor false"},
        // several sources
        {"sources: []", "1:10: 'sources' names no source; add {name: NAME, url: URL}"},
        {"sources: {eu: 'http://eu'}", "1:10: 'sources' must be a list, not a mapping"},
        {"sources:\n  - {name: eu, url: 'h:1'}\n  - {name: us}",
            "3:5: a source has no url; it needs a name and a url"},
        {"sources: [{url: 'h:1'}]", "1:11: a source has no name; it needs a name and a url"},
        {"sources:\n  - name: e u\n    url: h:1",
            "2:11: 'e u' is not a source name; use letters, digits, '.', '_' and '-'"},
        {"sources:\n  - {name: eu, url: 'h:1'}\n  - {name: eu, url: 'h:2'}",
            "3:12: a source called 'eu' exists already"},
        {"sources: [{name: eu, url: 'ftp://u:secret@h'}]",
            "1:27: 'ftp://h' is not an http or https address"},
        {"sources: [{name: eu, url: h, selector: a=b}]",
            "1:40: 'a=b' is not label matchers: the value of a must be in quotes, as in k=\"v\""},
        {"sources: [{name: eu, url: h, http_config: {basic_auth: {user: x}}}]",
            "1:57: unknown key 'user'; known here: username, username_file, password, "
            "password_file"},
        {"source: {url: 'h:1'}\nsources: [{name: eu, url: 'h:1'}]",
            "2:10: 'source' is given too; keep one of the two"},
        // stages
        {"stages:\n  - latency: m", "2:5: a stage has no name; add name: NAME"},
        {"stages:\n  - name: \"a\\tb\"\n    latency: m", "2:11: 'a "
                                                         "b' is not one line of printable text"},
        {"stages: [{name: ' ', latency: m}]", "1:17: ' ' is not one line of printable text"},
        {"stages:\n  - name: "
         "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggggg\n    latency: m",
            "2:11: 'aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggggg' is too long "
            "for a name; at most 64 bytes"},
        {"stages:\n  - name: x\n    errors: e",
            "2:5: stage 'x' has no latency; name its metric, "
            "or an expression under 'expr', or else its 'requests', 'saturation' or 'signals'"},
        {"stages:\n  - name: x\n    latency: rate(m[5m])", "3:14: 'rate(m[5m])' is not a metric "
                                                           "name; a whole PromQL expression "
                                                           "belongs under 'expr'"},
        {"stages:\n  - name: x\n    latency: '{a=\"gen_ai.x\"}'",
            "3:14: '{a=\"gen_ai.x\"}' is a metric without a plain name; write it as an expression "
            "under 'expr'"},
        {"stages:\n  - name: x\n    latency: m_bucket{a=\"b\"}",
            "3:14: 'latency' needs the metric's base name, without _bucket"},
        {"stages:\n  - name: x\n    latency: m\n    expr: {latency: up}",
            "3:14: 'latency' is given here and under 'expr'; keep one"},
        {"stages:\n  - name: x\n    expr:\n      latency: rate(m[5m]",
            "4:16: 'rate(m[5m]' is not an expression: a ')' is missing"},
        {"stages:\n  - name: x\n    latency: m\n    errors: e{a=b}",
            "4:13: 'e{a=b}' is not label matchers: the value of a must be in quotes, as in "
            "k=\"v\""},
        {"stages: [{name: x, latency: m, unit: hours}]",
            "1:38: 'hours' is not a unit of time; use seconds, milliseconds or microseconds"},
        {"stages: [{name: x, latency: m, assumed: perhaps}]",
            "1:41: 'perhaps' is neither true nor false"},
        {"stages: [{name: x, latency: m, assumed: true}]",
            "1:41: 'assumed' is about the stage above, and 'x' has none; remove it"},
        {"stages: [{name: x, latency: m, separate: true}]",
            "1:42: 'separate' is about the stage above, and 'x' has none; remove it"},
        {"stages: [{name: x, latency: {metric: m, was: {metric: n, was: o}}}]",
            "1:46: 'was' takes all older names in one list"},
        {"stages: [{name: x, latency: m, errors: {metric: {metric: e, was: f}, was: g}}]",
            "1:75: 'was' takes all older names in one list"},
        {"stages: [{name: x, latency: {metric: m, was: n_sum}}]",
            "1:46: 'latency' needs the metric's base name, without _sum"},
        {"stages: [{name: x, latency: {sum: m_ms, count: c, was: {sum: t, count: u}}}]",
            "1:35: the name does not say the unit; add unit: s, ms or us"},
        {"stages: [{name: x, latency: m, errors: {metric: e, was: []}}]",
            "1:57: the list names no metric"},
        {"stages: [{name: x, latency: m, errors: {metric: e}}]",
            "1:40: there is no 'bad'; use {metric: NAME, bad: 'code=~\"5..\"'}"},
        {"stages: [{name: x, latency: m, slo: 4s}]",
            "1:37: 'slo' cannot be a text; use slo: {p95: 4s}"},
        {"stages: [{name: x, latency: m, slo: 1%}]",
            "1:37: 'slo' cannot be a text; use slo: {errors: 1%}"},
        {"stages: [{name: x, latency: m, slo: {p95: fast}}]",
            "1:43: 'fast' is not a duration; use 90s, 5m or 1h"},
        {"stages: [{name: x, latency: m, slo: {p95: 0ms}}]", "1:43: '0ms' is too short; at least "
                                                             "1ms"},
        {"stages:\n  - name: x\n    latency: m\n    slo: {p95: 80}",
            "4:16: '80' is without a unit; use 80ms or 80s"},
        {"stages: [{name: x, latency: m, slo: {p95: 1.5}}]",
            "1:43: '1.5' is without a unit; use 1.5ms or 1.5s"},
        {"stages: [{name: x, latency: m, slo: {errors: 1}}]",
            "1:46: '1' is too large for a ratio; for a percentage use 1%"},
        {"stages: [{name: x, latency: m, slo: {errors: 101%}}]",
            "1:46: '101%' is not between 0 and 100%"},
        {"stages: [{name: x, latency: m, slo: {errors: 0x1p-3}}]",
            "1:46: '0x1p-3' is not a percentage or ratio; use 1% or 0.01"},
        {"stages: [{name: x, latency: m, slo: {errors: few}}]",
            "1:46: 'few' is not a percentage or ratio; use 1% or 0.01"},
        {"stages:\n  - name: x\n    latency: m\n    saturation:\n      - used: u\n        limit: l",
            "5:9: this entry of 'saturation' has no 'name'; say what can run out, such as name: "
            "connections"},
        {"stages: [{name: x, latency: m, saturation: [{name: c, limit: l}]}]",
            "1:45: saturation 'c' does not say what is used; name its metric under 'used', or a "
            "share under 'ratio'"},
        {"stages: [{name: x, latency: m, saturation: [{name: c, used: u, limit: 0}]}]",
            "1:71: '0' is not a limit; it must be more than 0"},
        {"stages: [{name: x, latency: m, saturation: [{name: c, used: u, ratio: r}]}]",
            "1:45: 'ratio' takes the place of 'used' and 'limit'; give one or the other"},
        {"stages: [{name: x, latency: m, saturation: [{name: c, ratio: r, unit: ms}]}]",
            "1:71: 'ms' is not a unit of a share; use ratio or percent"},
        {"stages: [{name: x, latency: m, saturation: [{name: c, used: r, unit: percent}]}]",
            "1:70: 'unit' is for 'ratio'; a count has none"},
        // who calls whom
        {"links: {from: a, to: b}", "1:8: 'links' must be a list, not a mapping"},
        {"links: [{from: a}]",
            "1:9: this link has no 'to'; write which stage calls which: {from: api, to: qdrant}"},
        {"links: [{to: a}]",
            "1:9: this link has no 'from'; write which stage calls which: {from: api, to: qdrant}"},
        {"links: [{from: a, into: b}]", "1:19: unknown key 'into'; known here: from, to"},
        {"links: [{from: a, to: a}]", "1:9: with this link 'a' would call itself"},
        {"links: [{from: a, to: b}, {from: b, to: c}, {from: c, to: a}]",
            "1:45: with this link 'a' would call itself"},
        {"links: [{from: a, to: b}, {from: c, to: b}]",
            "1:27: 'b' is linked to 'a' already; keep one of the two"},
        // latencies that are more than a name
        {"stages:\n  - name: x\n    latency: {sum: a_seconds_total}",
            "3:14: a latency of two counters needs both: {sum: NAME, count: NAME, unit: s}; there "
            "is no 'count'"},
        {"stages:\n  - name: x\n    latency: {count: a_total}",
            "3:14: a latency of two counters needs both: {sum: NAME, count: NAME, unit: s}; there "
            "is no 'sum'"},
        {"stages:\n  - name: x\n    latency: {sum: a_total, count: b_total}",
            "3:20: the name does not say the unit; add unit: s, ms or us"},
        {"stages:\n  - name: x\n    latency: {sum: a, count: b, unit: h}",
            "3:39: 'h' is not a unit of time; use seconds, milliseconds or microseconds"},
        {"stages:\n  - name: x\n    unit: ms\n    latency: {metric: a, unit: ms}",
            "4:32: 'unit' is given here and for the stage; keep one"},
        {"stages:\n  - name: x\n    latency: {metric: a, sum: b, count: c, unit: s}",
            "3:23: give either 'sum' and 'count', or 'metric'"},
        {"stages:\n  - name: x\n    latency: {metric: a_total, type: counter}",
            "3:38: a counter alone is not a latency; add the one that counts requests: latency: "
            "{sum: a_total, count: NAME, unit: s}"},
        {"stages:\n  - name: x\n    latency: {metric: a, type: p95}",
            "3:32: 'p95' is not a type; use gauge, histogram or summary"},
        {"stages:\n  - name: x\n    latency: {unit: s}",
            "3:14: 'latency' names no metric; use {metric: NAME} or {sum: NAME, count: NAME, unit: "
            "s}"},
        {"stages:\n  - name: x\n    latency: {metrics: a}",
            "3:15: unknown key 'metrics'; did you mean 'metric'?"},
        {"stages:\n  - name: x\n    latency: [a, []]", "3:18: 'latency' must be text, not a list"},
        {"stages:\n  - name: x\n    latency:\n    errors: e",
            "3:13: 'latency' is empty; give it a value or remove it"},
        {"stages:\n  - name: x\n    latency: {metric: a}\n    expr: {latency: up}",
            "3:14: 'latency' is given here and under 'expr'; keep one"},
        // expressions that are something else than is taken from them
        {"stages:\n  - name: x\n    latency: m\n    expr:\n      errors: rate(a[5m]) / rate(b[5m])",
            "5:15: 'errors' must be a rate, such as sum(rate(NAME[5m])), but this divides one "
            "number by another; keep only what is before the '/'"},
        {"tools: {label: l, expr: {calls: '(sum(a) / sum(b))'}}",
            "1:33: 'calls' must be a rate, such as sum(rate(NAME[5m])), but this divides one "
            "number by another; keep only what is before the '/'"},
        {"stages: [{name: x, latency: m}, {name: y, latency: m}, {name: x, latency: n}]",
            "1:63: a stage called 'x' exists already in this file"},
        {"stages:\n  - name: x\n    latency: m\n    children:\n      - name: x\n        latency: m",
            "5:15: a stage called 'x' exists already in this file"},
        {"stages: [{name: x, latency: m, children: [{name: y}]}]",
            "1:43: stage 'y' has no latency; name its metric, or an expression under 'expr', or "
            "else its 'requests', 'saturation' or 'signals'"},
        {"stages_by_label: {latency: m}", "1:18: 'stages_by_label' has no label; it needs a "
                                          "metric and a label"},
        {"stages_by_label: {latency: m, label: l, errors: [a_total, b_total]}",
            "1:18: in 'stages_by_label' a metric has one name; give one of them"},
        {"stages_by_label: {latency: m, label: a-b}",
            "1:38: 'a-b' is not a label name; letters, digits, _ and dots only, or any name in "
            "quotes, as in '\"a b\"'"},
        {"stages_by_label: {latency: m_sum, label: a}",
            "1:28: 'latency' needs the metric's base name, without _sum"},
        {"tools: {calls: c, label: l, latency: 'sum(a)'}",
            "1:38: 'sum(a)' is not a metric name; a signal takes a name, as NAME or "
            "NAME{label=\"value\"}, and no expression"},
        {"tools: {calls: c, label: l, latency: t_seconds_sum}",
            "1:38: 'latency' needs the metric's base name, without _sum"},
        {"tools: {calls: c, label: l, latency: {sum: a_seconds, count: b}}",
            "1:44: a signal has one metric here, and not two"},
        {"tools: {calls: c}", "1:8: 'tools' has no label; it needs the calls and their label"},
        {"tools: {label: c}", "1:8: 'tools' has no calls; it needs the calls and their label"},
    };
    struct str why, wanted;
    str_init(&why);
    str_init(&wanted);
    for (size_t i = 0; i < HELD(cases); i++) {
        struct config c;
        str_setf(&wanted, "f.yaml:%s", cases[i].why);
        bool good = apply(&c, cases[i].text, strlen(cases[i].text), &why);
        config_finish(&c);
        assert_string_equal(why.text, wanted.text);
        assert_false(good);
        assert_null(strchr(why.text, '\n'));
    }
    str_finish(&why);
    str_finish(&wanted);
}

/** BEFORE, then EACH so many times (%d: the number, from 1), and AFTER. */
struct bounded {
    const char *before, *each, *after;
    int most;
    const char *says; // of one more
};

static void add_each(struct str *s, const char *each, int number)
{
    for (const char *at = each; *at; at++) {
        if (at[0] == '%' && at[1] == 'd') {
            str_addf(s, "%d", number);
            at++;
        } else {
            str_addc(s, *at);
        }
    }
}

/** What is known at a place is what the table of settings has there; nothing else lists it. */
static void names_the_keys_of_the_table(void **state)
{
    (void)state;
    static const struct {
        const char *text, *place, *key, *own, *prefix;
    } cases[] = {
        {"\"a\\eb\": 1", "1:1",
            "a\xEF\xBF\xBD"
            "b",
            "", ""},
        {"source: {nonsense: x}", "1:10", "nonsense", "", "source."},
        {"baseline: {nonsense: x}", "1:12", "nonsense", "", "baseline."},
        {"sources: [{name: eu, url: h, window: 5m}]", "1:30", "window",
            "name, selector, namespace, ", "source."},
    };
    struct str wanted, why;
    str_init(&wanted);
    str_init(&why);
    for (size_t i = 0; i < HELD(cases); i++) {
        const char *keys[SETTING_COUNT + 1];
        struct arena a = {0};
        struct config c;
        setting_keys(cases[i].prefix, keys);
        str_setf(&wanted, "f.yaml:%s: unknown key '%s'; known here: %s%s", cases[i].place,
            cases[i].key, cases[i].own, names_in(&a, keys, NAMES_COMMA));
        assert_false(apply(&c, cases[i].text, strlen(cases[i].text), &why));
        assert_string_equal(why.text, wanted.text);
        config_finish(&c);
        arena_finish(&a);
    }
    str_finish(&wanted);
    str_finish(&why);
}

static void takes_as_much_as_it_says(void **state)
{
    (void)state;
    static const struct bounded cases[] = {
        {"stages:\n", "  - {name: s%d, latency: m}\n", "", LIMIT_STAGES,
            "'stages' has too many entries; at most 200"},
        {"stages: [{name: a, latency: m, saturation: [", "{name: p%d, used: u, limit: 1},", "]}]",
            LIMIT_SATURATION, "'saturation' has too many entries; at most 16"},
        {"source: {url: 'http://h:1', headers: [", "'X-%d: a',", "]}", LIMIT_HEADERS,
            "'headers' has too many entries; at most 32"},
        {"sources: [", "{name: s%d, url: 'http://h:%d'},", "]", LIMIT_SOURCES,
            "'sources' has too many entries; at most 16"},
        {"profiles: [", "llm,", "]", LIMIT_PROFILES, "'profiles' has too many entries; at most 16"},
        {"stages: [{name: ", "n", ", latency: m}]", LIMIT_NAME_BYTES,
            "too long for a name; at most 64 bytes"},
        {"sources: [{url: 'http://h:1', name: ", "n", "}]", LIMIT_SOURCE_NAME,
            "too long for a source name; at most 24 characters"},
        {"theme: ", "x", "", LIMIT_TEXT_BYTES, "'theme' is too long; at most 8192 bytes"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int more = 0; more < 2; more++) {
            struct str text, why;
            struct config c;
            str_init(&text);
            str_init(&why);
            str_add(&text, cases[i].before);
            for (int k = 1; k <= cases[i].most + more; k++) {
                add_each(&text, cases[i].each, k);
            }
            str_add(&text, cases[i].after);
            bool good = apply(&c, text.text, text.len, &why);
            if (good == (more > 0) || (more && !strstr(why.text, cases[i].says))) {
                fail_msg("%s with %d: %s", cases[i].before, cases[i].most + more,
                    good ? "was taken" : why.text);
            }
            config_finish(&c);
            str_finish(&text);
            str_finish(&why);
        }
    }
}

static void bounds_what_it_reads(void **state)
{
    (void)state;
    struct str text, why;
    struct config c;
    str_init(&text);
    str_init(&why);

    str_add(&text, "stages:\n");
    for (int i = 0; i <= LIMIT_STAGES; i++) {
        str_addf(&text, "  - {name: s%d, latency: m}\n", i);
    }
    assert_false(apply(&c, text.text, text.len, &why));
    assert_string_equal(why.text, "f.yaml:2:3: 'stages' has too many entries; at most 200");
    config_finish(&c);

    str_setf(&text, "stages: [{name: a, latency: m, children: [");
    for (int i = 0; i < LIMIT_STAGES; i++) {
        str_addf(&text, "{name: s%d, latency: m},", i);
    }
    str_add(&text, "]}]");
    assert_false(apply(&c, text.text, text.len, &why));
    assert_string_equal(why.text, "f.yaml:1:9: too many stages; at most 200");
    config_finish(&c);

    str_setf(&text, "stages: ");
    for (int i = 0; i <= LIMIT_STAGE_DEPTH; i++) {
        str_addf(
            &text, "[{name: s%d, latency: m%s", i, i < LIMIT_STAGE_DEPTH ? ", children: " : "");
    }
    for (int i = 0; i <= LIMIT_STAGE_DEPTH; i++) {
        str_add(&text, "}]");
    }
    assert_false(apply(&c, text.text, text.len, &why));
    assert_string_equal(why.text, "f.yaml:1:9: stages are nested too deeply; at most 8 levels");
    config_finish(&c);

    str_setf(&text, "theme: ");
    for (int i = 0; i <= LIMIT_TEXT_BYTES; i++) {
        str_addc(&text, 'x');
    }
    assert_false(apply(&c, text.text, text.len, &why));
    assert_string_equal(why.text, "f.yaml:1:8: 'theme' is too long; at most 8192 bytes");
    config_finish(&c);

    str_setf(&text, "theme: ");
    for (int i = 0; i < 500 * 1000; i++) {
        str_addc(&text, '[');
    }
    assert_false(apply(&c, text.text, text.len, &why));
    assert_string_equal(why.text, "f.yaml:1:71: lists or mappings are nested too deeply");
    config_finish(&c);

    str_setf(&text, "theme:\n");
    for (int i = 0; i < 100 * 1000; i++) {
        str_add(&text, "- x\n");
    }
    assert_false(apply(&c, text.text, text.len, &why));
    assert_string_equal(
        why.text, "f.yaml:19997:3: too large for a configuration file: over 20000 values");
    config_finish(&c);
    str_finish(&text);
    str_finish(&why);
}

static void accepts_saying_nothing(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "\n", "# nothing\n", "---\n", "{}", "---\n...\n", "~"};
    struct str why;
    str_init(&why);
    for (size_t i = 0; i < HELD(texts) - 1; i++) {
        struct config c;
        assert_true(apply(&c, texts[i], strlen(texts[i]), &why));
        assert_int_equal(c.stages_count, 0);
        config_finish(&c);
    }
    str_finish(&why);
}

static void reads_every_key(void **state)
{
    (void)state;
    static const char text[] =
        "source:\n"
        "  url: http://n:p@h:1/x/\n"
        "  tenant: t\n"
        "  headers: ['A: 1', 'B: 2']\n"
        "  ca_file: a\n"
        "  cert_file: b\n"
        "  key_file: c\n"
        "  proxy: d\n"
        "  insecure: yes\n"
        "  timeout: 2s\n"
        "window: 10m\n"
        "refresh: 20s\n"
        "span: 2h\n"
        "selector: '{a = \"b\"}'\n"
        "baseline: {kind: recent, range: 2d, file: b.rtb}\n"
        "theme: x\n"
        "color: 256\n"
        "ascii: True\n"
        "mouse: true\n"
        "charts: octants\n"
        "bell: true\n"
        "notify: osc777\n"
        "stages:\n"
        "  - name: \xC3\xA9tape 1\n"
        "    latency: m_ms { a = \"b\" , }\n"
        "    unit: ms\n"
        "    slo: {p95: 1500ms, errors: 0.5%}\n"
        "    expr: {errors: 'sum(e)', requests: 'sum(r)'}\n"
        "    saturation:\n"
        "      - {name: pool, used: u, expr: {limit: 'max(l)'}}\n"
        "    children:\n"
        "      - {name: inner, expr: {latency: 'x / y'}, unit: us, assumed: true}\n"
        "stages_by_label: {latency: d_ms, label: stage, unit: s}\n"
        "tools: {label: tool, expr: {calls: 'c'}, errors: e}\n"
        "links: [{from: a@b, to: c}, {from: c, to: d}]\n";
    struct str why;
    struct config c;
    str_init(&why);
    assert_true(apply(&c, text, strlen(text), &why));
    str_finish(&why);
    assert_string_equal(c.source.url, "http://h:1/x");
    assert_string_equal(c.source.user, "n:p");
    assert_string_equal(c.source.tenant, "t");
    assert_int_equal(c.source.headers_count, 2);
    assert_string_equal(c.source.headers[1], "B: 2");
    assert_string_equal(c.source.ca.file, "a");
    assert_string_equal(c.source.cert.file, "b");
    assert_string_equal(c.source.key.file, "c");
    assert_string_equal(c.source.proxy, "d");
    assert_true(c.source.insecure);
    assert_int_equal(c.source.timeout_ms, 2000);
    assert_int_equal(c.window_ms, 10 * CLOCK_MINUTE_MS);
    assert_int_equal(c.refresh_ms, 20000);
    assert_int_equal(c.span_ms, 2 * CLOCK_HOUR_MS);
    assert_string_equal(c.selector, "a=\"b\"");
    assert_int_equal(c.baseline, BASELINE_RECENT);
    assert_int_equal(c.baseline_range_ms, 2 * CLOCK_DAY_MS);
    assert_string_equal(c.baseline_file, "b.rtb");
    assert_string_equal(c.theme, "x");
    assert_int_equal(c.color, COLOR_256);
    assert_true(c.ascii);
    assert_true(c.mouse);
    assert_int_equal(c.charts, CHARTS_OCTANTS);
    assert_true(c.bell);
    assert_int_equal(c.notify, NOTIFY_OSC777);
    assert_int_equal(c.links_count, 2);
    assert_string_equal(c.links[0].from, "a@b");
    assert_string_equal(c.links[1].to, "d");
    assert_int_equal(c.warnings_count, 1); // its stages are its own, which need no links
    assert_int_equal(c.stages_count, 1);
    const struct stage_config *s = c.stages;
    assert_string_equal(s->name, "\xC3\xA9tape 1");
    assert_string_equal(s->latency.metric, "m_ms{a=\"b\"}");
    assert_null(s->latency.expr);
    assert_float_equal(s->to_seconds, 1e-3, 1e-12);
    assert_float_equal(s->slo_p95_s, 1.5, 1e-12);
    assert_float_equal(s->slo_errors, 0.005, 1e-12);
    assert_string_equal(s->errors.expr, "sum(e)");
    assert_string_equal(s->requests.expr, "sum(r)");
    assert_int_equal(s->saturation_count, 1);
    assert_string_equal(s->saturation[0].name, "pool");
    assert_string_equal(s->saturation[0].used.metric, "u");
    assert_string_equal(s->saturation[0].limit.expr, "max(l)");
    assert_int_equal(s->children_count, 1);
    assert_string_equal(s->children[0].latency.expr, "x / y");
    assert_true(s->children[0].linked && !s->linked);
    assert_float_equal(s->children[0].to_seconds, 1e-6, 1e-15);
    assert_string_equal(c.by_label.latency, "d_ms");
    assert_string_equal(c.by_label.label, "stage");
    assert_float_equal(c.by_label.to_seconds, 1, 0);
    assert_string_equal(c.tools.calls.expr, "c");
    assert_string_equal(c.tools.errors.metric, "e");
    assert_string_equal(c.tools.label, "tool");
    config_finish(&c);
}

/** The example config, found from the place of this source file unless the build says where. */
static void read_example(struct str *out)
{
#ifdef RAGTOP_SOURCE_ROOT
    str_add(out, RAGTOP_SOURCE_ROOT "/");
#else
    static const char self[] = "tests/unit/config/test_file.c";
    str_append(out, __FILE__, strlen(__FILE__) - strlen(self));
#endif
    str_add(out, "src/profiles/example-config.yaml");
    FILE *f = fopen(out->text, "r");
    assert_non_null(f);
    char bytes[16384];
    size_t n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    str_clear(out);
    str_append(out, bytes, n);
}

static void reads_the_example(void **state)
{
    (void)state;
    struct config c;
    struct str text, why;
    str_init(&text);
    str_init(&why);
    read_example(&text);
    assert_true(apply(&c, text.text, text.len, &why));
    assert_string_equal(c.source.url, "https://prometheus.example/prom");
    assert_string_equal(c.source.tenant, "team-a");
    assert_int_equal(c.stages_count, 1);
    assert_float_equal(c.stages[0].slo_p95_s, 0.5, 1e-12);
    assert_int_equal(c.stages[0].children_count, 2);
    assert_string_equal(c.tools.label, "tool_name");
    config_finish(&c);
    str_finish(&text);
    str_finish(&why);
}

/** Applies TEXT; what is refused must be refused with a place and on one line. */
static void apply_mangled(const char *text, size_t len, struct str *why)
{
    struct config c;
    bool good = apply(&c, text, len, why);
    config_finish(&c);
    assert_null(strchr(why->text, '\n'));
    if (!good) {
        unsigned line, column;
        assert_int_equal(sscanf(why->text, "f.yaml:%u:%u: ", &line, &column), 2);
    }
}

static void survives_mangled_files(void **state)
{
    (void)state;
    static const char bytes[] = "{}[]:,-#&*!|>'\"%@`\t\n \\\xFF\x01"
                                "0a";
    struct str text, why;
    str_init(&text);
    str_init(&why);
    read_example(&text);
    for (size_t len = 0; len < text.len; len++) {
        apply_mangled(text.text, len, &why);
    }
    unsigned seed = 1; // the same mutations in every run
    for (int round = 0; round < 4000; round++) {
        char *copy = mem_strndup(text.text, text.len);
        for (int i = 0; i <= round % 4; i++) {
            seed = seed * 1103515245u + 12345u;
            size_t at = (seed >> 8) % text.len;
            seed = seed * 1103515245u + 12345u;
            copy[at] = bytes[(seed >> 16) % (sizeof bytes - 1)];
        }
        apply_mangled(copy, text.len, &why);
        free(copy);
    }
    str_finish(&text);
    str_finish(&why);
}

static void a_limit_of_one_is_a_share(void **state)
{
    (void)state;
    static const char text[] =
        "stages: [{name: x, latency: m, saturation: [{name: kv, used: u, limit: 1}, "
        "{name: cache, used: u, limit: 1.5}, {name: pool, used: u, limit: 2}]}]";
    struct str why;
    struct config c;
    str_init(&why);
    assert_true(apply(&c, text, strlen(text), &why));
    str_finish(&why);
    const struct saturation_config *s = c.stages[0].saturation;
    assert_float_equal(s[0].full, 1, 0);
    assert_float_equal(s[0].limit.number, 0, 0);
    assert_float_equal(s[1].full, 0, 0);
    assert_float_equal(s[1].limit.number, 1.5, 0);
    assert_float_equal(s[2].limit.number, 2, 0);
    config_finish(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_at_what_is_wrong),
        cmocka_unit_test(names_the_keys_of_the_table),
        cmocka_unit_test(takes_as_much_as_it_says),
        cmocka_unit_test(bounds_what_it_reads),
        cmocka_unit_test(accepts_saying_nothing),
        cmocka_unit_test(reads_every_key),
        cmocka_unit_test(reads_the_example),
        cmocka_unit_test(a_limit_of_one_is_a_share),
        cmocka_unit_test(survives_mangled_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
