/**
 * Where everything goes: from a size to rectangles, by arithmetic alone.
 */
#ifndef RAGTOP_VIEW_LAYOUT_H
#define RAGTOP_VIEW_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

/** An area of the screen; empty when w or h is 0. */
struct area {
    int x, y, w, h;
};

/** Around a pane. */
enum layout_frame {
    FRAME_NONE,
    FRAME_TITLED, /**< instead of its first line, which has the title; one more below */
    FRAME_ROUND,  /**< with a line above and one below */
    FRAME_JOINED, /**< the frame of the pane above goes round this one as well, where it has one */
};

/** What a pane would like, of lines without those of its frame. */
struct layout_wish {
    int least;   /**< with fewer lines it is left out; at least 1 */
    int lines;   /**< enough for all of it */
    int keep;    /**< of these, what it gets before what matters less gets any; at least LEAST */
    int grow;    /**< its share of the lines that are left over */
    int rank;    /**< 0 outlives all; the highest is left out first */
    int beside;  /**< screens so wide have it right of the pane before; 0: none do */
    bool yields; /**< shrinks before the last one that grows is left out, whatever its rank */
    enum layout_frame frame;
    int columns; /**< beside others, as many; the rest is shared evenly, as is all with 0 */
};

/** Where a pane is. */
struct layout_place {
    struct area area;  /**< its lines between the borders, over the whole width; may be empty */
    struct area frame; /**< with its borders, the outermost columns of AREA among them; or empty */
};

enum { LAYOUT_PANES_MAX = 32 };

/**
 * Shares out a screen of W x H: a line for HEADER and STATUS each, where there is room, and what
 * is between for COUNT panes, in their order from top to bottom. What matters most comes first,
 * and the rest shrinks and vanishes as the height does. Where there is little room, frames share
 * the borders between them. Areas lie inside the screen, and have no more than the border between
 * them in common.
 */
void layout_screen(int w, int h, const struct layout_wish *wishes, size_t count,
    struct area *header, struct area *status, struct layout_place *places);

// --- columns of tables

enum column_kind {
    KIND_MARK,   /**< a sign at the left edge */
    KIND_NAME,   /**< shortened in the middle */
    KIND_NUMBER, /**< to the right */
    KIND_TREND,  /**< a sparkline; takes what is left over */
    KIND_WORDS,  /**< the rest of the line, shortened after a word */
    KIND_CODE,   /**< the same of PromQL and labels, shortened anywhere */
};

struct view_column {
    const char *heading;
    enum column_kind kind;
    int width; /**< of a number; of a name: with the blank after it, 0: what names want */
    int from;  /**< narrower tables do without it; INT_MAX: all do */
};

/** A column's place; w 0: not shown. */
struct column_place {
    int x, w;
};

/**
 * Shares out the WIDTH of a table of COUNT columns. NAMES is the widest name and WORDS the widest
 * text of the last column there is. The column MATTERS (0: none) stays on narrow screens too.
 */
void layout_columns(struct column_place *out, int width, const struct view_column *columns,
    size_t count, int names, int words, size_t matters);

/** The width at which a table with these widest texts is shown whole, with a good trend. */
int layout_table_width(const struct view_column *columns, size_t count, int names, int words);

/**
 * Whether tables of WIDTH have room for metrics, of up to METRICS columns, right of the NAMES of
 * their stages; else the names alone are shown.
 */
bool layout_has_room_for_metrics(int width, int names, int metrics);

#endif
