/**
 * What the alerts of a server mean for the stages.
 */
#ifndef RAGTOP_DIAGNOSE_ALERTING_H
#define RAGTOP_DIAGNOSE_ALERTING_H

#include "diagnose/diagnosis.h"
#include "plan/plan.h"
#include "series/rule_set.h"

/** What an alert is about, the nearest first. */
enum alert_place {
    ALERT_OF_STAGE,   /**< its rule reads metrics of a stage */
    ALERT_OF_SERVICE, /**< it has the namespace or the job of one */
    ALERT_ELSEWHERE,
};

/** Where in its life an alert is. */
enum alert_phase {
    ALERT_PENDING,
    ALERT_FIRING,
    ALERT_CLEARING, /**< its condition no longer holds, and its rule keeps it firing for a while */
};

enum alert_phase alerting_phase(const struct alert *a);

/**
 * How bad an alert with LABELS is while it fires, by its label `severity`. Those that always fire,
 * and say by that that alerting works, are SEVERITY_OK.
 */
enum severity alerting_severity(const struct labels *labels);

/** Whether ALERT, which WHOLE (see plan/reads.h) makes, is about STAGE. */
bool alerting_is_about(
    const struct plan *p, int stage, const struct alert *alert, const char *whole);

/**
 * The stage that it is about most: of several the one deepest in the tree, as its parents wait for
 * it. -1: none.
 */
int alerting_stage(const struct plan *p, const struct alert *alert, const char *whole);

#endif
