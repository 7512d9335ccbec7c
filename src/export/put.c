#include "export/put.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/clock.h"
#include "export/escape.h"

void put_number(cJSON *to, const char *key, double v)
{
    if (!isfinite(v)) {
        cJSON_AddNullToObject(to, key);
        return;
    }
    double rounded = v == 0 ? 0 : v;
    char text[40];
    snprintf(text, sizeof text, "%.6g", rounded); // the data has no more digits than that
    cJSON_AddRawToObject(to, key, text);
}

void put_text(cJSON *to, const char *key, const char *text)
{
    if (text) {
        cJSON_AddStringToObject(to, key, text);
    } else {
        cJSON_AddNullToObject(to, key);
    }
}

void put_moment(cJSON *to, const char *key, int64_t at_ms)
{
    struct str s;
    str_init(&s);
    if (at_ms > 0) {
        clock_add_rfc3339(&s, at_ms);
    }
    put_text(to, key, at_ms > 0 ? s.text : NULL);
    str_finish(&s);
}

void put_document(struct str *s, cJSON *root)
{
    char *text = cJSON_Print(root);
    check(text);
    escape_json(s, text);
    str_addc(s, '\n');
    free(text);
    cJSON_Delete(root);
}

// A scalar of JSON is one of YAML as well.
static void add_scalar(struct str *s, const cJSON *value)
{
    char *text = cJSON_PrintUnformatted(value);
    check(text);
    str_addf(s, "%s\n", text);
    free(text);
}

static void add_yaml(struct str *s, const cJSON *parent, int depth)
{
    enum { INDENT = 2 };
    bool first = true;
    for (const cJSON *one = parent->child; one; one = one->next) {
        bool list = cJSON_IsArray(parent), within = one->child != NULL;
        int indent = depth * INDENT;
        // the first key of an entry of a list stands behind its dash
        str_addf(
            s, "%*s", first && depth > 0 && !list && s->text[s->len - 1] != '\n' ? 0 : indent, "");
        str_addf(s, list ? "- " : "%s:", list ? "" : one->string);
        str_add(s, within && !list ? "\n" : list ? "" : " ");
        if (within) {
            add_yaml(s, one, depth + 1);
        } else {
            add_scalar(s, one);
        }
        first = false;
    }
}

void put_yaml(struct str *s, cJSON *root)
{
    struct str document;
    str_init(&document);
    add_yaml(&document, root, 0);
    escape_json(s, document.text);
    str_finish(&document);
    cJSON_Delete(root);
}
