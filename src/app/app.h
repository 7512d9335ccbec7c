/**
 * The live program: owns all state, turns the loop.
 */
#ifndef RAGTOP_APP_APP_H
#define RAGTOP_APP_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "app/alarm.h"
#include "app/command_line.h"
#include "app/present.h"
#include "app/prompt.h"
#include "app/query_page.h"
#include "app/replay.h"
#include "app/save.h"
#include "app/silencing.h"
#include "app/theme_choice.h"
#include "app/wants.h"
#include "base/arena.h"
#include "config/config.h"
#include "draw/canvas.h"
#include "theme/theme.h"
#include "view/view.h"
#include "watch/watch.h"

/** Everything that lives as long as the program, and what lives for a frame. */
struct app {
    const struct config *config;
    struct watch *watches; /**< one per source; owned */
    size_t watches_count;
    struct view_state state;
    bool cursor_moved;       /**< until then the selection follows the worst row */
    struct sequence pressed; /**< the beginning of a longer one */
    struct str pending;      /**< says what it waits for */
    struct prompt prompt;    /**< what was typed before */
    struct query_page query;
    struct silencing silencing;
    struct save save;  /**< of the stages that were found */
    int64_t pasted_ms; /**< when the last of what is being pasted came; 0: nothing is */
    struct str theme;  /**< its name or file */
    bool theme_chosen; /**< by the user, in this run or an earlier one */
    bool ground_known; /**< the terminal has said its background, and the theme was fitted to it */
    struct theme_choice theme_choice;
    int64_t wall_since_ms; /**< when the wall display began */
    int64_t wall_next_ms;  /**< when it shows its next page */
    struct arena frame;    /**< of the view that is made, and */
    struct arena before;   /**< of the last one, which is asked until the next is made */
    struct view view;      /**< the last one made */
    bool outdated;         /**< it is from before the last key */
    struct canvas canvas;
    struct str notice;    /**< of the start; empty: none */
    struct str note;      /**< what a key did, shown until NOTE_MS */
    int64_t note_ms;      /**< 0: no note */
    enum page note_page;  /**< that it is about; PAGE_COUNT: any */
    int64_t refetched_ms; /**< when r was pressed last */
    int64_t forgot_ms;    /**< when the history was given up last */
    struct present present;
    struct replay replay;
    struct recorded_wants recorded;
    struct alarm alarm;
    struct str pinned;           /**< says so while a moment is pinned; else empty */
    enum baseline_kind unpinned; /**< what was usual before a moment was pinned */
    int64_t now_ms;
};

/**
 * Runs the dashboard until the user quits. Returns the exit status: 0, or 69 when there is no
 * terminal, 64 when the configuration cannot be used; then with a sentence on stderr.
 */
int app_run(const struct config *config, const struct theme *theme);

/** What is watched at the source in view: that of the selected row. */
struct watch *app_watch(const struct app *app);

/** Looks at SCOPE from now on, in all sources. */
void app_look_at(struct app *app, const struct scope *scope);

/** Shows TEXT for some seconds. */
void app_note(struct app *app, const char *text);

/** Says that L lacks what it had no room for; false: it lacks nothing. */
bool app_note_full(struct app *app, const struct line *l);

/** The same with "{LINE}" as the keys of that command; see bindings_explain(). */
void app_explain(struct app *app, const char *text);

/** What was noted last is about the page in view: another page is shown without it. */
void app_note_is_of_page(struct app *app);

/** The keys of the command LINE, as "{LINE}" has them, as an argument; valid until the next frame.
 */
const char *app_key(struct app *app, const char *line);

/** Sets *PATH to what was TYPED, as home_expand(). False with a sentence in *WHY. */
bool app_expand(struct str *path, const char *typed, struct str *why);

#endif
