/**
 * Actions that go from page to page.
 */
#ifndef RAGTOP_APP_PAGES_H
#define RAGTOP_APP_PAGES_H

#include "app/action.h"

/** Shows PAGE, from where Esc leads to the incident table. */
void pages_show(struct app *app, enum page page);

/** Shows PAGE, from where Esc leads back to the page that is shown now. */
void pages_enter(struct app *app, enum page page);

/** Whether the page is one of text, where moving scrolls. */
bool pages_is_text(const struct app *app);

action_fn pages_help, pages_queries, pages_back, pages_digit, pages_open, pages_full;

/** Lists the exemplars of the selected stage on its page, or no more. */
action_fn pages_exemplars;

#endif
