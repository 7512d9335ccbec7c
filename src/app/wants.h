/**
 * What the frame wants to know beyond what is always asked for.
 */
#ifndef RAGTOP_APP_WANTS_H
#define RAGTOP_APP_WANTS_H

struct app;

/**
 * Tells each source what is wanted of it: what explains the culprits, what the page that is shown
 * names, and the other day that the charts of the view are compared with.
 */
void wants_tell(struct app *app);

#endif
