/**
 * The sentence that names what is at fault.
 */
#ifndef RAGTOP_WORDS_INCIDENT_H
#define RAGTOP_WORDS_INCIDENT_H

#include "words/words.h"

/** Appends what the verdict, an incident, blames and why, and what else is wrong. */
void incident_add_summary(struct str *s, const struct words *w);

#endif
