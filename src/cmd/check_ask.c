#include "cmd/check_ask.h"

#include <stdlib.h>

#include "base/text.h"
#include "cmd/oneshot.h"
#include "plan/promql.h"
#include "poll/own_query.h"

enum { QUERY_BYTES = 12 * 1024 }; // some servers read no more than 16 KiB

static bool is_answered(const void *context)
{
    const struct poller *p = context;
    return poller_query_result(p)->state != QUERY_ASKING;
}

static void take(const struct batch *b, const struct check_number *numbers, size_t count)
{
    for (size_t i = 0; i < b->count; i++) {
        const struct batch_series *one = &b->series[i];
        const char *label = labels_get(&one->labels, PROMQL_ARM);
        size_t at = label ? strtoul(label, NULL, 10) : count;
        if (at < count && one->count > 0) {
            *numbers[at].value = one->samples[one->count - 1].value;
        }
    }
}

// As a label tells the arms apart, one query answers many.
static size_t write(struct str *s, const struct check_number *numbers, size_t count)
{
    size_t n = 0;
    while (n < count && (n == 0 || s->len < QUERY_BYTES)) {
        str_addf(s, "%slabel_replace(%s, \"%s\", \"%zu\", \"\", \"\")", n > 0 ? " or " : "",
            numbers[n].expr, PROMQL_ARM, n);
        n++;
    }
    return n;
}

enum outcome { KNOWN, REFUSED, LATE };

static enum outcome ask(struct watch *w, const char *query, const struct check_number *numbers,
    size_t count, struct str *why)
{
    poller_query(w->poller, query, false);
    bool over = oneshot_wait(w, is_answered, w->poller);
    const struct query *q = poller_query_result(w->poller);
    if (over && q->state == QUERY_ANSWERED) {
        take(&q->now, numbers, count);
        return KNOWN;
    }
    str_setf(why, "%s", over ? q->why : _("no answer in time"));
    return over ? REFUSED : LATE;
}

// As many of the COUNT NUMBERS as one query has room for, which is returned. Where one of them is
// at fault, each is asked for by itself.
static size_t ask_some(
    struct watch *w, const struct check_number *numbers, size_t count, struct str *trouble)
{
    struct str query, why;
    str_init(&query);
    str_init(&why);
    size_t n = write(&query, numbers, count);
    enum outcome outcome = ask(w, query.text, numbers, n, &why);
    bool again = outcome == REFUSED && n > 1;
    for (size_t i = 0; i < n && again; i++) {
        str_clear(&query);
        write(&query, &numbers[i], 1);
        if (ask(w, query.text, &numbers[i], 1, &why) != KNOWN) {
            str_setf(trouble, "%s", why.text);
        }
    }
    if (outcome != KNOWN && !again) {
        str_setf(trouble, "%s", why.text);
    }
    str_finish(&why);
    str_finish(&query);
    return n;
}

void check_ask(
    struct watch *w, const struct check_number *numbers, size_t count, struct str *trouble)
{
    for (size_t i = 0; i < count;) {
        i += ask_some(w, &numbers[i], count - i, trouble);
    }
    poller_query(w->poller, NULL, false);
}

static bool are_known(const void *context)
{
    const struct vocabulary *v = context;
    return v->state == VOCABULARY_KNOWN || v->state == VOCABULARY_FAILED;
}

const struct vocabulary *check_ask_names(struct watch *w)
{
    const struct vocabulary *v = poller_words(w->poller, VOCABULARY_METRICS, "", "");
    return oneshot_wait(w, are_known, v) && v->state == VOCABULARY_KNOWN ? v : NULL;
}
