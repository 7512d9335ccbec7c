#include "view/lines.h"

#include <string.h>

#include "base/index.h"
#include "base/names.h"
#include "base/text.h"

static bool is_several(const struct view_pane *pane)
{
    return pane->kind == PANE_CHART && pane->chart->lines_count > 1;
}

const struct view_chart *lines_chart(const struct view *v)
{
    const struct view_pane *focused = view_focused(v);
    if (focused && is_several(focused)) {
        return focused->chart;
    }
    for (size_t i = 0; i < v->panes_count; i++) {
        if (is_several(&v->panes[i]) && v->panes[i].area.h > 0) {
            return v->panes[i].chart;
        }
    }
    return NULL;
}

// What is drawn on top comes last.
const struct view_line *lines_number(const struct view_chart *chart, int number)
{
    size_t count = chart->lines_count;
    return number >= 1 && (size_t)number <= count ? &chart->lines[count - (size_t)number] : NULL;
}

int lines_find(const struct view_chart *chart, const char *name)
{
    const struct view_line *line;
    for (int i = 1; (line = lines_number(chart, i)) != NULL; i++) {
        if (strcmp(line->name, name) == 0) {
            return i;
        }
    }
    return 0;
}

static uint64_t hash_of(const struct view_line *line)
{
    return index_hash(INDEX_HASH_START, line->what ? line->what : line->name);
}

static size_t find(const struct view_state *s, const struct view_line *line)
{
    size_t at = 0;
    while (at < s->lines_off_count && s->lines_off[at] != hash_of(line)) {
        at++;
    }
    return at;
}

static bool is_only(const struct view_chart *chart, const struct view_line *line)
{
    for (size_t k = 0; k < chart->lines_count; k++) {
        if (&chart->lines[k] != line && !chart->lines[k].off) {
            return false;
        }
    }
    return true;
}

bool lines_turn(struct view_state *s, const struct view_chart *chart, const struct view_line *line)
{
    size_t at = find(s, line);
    if (at < s->lines_off_count) {
        s->lines_off[at] = s->lines_off[--s->lines_off_count];
        return true;
    }
    if (is_only(chart, line) || s->lines_off_count == STATE_LINES_OFF) {
        return false;
    }
    s->lines_off[s->lines_off_count++] = hash_of(line);
    return true;
}

static void settle(struct view_pane *pane, struct arena *a, const struct view_state *s)
{
    struct view_chart *chart = arena_alloc(a, 1, sizeof *chart);
    const char *names = NULL;
    size_t off = 0;
    *chart = *pane->chart;
    const struct view_line *line;
    for (int i = 1; (line = lines_number(chart, i)) != NULL; i++) {
        size_t at = (size_t)(line - chart->lines);
        chart->lines[at].off = find(s, line) < s->lines_off_count;
        names = chart->lines[at].off ? names_next(a, names, line->name) : names;
        off += chart->lines[at].off;
    }
    if (off > 0 && off < chart->lines_count) {
        pane->chart = chart;
        // TRANSLATORS: "P50, P99 off": these lines of the chart are not drawn
        pane->off = arena_printf(a, _("%s off"), names);
    }
}

void lines_settle(struct view *v, struct arena *a, const struct view_state *s)
{
    for (size_t i = 0; i < v->panes_count && s->lines_off_count > 0; i++) {
        if (is_several(&v->panes[i])) {
            settle(&v->panes[i], a, s);
        }
    }
}
