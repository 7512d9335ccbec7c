/*
 * How long an answer of several MB takes to be decoded, at once and at longest between two looks at
 * the keys, beside decoding it by way of cJSON's tree. What the numbers are made of is printed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "poll/poller.h"
#include "prom/tree.h"

enum { SIZE = 7 * 1000 * 1000, RUNS = 5, SERIES_POINTS = 241 };

static void add_start(struct str *s, const char *type)
{
    str_setf(s, "{\"status\":\"success\",\"data\":{\"resultType\":\"%s\",\"result\":[", type);
}

static void make_short(struct str *s)
{
    add_start(s, "matrix");
    for (int n = 0; s->len < SIZE; n++) {
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
    for (int n = 0; s->len < SIZE; n++) {
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
    for (int n = 0; s->len < SIZE; n++) {
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
    for (int n = 0; s->len < SIZE; n++) {
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

int main(void)
{
    printf("decode: one answer, the best of %d runs\n", RUNS);
    measure("241 short numbers in each series", make_short);
    measure("241 numbers of 17 digits in each series", make_long);
    measure("one number in each series", make_vector);
    measure("native histograms of 40 buckets", make_native);
    printf(
        "  how: processor time; bodies in memory, decoded in steps of %d KiB as the poller does; "
        "at longest: one\n"
        "       step. By a tree: the whole by cJSON, then read from there (tests/prom/tree.c).\n",
        POLLER_TURN_BYTES / 1024);
    return 0;
}
