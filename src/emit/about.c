#include "emit/about.h"

#include <string.h>

#include "base/clock.h"
#include "view/doubt.h"

// Prometheus itself is what everybody expects.
static bool is_another_server(const char *server)
{
    return *server && (strncmp(server, "Prometheus ", 11) != 0 || strstr(server, " at "));
}

void about_add_source(struct str *s, const struct view_source *source, bool local_time)
{
    const struct words *w = &source->words;
    str_addf(
        s, "%s%s%s, ", source->name ? source->name : "", source->name ? "  " : "", source->url);
    if (is_another_server(w->store->source.server)) {
        str_addf(s, "%s, ", w->store->source.server);
    }
    if (source->name && w->store->source.answered_ms == 0) {
        str_add(s, "which did not answer");
        return;
    }
    if (local_time) {
        clock_add_local(s, w->diagnosis->tick_ms, "%Y-%m-%d %H:%M:%S %Z");
    } else {
        clock_add_rfc3339(s, w->diagnosis->tick_ms);
    }
    str_add(s, ", window ");
    clock_add_duration(s, w->plan->window_ms);
    str_add(s, w->plan->wide_ms > 0 ? " (few requests)" : "");
    str_add(s, ", usual: ");
    words_add_usual(s, w);
}

bool about_add_warning(struct str *s, const struct view_source *source, size_t i)
{
    const struct words *w = &source->words;
    if (i < w->store->notes_count) {
        str_add(s, w->store->notes[i]);
        return true;
    }
    i -= w->store->notes_count;
    for (size_t k = 0; k < w->store->count; k++) {
        if (w->store->signals[k].condition == CONDITION_REFUSED && i-- == 0) {
            return words_add_refused(s, w, (int)k);
        }
    }
    if (w->diagnosis->copies > 1 && i-- == 0) {
        return doubt_add_copies(s, w);
    }
    if (w->diagnosis->tools_more > 0 && i-- == 0) {
        return doubt_add_tools(s, w);
    }
    for (int n = 0; doubt_add_limits(s, w, n); n++) {
        if (i-- == 0) {
            return true;
        }
        str_clear(s);
    }
    for (size_t k = 0; k < w->plan->stages_count; k++) {
        for (int n = 0; doubt_add_note(s, w, (int)k, n); n++) {
            if (i-- == 0) {
                return true;
            }
            str_clear(s);
        }
    }
    for (size_t k = 0; k < w->plan->stages_count; k++) {
        const struct stage *stage = &w->plan->stages[k];
        if (stage->kind == LATENCY_MEAN && i-- == 0) {
            str_addf(s,
                "%s is a summary without quantiles: only its mean can be known. "
                "Make it a histogram to see its P95.",
                stage->metric);
            return true;
        }
    }
    return false;
}
