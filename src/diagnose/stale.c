#include <stdlib.h>
#include <string.h>

#include "diagnose/context.h"

// When the stage last had a sample; 0: it has none that counts as present.
static int64_t last_sample_ms(const struct context *c, int stage)
{
    const struct signal_data *data = &c->store->signals[c->plan->last];
    int64_t slot = matrix_slot(&data->live, data->now_ms);
    for (size_t i = 0; i < data->live.count; i++) {
        const char *its = labels_get(&data->live.series[i].labels, "stage");
        double at = ring_get(&data->live.series[i].ring, slot);
        if (its && strtol(its, NULL, 10) == stage && at > 0 && at < 1e11) {
            return (int64_t)(at * 1000);
        }
    }
    return 0;
}

static void mark(struct reading *r)
{
    if (r->state == STATE_OK || r->state == STATE_TOO_FEW || r->state == STATE_NO_BASELINE) {
        r->state = STATE_STALE;
        r->severity = SEVERITY_UNKNOWN;
    }
}

static int64_t oldest_allowed(const struct context *c)
{
    int64_t most = c->plan->stale_ms, past = c->plan->base_window_ms / 2;
    return c->scope->at_ms > 0 && past > most ? past : most; // the past may be kept more coarsely
}

// Series that have ended have no last sample: the server marks their end when the target is gone.
int64_t stale_late_ms(const struct context *c)
{
    const struct signal_data *data = &c->store->signals[c->plan->last];
    int64_t newest = 0;
    if (data->condition != CONDITION_ANSWERED || data->now_ms <= 0) {
        return 0;
    }
    for (int i = 0; i < (int)c->plan->stages_count; i++) {
        int64_t last = last_sample_ms(c, i);
        newest = last > newest ? last : newest;
    }
    int64_t late = newest > 0 ? data->now_ms - newest : 0;
    return late > oldest_allowed(c) && late <= c->plan->base_window_ms ? late : 0;
}

void stale_mark(struct stage_diagnosis *out, const struct context *c, int stage)
{
    const struct stage *s = &c->plan->stages[stage];
    const struct signal_data *data = &c->store->signals[c->plan->last];
    bool known = data->condition == CONDITION_ANSWERED && data->now_ms > 0 &&
                 (size_t)stage < c->plan->last_stages && s->latency;
    if (!known || s->kind == LATENCY_ABSENT || s->kind == LATENCY_VALUE) {
        return;
    }
    int64_t last = last_sample_ms(c, stage);
    out->sampled_ms = last;
    if (last == 0 || data->now_ms - c->late_ms - last > oldest_allowed(c)) {
        out->last_ms = last ? last : out->last_ms; // what the rate shows is no sample of now
        mark(&out->latency);
        mark(&out->errors);
        mark(&out->traffic);
    }
}
