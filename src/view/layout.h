/**
 * Where everything goes: from a size to rectangles, by arithmetic alone.
 */
#ifndef RAGTOP_VIEW_LAYOUT_H
#define RAGTOP_VIEW_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "view/view.h"

/** An area of the screen; empty when w or h is 0. */
struct area {
    int x, y, w, h;
};

/** A column's place; w 0: not shown. */
struct column_place {
    int x, w;
};

/** The incident page. Areas lie inside the screen, do not overlap, and may be empty. */
struct layout {
    struct area header, verdict, stages, tools, chart, status;
};

/** The lines each part would like to have. */
struct layout_wish {
    int verdict; /**< lines of the sentence at this width */
    int stages;  /**< rows, without the headings */
    int tools;
};

/**
 * Shares out a screen of W x H: what matters most comes first, and the rest shrinks and vanishes
 * as the height does; what is left over becomes the chart.
 */
struct layout layout_page(int w, int h, struct layout_wish wish);

/**
 * Shares out the WIDTH of a table. NAMES is the widest name and VERDICT the widest verdict there
 * is; the errors column gives way on narrow screens unless ERRORS_MATTER.
 */
void layout_columns(
    struct column_place out[COLUMN_COUNT], int width, int names, int verdict, bool errors_matter);

/** The width at which a table with these widest texts is shown whole, with a good trend. */
int layout_table_width(int names, int verdict);

/** Whether tables of WIDTH have room for metric names; else stage names are shown. */
bool layout_has_room_for_metrics(int width);

#endif
