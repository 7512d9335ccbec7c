#include "view/layout.h"

enum { AIR_FROM = 20, HEADER_FROM = 3, STATUS_FROM = 6, GUTTER = 2, BORDERS = 2 };

static int at_most(int a, int b)
{
    return a < b ? a : b;
}

static int at_least(int a, int b)
{
    return a > b ? a : b;
}

/** Panes beside each other. */
struct line_up {
    size_t first, count;     /**< its panes */
    struct layout_wish wish; /**< of lines with those of its borders */
    int wanted;              /**< what it keeps unless it yields */
    int lines;
    bool dropped;
};

/** How near to each other frames stand: the first of these that has room for what matters. */
enum closeness { FRAMES_APART, FRAMES_SHARE, FRAMES_CLOSE, CLOSENESSES };

/** All of them, from the top to the bottom. */
struct column {
    struct line_up ups[LAYOUT_PANES_MAX];
    const struct layout_wish *wishes; /**< of all panes */
    size_t count;
    int air;
    enum closeness closeness;
};

// The lines that a frame adds to those of its pane: a title has one already.
static int borders_of(enum layout_frame frame)
{
    return frame == FRAME_NONE ? 0 : frame == FRAME_TITLED ? BORDERS - 1 : BORDERS;
}

static struct layout_wish sane(struct layout_wish w)
{
    w.least = at_least(1, w.least);
    w.lines = at_least(w.least, w.lines);
    w.keep = at_least(w.least, at_most(w.keep, w.lines));
    w.least += borders_of(w.frame);
    w.lines += borders_of(w.frame);
    w.keep += borders_of(w.frame);
    return w;
}

static void line_up(struct column *c, const struct layout_wish *wishes, size_t count, int width)
{
    c->count = 0;
    c->wishes = wishes;
    for (size_t i = 0; i < count && i < LAYOUT_PANES_MAX; i++) {
        struct layout_wish w = sane(wishes[i]);
        if (i > 0 && w.beside > 0 && width >= w.beside) {
            struct line_up *up = &c->ups[c->count - 1];
            up->count++;
            up->wish.least = at_least(up->wish.least, w.least);
            up->wish.lines = at_least(up->wish.lines, w.lines);
            up->wish.keep = at_least(up->wish.keep, w.keep);
            up->wish.grow = at_least(up->wish.grow, w.grow);
            up->wish.rank = at_most(up->wish.rank, w.rank);
            up->wish.yields = up->wish.yields && w.yields;
        } else {
            c->ups[c->count++] = (struct line_up){.first = i, .count = 1, .wish = w};
        }
    }
}

static bool are_joined(const struct line_up *upper, const struct line_up *lower)
{
    return lower->wish.frame == FRAME_JOINED && lower->count == 1 && upper->count == 1 &&
           upper->wish.frame != FRAME_NONE;
}

// The blank lines between two of them; less than none where they have borders in common.
static int gap_between(
    const struct column *c, const struct line_up *upper, const struct line_up *lower)
{
    bool framed = upper->wish.frame != FRAME_NONE, both = framed && lower->wish.frame != FRAME_NONE;
    if (are_joined(upper, lower)) {
        return -BORDERS;
    }
    if (both) {
        return c->closeness == FRAMES_APART ? 0 : -1;
    }
    bool either = framed || lower->wish.frame != FRAME_NONE;
    return either && c->closeness == FRAMES_CLOSE ? 0 : c->air;
}

static int kept_lines(const struct column *c)
{
    int sum = 0;
    const struct line_up *above = NULL;
    for (size_t i = 0; i < c->count; i++) {
        const struct line_up *up = &c->ups[i];
        if (!up->dropped) {
            sum += up->wish.keep + (above ? gap_between(c, above, up) : 0);
            above = up;
        }
    }
    return sum;
}

// The one of the highest rank: among all that can go, or only those that can shrink.
static size_t worst_of(const struct column *c, bool shrink)
{
    size_t worst = c->count;
    for (size_t i = 0; i < c->count; i++) {
        const struct layout_wish *w = &c->ups[i].wish;
        bool candidate = !c->ups[i].dropped && (w->keep > w->least || (!shrink && w->rank > 0));
        if (candidate && (worst == c->count || w->rank >= c->ups[worst].wish.rank)) {
            worst = i;
        }
    }
    return worst;
}

static bool is_last(const struct column *c, size_t up)
{
    for (size_t i = 0; i < c->count; i++) {
        if (i != up && !c->ups[i].dropped && c->ups[i].wish.rank > 0) {
            return false;
        }
    }
    return true;
}

// What has to shrink before the last one that grows is left out, which is WORST; else WORST.
static size_t yielding(const struct column *c, size_t worst)
{
    size_t yields = worst;
    for (size_t i = 0; i < c->count; i++) {
        const struct layout_wish *w = &c->ups[i].wish;
        if (!c->ups[i].dropped && i != worst && w->grow > 0) {
            return worst;
        }
        yields = !c->ups[i].dropped && w->yields && w->keep > w->least ? i : yields;
    }
    return c->ups[worst].wish.grow > 0 ? yields : worst;
}

// Where the last one that grows is left out all the same, nothing yields to it.
static void drop(struct column *c, size_t up)
{
    bool grows = c->ups[up].wish.grow > 0;
    c->ups[up].dropped = true;
    for (size_t i = 0; i < c->count; i++) {
        struct line_up *other = &c->ups[i];
        other->wish.keep = grows && other->wish.yields ? other->wanted : other->wish.keep;
    }
}

// What matters least shrinks, and then is left out, until the rest fits. The last one but for
// those of rank 0, which stay, is only left out when these cannot shrink either.
static void make_room(struct column *c, int room)
{
    int over;
    while ((over = kept_lines(c) - room) > 0) {
        size_t worst = worst_of(c, false);
        if (worst < c->count && is_last(c, worst)) {
            size_t other = worst_of(c, true);
            worst = other < c->count ? other : worst;
        }
        if (worst == c->count) {
            return;
        }
        bool shrinks = c->ups[worst].wish.keep > c->ups[worst].wish.least;
        worst = shrinks ? worst : yielding(c, worst);
        struct layout_wish *w = &c->ups[worst].wish;
        if (w->keep > w->least) {
            w->keep = at_least(w->least, w->keep - over);
        } else {
            drop(c, worst);
        }
    }
}

// The lines of what matters as much as the first one that grows, or more.
static int lines_that_matter(const struct column *c)
{
    int rank = -1, most = 0, sum = 0;
    for (size_t i = 0; i < c->count; i++) {
        const struct layout_wish *w = &c->ups[i].wish;
        most = at_least(most, w->rank);
        rank = w->grow > 0 && (rank < 0 || w->rank < rank) ? w->rank : rank;
    }
    rank = rank < 0 ? most : rank;
    for (size_t i = 0; i < c->count; i++) {
        const struct line_up *up = &c->ups[i];
        sum += up->wish.rank <= rank && !up->dropped ? up->wish.keep : 0;
    }
    return sum;
}

// First what each wants, by rank; what is then left goes to those that grow.
static void share_out(struct column *c, int left)
{
    int most = 0, grow = 0;
    for (size_t i = 0; i < c->count; i++) {
        most = at_least(most, c->ups[i].wish.rank);
    }
    for (int rank = 0; rank <= most; rank++) {
        for (size_t i = 0; i < c->count; i++) {
            struct line_up *up = &c->ups[i];
            if (!up->dropped && up->wish.rank == rank) {
                int more = at_most(left, up->wish.lines - up->lines);
                up->lines += at_least(0, more);
                left -= at_least(0, more);
            }
        }
    }
    for (size_t i = 0; i < c->count; i++) {
        grow += c->ups[i].dropped ? 0 : c->ups[i].wish.grow;
    }
    for (size_t i = 0; i < c->count && grow > 0 && left > 0; i++) {
        struct line_up *up = &c->ups[i];
        if (!up->dropped && up->wish.grow > 0) {
            int more = left * up->wish.grow / grow;
            up->lines += more;
            left -= more;
            grow -= up->wish.grow;
        }
    }
}

// --- places

// The columns that the first END panes of UP claim for themselves; *OTHERS is set to how many of
// them claim none.
static int claimed(const struct column *c, const struct line_up *up, int end, int *others)
{
    int sum = 0;
    *others = 0;
    for (int k = 0; k < end; k++) {
        int columns = up->count > 1 ? c->wishes[up->first + (size_t)k].columns : 0;
        sum += columns;
        *others += columns == 0;
    }
    return sum;
}

// Where pane I of UP begins, of W columns; that of one behind the last is where that one ends.
static int left_of(const struct column *c, const struct line_up *up, int i, int w)
{
    int all, before, sum = claimed(c, up, (int)up->count, &all);
    if (all == 0 || sum > w / 2) { // nobody is crowded out
        return w * i / (int)up->count;
    }
    int own = claimed(c, up, i, &before);
    return own + (w - sum) * before / all;
}

// Frames stand next to each other, or share what is between them.
static struct area side_by_side(const struct column *c, const struct line_up *up, int i, int w)
{
    int gap = up->wish.frame == FRAME_NONE ? GUTTER : c->closeness == FRAMES_APART ? 0 : -1;
    int x = left_of(c, up, i, w + gap), end = left_of(c, up, i + 1, w + gap) - gap;
    return (struct area){.x = x, .w = at_least(0, end - x)};
}

// A frame that goes round more than one pane is the same for all of them.
static void join(struct layout_place *places, size_t upper, size_t lower, struct area frame)
{
    struct area joined = places[upper].frame;
    int y = joined.y;
    joined.h = frame.y + frame.h - y;
    for (size_t i = 0; i <= lower; i++) {
        if (i == lower || (places[i].frame.h > 0 && places[i].frame.y == y)) {
            places[i].frame = joined;
        }
    }
}

static void place_panes(const struct column *c, int y, int end, int w, struct layout_place *places)
{
    const struct line_up *above = NULL;
    for (size_t k = 0; k < c->count; k++) {
        const struct line_up *up = &c->ups[k];
        if (up->dropped || up->lines <= 0) {
            continue;
        }
        y += above ? gap_between(c, above, up) : 0;
        int lines = at_most(up->lines, end - y), inside = lines - BORDERS;
        bool framed = up->wish.frame != FRAME_NONE;
        for (int i = 0; i < (int)up->count && lines > 0; i++) {
            struct area a = side_by_side(c, up, i, w);
            struct layout_place *place = &places[up->first + (size_t)i];
            if (a.w == 0 || (framed && inside < 1)) {
                continue;
            }
            place->area = (struct area){a.x, framed ? y + 1 : y, a.w, framed ? inside : lines};
            place->frame = framed ? (struct area){a.x, y, a.w, lines} : (struct area){0};
            if (above && are_joined(above, up)) {
                join(places, above->first, up->first, place->frame);
            }
        }
        y += lines;
        above = up;
    }
}

static void fit(
    struct column *c, const struct layout_wish *wishes, size_t count, int width, int room)
{
    line_up(c, wishes, count, width);
    for (size_t i = 0; i < c->count; i++) {
        c->ups[i].wanted = c->ups[i].wish.keep;
    }
    make_room(c, room);
}

// As far apart as they can be without costing a line of what matters.
static enum closeness closeness_of(
    const struct column *c, const struct layout_wish *wishes, size_t count, int width, int room)
{
    struct column tried = *c;
    int most = -1;
    enum closeness best = FRAMES_APART;
    for (int i = 0; i < CLOSENESSES; i++) {
        tried.closeness = (enum closeness)i;
        fit(&tried, wishes, count, width, room);
        int lines = lines_that_matter(&tried);
        best = lines > most ? tried.closeness : best;
        most = at_least(most, lines);
    }
    return best;
}

void layout_screen(int w, int h, const struct layout_wish *wishes, size_t count,
    struct area *header, struct area *status, struct layout_place *places)
{
    *header = *status = (struct area){0};
    for (size_t i = 0; i < count; i++) {
        places[i] = (struct layout_place){0};
    }
    if (w < 1 || h < 1) {
        return;
    }
    struct column c = {.air = h >= AIR_FROM ? 1 : 0};
    int y = 0, end = h;
    if (h >= HEADER_FROM) {
        *header = (struct area){0, 0, w, 1};
        y = 1 + c.air;
    }
    if (h >= STATUS_FROM) {
        end = h - 1;
        *status = (struct area){0, end, w, 1};
    }
    c.closeness = closeness_of(&c, wishes, count, w, end - y);
    fit(&c, wishes, count, w, end - y);
    for (size_t i = 0; i < c.count; i++) {
        c.ups[i].lines = c.ups[i].dropped ? 0 : c.ups[i].wish.keep;
    }
    share_out(&c, end - y - kept_lines(&c));
    place_panes(&c, y, end, w, places);
}
