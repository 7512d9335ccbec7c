#include "view/history.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/utf8.h"
#include "view/cell.h"
#include "view/page.h"

enum { MARGIN = 2, GAP = 3 };

bool history_is_shown(const struct view_input *in)
{
    return in->words.scope->at_ms > 0;
}

static const char *whole_minutes(struct arena *a, int64_t age_ms)
{
    return cell_age(a, age_ms / CLOCK_MINUTE_MS * CLOCK_MINUTE_MS);
}

// What stands between two of them has a look of its own.
static const char mark = '\1';

static const char *marked(struct arena *a, const char *text)
{
    return arena_printf(a, "%c%s%c", mark, text, mark);
}

// What is not asked for any more gets older, and says so.
static const char *present(struct arena *a, const struct view_input *in)
{
    int64_t age_ms = in->now_ms - in->present->at_ms;
    const char *verdict = marked(a, in->present->text);
    return age_ms < CLOCK_MINUTE_MS
               ? arena_printf(a, _("now: %s"), verdict)
               : arena_printf(a, _("now: %s (%s old)"), verdict, whole_minutes(a, age_ms));
}

/** How much of what the status line or the clock says as well is said here, too. */
enum extent { EXTENT_ALL, EXTENT_NO_KEYS, EXTENT_LEAST, EXTENTS };

static const char *sentence(struct arena *a, const struct view_input *in, enum extent extent)
{
    int64_t at_ms = in->words.scope->at_ms, age_ms = in->now_ms - at_ms;
    bool lately = age_ms < CLOCK_DAY_MS && age_ms >= CLOCK_MINUTE_MS;
    const char *format = lately ? _("HISTORY %H:%M") : _("HISTORY %a %Y-%m-%d %H:%M");
    const char *said = marked(a, cell_time(a, at_ms, format));
    if (lately && extent < EXTENT_LEAST) {
        said = arena_printf(a, _("%s, %s ago"), said, whole_minutes(a, age_ms));
    }
    if (in->present) {
        said = arena_printf(a, _("%s; %s"), said, present(a, in));
    }
    return said;
}

// The moment is the first thing that is marked, and the verdict of now the second.
static void split(struct view *v, struct arena *a, const char *said, enum role verdict)
{
    const enum role roles[] = {ROLE_NOTICE, verdict};
    size_t count = 0, looks = 0;
    bool in_mark = false;
    for (const char *p = said; *p && count < VIEW_BAR_PARTS; in_mark = !in_mark) {
        size_t len = strcspn(p, (char[]){mark, '\0'});
        if (len > 0) {
            v->bar[count++] = (struct view_text){arena_printf(a, "%.*s", (int)len, p),
                in_mark && looks < 2 ? roles[looks] : ROLE_NORMAL};
        }
        looks += in_mark;
        p += len + (p[len] == mark);
    }
}

static int width_of(const struct view *v)
{
    int width = MARGIN;
    for (size_t i = 0; i < VIEW_BAR_PARTS; i++) {
        width += v->bar[i].text ? utf8_width(v->bar[i].text) : 0;
    }
    return width + (v->bar_end ? GAP + utf8_width(v->bar_end) : 0);
}

void history_build(struct view *v, struct arena *a, const struct view_input *in)
{
    for (int i = 0; history_is_shown(in) && i < EXTENTS; i++) {
        memset(v->bar, 0, sizeof v->bar);
        v->bar_end =
            v->keyed && i == EXTENT_ALL
                ? page_explain(a, in,
                      v->typed ? _("Esc, then {live} returns to now") : _("{live} returns to now"))
                : NULL;
        split(v, a, sentence(a, in, (enum extent)i), in->present ? in->present->role : ROLE_NORMAL);
        if (width_of(v) <= in->columns) {
            break;
        }
    }
}

void history_place(struct view *v)
{
    if (!v->bar[0].text) {
        return;
    }
    v->bar_area = v->header;
    bool free_below = v->header.h > 0;
    for (size_t i = 0; i < v->panes_count; i++) {
        const struct area *area = &v->panes[i].area;
        free_below = free_below && (area->h == 0 || area->y > v->header.y + v->header.h);
    }
    v->bar_area.y += free_below ? v->header.h : 0;
}
