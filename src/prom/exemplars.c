#include "prom/exemplars.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/mem.h"

// Whether the text at KEY is `trace_id`, `traceID`, `trace-id` or the like.
static bool is_trace_id(const char *key)
{
    static const char word[] = "traceid";
    size_t matched = 0;
    for (key++; *key && *key != '"'; key++) {
        if (*key == '_' || *key == '-' || *key == '.') {
            continue;
        }
        if (matched == sizeof word - 1 || ascii_lower(*key) != word[matched]) {
            return false;
        }
        matched++;
    }
    return matched == sizeof word - 1;
}

static char *trace_of(const char *labels)
{
    struct json_walk w;
    char *first = NULL;
    bool more = json_walk_begin(&w, labels) && w.object;
    while (more && json_walk_next(&w)) {
        bool named = is_trace_id(w.key);
        if (named || !first) {
            char *text = envelope_text(w.at);
            if (text && *text) {
                free(first);
                first = text;
            } else {
                free(text);
            }
        }
        if (named && first) {
            break;
        }
        w.at = json_skip(w.at);
    }
    return first;
}

// The pod that the labels name, else the instance.
static char *pod_of(const char *labels)
{
    struct json_walk w;
    char *pod = NULL, *instance = NULL;
    bool more = json_walk_begin(&w, labels) && w.object;
    while (more && json_walk_next(&w)) {
        if (json_is(w.key, "pod") || json_is(w.key, "k8s_pod_name")) {
            free(pod);
            pod = envelope_text(w.at);
        } else if (json_is(w.key, "instance")) {
            free(instance);
            instance = envelope_text(w.at);
        }
        w.at = json_skip(w.at);
    }
    bool has_pod = pod && *pod;
    free(has_pod ? instance : pod);
    return has_pod ? pod : instance;
}

// A number, or a text that is one.
static double number_at(const char *at)
{
    double v = NAN;
    const char *p = at;
    return json_number(&p, &v) || json_number_in_text(&p, &v) ? v : NAN;
}

static void add(struct exemplars *out, const char *at, const char *pod)
{
    struct json_walk w;
    struct exemplar e = {.value = NAN};
    double seconds = NAN;
    bool more = json_walk_begin(&w, at) && w.object;
    while (more && json_walk_next(&w)) {
        if (json_is(w.key, "labels")) {
            free(e.trace);
            e.trace = trace_of(w.at);
        } else if (json_is(w.key, "value")) {
            e.value = number_at(w.at);
        } else if (json_is(w.key, "timestamp")) {
            seconds = number_at(w.at);
        }
        w.at = json_skip(w.at);
    }
    if (!e.trace || !isfinite(e.value) || !(seconds > 0 && seconds < 1e11)) {
        free(e.trace);
        return;
    }
    e.at_ms = (int64_t)(seconds * 1000);
    e.pod = mem_strdup(pod);
    exemplars_add(out, e);
}

static void add_series(struct exemplars *out, const char *at)
{
    struct json_walk w, each;
    const char *list = NULL;
    char *pod = NULL;
    bool more = json_walk_begin(&w, at) && w.object;
    while (more && json_walk_next(&w)) {
        if (json_is(w.key, "seriesLabels")) {
            free(pod);
            pod = pod_of(w.at);
        } else if (json_is(w.key, "exemplars")) {
            list = w.at;
        }
        w.at = json_skip(w.at);
    }
    bool any = list && json_walk_begin(&each, list) && !each.object;
    while (any && json_walk_next(&each)) {
        add(out, each.at, pod);
        each.at = json_skip(each.at);
    }
    free(pod);
}

enum prom_status prom_decode_exemplars(
    long status, const char *body, size_t len, struct exemplars *out, struct str *why)
{
    struct envelope e;
    struct json_walk w;
    envelope_init(&e, status, body, len);
    envelope_step(&e, len);
    enum prom_status result = envelope_judge(&e, why);
    if (result != PROM_OK) {
        return result;
    }
    bool more = json_walk_begin(&w, e.parts[ENVELOPE_DATA].at) && !w.object;
    while (more && json_walk_next(&w)) {
        add_series(out, w.at);
        w.at = json_skip(w.at);
    }
    return PROM_OK;
}
