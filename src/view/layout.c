#include "view/layout.h"

enum {
    MARK_WIDTH = 4,
    NAME_LEAST = 12,
    NAME_MOST = 72,
    NAME_FAIR = 18,
    TREND_LEAST = 6,
    TREND_USEFUL = 24,
    TREND_MOST = 60,
    WORDS_LEAST = 13,
    WORDS_FAIR = 18,
    MATTERS_FROM = 60,
    VERDICT_FROM = 72,
    METRICS_FROM = 136,
    AIR_FROM = 20,
    HEADER_FROM = 3,
    STATUS_FROM = 6,
    GUTTER = 2,
};

static int at_most(int a, int b)
{
    return a < b ? a : b;
}

static int at_least(int a, int b)
{
    return a > b ? a : b;
}

// --- the screen

/** Panes beside each other. */
struct line_up {
    size_t first, count; /**< its panes */
    struct layout_wish wish;
    int lines;
    bool dropped;
};

static size_t line_up(
    struct line_up *ups, const struct layout_wish *wishes, size_t count, int width)
{
    size_t n = 0;
    for (size_t i = 0; i < count && i < LAYOUT_PANES_MAX; i++) {
        struct layout_wish w = wishes[i];
        w.least = at_least(1, w.least);
        w.lines = at_least(w.least, w.lines);
        w.keep = at_least(w.least, at_most(w.keep, w.lines));
        if (i > 0 && w.beside > 0 && width >= w.beside) {
            struct line_up *up = &ups[n - 1];
            up->count++;
            up->wish.least = at_least(up->wish.least, w.least);
            up->wish.lines = at_least(up->wish.lines, w.lines);
            up->wish.keep = at_least(up->wish.keep, w.keep);
            up->wish.grow = at_least(up->wish.grow, w.grow);
            up->wish.rank = at_most(up->wish.rank, w.rank);
        } else {
            ups[n++] = (struct line_up){.first = i, .count = 1, .wish = w};
        }
    }
    return n;
}

static int kept_lines(const struct line_up *ups, size_t n, int air)
{
    int sum = -air;
    for (size_t i = 0; i < n; i++) {
        sum += ups[i].dropped ? 0 : ups[i].wish.keep + air;
    }
    return sum;
}

// The one of the highest rank: among all that can go, or only those that can shrink.
static size_t worst_of(const struct line_up *ups, size_t n, bool shrink)
{
    size_t worst = n;
    for (size_t i = 0; i < n; i++) {
        const struct layout_wish *w = &ups[i].wish;
        bool candidate = !ups[i].dropped && (w->keep > w->least || (!shrink && w->rank > 0));
        if (candidate && (worst == n || w->rank >= ups[worst].wish.rank)) {
            worst = i;
        }
    }
    return worst;
}

static bool is_last(const struct line_up *ups, size_t n, size_t up)
{
    for (size_t i = 0; i < n; i++) {
        if (i != up && !ups[i].dropped && ups[i].wish.rank > 0) {
            return false;
        }
    }
    return true;
}

// What matters least shrinks, and then is left out, until the rest fits. The last one but for
// those of rank 0, which stay, is only left out when these cannot shrink either.
static void make_room(struct line_up *ups, size_t n, int room, int air)
{
    int over;
    while ((over = kept_lines(ups, n, air) - room) > 0) {
        size_t worst = worst_of(ups, n, false);
        if (worst < n && is_last(ups, n, worst)) {
            size_t other = worst_of(ups, n, true);
            worst = other < n ? other : worst;
        }
        if (worst == n) {
            return;
        }
        struct layout_wish *w = &ups[worst].wish;
        if (w->keep > w->least) {
            w->keep = at_least(w->least, w->keep - over);
        } else {
            ups[worst].dropped = true;
        }
    }
}

// First what each wants, by rank; what is then left goes to those that grow.
static void share_out(struct line_up *ups, size_t n, int left)
{
    int most = 0, grow = 0;
    for (size_t i = 0; i < n; i++) {
        most = at_least(most, ups[i].wish.rank);
    }
    for (int rank = 0; rank <= most; rank++) {
        for (size_t i = 0; i < n; i++) {
            if (!ups[i].dropped && ups[i].wish.rank == rank) {
                int more = at_most(left, ups[i].wish.lines - ups[i].lines);
                ups[i].lines += at_least(0, more);
                left -= at_least(0, more);
            }
        }
    }
    for (size_t i = 0; i < n; i++) {
        grow += ups[i].dropped ? 0 : ups[i].wish.grow;
    }
    for (size_t i = 0; i < n && grow > 0 && left > 0; i++) {
        if (!ups[i].dropped && ups[i].wish.grow > 0) {
            int more = left * ups[i].wish.grow / grow;
            ups[i].lines += more;
            left -= more;
            grow -= ups[i].wish.grow;
        }
    }
}

static void place_side_by_side(
    const struct line_up *up, int y, int w, int lines, struct area *panes)
{
    int count = (int)up->count;
    for (int i = 0; i < count; i++) {
        int x = (w + GUTTER) * i / count;
        int end = (w + GUTTER) * (i + 1) / count - GUTTER;
        panes[up->first + (size_t)i] =
            (struct area){x, y, at_least(0, end - x), end > x ? lines : 0};
    }
}

void layout_screen(int w, int h, const struct layout_wish *wishes, size_t count,
    struct area *header, struct area *status, struct area *panes)
{
    *header = *status = (struct area){0};
    for (size_t i = 0; i < count; i++) {
        panes[i] = (struct area){0};
    }
    if (w < 1 || h < 1) {
        return;
    }
    int air = h >= AIR_FROM ? 1 : 0;
    int y = 0, end = h;
    if (h >= HEADER_FROM) {
        *header = (struct area){0, 0, w, 1};
        y = 1 + air;
    }
    if (h >= STATUS_FROM) {
        end = h - 1;
        *status = (struct area){0, end, w, 1};
    }
    struct line_up ups[LAYOUT_PANES_MAX];
    size_t n = line_up(ups, wishes, count, w);
    make_room(ups, n, end - y, air);
    for (size_t i = 0; i < n; i++) {
        ups[i].lines = ups[i].dropped ? 0 : ups[i].wish.keep;
    }
    share_out(ups, n, end - y - kept_lines(ups, n, air));
    for (size_t i = 0; i < n; i++) {
        int lines = at_most(ups[i].lines, end - y);
        if (lines > 0) {
            place_side_by_side(&ups[i], y, w, lines, panes);
            y += lines + air;
        }
    }
}

// --- columns

static int most_of_names(int width)
{
    return at_most(NAME_MOST, at_least(NAME_FAIR, width * 2 / 5));
}

bool layout_has_room_for_metrics(int width, int names, int metrics)
{
    int both = names + GUTTER + metrics;
    return width >= METRICS_FROM + names && both < most_of_names(width);
}

static int numbers_width(
    const struct view_column *columns, size_t count, int width, size_t matters, bool *shown)
{
    int sum = 0;
    for (size_t k = 0; k < count; k++) {
        bool stays = k == matters && matters > 0 && width >= MATTERS_FROM;
        shown[k] = width >= columns[k].from || stays;
        sum += columns[k].kind == KIND_NUMBER && shown[k] ? columns[k].width : 0;
    }
    return sum;
}

static bool has(const struct view_column *columns, size_t count, enum column_kind kind)
{
    for (size_t k = 0; k < count; k++) {
        if (columns[k].kind == kind) {
            return true;
        }
    }
    return false;
}

int layout_table_width(const struct view_column *columns, size_t count, int names, int words)
{
    int name = at_least(NAME_LEAST, at_most(names, NAME_MOST));
    int width = MARK_WIDTH + name + TREND_USEFUL + words + 2 * GUTTER;
    int from = 0;
    for (size_t k = 0; k < count; k++) {
        width += columns[k].kind == KIND_NUMBER ? columns[k].width : 0;
        from = at_least(from, columns[k].from);
    }
    return at_least(at_least(width, from), (5 * name + 1) / 2); // of which names get two fifths
}

static bool ends_with_words(const struct view_column *columns, size_t count)
{
    return has(columns, count, KIND_WORDS) || has(columns, count, KIND_CODE);
}

// What words want of REST, where a trend shrinks for them, and on a WIDE screen vanishes before
// they do: they are cut too short on others.
static int words_width(int rest, int words, bool trend, bool wide)
{
    int wanted = at_least(words + GUTTER, WORDS_LEAST);
    int beside = rest - (trend ? TREND_LEAST + GUTTER : 0);
    return at_most(wanted, !wide || beside >= at_most(wanted, WORDS_FAIR) ? beside : rest);
}

// Of the numbers that narrow screens do without anyway, as many go as words need; what they free.
static int make_room_for_words(const struct view_column *columns, size_t count, int room, int words,
    size_t matters, bool *shown)
{
    int freed = 0, wanted = room < WORDS_LEAST ? at_most(words + GUTTER, WORDS_FAIR) : room;
    while (room + freed < wanted) {
        size_t last = count;
        for (size_t k = 0; k < count; k++) {
            bool goes = columns[k].kind == KIND_NUMBER && shown[k] && k != matters &&
                        columns[k].from > MATTERS_FROM;
            last = goes && (last == count || columns[k].from > columns[last].from) ? k : last;
        }
        if (last == count) {
            break;
        }
        shown[last] = false;
        freed += columns[last].width;
    }
    return freed;
}

void layout_columns(struct column_place *out, int width, const struct view_column *columns,
    size_t count, int names, int words, size_t matters)
{
    enum { MOST = 32 };
    bool shown[MOST] = {false};
    count = count < MOST ? count : MOST;
    int numbers = numbers_width(columns, count, width, matters, shown);
    int mark = shown[0] ? MARK_WIDTH : 0;
    int name = at_least(NAME_LEAST, at_most(names, most_of_names(width)));
    bool has_trend = has(columns, count, KIND_TREND);
    int rest = width - mark - name - numbers, last = 0;
    if (ends_with_words(columns, count)) {
        bool wide = width >= VERDICT_FROM;
        int freed = wide ? make_room_for_words(columns, count, rest, words, matters, shown) : 0;
        numbers -= freed;
        rest += freed;
        last = words_width(rest, words, has_trend, wide);
        last = last >= WORDS_LEAST ? last : 0;
    }
    int trend = at_most(rest - last - GUTTER, TREND_MOST);
    trend = has_trend && trend >= TREND_LEAST ? trend : 0;
    int spare = rest - last - (trend > 0 ? trend + GUTTER : 0);
    name = at_most(at_least(name, at_most(names, NAME_MOST)), name + at_least(0, spare));
    int x = 0;
    for (size_t k = 0; k < count; k++) {
        int room = at_least(0, width - x), w = 0;
        switch (columns[k].kind) {
        case KIND_MARK: w = mark; break;
        case KIND_NAME: w = at_most(name, at_least(0, room - numbers)); break;
        case KIND_NUMBER: w = shown[k] ? at_most(columns[k].width, room) : 0; break;
        case KIND_TREND:
            x += trend ? GUTTER : 0;
            w = trend;
            break;
        case KIND_WORDS:
        case KIND_CODE:
            x += last ? GUTTER : 0;
            w = last ? at_least(0, width - x) : 0;
            break;
        }
        out[k] = (struct column_place){x, w};
        x += w;
    }
}
