/** The steps of a lookup: what follows from the answer of each. Private to poll/. */
#ifndef RAGTOP_POLL_LOOKUP_STEP_H
#define RAGTOP_POLL_LOOKUP_STEP_H

#include <stdbool.h>
#include <stdint.h>

#include "poll/lookup.h"
#include "prom/decode.h"

/** There was nothing of L when it was asked for first, and now there is: asks for names again. */
void lookup_check_names(struct poller *p, struct lookup *l);

/** TYPE is what the metadata has for L, "" for nothing: moves it to its next step. */
void lookup_take_type(struct poller *p, struct lookup *l, const char *type);

/** AT_MS is when L, which is gone, had its last sample, about; 0: nobody knows. */
void lookup_take_ended(struct poller *p, struct lookup *l, int64_t at_ms);

/** NAMES, which are changed, answer any other step of L: says what follows, moves it to its next.
 */
void lookup_take_names(struct poller *p, struct lookup *l, struct prom_names *names);

#endif
