/**
 * Going from page to page.
 */
#ifndef RAGTOP_APP_PAGES_GO_H
#define RAGTOP_APP_PAGES_GO_H

#include "view/view.h"

struct app;

/** Shows PAGE, from where Esc leads to the incident table. */
void pages_show(struct app *app, enum page page);

/** Shows PAGE, from where Esc leads back to the page that is shown now. */
void pages_enter(struct app *app, enum page page);

/** Whether the page is one of text, where moving scrolls. */
bool pages_is_text(const struct app *app);

/** Whether the page lists the exemplars of its stage. */
bool pages_lists_exemplars(const struct app *app);

#endif
