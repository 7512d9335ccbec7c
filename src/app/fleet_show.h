/**
 * One source among several.
 */
#ifndef RAGTOP_APP_FLEET_SHOW_H
#define RAGTOP_APP_FLEET_SHOW_H

struct app;

/** Shows or hides the rows below the selected heading, of a source or a namespace. */
unsigned fleet_fold(struct app *app);

#endif
