#include "plan/parts.h"

#include <string.h>

#include "plan/promql.h"
#include "plan/write.h"

enum { TAIL_BYTES = 256 /* kept free for what joins the tails */ };

// --- how many

static size_t length(const char *text)
{
    return text ? strlen(text) : 0;
}

// Of a selector of the series of S, or of its expression.
static size_t series_bytes(const struct plan *p, const struct signal *s)
{
    enum { SUFFIX = 24, RATED = 8 };
    return length(s->source.metric) + length(s->source.count) + length(s->source.expr) +
           length(p->selector) + SUFFIX + RATED;
}

/** How long one arm of such a query is: how often it has the series and the instances in it, and
 * the bytes of the rest. */
static const struct {
    size_t series, instances, bytes;
} arms[SIGNAL_KINDS] = {
    [SIGNAL_LAST] = {1, 0, 64},
    [SIGNAL_CONDUCT] = {2, 0, 160},
    [SIGNAL_MIXED] = {4, 0, 224},
    [SIGNAL_TARGETS] = {3, 0, 256},
    [SIGNAL_REPLICAS] = {4, 3, 384},
    [SIGNAL_PLACES] = {2, 1, 320},
};

static size_t arm_bytes(const struct plan *p, enum signal_kind kind, const struct signal *s)
{
    size_t instances = s->stage >= 0 ? length(p->stages[s->stage].instances) : 0;
    return arms[kind].series * series_bytes(p, s) + arms[kind].instances * instances +
           arms[kind].bytes;
}

size_t parts_needed(const struct plan *p, enum signal_kind kind)
{
    bool of_signals = kind == SIGNAL_CONDUCT || kind == SIGNAL_MIXED;
    bool of_running = kind == SIGNAL_REPLICAS;
    size_t all = 0, most = 0;
    for (size_t i = 0; i < p->signals_count; i++) {
        const struct signal *s = &p->signals[i];
        bool counts = s->kind == SIGNAL_LATENCY || (of_signals && write_is_rate(s->kind));
        counts = counts && (!of_running || p->stages[s->stage].declared_count > 0);
        size_t bytes = counts ? arm_bytes(p, kind, s) : 0;
        all += bytes;
        most = bytes > most ? bytes : most;
    }
    size_t room = most + TAIL_BYTES < PROMQL_BYTES_MOST / 2 ? PROMQL_BYTES_MOST - most - TAIL_BYTES
                                                            : PROMQL_BYTES_MOST / 2;
    return 1 + all / room;
}

// --- writing one

void part_begin(struct part_writer *w, struct plan *p, int signal, size_t items)
{
    bool first = signal == 0 || part_after(p, signal - 1) < 0;
    size_t begin = first ? 0 : p->signals[signal - 1].part.end;
    *w = (struct part_writer){
        .part = &p->signals[signal].part, .items = items, .others = part_after(p, signal) >= 0};
    *w->part = (struct query_part){.first = begin, .end = begin};
    str_init(&w->arm);
    str_init(&w->tail);
    str_init(&w->query);
    str_init(&w->tails);
}

bool part_next(struct part_writer *w)
{
    if (w->full || w->part->end == w->items) {
        return false;
    }
    w->item = w->part->end++;
    str_clear(&w->arm);
    str_clear(&w->tail);
    return true;
}

bool part_add(struct part_writer *w)
{
    size_t tails = w->tails.len + w->tail.len;
    if (w->arm.len == 0) {
        return false;
    }
    bool before = w->query.len > 0;
    bool room = promql_add_arm(&w->query, &w->arm, tails > 0 ? tails + TAIL_BYTES : 0);
    if (room && w->tail.len > 0) {
        str_addf(&w->tails, "%s%s", w->tails.len > 0 ? " or " : "", w->tail.text);
    }
    if (!room && before && w->others) {
        w->full = true;
        w->part->end--;
    } else if (!room) {
        w->part->left_out++;
    }
    return room;
}

char *part_end(struct part_writer *w)
{
    bool any = w->query.len > 0;
    str_finish(&w->arm);
    str_finish(&w->tail);
    str_finish(&w->tails);
    if (!any) {
        str_finish(&w->query);
    }
    return any ? str_take(&w->query) : NULL;
}

// --- all of them

int part_after(const struct plan *p, int signal)
{
    const struct signal *s = &p->signals[signal];
    bool is = (size_t)signal + 1 < p->signals_count && s[1].kind == s->kind;
    return is && arms[s->kind].bytes > 0 ? signal + 1 : -1;
}

int part_of(const struct plan *p, int first, size_t item)
{
    int part = first, next = part_after(p, first);
    while (next >= 0 && p->signals[part].part.end <= item) {
        part = next;
        next = part_after(p, part);
    }
    return part;
}

size_t parts_left_out(const struct plan *p, int first)
{
    size_t count = 0;
    for (int part = first; part >= 0; part = part_after(p, part)) {
        count += p->signals[part].part.left_out;
    }
    return count;
}

bool parts_wait(const struct plan *p, const struct store *store, int first)
{
    bool any = false;
    for (int part = first; part >= 0 && !any; part = part_after(p, part)) {
        any = p->signals[part].expr && store->signals[part].condition == CONDITION_ASKING;
    }
    return any;
}
