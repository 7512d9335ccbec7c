/**
 * Copies of what is on the screen, for the clipboard and for files.
 */
#ifndef RAGTOP_APP_YANK_H
#define RAGTOP_APP_YANK_H

#include <stdbool.h>

struct app;

/** Whether the command called COMMAND has anything to copy here; any other has. */
bool yank_has(struct app *app, const char *command);

#endif
