#include "view/layout.h"

enum {
    MARK_WIDTH = 4,
    NUMBER_WIDTH = 8,
    CHANGE_WIDTH = 7,
    NAME_LEAST = 12,
    NAME_MOST = 48,
    NAME_FAIR = 18,
    TREND_LEAST = 6,
    TREND_USEFUL = 24,
    TREND_MOST = 60,
    VERDICT_LEAST = 13,
    METRICS_FROM = 136,
    ERRORS_FROM = 90,
    RATE_FROM = 110,
    CHART_LEAST = 5,
};

static int at_most(int a, int b)
{
    return a < b ? a : b;
}

static int at_least(int a, int b)
{
    return a > b ? a : b;
}

static struct area take(int *y, int end, int w, int lines)
{
    int h = at_least(0, at_most(lines, end - *y));
    struct area a = {0, *y, h > 0 ? w : 0, h};
    *y += h;
    return a;
}

struct layout layout_page(int w, int h, struct layout_wish wish)
{
    struct layout l = {0};
    if (w < 1 || h < 1) {
        return l;
    }
    // the verdict outlives everything, then the table, then the header, then the keys
    int status = h >= 6 ? 1 : 0;
    int end = h - status;
    int air = h >= 20 ? 1 : 0;
    int y = 0;
    l.header = take(&y, end, w, h >= 3 ? 1 : 0);
    y += air;
    l.verdict = take(&y, end, w, at_least(1, at_most(wish.verdict, h >= 12 ? 4 : 2)));
    y = at_most(y + air, end);
    l.stages = take(&y, end, w, wish.stages + 1);
    int left = end - y;
    if (wish.tools > 0 && left >= 2 + air) {
        y += air;
        int spare = left - air - (wish.tools + 1);
        // many tools leave the chart its room, few leave it the rest
        int lines = spare < 0 ? left - air : wish.tools + 1;
        l.tools = take(&y, end, w, lines);
    }
    if (end - y >= CHART_LEAST + air) {
        y += air;
        l.chart = take(&y, end, w, end - y);
    }
    if (status) {
        l.status = (struct area){0, end, w, 1};
    }
    return l;
}

int layout_table_width(int names, int verdict)
{
    int name = at_least(NAME_LEAST, at_most(names, NAME_MOST));
    int numbers = NUMBER_WIDTH * 4 + CHANGE_WIDTH;
    int width = MARK_WIDTH + name + numbers + TREND_USEFUL + verdict + 4;
    return at_least(width, RATE_FROM);
}

bool layout_has_room_for_metrics(int width)
{
    return width >= METRICS_FROM;
}

static void place(struct column_place *p, int *x, int w)
{
    *p = (struct column_place){*x, w};
    *x += w;
}

void layout_columns(
    struct column_place out[COLUMN_COUNT], int width, int names, int verdict, bool errors_matter)
{
    bool errors = width >= ERRORS_FROM || (errors_matter && width >= 60);
    bool rate = width >= RATE_FROM;
    bool usual = width >= 40;
    bool change = width >= 32;
    int mark = width >= 24 ? MARK_WIDTH : 0;
    int numbers = NUMBER_WIDTH * (1 + usual + errors + rate) + CHANGE_WIDTH * change;
    int share = at_most(NAME_MOST, at_least(NAME_FAIR, width * 2 / 5));
    int name = at_least(NAME_LEAST, at_most(names, share));
    int rest = width - mark - name - numbers;
    int words = at_most(at_least(verdict + 2, VERDICT_LEAST), rest - TREND_LEAST - 2);
    words = words >= VERDICT_LEAST ? words : 0;
    int trend = at_most(rest - words - 2, TREND_MOST);
    trend = trend >= TREND_LEAST ? trend : 0;
    if (words) {
        words = rest - (trend ? trend + 2 : 0);
    }
    int x = 0;
    place(&out[COLUMN_MARK], &x, mark);
    place(&out[COLUMN_NAME], &x, at_most(name, at_least(0, width - mark - numbers)));
    place(&out[COLUMN_NOW], &x, at_most(NUMBER_WIDTH, at_least(0, width - x)));
    place(&out[COLUMN_USUAL], &x, usual ? NUMBER_WIDTH : 0);
    place(&out[COLUMN_CHANGE], &x, change ? CHANGE_WIDTH : 0);
    place(&out[COLUMN_ERRORS], &x, errors ? NUMBER_WIDTH : 0);
    place(&out[COLUMN_RATE], &x, rate ? NUMBER_WIDTH : 0);
    x += trend ? 2 : 0;
    place(&out[COLUMN_TREND], &x, trend);
    x += words ? 2 : 0;
    place(&out[COLUMN_VERDICT], &x, words ? at_least(0, width - x) : 0);
}
