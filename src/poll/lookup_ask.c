#include "poll/lookup_ask.h"

#include <string.h>

#include "base/clock.h"
#include "base/names.h"
#include "plan/promql.h"
#include "poll/lookup_expr.h"
#include "poll/lookup_metric.h"
#include "poll/poller_state.h"
#include "promql/regex.h"

enum { WITHIN_LEAST = 4, HALF_LEAST = 2 };

// Names that have A or B within. What is brief would be within too many.
static void add_within(struct str *regex, const char *a, const char *b)
{
    bool has_a = strlen(a) >= WITHIN_LEAST, has_b = strlen(b) >= WITHIN_LEAST;
    if (has_a || has_b) {
        str_add(regex, "|.*(");
        regex_add_literal(regex, has_a ? a : b);
        str_add(regex, has_a && has_b ? "|" : "");
        regex_add_literal(regex, has_a && has_b ? b : "");
        str_add(regex, ").*");
    }
}

static void add_literal(struct str *regex, const char *text, size_t len)
{
    struct str part;
    str_init(&part);
    str_append(&part, text, len);
    regex_add_literal(regex, part.text);
    str_finish(&part);
}

static bool is_within_character(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

// Words that begin or end as the LEN bytes of WORD do: `hits` and `hi` for `hit`. A typo is in one
// half of it. Of no word, no other.
static void add_word_like(struct str *regex, const char *word, size_t len)
{
    size_t head = len / 2 > HALF_LEAST ? len / 2 : len < HALF_LEAST ? len : HALF_LEAST;
    size_t tail = len - head;
    while (head < len && is_within_character(word[head])) {
        head++;
    }
    while (tail > 0 && is_within_character(word[tail])) {
        tail--;
    }
    if (len > 0) {
        str_add(regex, "(");
        add_literal(regex, word, head);
        str_add(regex, "[^_:.]*|[^_:.]*");
        add_literal(regex, word + tail, len - tail);
        str_add(regex, ")");
    }
}

// Names that begin as that of L does, or have the rest of it, whatever the case of their letters.
static void add_names_like(
    struct str *s, const struct poller *p, const struct lookup *l, const char *extra)
{
    struct str regex, name, stem;
    str_init(&name);
    str_init(&stem);
    str_init(&regex);
    promql_add_name(&name, lookup_written(p, l));
    size_t len = strcspn(name.text, "_:.");
    bool more = name.text[len] != '\0';
    str_add(&regex, "(?i)");
    add_word_like(&regex, name.text, len);
    str_addf(&regex, "%s.*", more ? "[_:.]" : "");
    names_add_stem(&stem, name.text);
    // a prefix may be missing, or another one
    add_within(&regex, stem.text, more && stem.len > len ? stem.text + len + 1 : "");
    str_add(s, "{__name__=~");
    str_add_quoted(s, regex.text);
    str_addf(s, "%s%s}", extra ? "," : "", extra ? extra : "");
    str_finish(&name);
    str_finish(&stem);
    str_finish(&regex);
}

static void add_series(struct str *s, const struct poller *p, const struct lookup *l)
{
    struct str name, regex;
    const char *extra = l->beyond ? NULL : p->config->selector;
    str_init(&name);
    str_init(&regex);
    promql_add_name(&name, lookup_written(p, l));
    regex_add_literal(&regex, name.text);
    str_addf(&regex, "%s", lookup_is_latency(p, l) ? "(_bucket|_sum|_count)?" : "");
    str_add(s, "{__name__=~");
    str_add_quoted(s, regex.text);
    str_addf(s, "%s%s}", extra ? "," : "", extra ? extra : "");
    str_finish(&name);
    str_finish(&regex);
}

// Of one name alone: a moment has no name, and of two names some would be of one series.
static void add_ended(struct str *s, const struct poller *p, const struct lookup *l)
{
    const char *extra = p->config->selector;
    str_add(s, "max_over_time(max(timestamp({__name__=");
    str_add_quoted(s, l->ended);
    str_addf(s, "%s%s}))[%dd:5m])", extra ? "," : "", extra ? extra : "", LOOKUP_DAYS);
}

// Under which name the metadata may have it: that of OpenMetrics has no suffix.
void lookup_add_family(struct str *s, const struct lookup *l)
{
    size_t suffix = l->step == LOOKUP_FAMILY ? strlen(LOOKUP_TOTAL) : 0;
    str_append(s, l->metric, lookup_name_length(l->metric) - suffix);
}

void lookup_write(struct prom_request *r, const struct poller *p, const struct lookup *l,
    int64_t tick_ms, int64_t now_ms)
{
    int64_t from_ms = tick_ms - p->scope->span_ms;
    int64_t earlier_ms = tick_ms - LOOKUP_DAYS * (int64_t)CLOCK_DAY_MS;
    int64_t until_ms = tick_ms + LOOKUP_DAYS * (int64_t)CLOCK_DAY_MS;
    until_ms = p->scope->at_ms == 0 || now_ms < tick_ms ? tick_ms
               : now_ms < until_ms                      ? now_ms
                                                        : until_ms;
    struct str s;
    str_init(&s);
    switch (l->step) {
    case LOOKUP_TYPE:
    case LOOKUP_FAMILY:
        lookup_add_family(&s, l);
        prom_request_metadata(r, s.text);
        break;
    case LOOKUP_NEAR:
        add_names_like(&s, p, l, p->config->selector);
        prom_request_label_values(r, "__name__", s.text, from_ms, tick_ms);
        break;
    case LOOKUP_ANYWHERE:
        add_names_like(&s, p, l, NULL);
        prom_request_label_values(r, "__name__", s.text, from_ms, until_ms);
        break;
    case LOOKUP_LATER:
        add_series(&s, p, l);
        prom_request_label_values(r, "__name__", s.text, tick_ms, until_ms);
        break;
    case LOOKUP_EARLIER:
        add_series(&s, p, l);
        prom_request_label_values(r, "__name__", s.text, earlier_ms, tick_ms);
        break;
    case LOOKUP_ENDED:
        add_ended(&s, p, l);
        prom_request_instant(r, s.text, tick_ms, p->config->source.timeout_ms);
        break;
    case LOOKUP_LABELS:
        add_series(&s, p, l);
        prom_request_labels(r, s.text, from_ms, l->beyond ? until_ms : tick_ms);
        break;
    case LOOKUP_VALUES:
        add_series(&s, p, l); // what failed within days has shown that its value is right
        prom_request_label_values(r, l->label, s.text,
            !l->beyond && lookup_counts_errors(lookup_signal(p, l)) ? earlier_ms : from_ms,
            l->beyond ? until_ms : tick_ms);
        break;
    case LOOKUP_EXPRESSIONS:
        lookup_add_expressions(&s, p);
        prom_request_label_values(r, "__name__", s.text, from_ms, tick_ms);
        break;
    case LOOKUP_DONE: break;
    }
    str_finish(&s);
}
