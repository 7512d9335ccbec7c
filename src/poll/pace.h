/**
 * How fast a source that asks to be spared is asked: its questions keep a distance, which doubles
 * whenever it asks again, and halves when it has not for a while. Private to poll/.
 */
#ifndef RAGTOP_POLL_PACE_H
#define RAGTOP_POLL_PACE_H

#include <stdbool.h>
#include <stdint.h>

/** Zeroed: as fast as it goes. */
struct pace {
    int64_t gap_ms;  /**< between two questions; 0: none */
    int64_t next_ms; /**< when the next one may be sent */
    int64_t told_ms; /**< when the source last asked for it */
};

/** The source asked to be spared, and not to be asked again for ASKED_MS. */
void pace_slow(struct pace *p, int64_t asked_ms, int64_t now_ms);

/** Whether a question may be sent now. */
bool pace_allows(const struct pace *p, int64_t now_ms);

/** A question was sent. */
void pace_sent(struct pace *p, int64_t now_ms);

#endif
