/**
 * Actions about one source among several.
 */
#ifndef RAGTOP_APP_FLEET_H
#define RAGTOP_APP_FLEET_H

#include "app/action.h"

/** Shows the selected row's source alone, or all of them again. */
action_fn fleet_toggle;

/** Shows or hides the rows below the selected source's heading. */
action_fn fleet_fold;

/** Shows the source called NAME alone, or all of them for `all`; notes what there is else. */
unsigned fleet_show(struct app *app, const char *name);

#endif
