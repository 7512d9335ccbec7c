#include "base/utf8.h"
#include "draw/pane.h"
#include "draw/paragraph.h"

enum { MARK_WIDTH = 4, LABEL_WIDTH = 18 };

void pane_verdict(
    struct canvas *c, struct area a, const struct view *v, const struct glyphs *glyphs)
{
    if (a.h == 0) {
        return;
    }
    int x = a.w > 20 ? MARK_WIDTH : 0;
    if (x > 0) {
        canvas_text(c, 1, a.y, MARK_WIDTH - 1, v->mark.text, v->mark.role);
    }
    paragraph_draw(c, (struct rect){x, a.y, a.w - x - (a.w > 20), a.h}, v->summary.text,
        v->summary.role, glyphs->ellipsis);
}

int pane_facts(struct canvas *c, struct area a, const struct view *v, const struct glyphs *glyphs)
{
    if (a.h == 0 || !v->detail_title) {
        return 0;
    }
    canvas_text(c, MARK_WIDTH, a.y, a.w - MARK_WIDTH, v->detail_title, ROLE_STRONG);
    int y = 1;
    for (size_t i = 0; i < v->facts_count && y < a.h; i++) {
        int x = MARK_WIDTH + LABEL_WIDTH;
        canvas_text(c, MARK_WIDTH, a.y + y, LABEL_WIDTH - 1, v->facts[i].label, ROLE_DIM);
        struct rect rest = {x, a.y + y, a.w - x - 1, a.h - y};
        if (rest.w < 1) {
            break;
        }
        const struct view_text *value = &v->facts[i].value;
        int lines = paragraph_draw(c, rest, value->text, value->role, glyphs->ellipsis);
        y += lines > 0 ? lines : 1;
    }
    return y;
}

static int help_lines(struct canvas *c, struct area a, int y, const char *title,
    const struct view_key *lines, size_t count)
{
    if (y < a.h) {
        canvas_text(c, MARK_WIDTH, a.y + y, a.w - MARK_WIDTH, title, ROLE_STRONG);
    }
    for (size_t i = 0; i < count && ++y < a.h; i++) {
        int x = MARK_WIDTH + LABEL_WIDTH;
        canvas_text(c, MARK_WIDTH, a.y + y, LABEL_WIDTH - 2, lines[i].key, ROLE_KEY);
        canvas_text(c, x, a.y + y, a.w - x, lines[i].label, ROLE_NORMAL);
    }
    return y + 2;
}

void pane_help(struct canvas *c, struct area a, const struct view *v)
{
    static const struct view_key signs[] = {
        {"!!", "critical: far from usual, or the SLO is broken"},
        {"!", "warning: clearly more than usual, and more than noise"},
        {"?", "cannot be judged; the verdict says why"},
        {"CULPRIT", "the stage that explains the rise"},
        {">= 10 s", "beyond the last bucket: at least that"},
        {"mean*", "a summary without quantiles: only the mean can be known"},
        {"n=3, too few", "too few requests in the window to judge"},
    };
    int y = help_lines(c, a, 0, "Keys", v->help, v->help_count);
    help_lines(c, a, y, "Signs", signs, sizeof signs / sizeof *signs);
}
