/**
 * What is not known of errors; what others say of it is in words.h. Private to words/.
 */
#ifndef RAGTOP_WORDS_BLIND_H
#define RAGTOP_WORDS_BLIND_H

#include "words/words.h"

/** Why the errors of tools are not known, for the row of one; NULL: they are. */
const char *blind_tools(const struct words *w);

#endif
