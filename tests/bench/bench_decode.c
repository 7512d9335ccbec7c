/*
 * How long an answer of several MB takes to be decoded, at once and at longest between two looks at
 * the keys, beside decoding it by way of cJSON's tree; and how many MB per second that is, beside
 * jq and beside adding up its bytes. What the numbers are made of is printed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "poll/poller.h"
#include "prom/tree.h"

enum { SIZE = 7 * 1000 * 1000, RUNS = 5, SERIES_POINTS = 241 };

static size_t target = SIZE; // bytes of the next body

static void add_start(struct str *s, const char *type)
{
    str_setf(s, "{\"status\":\"success\",\"data\":{\"resultType\":\"%s\",\"result\":[", type);
}

static void make_short(struct str *s)
{
    add_start(s, "matrix");
    for (int n = 0; s->len < target; n++) {
        str_addf(s, "%s{\"metric\":{\"n\":\"%d\"},\"values\":[", n ? "," : "", n);
        for (int i = 0; i < SERIES_POINTS; i++) {
            str_addf(s, "%s[%d.000,\"0.0%09d\"]", i ? "," : "", 1770195600 + 15 * i, i);
        }
        str_add(s, "]}");
    }
    str_add(s, "]}}");
}

static void make_long(struct str *s)
{
    add_start(s, "matrix");
    for (int n = 0; s->len < target; n++) {
        str_addf(s, "%s{\"metric\":{\"le\":\"%d.5\",\"pod\":\"agent-%d\"},\"values\":[",
            n ? "," : "", n % 20, n / 20);
        for (int i = 0; i < SERIES_POINTS; i++) {
            str_addf(s, "%s[%d.123,\"%.17g\"]", i ? "," : "", 1770195600 + 15 * i,
                (double)(n * 31 + i + 1) / 7);
        }
        str_add(s, "]}");
    }
    str_add(s, "]}}");
}

static void make_vector(struct str *s)
{
    add_start(s, "vector");
    for (int n = 0; s->len < target; n++) {
        str_addf(s,
            "%s{\"metric\":{\"__name__\":\"x_bucket\",\"pod\":\"agent-%d\",\"le\":\"0.5\"},"
            "\"value\":[1770195600.123,\"%d\"]}",
            n ? "," : "", n, n);
    }
    str_add(s, "]}}");
}

static void make_native(struct str *s)
{
    add_start(s, "matrix");
    for (int n = 0; s->len < target; n++) {
        str_addf(s, "%s{\"metric\":{\"n\":\"%d\"},\"histograms\":[", n ? "," : "", n);
        for (int i = 0; i < SERIES_POINTS; i++) {
            str_addf(s, "%s[%d,{\"count\":\"160\",\"sum\":\"70.25\",\"buckets\":[", i ? "," : "",
                1770195600 + 15 * i);
            for (int k = 0; k < 40; k++) {
                str_addf(
                    s, "%s[0,\"%.15g\",\"%.15g\",\"4\"]", k ? "," : "", 0.01 * k, 0.01 * k + 0.01);
            }
            str_add(s, "]}]");
        }
        str_add(s, "]}");
    }
    str_add(s, "]}}");
}

static double wall_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/** Processor time of children that ended, ms. */
static double children_ms(void)
{
    struct rusage r;
    getrusage(RUSAGE_CHILDREN, &r);
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1e3 +
           (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e3;
}

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); // others on the machine do not count
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void measure(const char *name, void (*make)(struct str *))
{
    struct str body, why;
    str_init(&body);
    str_init(&why);
    make(&body);
    double whole = 1e9, longest = 1e9, tree = 1e9;
    for (int i = 0; i < RUNS; i++) { // the best of each: what else runs on the machine is no matter
        struct batch b = {0};
        double begun = now_ms(), last = begun, slice = 0;
        struct samples *s = prom_samples_begin(200, body.text, body.len);
        for (bool done = false; !done;) {
            done = prom_samples_step(s, POLLER_TURN_BYTES);
            double now = now_ms();
            slice = now - last > slice ? now - last : slice;
            last = now;
        }
        prom_samples_end(s, &b, &why);
        whole = last - begun < whole ? last - begun : whole;
        longest = slice < longest ? slice : longest;
        batch_finish(&b);
        begun = now_ms();
        tree_samples(200, body.text, body.len, &b);
        double took = now_ms() - begun;
        tree = took < tree ? took : tree;
        batch_finish(&b);
    }
    printf("  %-44s %5.1f MB   %6.1f ms   at longest %5.2f ms   by a tree %6.1f ms: %.1f times\n",
        name, (double)body.len / 1e6, whole, longest, tree, tree / whole);
    str_finish(&body);
    str_finish(&why);
}

/** What jq takes to find the newest value of every series, ms of processor time; 0: no jq. */
static double by_jq(const struct str *body)
{
    char path[] = "/tmp/ragtop-bench-XXXXXX";
    int fd = mkstemp(path);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "wb");
    if (!f || fwrite(body->text, 1, body->len, f) != body->len || fclose(f) != 0) {
        unlink(path);
        return 0;
    }
    fflush(stdout); // else the child has it too
    double before = children_ms(), took = 0;
    pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr)) {
            _exit(127);
        }
        execlp("jq", "jq", ".data.result[].values[-1][1]", path, (char *)NULL);
        _exit(127);
    }
    int status;
    if (waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        took = children_ms() - before;
    }
    unlink(path);
    return took;
}

static double by_scan(const struct str *body, uint64_t *sum)
{
    double begun = now_ms();
    for (size_t i = 0; i < body->len; i++) {
        *sum += (unsigned char)body->text[i];
    }
    return now_ms() - begun;
}

static void print_rate(const char *name, size_t bytes, double ms)
{
    if (ms > 0) {
        printf(" %s %7.1f MB/s ", name, (double)bytes / 1e3 / ms);
    } else {
        printf(" %s not installed ", name);
    }
}

/** A matrix of MEGABYTES, in steps as the poller takes it. */
static void compare(int megabytes)
{
    struct str body, why;
    struct batch b = {0};
    uint64_t sum = 0;
    str_init(&body);
    str_init(&why);
    target = (size_t)megabytes * 1000 * 1000;
    make_long(&body);
    double begun = now_ms(), last = wall_ms(), longest = 0;
    struct samples *s = prom_samples_begin(200, body.text, body.len);
    for (bool done = false; !done;) {
        done = prom_samples_step(s, POLLER_TURN_BYTES);
        double now = wall_ms();
        longest = now - last > longest ? now - last : longest;
        last = now;
    }
    prom_samples_end(s, &b, &why);
    double own = now_ms() - begun, scan = by_scan(&body, &sum), jq = by_jq(&body);
    printf("  matrix of %2d MB, %5zu series:", megabytes, b.count);
    print_rate("ragtop", body.len, own);
    print_rate("jq", body.len, jq);
    print_rate("bytes", body.len, scan);
    printf("\n    = %.0f times what adding up the bytes takes%s", own / scan, jq > 0 ? "" : "\n");
    if (jq > 0) {
        printf(", and %.1f times as fast as jq\n", jq / own);
    }
    printf("    = a key waits %.1f ms at longest meanwhile, of %.0f ms (sum %" PRIu64 ")\n",
        longest, own, sum % 10);
    batch_finish(&b);
    str_finish(&body);
    str_finish(&why);
}

int main(void)
{
    printf("decode: one answer, the best of %d runs\n", RUNS);
    measure("241 short numbers in each series", make_short);
    measure("241 numbers of 17 digits in each series", make_long);
    measure("one number in each series", make_vector);
    measure("native histograms of 40 buckets", make_native);
    compare(7);
    compare(70);
    printf(
        "  how: processor time; bodies in memory, decoded in steps of %d KiB as the poller does; "
        "at longest: one\n"
        "       step. By a tree: the whole by cJSON, then read from there (tests/prom/tree.c). jq "
        "prints\n"
        "       the newest value of each series of a file; bytes: all of them added up. A key "
        "waits:\n"
        "       the longest step by the clock, others on the machine included. The program itself\n"
        "       reads no answer of more than 16 MiB.\n",
        POLLER_TURN_BYTES / 1024);
    return 0;
}
