/**
 * What the user has chosen to see. Changed by actions, read by views.
 */
#ifndef RAGTOP_VIEW_STATE_H
#define RAGTOP_VIEW_STATE_H

#include <stdbool.h>

enum page {
    PAGE_INCIDENT, /**< the table and its verdict */
    PAGE_DETAIL,   /**< everything about the selected row */
    PAGE_HELP,
};

/** A row of the incident page: a stage, or a tool. */
struct row_id {
    bool tool;
    int index; /**< in the plan's stages or the diagnosis's tools; -1: no row */
};

struct view_state {
    enum page page;
    enum page before_help;  /**< where Esc leads from PAGE_HELP */
    struct row_id selected; /**< stays on its stage or tool when the order changes */
    bool paused;
};

#endif
