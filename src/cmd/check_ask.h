/**
 * Asking for numbers about many names in a few queries. Private to cmd/.
 */
#ifndef RAGTOP_CMD_CHECK_ASK_H
#define RAGTOP_CMD_CHECK_ASK_H

#include <stddef.h>

#include "base/str.h"
#include "watch/watch.h"

/** One number to be asked for; its expression has one value or none. */
struct check_number {
    char *expr;    /**< owned by who asks */
    double *value; /**< where it goes; it stays as it is where there is none */
};

/**
 * Asks W for all COUNT NUMBERS, as many at a time as servers read. What fails is said in *TROUBLE,
 * and those numbers stay as they are.
 */
void check_ask(
    struct watch *w, const struct check_number *numbers, size_t count, struct str *trouble);

/** The names of metrics that W has; NULL: it does not tell. Valid until more is asked. */
const struct vocabulary *check_ask_names(struct watch *w);

#endif
