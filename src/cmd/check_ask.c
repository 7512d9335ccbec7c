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

void check_ask(
    struct watch *w, const struct check_number *numbers, size_t count, struct str *trouble)
{
    for (size_t i = 0, n; i < count; i += n) {
        struct str s;
        str_init(&s);
        n = write(&s, &numbers[i], count - i);
        poller_query(w->poller, s.text, false);
        bool over = oneshot_wait(w, is_answered, w->poller);
        const struct query *q = poller_query_result(w->poller);
        if (over && q->state == QUERY_ANSWERED) {
            take(&q->now, &numbers[i], n);
        } else {
            str_setf(trouble, "%s", over ? q->why : _("no answer in time"));
        }
        str_finish(&s);
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
