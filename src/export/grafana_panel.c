#include "export/grafana_panel.h"

#include <math.h>
#include <stdio.h>

#include "export/put.h"

enum { COLUMNS = 24, WIDTH = 8, HEIGHT = 7, NUMBERS_HEIGHT = 4 };

static const char *const units[] = {
    [BOARD_SECONDS] = "s",
    [BOARD_SHARE] = "percentunit",
    [BOARD_PER_SECOND] = "reqps",
    [BOARD_BYTES] = "bytes",
    [BOARD_BYTES_PER_SECOND] = "Bps",
    [BOARD_CORES] = "short",
    [BOARD_COUNT] = "short",
};

bool grafana_query(struct grafana_panel *p, const char *expr, const char *legend, bool dashed)
{
    bool fits = p->count < GRAFANA_QUERIES_MAX;
    if (expr && fits) {
        p->queries[p->count++] = (struct grafana_query){expr, legend, dashed};
    }
    return !expr || fits;
}

void grafana_put_source(cJSON *to)
{
    cJSON *source = cJSON_AddObjectToObject(to, "datasource");
    put_text(source, "type", "prometheus");
    put_text(source, "uid", "${datasource}");
}

static void put_place(cJSON *to, int x, int y, int width, int height)
{
    cJSON *place = cJSON_AddObjectToObject(to, "gridPos");
    put_number(place, "h", height);
    put_number(place, "w", width);
    put_number(place, "x", x);
    put_number(place, "y", y);
}

// A panel that is higher than the line so far began.
static void end_line(struct grafana_grid *g, int height)
{
    g->y += g->x > 0 ? height : 0;
    g->x = 0;
}

void grafana_row(struct grafana_grid *g, const char *title, bool closed)
{
    end_line(g, HEIGHT);
    cJSON *row = cJSON_CreateObject();
    cJSON_AddItemToArray(g->panels, row);
    put_number(row, "id", ++g->id);
    put_text(row, "type", "row");
    put_text(row, "title", title);
    cJSON_AddBoolToObject(row, "collapsed", closed);
    put_place(row, 0, g->y++, COLUMNS, 1);
    cJSON *panels = cJSON_AddArrayToObject(row, "panels");
    g->row = closed ? panels : NULL;
}

// "A" to "Z", "A1" and so on
static void put_name(cJSON *to, const char *key, size_t i)
{
    char name[16];
    snprintf(name, sizeof name, i < 26 ? "%c" : "%c%zu", (char)('A' + i % 26), i / 26);
    put_text(to, key, name);
}

static void put_queries(cJSON *panel, const struct grafana_panel *p, bool now)
{
    cJSON *targets = cJSON_AddArrayToObject(panel, "targets");
    for (size_t i = 0; i < p->count; i++) {
        cJSON *one = cJSON_CreateObject();
        cJSON_AddItemToArray(targets, one);
        put_name(one, "refId", i);
        grafana_put_source(one);
        put_text(one, "editorMode", "code");
        put_text(one, "expr", p->queries[i].expr);
        put_text(one, "legendFormat", p->queries[i].legend);
        cJSON_AddBoolToObject(one, "range", !now);
        cJSON_AddBoolToObject(one, "instant", now);
    }
}

static void put_levels(cJSON *defaults, double level)
{
    cJSON *levels = cJSON_AddObjectToObject(defaults, "thresholds");
    put_text(levels, "mode", "absolute");
    cJSON *steps = cJSON_AddArrayToObject(levels, "steps");
    for (int i = 0; i < (isnan(level) ? 1 : 2); i++) {
        cJSON *one = cJSON_CreateObject();
        cJSON_AddItemToArray(steps, one);
        put_text(one, "color", i ? "red" : "green");
        put_number(one, "value", i ? level : NAN);
    }
}

// The past and limits are dashed, whatever their series are called.
static void put_overrides(cJSON *to, const struct grafana_panel *p)
{
    cJSON *overrides = cJSON_AddArrayToObject(to, "overrides");
    for (size_t i = 0; i < p->count; i++) {
        if (!p->queries[i].dashed) {
            continue;
        }
        cJSON *one = cJSON_CreateObject();
        cJSON_AddItemToArray(overrides, one);
        cJSON *matcher = cJSON_AddObjectToObject(one, "matcher");
        put_text(matcher, "id", "byFrameRefID");
        put_name(matcher, "options", i);
        cJSON *property = cJSON_CreateObject();
        cJSON_AddItemToArray(cJSON_AddArrayToObject(one, "properties"), property);
        put_text(property, "id", "custom.lineStyle");
        cJSON *style = cJSON_AddObjectToObject(property, "value");
        put_text(style, "fill", "dash");
        cJSON *dash = cJSON_AddArrayToObject(style, "dash");
        cJSON_AddItemToArray(dash, cJSON_CreateNumber(6));
        cJSON_AddItemToArray(dash, cJSON_CreateNumber(6));
    }
}

static cJSON *put_fields(cJSON *panel, const struct grafana_panel *p)
{
    cJSON *fields = cJSON_AddObjectToObject(panel, "fieldConfig");
    cJSON *defaults = cJSON_AddObjectToObject(fields, "defaults");
    put_text(defaults, "unit", units[p->unit]);
    put_number(defaults, "min", 0);
    put_levels(defaults, p->level);
    put_overrides(fields, p);
    return defaults;
}

static void put_line(cJSON *defaults, bool level)
{
    cJSON *custom = cJSON_AddObjectToObject(defaults, "custom");
    put_text(custom, "drawStyle", "line");
    put_number(custom, "lineWidth", 1);
    put_number(custom, "fillOpacity", 0);
    put_text(custom, "showPoints", "never");
    cJSON_AddBoolToObject(custom, "spanNulls", false);
    put_text(cJSON_AddObjectToObject(custom, "thresholdsStyle"), "mode", level ? "line" : "off");
}

static void put_legend(cJSON *panel)
{
    cJSON *options = cJSON_AddObjectToObject(panel, "options");
    cJSON *legend = cJSON_AddObjectToObject(options, "legend");
    put_text(legend, "displayMode", "list");
    put_text(legend, "placement", "bottom");
    cJSON_AddBoolToObject(legend, "showLegend", true);
    cJSON_AddArrayToObject(legend, "calcs");
    cJSON *tooltip = cJSON_AddObjectToObject(options, "tooltip");
    put_text(tooltip, "mode", "multi");
    put_text(tooltip, "sort", "desc");
}

static cJSON *add_panel(
    struct grafana_grid *g, const struct grafana_panel *p, const char *type, int width, int height)
{
    cJSON *panel = cJSON_CreateObject();
    cJSON_AddItemToArray(g->row ? g->row : g->panels, panel);
    if (g->x + width > COLUMNS) {
        end_line(g, HEIGHT);
    }
    put_number(panel, "id", ++g->id);
    put_text(panel, "type", type);
    put_text(panel, "title", p->title);
    if (p->description) {
        put_text(panel, "description", p->description);
    }
    grafana_put_source(panel);
    put_place(panel, g->x, g->y, width, height);
    g->x += width;
    return panel;
}

void grafana_chart(struct grafana_grid *g, const struct grafana_panel *p)
{
    if (p->count > 0) {
        cJSON *panel = add_panel(g, p, "timeseries", WIDTH, HEIGHT);
        put_line(put_fields(panel, p), !isnan(p->level));
        put_legend(panel);
        put_queries(panel, p, false);
    }
}

void grafana_numbers(struct grafana_grid *g, const struct grafana_panel *p)
{
    if (p->count == 0) {
        return;
    }
    end_line(g, HEIGHT);
    cJSON *panel = add_panel(g, p, "stat", COLUMNS, NUMBERS_HEIGHT);
    put_fields(panel, p);
    cJSON *options = cJSON_AddObjectToObject(panel, "options");
    cJSON *reduce = cJSON_AddObjectToObject(options, "reduceOptions");
    cJSON_AddItemToArray(
        cJSON_AddArrayToObject(reduce, "calcs"), cJSON_CreateString("lastNotNull"));
    put_text(reduce, "fields", "");
    cJSON_AddBoolToObject(reduce, "values", false);
    put_text(options, "colorMode", "none");
    put_text(options, "graphMode", "none");
    put_text(options, "textMode", "value_and_name");
    put_text(options, "orientation", "auto");
    put_text(options, "justifyMode", "auto");
    put_queries(panel, p, true);
    end_line(g, NUMBERS_HEIGHT);
}
