/**
 * PromQL's selectors, `name{a="b",c=~"d.*"}`, as they choose among series.
 */
#ifndef RAGTOP_PROMQL_SELECT_H
#define RAGTOP_PROMQL_SELECT_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

#include "series/labels.h"

enum { SELECT_MATCHERS_MAX = 32 };

struct matcher {
    char *name, *value;
    bool regex, negative;
    regex_t compiled; /**< of a regex */
};

struct selector {
    struct matcher matchers[SELECT_MATCHERS_MAX];
    size_t count;
    bool no_regex; /**< why it was not read: a regular expression in it was not understood */
};

/**
 * Reads the selector at *AT and moves past it; the caller finishes it. False when there is none, or
 * a regular expression in it is not understood; *S needs no finish then. Of RE2 as much is known
 * as POSIX' extended expressions have, with six repetitions at most, and `(?i)` at the beginning.
 */
bool select_parse(struct selector *s, const char **at);

/** The same of METRIC, which is one as promql/name.h has it. */
bool select_parse_metric(struct selector *s, const char *metric);

void select_finish(struct selector *s);

/** The one name that those chosen have; NULL: it may be several. Valid as long as S. */
const char *select_name(const struct selector *s);

/** Whether M takes VALUE; "" is that of a label that is not there. */
bool select_matches(const struct matcher *m, const char *value);

/** Whether LABELS are among those chosen. */
bool select_has(const struct selector *s, const struct labels *labels);

/** The text of the quoted string at *AT, moving past it; NULL when there is none. To be freed. */
char *select_take_text(const char **at);

#endif
