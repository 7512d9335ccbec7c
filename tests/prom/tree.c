#include "prom/tree.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "prom/histogram.h"

static char *clean(const char *text)
{
    struct str s;
    str_init(&s);
    utf8_add_clean(&s, text, PROM_TEXT_MAX);
    return str_take(&s);
}

static const char *text_of(const cJSON *object, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

// Parses the envelope; on PROM_OK *ROOT is owned by the caller and *DATA points into it. Why an
// answer is none is not told apart here.
static enum prom_status open_envelope(
    long status, const char *body, size_t len, cJSON **root, const cJSON **data)
{
    *root = cJSON_ParseWithLength(body, len);
    const char *word = text_of(*root, "status");
    *data = cJSON_GetObjectItemCaseSensitive(*root, "data");
    if (word && strcmp(word, "success") == 0 && *data && status < 300) {
        return PROM_OK;
    }
    cJSON_Delete(*root);
    *root = NULL;
    return PROM_FAILED;
}

static bool read_time(const cJSON *pair, int64_t *t_ms)
{
    const cJSON *t = cJSON_GetArrayItem(pair, 0);
    if (!cJSON_IsNumber(t) || !(fabs(t->valuedouble) < 1e13)) {
        return false;
    }
    *t_ms = (int64_t)llround(t->valuedouble * 1000);
    return true;
}

static bool read_value(const cJSON *node, double *v)
{
    const char *text = cJSON_GetStringValue(node);
    if (!text) {
        return false;
    }
    char *end;
    *v = strtod(text, &end);
    return end != text && *end == '\0';
}

static void read_sample(struct batch_series *s, const cJSON *pair)
{
    int64_t t_ms;
    double v;
    if (read_time(pair, &t_ms) && read_value(cJSON_GetArrayItem(pair, 1), &v)) {
        batch_add_sample(s, t_ms, v);
    }
}

static void read_labels(struct labels *labels, const cJSON *metric)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, metric)
    {
        if (labels->count >= PROM_LABELS_MAX) {
            break;
        }
        const char *value = cJSON_GetStringValue(item);
        if (value && item->string) {
            char *name = clean(item->string);
            char *text = clean(value);
            labels_set(labels, name, text);
            free(name);
            free(text);
        }
    }
}

static void read_histogram(struct histogram_points *points, const cJSON *pair)
{
    const cJSON *h = cJSON_GetArrayItem(pair, 1);
    int64_t t_ms;
    double count, sum;
    if (!read_time(pair, &t_ms) ||
        !read_value(cJSON_GetObjectItemCaseSensitive(h, "count"), &count) ||
        !read_value(cJSON_GetObjectItemCaseSensitive(h, "sum"), &sum)) {
        return;
    }
    histogram_begin(points, t_ms, count, sum);
    const cJSON *bucket;
    cJSON_ArrayForEach(bucket, cJSON_GetObjectItemCaseSensitive(h, "buckets"))
    {
        double low, high, n;
        if (read_value(cJSON_GetArrayItem(bucket, 1), &low) &&
            read_value(cJSON_GetArrayItem(bucket, 2), &high) &&
            read_value(cJSON_GetArrayItem(bucket, 3), &n)) {
            histogram_add(points, low, high, n);
        }
    }
}

static void read_series(struct batch *out, const cJSON *item)
{
    const cJSON *values = cJSON_GetObjectItemCaseSensitive(item, "values");
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(item, "value");
    const cJSON *histograms = cJSON_GetObjectItemCaseSensitive(item, "histograms");
    const cJSON *histogram = cJSON_GetObjectItemCaseSensitive(item, "histogram");
    struct labels labels = {0};
    read_labels(&labels, cJSON_GetObjectItemCaseSensitive(item, "metric"));
    if (histograms || histogram) {
        struct histogram_points points = {0};
        const cJSON *pair;
        cJSON_ArrayForEach(pair, histograms)
        {
            read_histogram(&points, pair);
        }
        if (histogram) {
            read_histogram(&points, histogram);
        }
        histogram_unfold(&points, &labels, out);
        histogram_points_finish(&points);
    }
    if (values || value) {
        struct batch_series *s = batch_add(out);
        labels_copy(&s->labels, &labels);
        const cJSON *pair;
        cJSON_ArrayForEach(pair, values)
        {
            read_sample(s, pair);
        }
        if (value) {
            read_sample(s, value);
        }
    }
    labels_finish(&labels);
}

static void read_notes(struct batch *out, const cJSON *root)
{
    static const char *const keys[] = {"warnings", "infos"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const cJSON *note;
        cJSON_ArrayForEach(note, cJSON_GetObjectItemCaseSensitive(root, keys[i]))
        {
            if (cJSON_IsString(note) && out->notes_count < PROM_NOTES_MAX) {
                char *text = clean(note->valuestring);
                batch_add_note(out, text);
                free(text);
            }
        }
    }
}

static bool read_result(struct batch *out, const cJSON *data)
{
    const char *type = text_of(data, "resultType");
    const cJSON *result = cJSON_GetObjectItemCaseSensitive(data, "result");
    if (!type || !cJSON_IsArray(result)) {
        return false;
    }
    if (strcmp(type, "scalar") == 0) {
        read_sample(batch_add(out), result);
        return true;
    }
    if (strcmp(type, "string") == 0) {
        const cJSON *text = cJSON_GetArrayItem(result, 1);
        out->text = clean(cJSON_IsString(text) ? text->valuestring : "");
        return true;
    }
    if (strcmp(type, "vector") != 0 && strcmp(type, "matrix") != 0) {
        return false;
    }
    const cJSON *item;
    cJSON_ArrayForEach(item, result)
    {
        read_series(out, item);
    }
    return true;
}

enum prom_status tree_samples(long status, const char *body, size_t len, struct batch *out)
{
    cJSON *root;
    const cJSON *data;
    enum prom_status result = open_envelope(status, body, len, &root, &data);
    if (result != PROM_OK) {
        return result;
    }
    if (read_result(out, data)) {
        read_notes(out, root);
        if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "isPartial"))) {
            batch_add_note(out, "partial response: some storage is unavailable");
        }
    } else {
        result = PROM_FAILED;
    }
    cJSON_Delete(root);
    return result;
}

enum prom_status tree_names(long status, const char *body, size_t len, struct prom_names *out)
{
    cJSON *root;
    const cJSON *data;
    enum prom_status result = open_envelope(status, body, len, &root, &data);
    if (result != PROM_OK) {
        return result;
    }
    const cJSON *item;
    cJSON_ArrayForEach(item, data)
    {
        if (cJSON_IsString(item)) {
            mem_grow(&out->items, out->count, &out->cap);
            out->items[out->count++] = clean(item->valuestring);
        }
    }
    cJSON_Delete(root);
    return PROM_OK;
}

enum prom_status tree_type(
    long status, const char *body, size_t len, const char *metric, struct str *type)
{
    cJSON *root;
    const cJSON *data;
    enum prom_status result = open_envelope(status, body, len, &root, &data);
    if (result != PROM_OK) {
        return result;
    }
    const cJSON *entries = cJSON_GetObjectItemCaseSensitive(data, metric);
    const char *found = text_of(cJSON_GetArrayItem(entries, 0), "type");
    char *text = clean(found ? found : "");
    str_setf(type, "%s", text);
    free(text);
    cJSON_Delete(root);
    return PROM_OK;
}
