/**
 * Polling until everything about one moment is known, for commands that print once and exit.
 */
#ifndef RAGTOP_CMD_ONESHOT_H
#define RAGTOP_CMD_ONESHOT_H

#include <stdbool.h>

#include "base/arena.h"
#include "config/config.h"
#include "export/report.h"
#include "view/view.h"
#include "watch/watch.h"

/** All that a one-shot command shows. */
struct oneshot {
    struct watch *watches; /**< one per source; owned; they ask no more */
    size_t watches_count;
    struct view_source *sources; /**< the same in the order of the watches */
    struct arena arena;
    const struct bindings *bindings; /**< whose keys a picture names; NULL: it names none */
    struct view view;
    struct view_state state;
};

/**
 * Polls and judges the moment that CONFIG names, or now, selects the culprit, and asks for what
 * PAGE wants as well (PAGE_COUNT: none is drawn). A server that cannot be reached, or that does not
 * answer within three time-outs, is a finding of *OUT and not a failure: what is known then is
 * judged. False with a sentence in *WHY only when the source cannot be used at all. The caller
 * calls oneshot_finish().
 */
bool oneshot_run(struct oneshot *out, const struct config *config, enum page page, struct str *why);

/**
 * As oneshot_run() for the first source, but only finds out what exists and plans it: no signal is
 * queried. Then calls MORE (NULL: nothing) with CONTEXT, which may query more, unless the source is
 * lost.
 */
bool oneshot_run_with(struct oneshot *out, const struct config *config,
    void (*more)(struct watch *w, void *context), void *context, struct str *why);

/**
 * As oneshot_run() for the first source, and calls MORE with CONTEXT, which may query more, once it
 * is judged, unless the source is lost.
 */
bool oneshot_run_judged(struct oneshot *out, const struct config *config,
    void (*more)(struct watch *w, void *context), void *context, struct str *why);

/**
 * Polls W until DONE, which is given CONTEXT, or for three time-outs at most; false: it is not
 * done.
 */
bool oneshot_wait(struct watch *w, bool (*done)(const void *context), const void *context);

/**
 * As oneshot_run(), but instead of judging the moment it asks how everything was in the REACH_MS
 * before it: in `pinned` of every signal.
 */
bool oneshot_poll(
    struct oneshot *out, const struct config *config, int64_t reach_ms, struct str *why);

/** The sources as views and documents take them, and the worst of them; valid as long as O. */
struct report oneshot_report(struct oneshot *o);

/** The verdict of the worst source. */
const struct verdict *oneshot_verdict(struct oneshot *o);

/** Makes the view of what was found, for a screen of COLUMNS x ROWS; 0 rows: for a report. */
void oneshot_view(struct oneshot *o, int columns, int rows);

/** Says a sentence on stderr. */
void oneshot_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** The columns of the terminal that the output is; 0: it is none. */
int oneshot_width(void);

/** Writes the DOCUMENT to stdout. False, and says so by REFUSAL, "%s" being why, if that fails. */
bool oneshot_print(const struct str *document, const char *refusal);

/** Frees; a zeroed struct is accepted. */
void oneshot_finish(struct oneshot *o);

#endif
