/*
 * Every allocation fails in turn, while answers are decoded and configurations read: the program
 * ends with the sentence of base/mem.h, or the one who asked says why it cannot be had. Nothing
 * crashes, and who goes on has left nothing behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/config.h"
#include "export/report.h"
#include "mem/config_work.h"
#include "mem/scarce.h"
#include "prom/decode.h"
#include "scrape/exposition.h"
#include "unit/world.h"

enum { SAID_MAX = 500, DIED = 70 };

/** Does the work; false when it was refused, with the reason in *WHY. */
typedef bool work_fn(struct str *why);

static bool decode(const char *body, struct str *why)
{
    struct batch b = {0};
    bool good = prom_decode_samples(200, body, strlen(body), &b, why) == PROM_OK;
    batch_finish(&b);
    return good;
}

static bool decodes_matrix(struct str *why)
{
    return decode(
        "{\"status\":\"success\",\"warnings\":[\"partial \\u00e9\"],\"data\":{"
        "\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"le\":\"0.5\",\"pod\":\"a\"},"
        "\"values\":[[1,\"1\"],[2,\"2\"],[3,\"NaN\"],[4,\"4\"],[5,\"5\"],[6,\"6\"],"
        "[7,\"7\"],[8,\"8\"],[9,\"9\"]]},{\"metric\":{\"le\":\"+Inf\"},\"values\":["
        "[1,\"2\"]]}]}}",
        why);
}

static bool decodes_histograms(struct str *why)
{
    return decode("{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{"
                  "\"metric\":{},\"histogram\":[1,{\"count\":\"6\",\"sum\":\"3\",\"buckets\":["
                  "[0,\"0.1\",\"0.2\",\"4\"],[0,\"0.2\",\"0.4\",\"2\"]]}]}]}}",
        why);
}

static bool decodes_refusal(struct str *why)
{
    struct batch b = {0};
    const char *body =
        "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error\"}";
    bool refused = prom_decode_samples(400, body, strlen(body), &b, why) == PROM_REFUSED;
    batch_finish(&b);
    return refused;
}

static bool decodes_names(struct str *why)
{
    struct prom_names names = {0};
    const char *body =
        "{\"status\":\"success\",\"data\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\","
        "\"h\",\"i\"]}";
    bool good = prom_decode_names(200, body, strlen(body), &names, why) == PROM_OK;
    prom_names_finish(&names);
    return good;
}

static bool decodes_exposition(struct str *why)
{
    struct exposition e = {0};
    const char *body =
        "# TYPE a_seconds histogram\n# HELP a_seconds How long\n"
        "a_seconds_bucket{le=\"0.1\",x=\"\\\"\"} 1\na_seconds_bucket{le=\"+Inf\"} 2\n"
        "a_seconds_sum 0.3\na_seconds_count 2\nup 1\n";
    bool good = exposition_decode(&e, body, strlen(body), why);
    exposition_finish(&e);
    return good;
}

static const char *no_env(const char *name)
{
    (void)name;
    return NULL;
}

static bool reads_options(struct str *why)
{
    char program[] = "ragtop", report[] = "report", user[] = "-u", secret[] = "a:b",
         profile[] = "-p", kotaemon[] = "kotaemon", url[] = "http://localhost:9090";
    char *argv[] = {program, report, user, secret, profile, kotaemon, url, NULL};
    struct config c = {0};
    enum command command;
    const struct config_input input = {.argc = 7, .argv = argv, .env = no_env, .now_ms = 1};
    bool good = config_load(&c, &command, &input, why);
    config_finish(&c);
    return good;
}

static struct world world; // made before memory ends

static bool writes_json(struct str *why)
{
    (void)why;
    const struct view_source source = {.words = world_words(&world)};
    const struct report report = {.sources = &source, .count = 1};
    struct str s;
    str_init(&s);
    report_add_json(&s, &report);
    bool whole = s.len > 2 && s.text[s.len - 2] == '}' && strstr(s.text, "\"warnings\"");
    str_finish(&s);
    return whole;
}

/** What became of a child. */
struct end {
    long count;
    int status;
    char said[SAID_MAX];
};

/** Runs WORK in a child whose allocation number WHICH fails. */
static struct end run(work_fn *work, long which)
{
    int said[2], counted[2];
    struct end e = {0};
    assert_int_equal(pipe(said), 0);
    assert_int_equal(pipe(counted), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(said[1], STDERR_FILENO);
        struct str why;
        str_init(&why);
        scarce_begin(which);
        bool good = work(&why);
        bool told = good || why.len > 0;
        str_finish(&why);
        long all[] = {scarce_count(), scarce_left()};
        (void)!write(counted[1], all, sizeof all[0]);
        _exit(all[1] > 0 ? 3 : !told ? 4 : good ? 0 : 1);
    }
    close(said[1]);
    close(counted[1]);
    ssize_t len = 0, n;
    while ((n = read(said[0], e.said + len, sizeof e.said - 1 - (size_t)len)) > 0) {
        len += n;
    }
    (void)!read(counted[0], &e.count, sizeof e.count);
    close(said[0]);
    close(counted[0]);
    assert_int_equal(waitpid(child, &e.status, 0), child);
    return e;
}

static void check_end(const char *name, long which, const struct end *e)
{
    bool died = WIFEXITED(e->status) && WEXITSTATUS(e->status) == DIED;
    bool went_on = WIFEXITED(e->status) && WEXITSTATUS(e->status) <= 1;
    if ((died && strcmp(e->said, "ragtop: out of memory\n") == 0) || (went_on && !*e->said)) {
        return;
    }
    const char *what = !WIFEXITED(e->status)         ? "it crashed"
                       : WEXITSTATUS(e->status) == 3 ? "memory is left"
                       : WEXITSTATUS(e->status) == 4 ? "it says nothing"
                                                     : "it ended in another way";
    fail_msg("%s, allocation %ld: %s: %s", name, which, what, e->said);
}

static void every_allocation_fails_in_turn(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        work_fn *work;
    } works[] = {
        {"matrix", decodes_matrix},
        {"histograms", decodes_histograms},
        {"refusal", decodes_refusal},
        {"names", decodes_names},
        {"exposition", decodes_exposition},
        {"config", config_work},
        {"options", reads_options},
        {"json", writes_json},
    };
    for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
        struct end whole = run(works[i].work, 0);
        assert_true(WIFEXITED(whole.status));
        if (WEXITSTATUS(whole.status) != 0) {
            fail_msg("%s does not work: %d %s", works[i].name, whole.status, whole.said);
        }
        long died = 0;
        for (long which = 1; which <= whole.count; which++) {
            struct end e = run(works[i].work, which);
            check_end(works[i].name, which, &e);
            died += WEXITSTATUS(e.status) == DIED;
        }
        print_message(
            "%s: %ld allocations, %ld of them end the program\n", works[i].name, whole.count, died);
    }
}

static int start(void **state)
{
    (void)state;
    world_init(&world, world_article);
    world_calm(&world);
    world_judge(&world);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    world_finish(&world);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation_fails_in_turn)};
    return cmocka_run_group_tests(tests, start, finish);
}
