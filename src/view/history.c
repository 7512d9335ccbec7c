#include "view/history.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/utf8.h"
#include "view/cell.h"
#include "view/page.h"

enum { MARGIN = 2 };

bool history_is_shown(const struct view_input *in)
{
    return in->words.scope->at_ms > 0;
}

static const char *whole_minutes(struct arena *a, int64_t age_ms)
{
    return cell_age(a, age_ms / CLOCK_MINUTE_MS * CLOCK_MINUTE_MS);
}

// What is not asked for any more gets older, and says so.
static const char *present_age(struct arena *a, const struct view_input *in)
{
    int64_t age_ms = in->now_ms - in->present->at_ms;
    return age_ms < CLOCK_MINUTE_MS ? ""
                                    : arena_printf(a, _(" (%s old)"), whole_minutes(a, age_ms));
}

void history_build(struct view *v, struct arena *a, const struct view_input *in)
{
    if (!history_is_shown(in)) {
        return;
    }
    enum { MOMENT, AGO, NOW, VERDICT, AGE, BACK };
    int64_t at_ms = in->words.scope->at_ms, age_ms = in->now_ms - at_ms;
    bool lately = age_ms < CLOCK_DAY_MS && age_ms >= CLOCK_MINUTE_MS;
    struct view_text *bar = v->bar;
    const char *format = lately ? _("HISTORY %H:%M") : _("HISTORY %a %Y-%m-%d %H:%M");
    bar[MOMENT] = (struct view_text){cell_time(a, at_ms, format), ROLE_NOTICE};
    bar[AGO].text = lately ? arena_printf(a, _(", %s ago"), whole_minutes(a, age_ms)) : "";
    if (in->present) {
        bar[NOW].text = _("; now: ");
        bar[VERDICT] = (struct view_text){in->present->text, in->present->role};
        bar[AGE].text = present_age(a, in);
    }
    bar[BACK].text = v->keys_count == 0 ? NULL
                     : v->typed ? page_explain(a, in, _("; Esc, then {live} returns to now"))
                                : page_explain(a, in, _("; {live} returns to now"));
    // what the status line or the clock says as well goes first
    static const int dispensable[] = {BACK, AGO};
    for (size_t k = 0; k <= sizeof dispensable / sizeof *dispensable; k++) {
        int width = MARGIN;
        for (size_t i = 0; i < VIEW_BAR_PARTS; i++) {
            width += bar[i].text ? utf8_width(bar[i].text) : 0;
        }
        if (width > in->columns && k < sizeof dispensable / sizeof *dispensable) {
            bar[dispensable[k]].text = NULL;
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
