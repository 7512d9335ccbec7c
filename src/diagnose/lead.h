/**
 * The leading signal of a stage that nothing times: the number that stands for it in a row or a
 * chart, such as how full its fullest pool is.
 */
#ifndef RAGTOP_DIAGNOSE_LEAD_H
#define RAGTOP_DIAGNOSE_LEAD_H

#include <stdint.h>

#include "diagnose/diagnosis.h"
#include "series/matrix.h"

/**
 * The signal that leads S, which D is the diagnosis of: the worst, then a pool, then what can be
 * bad, then its requests; an index of the plan. -1: S has a latency.
 */
int lead_signal(const struct plan *plan, const struct stage *s, const struct stage_diagnosis *d);

/** How SIGNAL, of the above, is; of -1 the latency of D. */
const struct reading *lead_reading(const struct stage_diagnosis *d, int signal);

/** Its unit. */
enum signal_unit lead_unit(const struct plan *plan, int signal);

/** What SIGNAL was at SLOT of M, its samples; NaN: not known. */
double lead_value(const struct plan *plan, int signal, const struct matrix *m, int64_t slot);

#endif
