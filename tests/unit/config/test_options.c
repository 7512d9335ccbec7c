#include "config/options.h"

#include "base/clock.h"
#include "base/mem.h"
#include "config/config.h"
#include "config/fleet.h"
#include "config/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MOST_WORDS = 32, NOW_S = 1700000000 };

#define HELD(array) (sizeof(array) / sizeof *(array))

/** One run of config_load(): words as typed, an environment, and what came of it. */
struct run {
    const char *words[MOST_WORDS];  /**< after the program's name */
    const char *environment[2 * 8]; /**< name, value, name, value */
    char *argv[MOST_WORDS + 2];
    struct config config;
    enum command command;
    struct str why;
};

static const struct run *current; // config_input's env takes no context

static const char *env(const char *name)
{
    for (size_t i = 0; current->environment[i]; i += 2) {
        if (strcmp(current->environment[i], name) == 0) {
            return current->environment[i + 1];
        }
    }
    return NULL;
}

static bool load(struct run *r)
{
    int argc = 1;
    r->argv[0] = mem_strdup("ragtop");
    for (; argc <= MOST_WORDS && r->words[argc - 1]; argc++) {
        r->argv[argc] = mem_strdup(r->words[argc - 1]);
    }
    current = r;
    str_init(&r->why);
    struct config_input input = {
        .argc = argc, .argv = r->argv, .env = env, .now_ms = (int64_t)NOW_S * 1000};
    return config_load(&r->config, &r->command, &input, &r->why);
}

static void finish(struct run *r)
{
    config_finish(&r->config);
    str_finish(&r->why);
    for (size_t i = 0; r->argv[i]; i++) {
        free(r->argv[i]);
    }
}

/** Runs WORDS, which must be good, and returns the outcome. */
#define LOAD(r, ...)                                                                               \
    struct run r = {.words = {__VA_ARGS__}};                                                       \
    if (!load(&r)) {                                                                               \
        fail_msg("%s", r.why.text);                                                                \
    }

static void says_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *words[MOST_WORDS], *why;
    } cases[] = {
        {{"reprot"}, "unknown command 'reprot'; did you mean report?"},
        {{"prometheus"}, "unknown command 'prometheus'; the commands are report, discover, check, "
                         "rules, grafana, doctor, baseline, help, "
                         "version and complete, and a URL looks like "
                         "http://localhost:9090"},
        {{"re\033[31mport"}, "unknown command 're\xEF\xBF\xBD[31mport'; the commands are report, "
                             "discover, check, rules, grafana, doctor, baseline, help, version and "
                             "complete, and a URL "
                             "looks like http://localhost:9090"},
        {{"report", "h:1", "h:2"},
            "unexpected argument 'h:2'; usage: ragtop [COMMAND] [OPTION...] [URL]"},
        {{"h:1", "http://u:secret@h"},
            "unexpected argument 'http://h'; usage: ragtop [COMMAND] [OPTION...] [URL]"},
        {{"report", "localhost"},
            "unexpected argument 'localhost'; usage: ragtop [COMMAND] [OPTION...] [URL]"},
        {{"--windw", "5m"}, "--windw is not an option; did you mean --window?"},
        {{"--house"}, "--house is not an option; did you mean --mouse?"},
        {{"--http-config", "/nowhere/f"},
            "/nowhere/f: this file cannot be read: no such file or directory"},
        {{"--aws-sigv4", "eu west"},
            "--aws-sigv4 eu west: not a region; use eu-west-1, or aws:amz:eu-west-1:aps"},
        {{"--aws-sigv4", "eu-west-1"},
            "no AWS keys: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"},
        {{"--netrc"}, "--netrc: there is no home directory; set NETRC to the file"},
        {{"--passwd=secret"}, "--passwd is not an option; ragtop --help lists them"},
        {{"--bearer-token", "secret"},
            "--bearer-token is not an option; put the token in a file: --bearer-token-file FILE"},
        {{"--bearer=secret"},
            "--bearer is not an option; put the token in a file: --bearer-token-file FILE"},
        {{"--url", "http://h"}, "--url is not an option; the address needs no option: "
                                "ragtop http://localhost:9090"},
        {{"--prometheus-url=http://u:secret@h"},
            "--prometheus-url is not an option; the address needs no option: "
            "ragtop http://localhost:9090"},
        {{"-u", "http://u:secret@h"},
            "-u is for NAME:PASS; the address needs no option: ragtop http://localhost:9090"},
        {{"-o", "json"}, "-o is not an option; the format of report, discover and check is "
                         "--format json, and > FILE keeps it"},
        {{"--interval", "5s"}, "--interval is not an option; how often to ask is --refresh 15s, "
                               "over how much time rates are --window 5m"},
        {{"-f", "x"}, "-f is not an option; the configuration file is -c FILE"},
        {{"--time", "5m"}, "--time is not an option; the moment that is judged is --at "
                           "2026-02-04T09:00:00Z or -30m"}, // and no --timeout
        {{"--time"}, "--time is not an option; the moment that is judged is --at "
                     "2026-02-04T09:00:00Z or -30m"},
        {{"--watch"}, "--watch is not an option; without a command ragtop goes on watching: "
                      "ragtop URL"},
        {{"--debug"}, "--debug is not an option; -v logs every request and its outcome"},
        {{"--since", "1h"}, "--since is not an option; how far back to look is --span 6h, and a "
                            "moment --at -30m"},
        {{"--token=secret"},
            "--token is not an option; a token is read from a file: --bearer-token-file FILE"},
        {{"--namespce", "x"}, "--namespce is not an option; did you mean --namespace?"},
        {{"help", "reprot"}, "unknown command 'reprot'; did you mean report?"},
        {{"help", "report", "more"},
            "unexpected argument 'more'; usage: ragtop [COMMAND] [OPTION...] [URL]"},
        {{"version", "http://h"},
            "unexpected argument 'http://h'; usage: ragtop [COMMAND] [OPTION...] [URL]"},
        {{"discover", "--format", "csv"},
            "--format csv: not a format of discover and check; use table, yaml or json"},
        {{"rules", "--format", "yaml"},
            "--format yaml: not a format of rules; use rules, prometheusrule or test"},
        {{"grafana", "--format", "json"},
            "--format is for report, discover, check, doctor, rules or --screenshot"},
        {{"check", "--screenshot"},
            "--screenshot draws the dashboard, check prints what is on the server; use one of "
            "them"},
        {{"check", "--source", "a=http://a", "--source", "b=http://b"},
            "check is about one source, but there are 2; choose one: --source a"},
        {{"-w", "5"}, "--window 5: without a unit; use 5m or 5h"},
        {{"-b", "file"}, "--baseline file: no baseline.file in the configuration; name the file: "
                         "--baseline ./x.rtb"},
        {{"--s"}, "--s could be --source, --selector, --span, --speed, --screenshot or --size"},
        {{"-Z"}, "-Z is not an option; ragtop --help lists them"},
        {{"-kZ"}, "-Z is not an option; ragtop --help lists them"},
        {{"-w"}, "--window needs a value: --window TIME"},
        {{"--window"}, "--window needs a value: --window TIME"},
        {{"--config="}, "--config needs a value: --config FILE"},
        {{"-n", ""}, "--namespace needs a value: --namespace NS"},
        {{"--ascii=yes"}, "--ascii takes no value"},
        {{"--wall=1s"}, "--wall 1s: too short; at least 3s"},
        {{"--wall="}, "--wall needs a value: --wall [=TIME]"},
        {{"report", "--wall"}, "--wall is for the live dashboard"},
        {{"--window", "5x"}, "--window 5x: not a duration; use 90s, 5m or 1h"},
        {{"-w", "-5m"}, "--window -5m: not a duration; use 90s, 5m or 1h"},
        {{"-w", "9s"}, "--window 9s: too short; at least 10s"},
        {{"-w", "8d"}, "--window 8d: too long; at most 7d"},
        {{"-r", "500ms"}, "--refresh 500ms: too short; at least 1s"},
        {{"-s", "4m"}, "--span 4m: too short; at least 5m"},
        {{"-s", "8d"}, "--span 8d: too long; at most 7d"},
        {{"--timeout", "0"}, "--timeout 0: too short; at least 100ms"},
        {{"-b", "month"},
            "--baseline month: not a kind of baseline; use auto, seasonal, week, "
            "day, recent, mean or file; or a file that ragtop baseline save wrote: ./x.rtb"},
        {{"baseline"},
            "baseline needs a file to write: ragtop baseline save FILE [OPTION...] [URL]"},
        {{"baseline", "save"},
            "baseline needs a file to write: ragtop baseline save FILE [OPTION...] [URL]"},
        {{"baseline", "save", "http://localhost:9090"},
            "baseline needs a file to write: ragtop baseline save FILE [OPTION...] [URL]"},
        {{"baseline", "load", "x.rtb"},
            "baseline needs a file to write: ragtop baseline save FILE [OPTION...] [URL]"},
        {{"baseline", "save", "x.rtb", "http://h", "more"},
            "unexpected argument 'more'; usage: ragtop [COMMAND] [OPTION...] [URL]"},
        {{"baseline", "save", "x.rtb", "--screenshot"},
            "--screenshot draws the dashboard, baseline writes a file; use one of them"},
        {{"baseline", "save", "x.rtb", "--format", "json"},
            "--format is for report, discover, check, doctor, rules or --screenshot"},
        {{"--at", "noon"},
            "--at noon: invalid time; try 2026-02-04T09:00:00Z, -30m, 09:00 or yesterday 09:00"},
        {{"--at", "2100-01-01T00:00:00Z"},
            "--at 2100-01-01T00:00:00Z: in the future; -30m is half an hour ago"},
        {{"--color", "8"}, "--color 8: not a colour depth; use auto, never, 16, 256 or true"},
        {{"--format", "json"},
            "--format is for report, discover, check, doctor, rules or --screenshot"},
        {{"report", "--format", "svg"},
            "--format svg: not a format of report; use table, markdown, json or csv"},
        {{"--screenshot", "--format", "json"},
            "--format json: not a format of --screenshot; use text, ansi or svg"},
        {{"report", "--screenshot"},
            "--screenshot draws the dashboard, report prints a table; use one of them"},
        {{"--size", "80x24"}, "--size is for --screenshot; everything else adapts to the terminal"},
        {{"--screenshot", "--size", "80"},
            "--size 80: not a size; use COLUMNSxROWS such as 120x40, each 1 to 1000"},
        {{"--screenshot", "--size", "0x24"},
            "--size 0x24: not a size; use COLUMNSxROWS such as 120x40, each 1 to 1000"},
        {{"--screenshot", "--size", "80x1001"},
            "--size 80x1001: not a size; use COLUMNSxROWS such as 120x40, each 1 to 1000"},
        {{"--screenshot", "--size", "80x24x"},
            "--size 80x24x: not a size; use COLUMNSxROWS such as 120x40, each 1 to 1000"},
        {{"--screenshot", "--size", "99999999999x24"},
            "--size 99999999999x24: not a size; use COLUMNSxROWS such as 120x40, each 1 to 1000"},
        {{"-u", "secret"}, "--user: not in the form name:password"},
        {{"-u", "a:b", "--bearer-token-file", "f"},
            "--user and --bearer-token-file are both given; keep one of the two"},
        {{"-H", "Authorization secret"}, "--header: not a header; use 'Name: value'"},
        {{"-H", "A: b\r\nC: d"},
            "--header: not a header: its value has a line break or control character"},
        {{"--tenant", "a\nb"}, "--tenant a "
                               "b: not one line of printable text"},
        {{"-n", "a\nb"}, "--namespace a "
                         "b: not one line of printable text"},
        {{"-n", "a\xff"}, "--namespace a\xEF\xBF\xBD: not one line of printable text"},
        {{"-l", "a=\"\xff\""}, "--selector a=\"\xEF\xBF\xBD\": not visible text: it has a control "
                               "character or malformed UTF-8"},
        {{"http://h/\xff"}, "URL http://h/\xEF\xBF\xBD: not an address: it has a space or a "
                            "character that is not allowed in a URL"},
        {{"http://h/\xc2\x9b"}, "URL http://h/\xEF\xBF\xBD: not an address: it has a space or a "
                                "character that is not allowed in a URL"},
        {{"-l", "pod=~\"(\""}, "--selector pod=~\"(\": not label matchers, as the regular "
                               "expression \"(\" is wrong: a ) is missing"},
        {{"-l", "a=b"}, "--selector a=b: not label matchers: the value of a must be in quotes, as "
                        "in k=\"v\""},
        {{"ftp://u:secret@h/"}, "URL ftp://h/: not an http or https address"},
        {{"http://u:secret@h:x/"},
            "URL http://h:x/: not an address: the port must be a number from 1 to 65535"},
        {{"http://u:se/cret@h"},
            "URL http://h: not an address: the port must be a number from 1 to 65535"},
        {{"http://u:s%zz@h"},
            "URL http://h: not an address: its user or password is not percent-encoded correctly"},
        {{"h:9090/graph?g0.expr=up"},
            "URL h:9090/graph: the address of a page, not of the server; leave out its last "
            "part and what follows the '?'"},
        {{"http://h:9090/prom/api/v1/query?query=up"},
            "URL http://h:9090/prom/api/v1/query: the address of the API, not of the server; give "
            "the base URL, http://h:9090/prom"},
        {{"h:9090/api/v1/"}, "URL h:9090/api/v1/: the address of the API, not of the server; give "
                             "the base URL, h:9090"},
        {{"h:9090#x"}, "URL h:9090#x: more than a base address; leave out what follows the '#'"},
        {{"http://"}, "URL http://: not an address: the host is missing; use "
                      "http://localhost:9090"},
        {{"::1"}, "URL ::1: not an address: the host is missing; use http://localhost:9090"},
        {{"fe80::1"}, "URL fe80::1: not an address; an IPv6 host stands in brackets: "
                      "http://[::1]:9090"},
        {{"h .x"},
            "URL h .x: not an address: it has a space or a character that is not allowed in a URL"},
        {{"-c", "/nonexistent/r.yaml"},
            "/nonexistent/r.yaml: this file cannot be read: no such file or directory"},
        {{"-c", "/"}, "/: this file cannot be read: it is a directory"},
        {{"-p", "./nonexistent.yaml"},
            "./nonexistent.yaml: this file cannot be read: no such file or directory"},
        {{"--source", "http://u:secret@eu/"},
            "--source http://eu/: not a source name; use letters, digits, '.', '_' and '-'"},
        {{"--source", "e u=http://u:secret@eu"},
            "--source e u=http://eu: not a source name; use letters, digits, '.', '_' and '-'"},
        {{"--source", "=http://eu"}, "--source =http://eu: not a source name; use letters, digits, "
                                     "'.', '_' and '-'"},
        {{"--source", "-eu=http://eu"},
            "--source -eu=http://eu: not a source name; it must begin with a letter or a digit"},
        {{"--source", "abcdefghijklmnopqrstuvwxyz=http://eu"},
            "--source abcdefghijklmnopqrstuvwxyz=http://eu: too long for a source name; at most "
            "24 characters"},
        {{"--source", "eu=ftp://u:secret@eu"},
            "--source eu=ftp://eu: not an http or https address"},
        {{"--source", "eu=a:1", "--source", "eu=b:1"},
            "--source eu: this name is given twice; each source needs its own"},
        {{"--source", "eu"},
            "--source eu: it has no address; use --source eu=URL, or list it under `sources:`"},
        {{"--source", "eu=a:1", "b:1"},
            "a URL cannot stand beside --source; pass it as --source NAME=URL"},
        {{"--source", "eu=a:1", "-u", "secret"}, "--user: not in the form name:password"},
        {{"baseline", "save", "x.rtb", "--source", "eu=a:1", "--source", "us=b:1"},
            "a baseline file is for one source, but there are 2; choose one: --source eu"},
        {{"-b", "./x.rtb", "--source", "eu=a:1", "--source", "us=b:1"},
            "a baseline file is for one source, but there are 2; choose one: --source eu"},
        {{"--source"}, "--source needs a value: --source NAME=URL"},
    };
    for (size_t i = 0; i < HELD(cases); i++) {
        struct run r = {0};
        memcpy(r.words, cases[i].words, sizeof r.words);
        assert_false(load(&r));
        assert_string_equal(r.why.text, cases[i].why);
        assert_null(r.config.source.url);
        finish(&r);
    }
}

static void has_defaults(void **state)
{
    (void)state;
    LOAD(r, NULL);
    assert_int_equal(r.command, COMMAND_TOP);
    assert_string_equal(r.config.source.url, "http://localhost:9090");
    assert_int_equal(r.config.source.timeout_ms, 5000);
    assert_int_equal(r.config.span_ms, CLOCK_HOUR_MS);
    assert_int_equal(r.config.window_ms, 0);
    assert_int_equal(r.config.refresh_ms, 0);
    assert_int_equal(r.config.baseline, BASELINE_AUTO);
    assert_int_equal(r.config.baseline_range_ms, 28 * (int64_t)CLOCK_DAY_MS);
    assert_int_equal(r.config.color, COLOR_AUTO);
    assert_int_equal(r.config.format, FORMAT_DEFAULT);
    assert_false(r.config.has_at || r.config.screenshot || r.config.ascii || r.config.verbose);
    assert_false(r.config.source.insecure);
    assert_null(r.config.selector);
    assert_null(r.config.theme);
    assert_int_equal(r.config.size.columns, 120);
    assert_int_equal(r.config.size.rows, 40);
    assert_int_equal(r.config.stages_count, 0);
    assert_true(r.config.profiles_count > 40); // whatever there is
    finish(&r);
}

static void sets_what_each_option_says(void **state)
{
    (void)state;
    LOAD(r, "report", "-pkotaemon", "--selector", " { job = 'a' , } ", "-n", "rag", "-w", "10m",
        "--span=2h", "-r", "30", "-b", "mean", "--at", "-30m", "--format", "csv", "--theme", "x",
        "--color", "256", "--ascii", "-kv", "https://h:9090/prom/");
    assert_int_equal(r.command, COMMAND_REPORT);
    assert_string_equal(r.config.source.url, "https://h:9090/prom");
    assert_string_equal(r.config.selector, "job='a',namespace=\"rag\"");
    assert_int_equal(r.config.window_ms, 10 * CLOCK_MINUTE_MS);
    assert_int_equal(r.config.span_ms, 2 * CLOCK_HOUR_MS);
    assert_int_equal(r.config.refresh_ms, 30000);
    assert_int_equal(r.config.baseline, BASELINE_MEAN);
    assert_true(r.config.has_at);
    assert_int_equal(r.config.at_ms, ((int64_t)NOW_S - 1800) * 1000);
    assert_int_equal(r.config.format, FORMAT_CSV);
    assert_string_equal(r.config.theme, "x");
    assert_int_equal(r.config.color, COLOR_256);
    assert_true(r.config.ascii && r.config.source.insecure && r.config.verbose);
    assert_null(r.config.log_file);
    finish(&r);

    LOAD(s, "--screenshot", "--size", "80x24", "--format", "svg", "--tenant", "t", "--cacert", "a",
        "--cert", "b", "--key", "c", "--proxy", "http://p:1", "--timeout", "2s", "--log", "l", "-H",
        "A: 1", "-H", "B: 2", "-H", "a: 3", "--at", "1600000000");
    assert_int_equal(s.command, COMMAND_TOP);
    assert_true(s.config.screenshot);
    assert_int_equal(s.config.size.columns, 80);
    assert_int_equal(s.config.size.rows, 24);
    assert_int_equal(s.config.format, FORMAT_SVG);
    assert_string_equal(s.config.source.tenant, "t");
    assert_string_equal(s.config.source.ca.file, "a");
    assert_string_equal(s.config.source.cert.file, "b");
    assert_string_equal(s.config.source.key.file, "c");
    assert_string_equal(s.config.source.proxy, "http://p:1");
    assert_int_equal(s.config.source.timeout_ms, 2000);
    assert_int_equal(s.config.source.headers_count, 2);
    assert_string_equal(s.config.source.headers[0], "a: 3");
    assert_string_equal(s.config.source.headers[1], "B: 2");
    assert_string_equal(s.config.log_file, "l");
    assert_true(s.config.verbose);
    assert_int_equal(s.config.at_ms, 1600000000000);
    finish(&s);
}

static void knows_each_format_and_kind(void **state)
{
    (void)state;
    static const struct {
        const char *mode, *option, *value;
        enum output_format format;
        enum color_depth color;
        enum baseline_kind baseline;
    } cases[] = {
        {"report", "--format", "table", FORMAT_TABLE, COLOR_AUTO, BASELINE_AUTO},
        {"report", "--format", "markdown", FORMAT_MARKDOWN, COLOR_AUTO, BASELINE_AUTO},
        {"report", "--format", "json", FORMAT_JSON, COLOR_AUTO, BASELINE_AUTO},
        {"report", "--format", "csv", FORMAT_CSV, COLOR_AUTO, BASELINE_AUTO},
        {"--screenshot", "--format", "text", FORMAT_TEXT, COLOR_AUTO, BASELINE_AUTO},
        {"--screenshot", "--format", "ansi", FORMAT_ANSI, COLOR_AUTO, BASELINE_AUTO},
        {"--screenshot", "--format", "svg", FORMAT_SVG, COLOR_AUTO, BASELINE_AUTO},
        {"report", "--color", "never", FORMAT_DEFAULT, COLOR_NEVER, BASELINE_AUTO},
        {"report", "--color", "16", FORMAT_DEFAULT, COLOR_16, BASELINE_AUTO},
        {"report", "--color", "true", FORMAT_DEFAULT, COLOR_TRUE, BASELINE_AUTO},
        {"report", "-b", "auto", FORMAT_DEFAULT, COLOR_AUTO, BASELINE_AUTO},
        {"report", "-b", "day", FORMAT_DEFAULT, COLOR_AUTO, BASELINE_DAY},
        {"report", "-b", "recent", FORMAT_DEFAULT, COLOR_AUTO, BASELINE_RECENT},
    };
    for (size_t i = 0; i < HELD(cases); i++) {
        LOAD(r, cases[i].mode, cases[i].option, cases[i].value);
        assert_int_equal(r.config.format, cases[i].format);
        assert_int_equal(r.config.color, cases[i].color);
        assert_int_equal(r.config.baseline, cases[i].baseline);
        finish(&r);
    }
}

static void takes_a_file_of_what_is_usual(void **state)
{
    (void)state;
    static const char *const files[] = {"before.rtb", "./x", "/var/lib/x", "../mean"};
    for (size_t i = 0; i < HELD(files); i++) {
        LOAD(r, "report", "-b", files[i]);
        assert_int_equal(r.config.baseline, BASELINE_FILE);
        assert_string_equal(r.config.baseline_file, files[i]);
        finish(&r);
    }
    LOAD(r, "baseline", "-n", "rag", "save", "before.rtb", "--at", "1600000000", "h:1");
    assert_int_equal(r.command, COMMAND_BASELINE);
    assert_string_equal(r.config.save_file, "before.rtb");
    assert_string_equal(r.config.source.url, "http://h:1");
    assert_true(r.config.has_at);
    assert_null(r.config.baseline_file);
    finish(&r);
    LOAD(s, "report");
    assert_null(s.config.save_file);
    finish(&s);
}

static void knows_where_to_keep_history(void **state)
{
    (void)state;
    static const struct {
        const char *cache_home, *home, *option, *directory;
    } cases[] = {
        {"/c", "/h", NULL, "/c/ragtop"},
        {NULL, "/h", NULL, "/h/.cache/ragtop"},
        {"relative", "/h", NULL, "/h/.cache/ragtop"},
        {NULL, NULL, NULL, NULL},
        {"/c", "/h", "--no-cache", NULL},
    };
    for (size_t i = 0; i < HELD(cases); i++) {
        struct run r = {.words = {"report", cases[i].option}};
        int n = 0;
        if (cases[i].home) {
            r.environment[n++] = "HOME";
            r.environment[n++] = cases[i].home;
        }
        if (cases[i].cache_home) {
            r.environment[n++] = "XDG_CACHE_HOME";
            r.environment[n++] = cases[i].cache_home;
        }
        assert_true(load(&r));
        if (cases[i].directory) {
            assert_string_equal(r.config.cache_directory, cases[i].directory);
        } else {
            assert_null(r.config.cache_directory);
        }
        finish(&r);
    }
}

static void knows_where_to_keep_queries(void **state)
{
    (void)state;
    struct run r = {.words = {"report"}, .environment = {"HOME", "/h"}};
    assert_true(load(&r));
    assert_string_equal(r.config.state_directory, "/h/.local/state/ragtop");
    finish(&r);
    r = (struct run){.words = {"report"}, .environment = {"HOME", "/h", "XDG_STATE_HOME", "/s"}};
    assert_true(load(&r));
    assert_string_equal(r.config.state_directory, "/s/ragtop");
    finish(&r);
    r = (struct run){.words = {"report"}};
    assert_true(load(&r));
    assert_null(r.config.state_directory);
    finish(&r);
}

static void takes_the_nearest_url(void **state)
{
    (void)state;
    static const struct {
        const char *word, *ragtop_url, *prometheus_url, *url, *user;
    } cases[] = {
        {"a:1", "b:2", "c:3", "http://a:1", NULL},
        {NULL, "b:2", "c:3", "http://b:2", NULL},
        {NULL, "", "HTTPS://c/p//", "HTTPS://c/p", NULL},
        {NULL, NULL, NULL, "http://localhost:9090", NULL},
        {"http://n:p%40ss%3A@h:1/x", NULL, NULL, "http://h:1/x", "n:p@ss:"},
        {"n:p@h", NULL, NULL, "http://h", "n:p"},
        {"n@h:1", NULL, NULL, "http://h:1", "n:"},
        {"h:1", "http://n:p@other", NULL, "http://h:1", NULL},
        {NULL, NULL, "http://n:p@[::1]:9090", "http://[::1]:9090", "n:p"},
    };
    for (size_t i = 0; i < HELD(cases); i++) {
        struct run r = {.words = {cases[i].word}};
        r.environment[0] = "RAGTOP_URL";
        r.environment[1] = cases[i].ragtop_url;
        r.environment[2] = "PROMETHEUS_URL";
        r.environment[3] = cases[i].prometheus_url;
        assert_true(load(&r));
        assert_string_equal(r.config.source.url, cases[i].url);
        bool given = cases[i].word || cases[i].ragtop_url || cases[i].prometheus_url;
        assert_int_equal(r.config.source.assumed, !given);
        if (cases[i].user) {
            assert_string_equal(r.config.source.user, cases[i].user);
        } else {
            assert_null(r.config.source.user);
        }
        finish(&r);
    }
}

static void takes_the_nearest_credentials(void **state)
{
    (void)state;
    static const struct {
        const char *words[4], *env_user, *env_token, *user, *token;
    } cases[] = {
        {{NULL}, "e:1", NULL, "e:1", NULL},
        {{NULL}, NULL, "etoken", NULL, "etoken"},
        {{"-u", "o:2"}, "e:1", NULL, "o:2", NULL},
        {{"-u", "o:2"}, NULL, "etoken", "o:2", NULL},
        {{"--bearer-token-file", "otoken"}, "e:1", NULL, NULL, "otoken"},
        {{"u:3@h"}, "e:1", NULL, "u:3", NULL},
        {{"u:3@h", "-u", "o:2"}, "e:1", NULL, "o:2", NULL},
        {{"h:1"}, "e:1", NULL, "e:1", NULL},
    };
    for (size_t i = 0; i < HELD(cases); i++) {
        struct run r = {0};
        memcpy(r.words, cases[i].words, sizeof cases[i].words);
        r.environment[0] = "RAGTOP_USER";
        r.environment[1] = cases[i].env_user;
        r.environment[2] = "RAGTOP_BEARER_TOKEN_FILE";
        r.environment[3] = cases[i].env_token;
        assert_true(load(&r));
        const char *user = r.config.source.user, *token = r.config.source.bearer_token_file;
        assert_string_equal(user ? user : "-", cases[i].user ? cases[i].user : "-");
        assert_string_equal(token ? token : "-", cases[i].token ? cases[i].token : "-");
        finish(&r);
    }
}

static void knows_servers_by_their_address(void **state)
{
    (void)state;
    static const struct {
        const char *words[4], *url, *params, *sigv4;
        int64_t refresh_ms;
    } cases[] = {
        {{"https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1"},
            "https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1", NULL,
            "aws:amz:eu-west-1:aps", 60000},
        {{"https://aps-workspaces.eu-west-1.amazonaws.com", "--aws-sigv4", "us-east-1"},
            "https://aps-workspaces.eu-west-1.amazonaws.com", NULL, "aws:amz:us-east-1:aps", 60000},
        {{"https://thanos-querier.openshift-monitoring.svc:9092", "-n", "my rag"},
            "https://thanos-querier.openshift-monitoring.svc:9092", "namespace=my%20rag", NULL, 0},
        {{"https://thanos-querier.openshift-monitoring.svc:9091", "-n", "rag"},
            "https://thanos-querier.openshift-monitoring.svc:9091", NULL, NULL, 0},
        {{"https://aps-workspaces.us-gov-west-1.api.aws/workspaces/ws-1"},
            "https://aps-workspaces.us-gov-west-1.api.aws/workspaces/ws-1", NULL,
            "aws:amz:us-gov-west-1:aps", 60000},
        // nobody else's are signed, which would send them a session token
        {{"http://aps-workspaces.eu-west-1.amazonaws.com"},
            "http://aps-workspaces.eu-west-1.amazonaws.com", NULL, NULL, 0},
        {{"https://aps-workspaces.eu-west-1.amazonaws.com.evil.example"},
            "https://aps-workspaces.eu-west-1.amazonaws.com.evil.example", NULL, NULL, 0},
        {{"https://aps-workspaces.evil.example"}, "https://aps-workspaces.evil.example", NULL, NULL,
            0},
        {{"https://aps-workspaces.evil.eu-west-1.amazonaws.com"},
            "https://aps-workspaces.evil.eu-west-1.amazonaws.com", NULL, NULL, 0},
        {{"https://aps-workspaces.eu-west-1.evilamazonaws.com"},
            "https://aps-workspaces.eu-west-1.evilamazonaws.com", NULL, NULL, 0},
        {{"https://aps-workspaces..amazonaws.com"}, "https://aps-workspaces..amazonaws.com", NULL,
            NULL, 0},
        {{"https://aps-workspaces.amazonaws.com"}, "https://aps-workspaces.amazonaws.com", NULL,
            NULL, 0},
        {{"https://evil.example/x://aps-workspaces.eu-west-1.amazonaws.com"},
            "https://evil.example/x://aps-workspaces.eu-west-1.amazonaws.com", NULL, NULL, 0},
        {{"https://evil.example/://thanos-querier.x:9092", "-n", "rag"},
            "https://evil.example/://thanos-querier.x:9092", NULL, NULL, 0},
        {{"https://thanos-querier.x/a:9092", "-n", "rag"}, "https://thanos-querier.x/a:9092", NULL,
            NULL, 0},
        {{"h:1/a/?dedup=false&x=y"}, "http://h:1/a", "dedup=false&x=y", NULL, 0},
        {{"h:1?"}, "http://h:1", NULL, NULL, 0},
    };
    for (size_t i = 0; i < HELD(cases); i++) {
        struct run r = {.environment = {"AWS_ACCESS_KEY_ID", "id", "AWS_SECRET_ACCESS_KEY", "key"}};
        memcpy(r.words, cases[i].words, sizeof cases[i].words);
        assert_true(load(&r));
        const struct endpoint *s = &r.config.source;
        assert_string_equal(s->url, cases[i].url);
        assert_string_equal(s->params ? s->params : "-", cases[i].params ? cases[i].params : "-");
        assert_string_equal(s->sigv4 ? s->sigv4 : "-", cases[i].sigv4 ? cases[i].sigv4 : "-");
        assert_string_equal(s->user ? s->user : "-", cases[i].sigv4 ? "id:key" : "-");
        assert_int_equal(r.config.refresh_ms, cases[i].refresh_ms);
        finish(&r);
    }
}

/** In a cluster several services are tried, and none of them is the one that a secret is for. */
static void sends_no_secret_to_services_that_it_finds(void **state)
{
    (void)state;
    static const struct {
        const char *words[4], *name, *value;
    } cases[] = {
        {{"-u", "a:b"}, NULL, NULL},
        {{"--bearer-token-file", "f"}, NULL, NULL},
        {{"-H", "Cookie: a"}, NULL, NULL},
        {{"--cert", "f"}, NULL, NULL},
        {{"--aws-sigv4", "eu-west-1"}, NULL, NULL},
        {{NULL}, "RAGTOP_USER", "a:b"},
        {{NULL}, "RAGTOP_BEARER_TOKEN_FILE", "f"},
    };
    for (size_t i = 0; i < HELD(cases); i++) {
        struct run r = {.environment = {"KUBERNETES_SERVICE_HOST", "10.96.0.1",
                            "RAGTOP_SERVICEACCOUNT", "/nonexistent", "AWS_ACCESS_KEY_ID", "id",
                            "AWS_SECRET_ACCESS_KEY", "key", cases[i].name, cases[i].value}};
        memcpy(r.words, cases[i].words, sizeof cases[i].words);
        assert_false(load(&r));
        assert_string_equal(r.why.text,
            "credentials or headers without a URL would be sent to every service that "
            "is tried in this cluster; give the URL they are for, such as "
            "http://prometheus-k8s.monitoring.svc:9090");
        finish(&r);
        size_t last = cases[i].words[0] ? 2 : 0;
        memcpy(r.words, cases[i].words, sizeof cases[i].words);
        r.words[last] = "http://h";
        assert_true(load(&r));
        assert_string_equal(r.config.source.url, "http://h");
        finish(&r);
    }
    struct run r = {.words = {"--tenant", "t", "--proxy", "http://p:1", "--cacert", "f"},
        .environment = {
            "KUBERNETES_SERVICE_HOST", "10.96.0.1", "RAGTOP_SERVICEACCOUNT", "/nonexistent"}};
    assert_true(load(&r));
    assert_true(r.config.source.candidates_count > 1);
    finish(&r);
}

static const struct endpoint *source_of(const struct run *r, const char *name)
{
    const struct named_source *s = fleet_find(&r->config, name);
    assert_non_null(s);
    return &s->source;
}

static void takes_several_sources(void **state)
{
    (void)state;
    LOAD(r, "report", "--source", "eu=https://eu/prom", "--source", "us-2=us:9090", "-l", "a=\"b\"",
        "--tenant", "t", "-r", "30s");
    assert_int_equal(r.config.sources_count, 2);
    assert_int_equal(config_sources(&r.config), 2);
    assert_null(r.config.source.url);
    struct config us = config_of_source(&r.config, 1);
    assert_string_equal(us.name, "us-2");
    assert_string_equal(us.source.url, "http://us:9090");
    assert_string_equal(us.source.tenant, "t");
    assert_string_equal(us.selector, "a=\"b\"");
    assert_int_equal(us.source.timeout_ms, 5000);
    assert_int_equal(us.refresh_ms, 30000);
    finish(&r);

    LOAD(one, "--source", "eu=https://eu/prom"); // one by its name
    assert_int_equal(config_sources(&one.config), 1);
    assert_string_equal(config_of_source(&one.config, 0).name, "eu");
    finish(&one);

    LOAD(none, "https://eu");
    assert_int_equal(config_sources(&none.config), 1);
    struct config only = config_of_source(&none.config, 0);
    assert_null(only.name);
    assert_string_equal(only.source.url, "https://eu");
    finish(&none);
}

/** What says who asks goes where it was meant to go. */
static void gives_each_source_its_own_credentials(void **state)
{
    (void)state;
    LOAD(typed, "--source", "eu=https://n:p@eu", "--source", "us=https://us", "-u", "a:b", "-H",
        "X-Key: k");
    assert_string_equal(source_of(&typed, "eu")->user, "n:p");
    assert_string_equal(source_of(&typed, "us")->user, "a:b");
    assert_string_equal(source_of(&typed, "us")->headers[0], "X-Key: k");
    finish(&typed);

    struct run r = {.words = {"--source", "eu=https://eu", "--source", "us=https://us"},
        .environment = {"RAGTOP_USER", "a:b", "PROMETHEUS_URL", "http://else"}};
    assert_true(load(&r));
    assert_null(source_of(&r, "eu")->user);
    assert_null(source_of(&r, "us")->user);
    assert_int_equal(r.config.warnings_count, 1);
    assert_non_null(strstr(r.config.warnings[0], "RAGTOP_USER"));
    finish(&r);

    struct run same = {
        .words = {"--source", "eu=https://thanos/eu", "--source", "us=https://thanos/us"},
        .environment = {"RAGTOP_BEARER_TOKEN_FILE", "f"}};
    assert_true(load(&same));
    assert_string_equal(source_of(&same, "eu")->bearer_token_file, "f");
    assert_string_equal(source_of(&same, "us")->bearer_token_file, "f");
    assert_int_equal(same.config.warnings_count, 0);
    finish(&same);
}

static void bounds_the_number_of_sources(void **state)
{
    (void)state;
    for (int most = LIMIT_SOURCES, count = most; count <= most + 1; count++) {
        struct options o = {0};
        struct config c = {0};
        struct str why;
        str_init(&why);
        for (int i = 0; i < count; i++) {
            char text[40];
            snprintf(text, sizeof text, "s%d=http://h:%d", i, i + 1);
            names_push(&o.sources, text);
        }
        assert_int_equal(fleet_choose(&c, &o, &why), count == most);
        assert_string_equal(
            why.text, count == most ? "" : "--source is given too many times; at most 16");
        fleet_finish(&c);
        options_finish(&o);
        str_finish(&why);
    }
}

static void heeds_the_environment(void **state)
{
    (void)state;
    struct run r = {
        .words = {"--screenshot"}, .environment = {"NO_COLOR", "1", "COLUMNS", "90", "LINES", "0"}};
    assert_true(load(&r));
    assert_int_equal(r.config.color, COLOR_NEVER);
    assert_int_equal(r.config.size.columns, 90);
    assert_int_equal(r.config.size.rows, 40);
    finish(&r);

    struct run s = {.words = {"--color", "16"},
        .environment = {"NO_COLOR", "1", "COLUMNS", "many", "LINES", "1001"}};
    assert_true(load(&s));
    assert_int_equal(s.config.color, COLOR_16);
    assert_int_equal(s.config.size.columns, 120);
    assert_int_equal(s.config.size.rows, 40);
    finish(&s);

    struct run t = {.environment = {"NO_COLOR", ""}};
    assert_true(load(&t));
    assert_int_equal(t.config.color, COLOR_AUTO);
    assert_false(t.config.light_background);
    finish(&t);

    static const struct {
        const char *colors;
        bool light;
    } backgrounds[] = {{"0;15", true}, {"0;default;7", true}, {"15;0", false}, {"15", false}};
    for (size_t i = 0; i < sizeof backgrounds / sizeof *backgrounds; i++) {
        struct run b = {.environment = {"COLORFGBG", backgrounds[i].colors}};
        assert_true(load(&b));
        assert_int_equal(b.config.light_background, backgrounds[i].light);
        finish(&b);
    }

    struct run u = {.environment = {"RAGTOP_USER", "secret"}};
    assert_false(load(&u));
    assert_string_equal(u.why.text, "RAGTOP_USER: not in the form name:password");
    finish(&u);

    struct run v = {.environment = {"RAGTOP_URL", "http://u:secret@:1"}};
    assert_false(load(&v));
    assert_string_equal(v.why.text,
        "RAGTOP_URL http://:1: not an address: the host is missing; use http://localhost:9090");
    finish(&v);
}

static void wipes_secrets(void **state)
{
    (void)state;
    LOAD(r, "-uann:one", "--user=ann:two", "-u", "ann:three", "-H", "X: four", "--header=Y: five",
        "--proxy", "http://ann:six@p:1", "https://ann:seven@h:1/x");
    LOAD(several, "--source", "eu=https://ann:one@h:1/x", "--source=us=ann:two@h:1/x");
    for (size_t i = 0; several.argv[i]; i++) {
        assert_null(strstr(several.argv[i], "ann"));
        assert_null(strstr(several.argv[i], "one"));
    }
    finish(&several);
    static const char *const secrets[] = {
        "ann", "one", "two", "three", "four", "five", "six", "seven"};
    for (size_t i = 0; r.argv[i]; i++) {
        for (size_t k = 0; k < HELD(secrets); k++) {
            assert_null(strstr(r.argv[i], secrets[k]));
        }
    }
    assert_string_equal(r.config.source.user, "ann:three");
    assert_string_equal(r.config.source.url, "https://h:1/x");
    assert_string_equal(r.config.source.proxy, "http://ann:six@p:1");
    assert_string_equal(r.config.source.headers[1], "Y: five");
    finish(&r);
}

static void stops_at_help_and_version(void **state)
{
    (void)state;
    LOAD(r, "--help", "--nonsense");
    assert_int_equal(r.command, COMMAND_HELP);
    finish(&r);
    LOAD(s, "-c", "/nonexistent", "-V");
    assert_int_equal(s.command, COMMAND_VERSION);
    finish(&s);
}

static const char *const pages[] = {"first", "second", NULL};

static void helps(void **state)
{
    (void)state;
    struct str help;
    str_init(&help);
    config_add_help(&help, pages);
    for (int i = 0; i < SETTING_COUNT; i++) {
        char name[64];
        snprintf(name, sizeof name, "--%s", settings[i].option);
        assert_true(!settings[i].option || strstr(help.text, name));
        assert_true(!settings[i].option == !settings[i].help);
    }
    size_t width = 0;
    for (const char *p = help.text; *p; p++) {
        width = *p == '\n' ? 0 : width + 1;
        assert_true(width <= 80);
    }
    assert_non_null(strstr(help.text, "begin with first or second\n"));
    assert_null(strchr(help.text, '{'));
    str_finish(&help);
}

/** What stands in another column is said as it is there. */
static void fills_help_from_the_table(void **state)
{
    (void)state;
    static const struct {
        enum setting_id id;
        const char *text, *filled;
    } cases[] = {
        {SETTING_SPAN, "a {default}, {least} to {most}", "a 1h, 5m to 7d"},
        {SETTING_COLOR, "{choices}", "auto, never, 16, 256 or true"},
        {SETTING_USER, "or {env}!", "or RAGTOP_USER!"},
        {SETTING_URL, "{env}", "RAGTOP_URL or PROMETHEUS_URL"},
        {SETTING_SCREENSHOT, "{frame_formats}", "text, ansi or svg"},
        {SETTING_PAGE, "{pages}{pages}", "first or secondfirst or second"},
        {SETTING_PAGE, "", ""},
    };
    struct str s;
    str_init(&s);
    for (size_t i = 0; i < HELD(cases); i++) {
        str_clear(&s);
        setting_fill(&s, &settings[cases[i].id], cases[i].text, pages);
        assert_string_equal(s.text, cases[i].filled);
    }
    for (int i = 0; i < SETTING_COUNT; i++) {
        struct setting changed = settings[i];
        changed.initial = "another";
        bool told = changed.option && settings[i].initial && !changed.type->names;
        str_clear(&s);
        setting_fill(&s, &changed, changed.help ? changed.help : "", pages);
        assert_true(!told || strstr(s.text, "another"));
    }
    str_finish(&s);
}

static void escapes_namespaces(void **state)
{
    (void)state;
    LOAD(r, "-n", "a\"b\\c");
    assert_string_equal(r.config.selector, "namespace=\"a\\\"b\\\\c\"");
    finish(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_is_wrong),
        cmocka_unit_test(has_defaults),
        cmocka_unit_test(sets_what_each_option_says),
        cmocka_unit_test(knows_each_format_and_kind),
        cmocka_unit_test(takes_a_file_of_what_is_usual),
        cmocka_unit_test(knows_where_to_keep_history),
        cmocka_unit_test(knows_where_to_keep_queries),
        cmocka_unit_test(takes_the_nearest_url),
        cmocka_unit_test(takes_the_nearest_credentials),
        cmocka_unit_test(knows_servers_by_their_address),
        cmocka_unit_test(sends_no_secret_to_services_that_it_finds),
        cmocka_unit_test(takes_several_sources),
        cmocka_unit_test(gives_each_source_its_own_credentials),
        cmocka_unit_test(bounds_the_number_of_sources),
        cmocka_unit_test(heeds_the_environment),
        cmocka_unit_test(wipes_secrets),
        cmocka_unit_test(stops_at_help_and_version),
        cmocka_unit_test(helps),
        cmocka_unit_test(fills_help_from_the_table),
        cmocka_unit_test(escapes_namespaces),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return failed || setenv("POSIXLY_CORRECT", "1", 1) != 0
               ? 1
               : cmocka_run_group_tests_name("with POSIXLY_CORRECT", tests, NULL, NULL);
}
