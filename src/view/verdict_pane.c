#include "view/verdict_pane.h"

#include <string.h>

#include "base/utf8.h"
#include "base/wrap.h"
#include "view/cell.h"
#include "view/fleet_state.h"
#include "view/history.h"

enum {
    NARROW = 60, // with fewer columns no text is aligned
    LOW = 30,    // with fewer lines what the rows show as well begins none
    BADGE_X = 1,
    LABEL_X = 2,
    TEXT_X = 11,
    TEXT_X_NARROW = 2,
    GAP = 3,
    FIRST_LEAST = 16, // a text that has no line to itself begins where there is that much room
    RUNS_MAX = 256,
};

/** How much each line matters: the highest is left out first. */
static const int ranks[BLOCK_ABOUTS] = {[BLOCK_HEAD] = 0,
    [BLOCK_MORE] = 1,
    [BLOCK_LIKELY] = 2,
    [BLOCK_ALSO] = 3,
    [BLOCK_REST] = 4,
    [BLOCK_CHANGED] = 5,
    [BLOCK_NOT] = 6,
    [BLOCK_ALERTS] = 7};

enum { RANK_GIST = 4, RANK_LOUD = 3, RANK_ALERTS = 5, RANK_ALL = 7 };

// An alert that fires matters more than what changed; that no rule watches a stage, least of all.
static int rank_of(const struct block_line *line)
{
    bool loud = false, alerts = false;
    for (size_t i = 0; i < line->count; i++) {
        loud = loud || line->parts[i].tone == BLOCK_LOUD;
        alerts = alerts || line->parts[i].tone != BLOCK_ASIDE;
    }
    bool is_alerts = line->about == BLOCK_ALERTS;
    return is_alerts && loud ? RANK_LOUD : is_alerts && alerts ? RANK_ALERTS : ranks[line->about];
}

/** Where the next character goes, and what was written. */
struct flow {
    struct arena *arena; /**< NULL: lines are only counted */
    struct view_run *runs;
    size_t count;
    int x, y, left, right;
    bool fresh; /**< nothing is in the line yet */
    bool low;
};

static void put(struct flow *f, const char *text, size_t len, enum role role)
{
    char *copy;
    if (!f->arena || len == 0 || f->count == RUNS_MAX) {
        return;
    }
    copy = arena_alloc(f->arena, len + 1, 1);
    memcpy(copy, text, len);
    f->runs[f->count++] = (struct view_run){f->x, f->y, copy, role};
}

static void begin_line(struct flow *f)
{
    f->x = f->left;
    f->y++;
    f->fresh = true;
}

/** A text without its marks, and where these were. */
struct plain {
    struct str text;
    size_t marks[2 * BLOCK_PARTS_MAX];
    size_t count;
};

static void plain_init(struct plain *p, const char *marked)
{
    p->count = 0;
    str_init(&p->text);
    for (const char *at = marked; *at; at++) {
        if (*at != BLOCK_MARK) {
            str_addc(&p->text, *at);
        } else if (p->count < sizeof p->marks / sizeof *p->marks) {
            p->marks[p->count++] = p->text.len;
        }
    }
}

static enum role role_of(enum block_tone tone, bool number, enum role bad)
{
    switch (tone) {
    case BLOCK_PLAIN: return number ? ROLE_STRONG : ROLE_NORMAL;
    case BLOCK_ASIDE: return number ? ROLE_NORMAL : ROLE_DIM;
    case BLOCK_PLACE: return ROLE_STRONG;
    case BLOCK_BAD: return number ? bad : ROLE_DIM;
    case BLOCK_LOUD: return ROLE_WARNING;
    }
    return ROLE_NORMAL;
}

static int width_of(const char *text, size_t len)
{
    struct str s;
    str_init(&s);
    str_append(&s, text, len);
    int width = utf8_width(s.text);
    str_finish(&s);
    return width;
}

// The bytes FROM to END of P, which are of one line.
static void put_segment(struct flow *f, const struct plain *p, size_t from, size_t end,
    enum block_tone tone, enum role bad)
{
    while (from < end) {
        size_t until = end, passed = 0;
        for (size_t i = 0; i < p->count; i++) {
            passed += p->marks[i] <= from;
            until = p->marks[i] > from && p->marks[i] < until ? p->marks[i] : until;
        }
        put(f, p->text.text + from, until - from, role_of(tone, passed % 2 == 1, bad));
        f->x += width_of(p->text.text + from, until - from);
        from = until;
    }
    f->fresh = false;
}

static void put_part(struct flow *f, const struct block_part *part, bool spaced, enum role bad)
{
    struct plain p;
    plain_init(&p, part->text);
    int width = utf8_width(p.text.text), room = f->right - f->x - (f->fresh ? 0 : GAP);
    bool fits = width <= room, fits_alone = width <= f->right - f->left;
    if (!fits && !f->fresh && part->spare && f->low) {
        str_finish(&p.text);
        return;
    }
    if (!fits && !f->fresh && (fits_alone || room < FIRST_LEAST)) {
        begin_line(f);
    }
    if (!f->fresh) {
        put(f, spaced ? "   " : " · ", strlen(spaced ? "   " : " · "), ROLE_DIM);
        f->x += GAP;
    }
    const char *text = p.text.text;
    while (*text) {
        const char *end = wrap_line_end(text, f->right - f->x > 0 ? f->right - f->x : 1);
        put_segment(
            f, &p, (size_t)(text - p.text.text), (size_t)(end - p.text.text), part->tone, bad);
        text = wrap_next_line(end);
        if (*text) {
            begin_line(f);
        }
    }
    str_finish(&p.text);
}

static enum role label_role(enum block_about about)
{
    return about == BLOCK_LIKELY || about == BLOCK_ALSO ? ROLE_WARNING
           : about == BLOCK_NOT                         ? ROLE_OK
                                                        : ROLE_COLUMN;
}

static void put_line(struct flow *f, const struct block_line *line, enum role bad)
{
    const char *label = block_label(line->about);
    int end = LABEL_X + utf8_width(label) + 1;
    f->x = LABEL_X;
    put(f, label, strlen(label), label_role(line->about));
    f->x = *label && end > f->left ? end + 1 : f->left;
    f->fresh = true;
    for (size_t i = 0; i < line->count; i++) {
        put_part(f, &line->parts[i], line->about <= BLOCK_MORE, bad);
    }
}

static void put_badge(struct flow *f, const struct view *v)
{
    if (v->block.badge) {
        struct str s;
        str_init(&s);
        str_addf(&s, " %s ", v->block.badge);
        f->x = BADGE_X;
        put(f, s.text, s.len, v->badge);
        int end = BADGE_X + utf8_width(s.text) + 1;
        f->x = end > f->left ? end : f->left;
        str_finish(&s);
    }
}

// Returns the lines that are written, of all whose rank is MOST at most.
static int flow_all(struct flow *f, const struct view *v, const struct view_input *in, int most)
{
    enum role bad = v->summary.role;
    int room = in->columns > TEXT_X ? in->columns - 1 : in->columns;
    bool narrow = in->columns < NARROW;
    f->count = 0;
    f->y = 0;
    f->right = room;
    f->low = in->rows > 0 && in->rows < LOW && v->findings;
    f->left = narrow ? TEXT_X_NARROW : v->block.badge ? TEXT_X : VIEW_INDENT;
    for (size_t i = 0; i < v->block.count; i++) {
        const struct block_line *line = &v->block.lines[i];
        if (rank_of(line) > most) {
            continue;
        }
        f->y += i > 0;
        f->x = f->left;
        if (i == 0) {
            put_badge(f, v);
            f->fresh = true;
            for (size_t k = 0; k < line->count; k++) {
                put_part(f, &line->parts[k], true, bad);
            }
        } else {
            put_line(f, line, bad);
        }
    }
    return f->y + 1;
}

static int most_of(const struct view *v)
{
    return v->findings ? RANK_ALL : RANK_GIST;
}

int verdict_pane_lines(const struct view *v, const struct view_input *in)
{
    struct flow f = {.arena = NULL};
    return flow_all(&f, v, in, most_of(v));
}

void verdict_pane_place(struct view *v, struct arena *a, const struct view_input *in, int h)
{
    struct flow f = {.arena = NULL};
    int most = most_of(v), all = flow_all(&f, v, in, most), lines = all;
    while (lines > h && most > 0) {
        lines = flow_all(&f, v, in, --most);
    }
    f.arena = a;
    f.runs = arena_alloc(a, RUNS_MAX, sizeof *f.runs);
    flow_all(&f, v, in, most);
    v->runs = f.runs;
    v->runs_count = f.count;
    v->verdict_more = h > 0 && all > h ? all - (lines < h ? lines : h) : 0;
    v->verdict_cut = lines > h;
}

void verdict_pane_build(struct view *v, struct arena *a, const struct view_input *in)
{
    const struct view_source alone = {.words = in->words};
    const struct view_source *sources = in->sources_count > 0 ? in->sources : &alone;
    size_t count = in->sources_count > 0 ? in->sources_count : 1;
    int at = fleet_given(sources, count, in->state->only);
    const struct verdict *verdict = &sources[at].words.diagnosis->verdict;
    fleet_build_block(&v->block, a, sources, count, at);
    v->badge = verdict->condition == VERDICT_INCIDENT ? ROLE_CULPRIT : v->summary.role;
    if (history_is_shown(in) && verdict->condition == VERDICT_OK) {
        v->badge = ROLE_DIM; // that all was well then is no all-clear
    }
}
