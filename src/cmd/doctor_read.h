/**
 * Reads everything that a doctor looks at. Private to cmd/.
 */
#ifndef RAGTOP_CMD_DOCTOR_READ_H
#define RAGTOP_CMD_DOCTOR_READ_H

#include "doctor/doctor.h"
#include "watch/watch.h"

/** What was read, and what holds it. */
struct doctor_reading {
    struct doctor_input input;
    struct audit_places places;
    struct name_list texts;            /**< of the selectors */
    struct doctor_selector *selectors; /**< owned */
    struct arena arena;
};

/** Asks W, which was judged, for the rest. What fails is noted in OUT, which doctor_read_finish()
 * frees. */
void doctor_read(struct doctor_reading *out, struct watch *w);

/** Frees; a zeroed one is accepted. */
void doctor_read_finish(struct doctor_reading *r);

#endif
