#include "view/layout.h"

enum {
    MARK_WIDTH = 4,
    NAME_LEAST = 12,
    NAME_MOST = 72,
    NAME_FAIR = 18,
    TREND_LEAST = 6,
    TREND_YIELDS = 2, /**< columns of the least that complete the words beside it */
    TREND_USEFUL = 24,
    TREND_MOST = 60,
    WORDS_LEAST = 13,
    WORDS_FAIR = 18,
    MATTERS_FROM = 60,
    VERDICT_FROM = 72,
    METRICS_FROM = 136,
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

static bool has(const struct view_column *columns, size_t count, int width, enum column_kind kind)
{
    for (size_t k = 0; k < count; k++) {
        if (columns[k].kind == kind && width >= columns[k].from) {
            return true;
        }
    }
    return false;
}

// The width that a column of names has whatever they are; 0: none has.
static int fixed_name(const struct view_column *columns, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        if (columns[k].kind == KIND_NAME) {
            return columns[k].width;
        }
    }
    return 0;
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

static bool ends_with_words(const struct view_column *columns, size_t count, int width)
{
    return has(columns, count, width, KIND_WORDS) || has(columns, count, width, KIND_CODE);
}

// What words want of REST, where a trend shrinks for them, and on a WIDE screen vanishes before
// they do: they are cut too short on others. *LEAST is what the trend then does with.
static int words_width(int rest, int words, bool trend, bool wide, int *least)
{
    int wanted = at_least(words + GUTTER, WORDS_LEAST);
    int beside = rest - (trend ? TREND_LEAST + GUTTER : 0);
    bool stays = !wide || beside >= at_most(wanted, WORDS_FAIR);
    bool yields = trend && stays && beside < wanted && beside + TREND_YIELDS >= wanted;
    *least = yields ? TREND_LEAST - TREND_YIELDS : TREND_LEAST;
    return at_most(wanted, yields ? wanted : stays ? beside : rest);
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
    int fixed = fixed_name(columns, count);
    int name = fixed ? fixed : at_least(NAME_LEAST, at_most(names, most_of_names(width)));
    bool has_trend = has(columns, count, width, KIND_TREND);
    int rest = width - mark - name - numbers, last = 0, least = TREND_LEAST;
    if (ends_with_words(columns, count, width)) {
        bool wide = width >= VERDICT_FROM;
        int freed = wide ? make_room_for_words(columns, count, rest, words, matters, shown) : 0;
        numbers -= freed;
        rest += freed;
        last = words_width(rest, words, has_trend, wide, &least);
        last = last >= WORDS_LEAST ? last : 0;
    }
    int trend = at_most(rest - last - GUTTER, TREND_MOST);
    trend = has_trend && trend >= least ? trend : 0;
    int spare = rest - last - (trend > 0 ? trend + GUTTER : 0);
    int longest = fixed ? fixed : at_least(name, at_most(names, NAME_MOST));
    name = at_most(longest, name + at_least(0, spare));
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
