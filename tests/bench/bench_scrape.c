/*
 * A scraped target with churn: what a scrape of which most series are new costs once there is no
 * more room, beside one of an eighth as many, and what it keeps in memory.
 */
#include <stdio.h>
#include <time.h>

#include "scrape/eval.h"
#include "scrape/scraped.h"

enum { T0 = 1000000, STEP = 5000, SCRAPES = 60, FEW = 375, TIMES = 8, WINDOW_S = 300 };

static double cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/** COUNT series of the pods from FIRST on. */
static void list(struct batch *b, size_t first, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char pod[32];
        struct batch_series *s = batch_add(b);
        snprintf(pod, sizeof pod, "agent-%zu", first + i);
        labels_set(&s->labels, "__name__", "calls_total");
        labels_set(&s->labels, "pod", pod);
        batch_add_sample(s, 0, (double)i);
    }
}

/** Milliseconds for a scrape with FRESH new series, and for a sum over pods after it. */
static void measure(size_t fresh, double *scrape_ms, double *sum_ms, struct scraped *s)
{
    char expr[80];
    struct str why;
    str_init(&why);
    snprintf(expr, sizeof expr, "sum by (pod) (rate(calls_total[%ds]))", WINDOW_S);
    *scrape_ms = *sum_ms = 0;
    for (size_t k = 0; k < SCRAPES; k++) {
        struct batch b = {0}, out = {0};
        int64_t t_ms = T0 + (int64_t)k * STEP;
        list(&b, k * fresh, fresh + fresh / 2); // a third of them for the second time
        double before = cpu_ms();
        scraped_add(s, &b, t_ms);
        double added = cpu_ms();
        eval_instant(s, expr, t_ms, &out, &why, NULL);
        *sum_ms += (cpu_ms() - added) / SCRAPES;
        *scrape_ms += (added - before) / SCRAPES;
        batch_finish(&b);
        batch_finish(&out);
    }
    str_finish(&why);
}

int main(void)
{
    double few_ms, few_sum_ms, many_ms, many_sum_ms;
    struct scraped few = {.keep_ms = 3600 * 1000}, many = {.keep_ms = 3600 * 1000};
    measure(FEW, &few_ms, &few_sum_ms, &few);
    measure((size_t)FEW * TIMES, &many_ms, &many_sum_ms, &many);
    printf("%d new series a scrape: %.2f ms, and a sum by pod %.2f ms\n", FEW, few_ms, few_sum_ms);
    printf("%d: %.2f ms, %.1f times as much, and a sum by pod %.2f ms\n", FEW * TIMES, many_ms,
        many_ms / few_ms, many_sum_ms);
    printf("kept after %d scrapes: %zu series, %zu samples\n", SCRAPES, many.count,
        many.samples_count);
    scraped_finish(&few);
    scraped_finish(&many);
    return 0;
}
