#include <stdlib.h>
#include <string.h>

#include "diagnose/context.h"

// What tells when STAGE last had a sample; NULL: nothing does, or it is not answered.
static const struct signal_data *last_of(const struct context *c, int stage)
{
    int signal = c->plan->stages[stage].last_signal;
    const struct signal_data *data = signal >= 0 ? &c->store->signals[signal] : NULL;
    return data && data->condition == CONDITION_ANSWERED && data->now_ms > 0 ? data : NULL;
}

// When the stage last had a sample at SLOT; 0: it has none that counts as present then.
static int64_t last_at(const struct signal_data *data, int stage, int64_t slot)
{
    for (size_t i = 0; i < data->live.count; i++) {
        const char *its = labels_get(&data->live.series[i].labels, "stage");
        double at = ring_get(&data->live.series[i].ring, slot);
        if (its && strtol(its, NULL, 10) == stage && at > 0 && at < 1e11) {
            return (int64_t)(at * 1000);
        }
    }
    return 0;
}

static int64_t last_sample_ms(const struct signal_data *data, int stage)
{
    return last_at(data, stage, matrix_slot(&data->live, data->now_ms));
}

int64_t stale_end_ms(const struct context *c, int stage)
{
    const struct signal_data *data = last_of(c, stage);
    if (!data) {
        return 0;
    }
    const struct matrix *live = &data->live;
    int64_t last_ms = 0, slot = matrix_slot(live, data->now_ms);
    while (last_ms == 0 && slot >= live->asked_first) {
        last_ms = last_at(data, stage, slot--);
    }
    return last_ms > 0 && last_ms <= data->now_ms ? last_ms : 0;
}

static void mark(struct reading *r)
{
    if (r->state == STATE_OK || r->state == STATE_TOO_FEW || r->state == STATE_NO_BASELINE) {
        r->state = STATE_STALE;
        r->severity = SEVERITY_UNKNOWN;
    }
}

// MOST is that of the present: the past may be kept more coarsely.
static int64_t allowed(const struct context *c, int64_t most)
{
    int64_t past = c->plan->base_window_ms / 2;
    return c->scope->at_ms > 0 && past > most ? past : most;
}

static int64_t oldest_allowed(const struct context *c)
{
    return allowed(c, c->plan->stale_ms);
}

// Soon after the newest sample a rate counts too little: what is late is so before it is stale.
// Series that have ended have no last sample: the server marks their end when the target is gone.
int64_t stale_late_ms(const struct context *c)
{
    int64_t newest = 0, now_ms = 0;
    for (int i = 0; i < (int)c->plan->stages_count; i++) {
        const struct signal_data *data = last_of(c, i);
        if (!data && c->plan->stages[i].last_signal >= 0) {
            return 0; // what is not answered may be of now
        }
        int64_t last = data ? last_sample_ms(data, i) : 0;
        newest = last > newest ? last : newest;
        now_ms = data ? data->now_ms : now_ms;
    }
    int64_t late = newest > 0 ? now_ms - newest : 0;
    return late > allowed(c, c->plan->late_ms) && late <= c->plan->base_window_ms ? late : 0;
}

bool stale_is_fresh(const struct context *c, int stage)
{
    const struct signal_data *data = last_of(c, stage);
    int64_t last = data ? last_sample_ms(data, stage) : 0;
    return last > 0 && data->now_ms - c->late_ms - last <= oldest_allowed(c);
}

void stale_mark(struct stage_diagnosis *out, const struct context *c, int stage)
{
    const struct stage *s = &c->plan->stages[stage];
    const struct signal_data *data = last_of(c, stage);
    if (!data || s->kind == LATENCY_ABSENT) {
        return;
    }
    int64_t last = last_sample_ms(data, stage);
    out->sampled_ms = last;
    if (last == 0 || data->now_ms - c->late_ms - last > oldest_allowed(c)) {
        int64_t end_ms = last ? last : stale_end_ms(c, stage);
        out->last_ms = end_ms ? end_ms : out->last_ms; // what the rate shows is no sample of now
        out->last_about = out->last_about && !end_ms;
        mark(&out->latency);
        mark(&out->errors);
        mark(&out->traffic);
    }
}
