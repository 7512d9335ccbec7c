/**
 * A template becomes the stage of one place, with the names of metrics that are there. Private to
 * catalogue/.
 */
#ifndef RAGTOP_CATALOGUE_FILL_H
#define RAGTOP_CATALOGUE_FILL_H

#include <stdbool.h>

#include "catalogue/pick.h"
#include "config/config.h"

/** A place whose series are narrowed down; it owns by what. */
struct fill_part {
    struct pick_place place;
    char *matchers;
    struct selector *selector;
};

/** Those series of WHOLE that MATCHERS (NULL: all) mean; valid as long as WHOLE. */
struct fill_part fill_narrow(const struct pick_place *whole, const char *matchers);

void fill_part_finish(struct fill_part *part);

/**
 * Sets *OUT, which the caller finishes, to TEMPLATE with what is at PLACE. False, with nothing to
 * finish: nothing there tells how it fares.
 */
bool fill_stage(
    const struct pick_place *place, const struct stage_config *template, struct stage_config *out);

/** The same of what is declared. False: nothing is there, and *OUT is as it was. */
bool fill_declared(const struct pick_place *place, const struct declared_config *template,
    struct declared_config *out);

#endif
