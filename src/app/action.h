/**
 * What a key press does: the command that the key is bound to, or typing.
 */
#ifndef RAGTOP_APP_ACTION_H
#define RAGTOP_APP_ACTION_H

#include "app/command_line.h"
#include "bind/key.h"

/** Does what PRESSED is bound to, or types it; notes that a key is not bound. Returns reaction
 * bits. */
unsigned action_run(struct app *app, keystroke pressed);

#endif
