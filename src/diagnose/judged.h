/**
 * The column `judged` of the table of signals, config/signal.def: where in struct stage_diagnosis a
 * signal is judged.
 */
#ifndef RAGTOP_DIAGNOSE_JUDGED_H
#define RAGTOP_DIAGNOSE_JUDGED_H

#include "diagnose/diagnosis.h"

/** The kind of the signal that is judged as SIGNAL, which is neither CLASS_NONE nor CLASS_DECLARED.
 */
enum signal_kind judged_kind(enum signal_class signal);

/** The reading of S by SIGNAL, which is a row of the table as above. */
const struct reading *judged_reading(const struct stage_diagnosis *s, enum signal_class signal);

/** Since when S deviates by SIGNAL; both 0: not known. */
struct onset judged_onset(const struct stage_diagnosis *s, enum signal_class signal);

/** Which of faults that are equally severe goes first: the one with the least rank. */
int judged_rank(enum signal_class signal);

#endif
