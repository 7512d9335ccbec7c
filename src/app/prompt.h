/**
 * What is typed at the bottom of the screen: a filter after `/`, a command after `:`.
 */
#ifndef RAGTOP_APP_PROMPT_H
#define RAGTOP_APP_PROMPT_H

#include "app/action.h"

enum { PROMPT_HISTORY_MAX = 32 };

/** What was typed before. */
struct prompt {
    char before[STATE_TEXT_MAX];                      /**< the filter as it was, for Esc */
    char history[PROMPT_HISTORY_MAX][STATE_TEXT_MAX]; /**< of commands, the newest first */
    int count;
    int at; /**< the one that is shown; -1: none of them */
};

action_fn prompt_filter, prompt_command;

/** Takes PRESSED while a prompt is open. */
unsigned prompt_type(struct app *app, key pressed);

#endif
