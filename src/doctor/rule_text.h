/**
 * The selectors of rules, and what of each can be looked up without knowing what the rule waits
 * for. Private to doctor/.
 */
#ifndef RAGTOP_DOCTOR_RULE_TEXT_H
#define RAGTOP_DOCTOR_RULE_TEXT_H

#include "base/arena.h"
#include "base/names.h"

/**
 * What is looked up of a selector. A status that no series has may yet come; that a job or a
 * namespace, or a label as such, has none is a mistake.
 */
struct rule_selector {
    const char *name;  /**< of the metric; NULL: it may be several, and WHOLE is looked up */
    const char *whole; /**< the selector of NAME alone */
    const char *place; /**< with its matchers for job, namespace and the like; NULL: it has none */
    const char *job;   /**< that it wants, where it says one; NULL: it does not */
    const char *const *labelled; /**< `name{label!=""}` per other label that has to be there */
    const char *const *labels;   /**< these labels */
    size_t labelled_count;
};

/** Takes SELECTOR apart, in A. */
struct rule_selector rule_text_look(struct arena *a, const char *selector);

/** Appends EXPR with every name that stands in FROM as the one in TO at its place. */
void rule_text_replace(struct str *out, const char *expr, const char *const *from,
    const char *const *to, size_t count);

/** Of arms of an `or` that stand beside each other in EXPR and are the same, leaves one. */
void rule_text_fold(char *expr);

#endif
