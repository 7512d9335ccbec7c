#include "poll/trust.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void trust_init(struct trusts *t, size_t count)
{
    *t = (struct trusts){.signals = mem_zalloc(count, sizeof *t->signals), .count = count};
}

void trust_finish(struct trusts *t)
{
    free(t->signals);
    *t = (struct trusts){0};
}

void trust_reset(struct trusts *t)
{
    for (size_t i = 0; i < t->count; i++) {
        t->signals[i] = (struct trust_signal){0};
    }
    t->varying = 0;
    t->contradicted = false;
}

enum finding trust_compare(
    const struct matrix *known, const struct matrix *answer, int64_t first, int64_t last)
{
    while (first <= last && !matrix_has_sample(answer, first)) {
        first++;
    }
    if (first > last) {
        return FINDING_NONE;
    }
    if (!matrix_agrees(known, answer, first, last)) {
        return FINDING_DIFFERS;
    }
    return matrix_shape(known, first, last) == MATRIX_VARYING ? FINDING_SAME : FINDING_CONSTANT;
}

void trust_learn(struct trusts *t, int i, enum finding finding)
{
    struct trust_signal *s = &t->signals[i];
    switch (finding) {
    case FINDING_NONE: break;
    case FINDING_CONSTANT: s->constant = true; break;
    case FINDING_SAME:
        t->varying += !s->varying;
        *s = (struct trust_signal){.state = TRUST_PROVED, .varying = true};
        break;
    case FINDING_DIFFERS:
        t->varying -= s->varying;
        *s = (struct trust_signal){.state = TRUST_CONTRADICTED};
        t->contradicted = true;
        break;
    }
}

void trust_own(struct trusts *t, int i)
{
    t->signals[i].state = TRUST_PROVED;
}

enum trust trust_of(const struct trusts *t, int i)
{
    bool by_others = trust_waits(t, i) && t->varying >= TRUST_VARYING_LEAST;
    return by_others ? TRUST_PROVED : t->signals[i].state;
}

bool trust_waits(const struct trusts *t, int i)
{
    const struct trust_signal *s = &t->signals[i];
    return s->state == TRUST_UNPROVED && s->constant && !t->contradicted;
}
