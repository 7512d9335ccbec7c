#include "draw/spark.h"

#include <math.h>

double spark_column(const double *values, size_t count, int x, int w)
{
    size_t first = count * (size_t)x / (size_t)w;
    size_t last = count * (size_t)(x + 1) / (size_t)w;
    last = last > first ? last : first + 1; // more columns than values: each value is repeated
    double most = NAN;
    for (size_t i = first; i < last && i < count; i++) {
        most = fmax(most, values[i]); // fmax ignores NaN
    }
    return most;
}

enum role spark_role(const struct view_trend *t, double value)
{
    return value >= t->critical ? ROLE_CRITICAL : value >= t->warning ? ROLE_WARNING : ROLE_SPARK;
}

void spark_draw(
    struct canvas *c, int x, int y, int w, const struct view_trend *t, const struct glyphs *glyphs)
{
    double top = isnan(t->usual) ? 0 : 2 * t->usual;
    for (int i = 0; i < w; i++) {
        top = fmax(top, spark_column(t->values, t->count, i, w));
    }
    for (int i = 0; i < w; i++) {
        double v = spark_column(t->values, t->count, i, w);
        if (isnan(v)) {
            continue;
        }
        int level = top > 0 ? (int)ceil(v / top * GLYPH_LEVELS) : 0;
        level = level < 1 ? 1 : level > GLYPH_LEVELS ? GLYPH_LEVELS : level;
        canvas_put(c, x + i, y, glyphs->bar[level], spark_role(t, v));
    }
}
