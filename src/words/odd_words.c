#include "words/odd_words.h"

#include <math.h>

#include "base/text.h"
#include "words/format.h"
#include "words/phrase.h"

static const char *number(struct arena *a, double value)
{
    return isnan(value) ? "NaN" : format_in(a, format_plain, value);
}

static bool has_form(const struct signal *s, enum signal_form form)
{
    return s->declared && s->declared->form == form;
}

static const char *limit_clause(struct arena *a, const struct signal *s, double value)
{
    const char *now = number(a, value), *limit = s->limit.metric;
    if (has_form(s, SIGNAL_FORM_FREE)) {
        return arena_printf(a, _("%s and %s add up to %s"), s->source.metric, s->limit.metric, now);
    }
    // TRANSLATORS: "its limit db_connections_max is 0"
    return limit ? arena_printf(a, _("its limit %s is %s"), limit, now)
                 : arena_printf(a, _("its limit is %s"), now);
}

static const char *value_clause(struct arena *a, const struct signal *s, double value)
{
    if (has_form(s, SIGNAL_FORM_LEFT)) {
        return arena_printf(a, _("%s is above its limit"), s->source.metric);
    }
    // TRANSLATORS: "queue_length is -30"
    return s->source.metric ? arena_printf(a, _("%s is %s"), s->source.metric, number(a, value))
                            : arena_printf(a, _("it is %s"), number(a, value));
}

const char *odd_clause(struct arena *a, const struct words *w, int signal, struct oddity odd)
{
    const struct signal *s = &w->plan->signals[signal];
    switch (odd.why) {
    case ODD_NAN:
    case ODD_NEGATIVE:
    case ODD_PERCENT: return value_clause(a, s, odd.value);
    case ODD_UNFIT: return w->store->signals[signal].why;
    case ODD_LIMIT: return limit_clause(a, s, odd.value);
    case ODD_SHARE:
        return arena_printf(a, _("%s is a share by its name (write ratio: %s)"), s->source.metric,
            s->source.metric);
    case ODD_NONE: break;
    }
    return NULL;
}

// What to do about it; NULL: it is said already.
static const char *way_out(const struct signal *s, enum odd why)
{
    switch (why) {
    case ODD_NAN: return _("Check how the service sets it.");
    case ODD_NEGATIVE:
        return _("Nothing that waits or is in use can be below 0: check how the service sets it.");
    case ODD_PERCENT: return _("A share is 1 at most: if it is in percent, write unit: percent.");
    case ODD_LIMIT:
        return s->declared ? _("If there is a limit, write its number.")
                           : _("If there is a limit, write its number; if there is none, leave out "
                               "limit: to have a queue.");
    case ODD_SHARE:
        return _("Without a limit it would be a queue. If 100 is all of it, add unit: percent.");
    case ODD_UNFIT:
    case ODD_NONE: break;
    }
    return NULL;
}

bool odd_add_note(struct str *s, const struct words *w, int signal, struct oddity odd)
{
    const struct signal *of = &w->plan->signals[signal];
    const char *way = way_out(of, odd.why);
    struct arena a = {0};
    if (way) {
        const char *what = of->what ? of->what : _(signal_types[of->kind].says);
        // TRANSLATORS: "pool of vector_db: its limit db_connections_max is 0. If there is a ..."
        str_addf(s, _("%s of %s: %s. %s"), what, phrase_name(w, of->stage),
            odd_clause(&a, w, signal, odd), way);
    }
    arena_finish(&a);
    return way != NULL;
}
