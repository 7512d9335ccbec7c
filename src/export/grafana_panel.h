/**
 * Rows and panels of a dashboard of Grafana. Private to export/.
 */
#ifndef RAGTOP_EXPORT_GRAFANA_PANEL_H
#define RAGTOP_EXPORT_GRAFANA_PANEL_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "plan/board.h"

/** Where the next panel goes. */
struct grafana_grid {
    cJSON *panels; /**< of the dashboard */
    cJSON *row;    /**< the panels of the row that is closed; NULL: the row is open */
    int id, x, y;
};

/** One line of a chart. */
struct grafana_query {
    const char *expr, *legend;
    bool dashed; /**< it is the past, or a limit */
};

enum { GRAFANA_QUERIES_MAX = 40 };

struct grafana_panel {
    const char *title, *description; /**< DESCRIPTION may be NULL */
    enum board_unit unit;
    double level; /**< a line that is not to be crossed; NaN: none */
    struct grafana_query queries[GRAFANA_QUERIES_MAX];
    size_t count;
};

/** Adds a query to P, if EXPR is one; what has no room is left out, and false returned. */
bool grafana_query(struct grafana_panel *p, const char *expr, const char *legend, bool dashed);

/** Begins a row; one that is CLOSED asks nothing until somebody opens it. */
void grafana_row(struct grafana_grid *g, const char *title, bool closed);

/** Adds a chart of P; nothing where it has no queries. */
void grafana_chart(struct grafana_grid *g, const struct grafana_panel *p);

/** Adds the numbers of P as they are now, as wide as the screen. */
void grafana_numbers(struct grafana_grid *g, const struct grafana_panel *p);

/** The data source that is chosen at the top of the dashboard, as `datasource` of TO. */
void grafana_put_source(cJSON *to);

#endif
