#include "watch/memory.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "poll/poller_state.h"
#include "unit/world.h"

static const char stages[] = "window: 5m\nrefresh: 15s\nspan: 1h\n"
                             "baseline: {kind: day, range: 4d}\n"
                             "stages: [{name: a, latency: a}, {name: b, latency: b}]\n";

enum { SIGNALS = 2, SLOTS = 25 };

/** A poller whose signals are known now, and a directory for the cache. */
struct desk {
    struct world world;
    struct poller poller;
    struct memory memory;
    char home[64];
    int lines; /**< of the log */
    struct str line;
};

static void note(void *context, const char *text)
{
    struct desk *d = context;
    d->lines++;
    str_setf(&d->line, "%s", text);
}

static void begin(struct desk *d)
{
    d->poller = (struct poller){.config = &d->world.config,
        .scope = &d->world.scope,
        .plan = &d->world.plan,
        .store = &d->world.store,
        .phase = PHASE_POLLING,
        .trace = note,
        .trace_context = d};
    poller_start_schedule(&d->poller, WORLD_NOW_MS);
    memory_start(&d->memory, &d->poller, &d->world.config);
}

static void end(struct desk *d)
{
    proof_finish(&d->poller);
    history_stop(&d->poller);
    schedule_finish(&d->poller.schedule);
    memory_finish(&d->memory);
}

/** With the cache in DIRECTORY below the home; an absolute one is taken as it is. */
static void start(struct desk *d, const char *directory)
{
    struct str path;
    *d = (struct desk){.lines = 0};
    str_init(&d->line);
    str_init(&path);
    world_init(&d->world, stages);
    snprintf(d->home, sizeof d->home, "/tmp/ragtop-test-XXXXXX");
    assert_non_null(mkdtemp(d->home));
    if (directory) {
        str_addf(&path, "%s%s%s", *directory == '/' ? "" : d->home, *directory == '/' ? "" : "/",
            directory);
        d->world.config.cache_directory = str_take(&path);
    }
    free(d->world.config.source.url);
    d->world.config.source.url = mem_strdup("http://prometheus:9090");
    for (size_t i = 0; i < d->world.plan.signals_count; i++) {
        d->world.store.signals[i].now_ms = i < SIGNALS ? WORLD_NOW_MS : 0;
    }
    begin(d);
}

static void add_path(const struct desk *d, struct str *out)
{
    str_setf(out, "%s/ragtop/history.db", d->home);
}

static void stop(struct desk *d)
{
    struct str path;
    end(d);
    world_finish(&d->world);
    str_init(&path);
    add_path(d, &path);
    unlink(path.text);
    str_setf(&path, "%s/ragtop", d->home);
    rmdir(path.text);
    assert_int_equal(rmdir(d->home), 0);
    str_finish(&path);
    str_finish(&d->line);
}

static bool is_there(const struct desk *d)
{
    struct str path;
    struct stat st;
    str_init(&path);
    add_path(d, &path);
    bool there = stat(path.text, &st) == 0;
    str_finish(&path);
    return there;
}

static bool wants(struct desk *d)
{
    struct history_want want;
    return poller_next_want(&d->poller, WORLD_NOW_MS, &want);
}

static size_t news(const struct desk *d)
{
    size_t count;
    poller_news(&d->poller, &count);
    return count;
}

/** The poller learned of a signal how it was yesterday. */
static void learn(struct desk *d, int signal)
{
    struct batch b = {0};
    struct batch_series *s = batch_add(&b);
    int64_t first = WORLD_NOW_MS / STORE_HISTORY_STEP_MS - 288;
    for (int64_t slot = first; slot < first + SLOTS; slot++) {
        batch_add_sample(s, slot * STORE_HISTORY_STEP_MS, (double)(slot % 5) + signal);
    }
    history_tell_answer(&d->poller, signal, first, first + SLOTS - 1, &b, 0, WORLD_NOW_MS);
    assert_int_equal(b.count, 0);
    batch_finish(&b);
}

static void nothing_is_opened_before_it_is_wanted(void **state)
{
    (void)state;
    struct desk d;
    start(&d, "ragtop");
    for (int i = 0; i < SIGNALS; i++) { // nothing was answered yet
        d.world.store.signals[i].now_ms = 0;
    }
    assert_false(memory_turn(&d.memory, &d.poller, WORLD_NOW_MS));
    assert_false(is_there(&d));
    d.world.store.signals[0].now_ms = WORLD_NOW_MS;
    assert_true(memory_turn(&d.memory, &d.poller, WORLD_NOW_MS));
    assert_true(is_there(&d));
    assert_false(wants(&d));
    assert_int_equal(d.lines, 0);
    stop(&d);
}

static void what_was_learned_is_known_to_the_next_run(void **state)
{
    (void)state;
    struct desk d;
    start(&d, "ragtop");
    learn(&d, 0);
    assert_true(memory_turn(&d.memory, &d.poller, WORLD_NOW_MS));
    assert_int_equal(news(&d), 0);
    assert_false(memory_turn(&d.memory, &d.poller, WORLD_NOW_MS)); // once
    end(&d);
    begin(&d);
    assert_true(memory_turn(&d.memory, &d.poller, WORLD_NOW_MS));
    assert_true(d.poller.proofs.signals[0].sampled);
    assert_false(d.poller.proofs.signals[1].sampled);
    const struct proof *s = &d.poller.proofs.signals[0];
    assert_true(s->last - s->first < SLOTS && s->last > s->first);
    assert_true(matrix_has_sample(&s->known, s->first));
    assert_int_equal(d.lines, 0);
    stop(&d);
}

// What was told last counts, whatever was to be known meanwhile.
static void news_come_before_what_is_wanted(void **state)
{
    (void)state;
    struct desk d;
    start(&d, "ragtop");
    learn(&d, 0);
    learn(&d, 1);
    memory_turn(&d.memory, &d.poller, WORLD_NOW_MS);
    end(&d);
    begin(&d);
    history_tell_drop(&d.poller, 0);
    assert_true(memory_turn(&d.memory, &d.poller, WORLD_NOW_MS));
    assert_false(d.poller.proofs.signals[0].sampled);
    assert_true(d.poller.proofs.signals[1].sampled);
    end(&d);
    begin(&d);
    history_tell_forget(&d.poller, true); // nothing is proved
    assert_true(memory_turn(&d.memory, &d.poller, WORLD_NOW_MS));
    assert_false(d.poller.proofs.signals[1].sampled);
    stop(&d);
}

static void where_it_cannot_be_used_one_line_says_so(void **state)
{
    (void)state;
    struct desk d;
    start(&d, "/dev/null/ragtop");
    learn(&d, 0);
    for (int i = 0; i < 3; i++) {
        assert_true(memory_turn(&d.memory, &d.poller, WORLD_NOW_MS + i));
        assert_false(wants(&d)); // it is told that nothing is known
        assert_int_equal(news(&d), 0);
        assert_int_equal(d.lines, 1);
        learn(&d, 0);
        proof_start(&d.poller);
    }
    assert_string_equal(d.line.text, "no cache of history in /dev/null/ragtop: not a directory");
    stop(&d);
}

static sqlite3 *lock(const struct desk *d)
{
    struct str path;
    sqlite3 *db;
    str_init(&path);
    add_path(d, &path);
    assert_int_equal(sqlite3_open(path.text, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    str_finish(&path);
    return db;
}

static void what_is_locked_is_tried_again(void **state)
{
    (void)state;
    for (int opened = 0; opened < 2; opened++) { // at its first turn, and later
        struct desk d;
        start(&d, "ragtop");
        learn(&d, 0);
        memory_turn(&d.memory, &d.poller, WORLD_NOW_MS);
        if (!opened) {
            end(&d);
            begin(&d);
        }
        proof_start(&d.poller);
        sqlite3 *db = lock(&d);
        learn(&d, 1);
        for (int ms = 0; ms < MEMORY_LOCKED_MS; ms += 50) {
            assert_false(memory_turn(&d.memory, &d.poller, WORLD_NOW_MS + ms));
            assert_true(wants(&d) && news(&d) == 1);
            assert_true(memory_due_ms(&d.memory, 1000) < 50);
        }
        // a clock that is set back begins anew, and does not wait until it is there again
        assert_false(memory_turn(&d.memory, &d.poller, WORLD_NOW_MS - 3600 * 1000));
        sqlite3_close(db);
        assert_true(memory_turn(&d.memory, &d.poller, WORLD_NOW_MS - 3600 * 1000 + 50));
        assert_false(wants(&d) || news(&d) > 0);
        assert_true(d.poller.proofs.signals[0].sampled && d.poller.proofs.signals[1].sampled);
        assert_int_equal(memory_due_ms(&d.memory, 1000), 1000);
        assert_int_equal(d.lines, 0);
        stop(&d);
    }
}

static void what_stays_locked_is_given_up(void **state)
{
    (void)state;
    struct desk d;
    start(&d, "ragtop");
    memory_turn(&d.memory, &d.poller, WORLD_NOW_MS);
    proof_start(&d.poller);
    sqlite3 *db = lock(&d);
    learn(&d, 0);
    assert_false(memory_turn(&d.memory, &d.poller, WORLD_NOW_MS));
    assert_true(memory_turn(&d.memory, &d.poller, WORLD_NOW_MS + MEMORY_LOCKED_MS));
    assert_false(wants(&d) || news(&d) > 0);
    assert_int_equal(memory_due_ms(&d.memory, 1000), 1000);
    sqlite3_close(db);
    learn(&d, 0);
    proof_start(&d.poller);
    // what could not be dropped there is not to be believed later: it stays given up
    assert_true(memory_turn(&d.memory, &d.poller, WORLD_NOW_MS + 1000));
    assert_false(d.poller.proofs.signals[0].sampled);
    assert_int_equal(d.lines, 1);
    assert_non_null(strstr(d.line.text, "another program has history.db locked"));
    stop(&d);
}

static void without_a_directory_nothing_is_kept(void **state)
{
    (void)state;
    struct desk d;
    start(&d, NULL);
    assert_false(wants(&d));
    assert_false(memory_turn(&d.memory, &d.poller, WORLD_NOW_MS));
    assert_false(d.poller.history.used);
    assert_int_equal(d.lines, 0);
    stop(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_opened_before_it_is_wanted),
        cmocka_unit_test(what_was_learned_is_known_to_the_next_run),
        cmocka_unit_test(news_come_before_what_is_wanted),
        cmocka_unit_test(where_it_cannot_be_used_one_line_says_so),
        cmocka_unit_test(what_is_locked_is_tried_again),
        cmocka_unit_test(what_stays_locked_is_given_up),
        cmocka_unit_test(without_a_directory_nothing_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
