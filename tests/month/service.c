#include "month/service.h"

#include <math.h>

const struct bounds layouts[LAYOUTS] = {
    {{.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10}, 14},
    {{.05, .1, .15, .2, .3, .4, .5, .6, .75, 1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10, 15, 30}, 21},
    {{.02, .04, .08, .16, .32, .64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96}, 12},
    {{.1, .25, .5, 1, 2, 3, 5, 10, 20, 30}, 10},
};

void service_draw(struct service *s, struct chance *c)
{
    *s = (struct service){.query = chance_scale(c, 0.05, 0.8),
        .query_sigma = chance_uniform(c, 0.15, 0.45),
        .own_sigma = 0.25,
        .generation = chance_scale(c, 0.3, 2.5),
        .generation_sigma = chance_uniform(c, 0.15, 0.5),
        .searches = chance_is(c, 0.2) ? 2 : 1,
        .tail_share = chance_uniform(c, 0, 0.02),
        .tail_factor = chance_uniform(c, 2, 4),
        .burst = 1,
        .pool = 100};
    s->own = s->query * chance_uniform(c, 0.2, 0.7);
    s->errors[0] = chance_uniform(c, 0, 0.004);
    s->errors[1] = chance_uniform(c, 0, 0.005);
    s->errors[2] = chance_uniform(c, 0, 0.01);
    for (int i = 0; i < SERVICE_TOOLS; i++) {
        s->tools[i] = chance_scale(c, 0.004, 0.15);
    }
}

static void observe(struct counts *counts, int stage, const struct bounds *layout, double seconds)
{
    int i = 0;
    while (i < layout->count && seconds > layout->le[i]) {
        i++;
    }
    if (i < layout->count) {
        counts->buckets[stage][i]++;
    }
    counts->seconds[stage] += seconds;
    counts->requests[stage]++;
}

static double tail(const struct service *s, struct chance *c, double seconds)
{
    return chance_is(c, s->tail_share) ? seconds * s->tail_factor : seconds;
}

static void ask(const struct service *s, struct chance *c, double query, double generation,
    const struct bounds *layout, struct counts *counts)
{
    double retrieval = s->own * chance_factor(c, s->own_sigma);
    for (int i = 0; i < s->searches; i++) {
        double seconds = tail(s, c, query * s->query * chance_factor(c, s->query_sigma));
        observe(counts, 1, layout, seconds);
        retrieval += seconds;
    }
    observe(counts, 0, layout, retrieval);
    if (chance_is(c, s->errors[0])) {
        counts->errors[0]++;
        return;
    }
    double seconds = generation * s->generation * chance_factor(c, s->generation_sigma);
    observe(counts, 2, layout, tail(s, c, seconds));
    counts->errors[1] += chance_is(c, s->errors[1]);
}

void service_run(const struct service *s, struct chance *c, int questions, double query,
    double generation, const struct bounds *layout, struct counts *counts)
{
    for (int i = 0; i < questions; i++) {
        ask(s, c, query, generation, layout, counts);
    }
    for (int i = 0; i < SERVICE_TOOLS; i++) {
        int calls = s->burst * chance_count(c, questions * s->tools[i] / s->burst);
        int failed = chance_count(c, calls * s->errors[2]);
        counts->tools[i] += calls;
        counts->errors[2] += failed < calls ? failed : calls;
    }
    double busy = questions / 15.0 * s->searches * s->query * query;
    counts->used = fmin(s->pool, counts->used + chance_count(c, busy));
}
