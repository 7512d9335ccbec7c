/**
 * What one answer of the server says: series of samples. The contract between those who decode
 * answers and those who keep them.
 */
#ifndef RAGTOP_SERIES_BATCH_H
#define RAGTOP_SERIES_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "series/labels.h"

struct sample {
    int64_t t_ms;
    double value; /**< NaN and infinities as the server sent them */
};

struct batch_series {
    struct labels labels;
    struct sample *samples; /**< by time; owned */
    size_t count, cap;
};

struct batch {
    struct batch_series *series; /**< owned */
    size_t count, cap;
    char **notes; /**< what the server wants known (warnings and infos), clean text; owned */
    size_t notes_count, notes_cap;
    char *text;      /**< what the answer is in place of series, clean; owned; NULL: it has those */
    size_t left_out; /**< series for which there was no room */
    bool partial;    /**< the server warned, or said that a part of its storage is away */
    int64_t read;    /**< samples that the server read for it; 0: not reported */
};

/** Adds an empty series and returns it; valid until the next call. Its labels are to be filled. */
struct batch_series *batch_add(struct batch *b);

/** Adds a sample to a series of a batch. */
void batch_add_sample(struct batch_series *s, int64_t t_ms, double value);

/** Adds a note, copied. */
void batch_add_note(struct batch *b, const char *text);

/** Adds to B the labels of each series of OTHER, without samples. */
void batch_add_labels(struct batch *b, const struct batch *other);

/** Frees and empties; a zeroed batch is accepted. */
void batch_finish(struct batch *b);

#endif
