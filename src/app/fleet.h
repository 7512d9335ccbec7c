/**
 * One source among several.
 */
#ifndef RAGTOP_APP_FLEET_H
#define RAGTOP_APP_FLEET_H

struct app;

/** Shows or hides the rows below the selected source's heading. */
unsigned fleet_fold(struct app *app);

#endif
