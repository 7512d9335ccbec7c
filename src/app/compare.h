/**
 * The same time of another day, laid over the charts.
 */
#ifndef RAGTOP_APP_COMPARE_H
#define RAGTOP_APP_COMPARE_H

struct app;

/** Asks for what the charts of the view then need. */
void compare_ask(struct app *app);

#endif
