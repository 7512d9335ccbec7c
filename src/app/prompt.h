/**
 * What is typed at the bottom of the screen: a filter after `/`, a command after `:`.
 */
#ifndef RAGTOP_APP_PROMPT_H
#define RAGTOP_APP_PROMPT_H

#include "base/recall.h"
#include "bind/key.h"
#include "view/view.h"

struct app;

/** What was typed before. */
struct prompt {
    char before[STATE_TEXT_MAX]; /**< the filter as it was, for Esc */
    struct recall commands;
};

/** Opens the command line with TEXT in it, to be edited. */
void prompt_begin(struct app *app, const char *text);

/** What could be typed next, in the memory of the frame; NULL: nothing, or no prompt is open. */
const char *prompt_hint(struct app *app);

/** Takes PRESSED while a prompt is open. */
unsigned prompt_type(struct app *app, keystroke pressed);

/** Takes PRESSED, which was pasted into the open prompt. */
unsigned prompt_paste(struct app *app, keystroke pressed);

/** Makes TEXT the filter, cut at a whole character where it is too long. */
void prompt_set_filter(struct app *app, const char *text);

#endif
