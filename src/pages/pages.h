/**
 * The pages: one file for each, and one table.
 *
 * A page is built as a list of panes. To add one: a file page_NAME.c that describes it, and a row
 * in view/pages.def. Nothing else asks which page is shown, only what that page is like.
 */
#ifndef RAGTOP_PAGES_PAGES_H
#define RAGTOP_PAGES_PAGES_H

#include "bind/command.h"
#include "feed/want.h"
#include "view/view.h"

struct diagnosis;

/** For page_entry.rows: whatever the page before had selected stays so. */
enum { PAGE_ROWS_ALL = -1 };

/** What a key does on a page. */
enum page_act_kind {
    PAGE_ACT_NONE,
    PAGE_ACT_SAY,      /**< shows a sentence */
    PAGE_ACT_GO,       /**< goes to another page about a row, from where Esc leads back */
    PAGE_ACT_FULL,     /**< the focused pane fills the page, or no longer does */
    PAGE_ACT_FOLD,     /**< shows or hides the rows of the selected source */
    PAGE_ACT_COMMANDS, /**< copies the commands of a shell that the view has */
    PAGE_ACT_QUERY,    /**< edits the query, or brings the page's PromQL to where it is edited */
};

struct page_act {
    enum page_act_kind kind;
    enum page page;    /**< PAGE_ACT_GO: where to, */
    struct row_id row; /**< and the row that is selected there */
    const char *text;  /**< PAGE_ACT_SAY: with keys as page_explain() has them */
};

/** The columns of a table. */
struct page_columns {
    const struct view_column *items;
    size_t count;
};

struct page_entry {
    const char *name;  /**< one word, for the first line and the command line */
    const char *key;   /**< its digit; NULL: it has none */
    const char *title; /**< of what its help is about */
    const char *help;  /**< what is on it, with keys as page_explain() has them */
    void (*build)(struct view *v, struct arena *a, const struct view_input *in);
    /** What Enter does; V is what is on the screen. NULL: nothing, and it is not offered. */
    struct page_act (*open)(const struct view *v, const struct view_state *s);
    /** Whether the wall shows it in turn, given what is diagnosed; NULL: it never does. */
    bool (*rotates)(const struct diagnosis *d);
    /** Whether what is wrong is seen on it: its name then stands out in the first line; NULL: no.
     */
    bool (*news)(struct arena *a, const struct view_input *in);
    struct page_columns sorts[2]; /**< of its tables that can be sorted */
    /** Adds what has to be asked for while it is shown, beyond what always is; NULL: nothing. */
    void (*wants)(const struct view_state *s, struct wants *out);
    int rows;      /**< 1 << ROW_X for each kind of row that only some pages have, and this has */
    bool of_row;   /**< it is about the selected row, and needs one */
    bool follows;  /**< its selection follows the worst row until the cursor is moved */
    bool text;     /**< about the page before, and moving scrolls; it has no queries of its own */
    bool searched; /**< the filter is about its own lines: the page before keeps its own */
    bool lists_exemplars; /**< of its stage, when asked to */
    bool edits;           /**< the query of the user is edited on it */
    bool queries; /**< what it says are the queries of the page before, which must have some */
};

#define PAGE(NAME, name) extern const struct page_entry page_##name;
#include "view/pages.def"
#undef PAGE

/** What is known of PAGE. */
const struct page_entry *page_entry(enum page page);

/** The page called NAME or with that digit, or PAGE_COUNT. */
enum page page_find(const char *name);

/** The page that Esc leads back to. */
enum page page_before(const struct view_state *s);

/** Whether keys are typed as text on the page that is shown. */
bool page_types(const struct view_state *s);

/** Whether the page that is shown can have ROW selected. */
bool page_has_row(const struct view_state *s, struct row_id row);

/** What Enter does on most pages: opens the stage of the selected row or of the focused pane. */
struct page_act page_open_row(const struct view *v, const struct view_state *s);

/** Whether the verdict has evidence of KINDS, 1 << EVIDENCE_X each. */
bool page_tells(const struct view_input *in, uint64_t kinds);

/** Adds what a page wants of the stage in view: what explains it, and its span, by pod as well. */
void page_want_stage(const struct view_state *s, struct wants *out);

/** What Enter does where rows are not opened: the focused pane fills the page. */
struct page_act page_open_pane(const struct view *v, const struct view_state *s);

/** What Enter does on pages of queries. */
struct page_act page_open_query(const struct view *v, const struct view_state *s);

/** For pages that the wall always shows in turn. */
bool page_rotates(const struct diagnosis *d);

/** Appends that there is no page called NAME, and which there are. */
void page_add_unknown(struct str *s, const char *name);

/**
 * Sets *OUT to the page called NAME, for the start; NULL is the incident table. False with a
 * sentence in *WHY when there is none.
 */
bool page_first(const char *name, enum page *out, struct str *why);

/** Sets NAMES to those of the pages that a digit leads to, with a NULL behind them. */
void page_names(const char *names[PAGE_COUNT + 1]);

/** For config_input.check_argument: there is such a page, or a column on some page. */
bool page_check_argument(enum argument kind, const char *argument, struct str *why);

/** Makes the view of INPUT; everything it points to lives in ARENA or longer. */
void view_build(struct view *out, struct arena *arena, const struct view_input *input);

#endif
