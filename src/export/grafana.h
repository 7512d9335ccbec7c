/**
 * The stages of a plan as a dashboard of Grafana, in the classic JSON of schema version 39, which
 * Grafana 10 to 13 import without asking anything.
 */
#ifndef RAGTOP_EXPORT_GRAFANA_H
#define RAGTOP_EXPORT_GRAFANA_H

#include "base/str.h"
#include "plan/plan.h"

/** Appends the dashboard of P, which has stages. */
void grafana_add(struct str *s, const struct plan *p);

#endif
