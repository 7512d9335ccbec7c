#include "words/blind.h"

#include "base/text.h"
#include "words/phrase.h"

static bool is_blind(const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    enum state state = d->errors.state;
    bool alone = state == STATE_UNRELIABLE && d->latency.state != STATE_UNRELIABLE;
    return state == STATE_ERROR || state == STATE_ABSENT || state == STATE_MISTYPED || alone;
}

int words_blind(const struct words *w)
{
    int count = 0;
    for (int i = 0; i < (int)w->diagnosis->stages_count; i++) {
        count += is_blind(w, i);
    }
    return count;
}

void words_add_blind(struct str *s, const struct words *w)
{
    int count = words_blind(w);
    for (int i = 0; count == 1 && i < (int)w->diagnosis->stages_count; i++) {
        str_add(s, is_blind(w, i) ? phrase_name(w, i) : "");
    }
    if (count > 1) {
        str_addf(s, text_count("%d stage", "%d stages", count), count);
    }
}

static bool lacks_requests(const struct words *w, int stage)
{
    return plan_lacks_requests(&w->plan->stages[stage]) ||
           w->diagnosis->stages[stage].traffic.state == STATE_MISTYPED;
}

const char *words_why_absent(const struct words *w, int stage)
{
    return lacks_requests(w, stage) ? _("requests not counted") : _("no such metric");
}

// An expression was to be a rate, and a metric is one that a rate is taken of.
static bool is_total(const struct words *w, int stage)
{
    int signal = w->plan->stages[stage].errors_signal;
    return signal >= 0 && w->plan->signals[signal].source.expr;
}

const char *words_why_mistyped(const struct words *w, int stage)
{
    return is_total(w, stage) ? _("a total, not a rate") : _("not a counter");
}

// Why the answer to SIGNAL was refused: by the server, or as what is none.
static const char *why_refused(const struct words *w, int signal)
{
    const struct signal_data *data = signal >= 0 ? &w->store->signals[signal] : NULL;
    return data && data->unfit ? data->why : _("the query fails");
}

const char *words_why_blind(const struct words *w)
{
    bool refused = false, absent = false, uncounted = false, mistyped = false, total = false;
    bool restarts = false;
    const char *why = NULL;
    for (size_t i = 0; i < w->diagnosis->stages_count; i++) {
        enum state state = w->diagnosis->stages[i].errors.state;
        if (state == STATE_ERROR) {
            const char *its = why_refused(w, w->plan->stages[i].errors_signal);
            why = refused && why != its ? _("each row says why") : its;
            refused = true;
        }
        mistyped = mistyped || (state == STATE_MISTYPED && !is_total(w, (int)i));
        total = total || (state == STATE_MISTYPED && is_total(w, (int)i));
        restarts = restarts || (state == STATE_UNRELIABLE && !w->diagnosis->stages[i].errors_mixed);
        bool lacks = lacks_requests(w, (int)i);
        absent = absent || (state == STATE_ABSENT && !lacks);
        uncounted = uncounted || (state == STATE_ABSENT && lacks);
    }
    return refused     ? why
           : absent    ? _("the server has no such metric")
           : uncounted ? _("nothing counts the requests")
           : mistyped  ? _("their metric is not a counter")
           : total     ? _("their expression is a total, not a rate")
           : restarts  ? _("their counters are reset too often")
                       : _("several processes answer behind one port");
}

const char *blind_tools(const struct words *w)
{
    switch (w->diagnosis->tool_errors.state) {
    case STATE_ERROR: return why_refused(w, w->plan->tool_errors);
    case STATE_ABSENT: return _("no such metric");
    case STATE_MISTYPED: return _("not a counter");
    case STATE_UNRELIABLE: return _("their counters are reset too often");
    case STATE_OK:
    case STATE_ASKING:
    case STATE_NO_TRAFFIC:
    case STATE_NO_DATA:
    case STATE_TOO_FEW:
    case STATE_NO_BASELINE:
    case STATE_STALE:
    case STATE_COUNT: break;
    }
    return NULL;
}

void words_add_tools_blind(struct str *s, const struct words *w)
{
    const char *why = w->diagnosis->tool_errors.state == STATE_ABSENT
                          ? _("the server has no such metric")
                          : blind_tools(w);
    if (w->diagnosis->tool_resets > 0) {
        text_add_gap(s);
        str_add(s, _("The tool calls cannot be judged: their counters are reset too often."));
    } else if (why) {
        text_add_gap(s);
        str_addf(s, _("The errors of the tools are unknown: %s."), why);
    }
}
