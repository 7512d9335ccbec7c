/**
 * How high a gauge got between two points of its history, so that a spike of a minute counts
 * although history has one value every five minutes.
 */
#ifndef RAGTOP_PLAN_PEAK_H
#define RAGTOP_PLAN_PEAK_H

#include "base/str.h"
#include "plan/plan.h"

/**
 * Appends the query for the highest value of SIGNAL, a gauge, since the point before, labelled
 * part="peak"; of a resource as a share of its limit. Each sample is read once, except where pods
 * have to be added up, which is done once a minute. Appends nothing and returns false for what is
 * no gauge, has no limit, or is an expression: evaluating that between the points could cost the
 * server many times as much.
 */
bool peak_add(struct str *s, const struct plan *p, const struct signal *signal);

#endif
