/**
 * Names of metrics against what a server has: which of several there is, and where. What the server
 * has are rows, label sets with __name__, job, namespace and the labels that were asked for.
 */
#ifndef RAGTOP_CATALOGUE_PICK_H
#define RAGTOP_CATALOGUE_PICK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/names.h"
#include "base/str.h"
#include "config/config.h"
#include "promql/select.h"
#include "series/batch.h"

/** What stands before the name of a label of the application that the target has too. */
extern const char pick_exported[];

/** Which of the names that OpenTelemetry's may have with dots are asked for, see dotted.h. */
enum pick_names {
    PICK_CLASSIC,
    PICK_METRICS,    /**< those of metrics, too, which every server takes */
    PICK_EVERYTHING, /**< those of labels as well: for servers that take labels with dots */
};

/** A question for rows. */
struct pick_query {
    struct name_list names, labels;
    const char *workload; /**< see pick_query_add_workload(); NULL: not asked for */
    enum pick_names dots;
};

void pick_query_init(struct pick_query *q, enum pick_names dots);

/** Asks for the name of METRIC with SUFFIX, by the labels of its matchers as well. NULL: nothing.
 */
void pick_query_add_name(struct pick_query *q, const char *metric, const char *suffix);

/** Asks for the labels of MATCHERS (NULL: none) too, or for LABEL (NULL: none). */
void pick_query_add_labels(struct pick_query *q, const char *matchers);
void pick_query_add_label(struct pick_query *q, const char *label);

/** Asks for the workload of each pod too, its name without the hash or number at its end: rows have
 * it as LABEL, a literal. */
void pick_query_add_workload(struct pick_query *q, const char *label);

/**
 * Appends the PromQL, within the matchers SELECTOR (NULL: everywhere), and frees Q. A job that has
 * nothing of it now, but had in the last hour, answers with what it had: what is down is missed.
 * False, with nothing appended, where no name was added. With RULES, the regular expression of what
 * recording rules are called, it also asks for the names that pick_take_names() takes,
 * unless the query becomes too long.
 */
bool pick_query_end(struct pick_query *q, const char *selector, const char *rules, struct str *s);

/**
 * Moves the rows that only tell which names there are, `x_bucket` and `x_sum` of each `x_count`
 * that was asked for and those of rules, from ROWS to OUT, and adds the names of the others, each
 * once. False: there are none, as if they were not asked for.
 */
bool pick_take_names(struct batch *rows, struct name_list *out);

/**
 * Labels of the application that a target has too are `exported_X` on the server, and those of
 * OpenTelemetry may have dots: gives ROWS what they are in the application, or in a profile. What
 * is picked from them names the label as the server has it.
 */
void pick_restore_labels(struct batch *rows);

/** Appends the name that LABEL has on the server, in ROW. */
void pick_add_label(struct str *s, const struct labels *row, const char *label);

/** Appends MATCHERS, "{...}" or "", with their labels as the server has them in ROW. */
void pick_add_matchers(struct str *s, const struct labels *row, const char *matchers);

/** Whether ROWS have a metric with dots. */
bool pick_has_dots(const struct batch *rows);

/** Whether ROW is of METRIC, `name{matchers}`. */
bool pick_matches(const char *metric, const struct labels *row);

/** What a metric is for, and so which names show that it is there. */
enum pick_use {
    PICK_PLAIN,   /**< with whatever matchers: what fails may never have failed */
    PICK_COUNTER, /**< `x` itself with its matchers: a sum or a count of times */
    PICK_LATENCY, /**< `x_count`, or `x` of a native histogram and a Summary, with its matchers */
};

/** Where a component is, NULL being anywhere, and which of its series are meant. */
struct pick_place {
    const struct batch *rows;
    const char *namespace, *job;
    const char *matchers;            /**< NULL: all */
    const struct selector *selector; /**< MATCHERS as they choose among rows; NULL: all */
};

/** The name that LABEL has in the first row of the chain M at PLACE, as pick_add_label(). Owned. */
char *pick_label(const struct pick_place *place, const struct metric_config *m, const char *label);

/** The selector of MATCHERS, to be given to pick_free(); NULL: they choose all. */
struct selector *pick_selector(const char *matchers);
void pick_free(struct selector *selector);

/** Whether ROW, of METRIC used as USE, is among the series of PLACE. */
bool pick_is_row(const struct pick_place *place, const char *metric, enum pick_use use,
    const struct labels *row);

/**
 * Sets *OUT to the first of the chain M that has series at PLACE, else in its namespace, else
 * anywhere, with the matchers that are needed to mean those alone. False: none has any, or M is
 * nothing. The caller frees, see stages.h.
 */
bool pick_metric(const struct pick_place *place, const struct metric_config *m, enum pick_use use,
    struct metric_config *out);

#endif
