#include "words/alert_words.h"

#include <string.h>

#include "base/text.h"
#include "words/format.h"

const char *alert_words_phase(enum alert_phase phase)
{
    return phase == ALERT_PENDING  ? _("pending")
           : phase == ALERT_FIRING ? _("firing")
                                   : _("clearing");
}

/** How long it is since AT_MS, or until then; NULL: it is not known. */
static const char *lasting(struct arena *a, int64_t at_ms, int64_t now_ms)
{
    if (at_ms <= 0) {
        return NULL;
    }
    return now_ms >= at_ms ? format_in(a, format_age, (double)(now_ms - at_ms) / 1000)
                           : format_in(a, format_left, (double)(at_ms - now_ms) / 1000);
}

/** How long ALERT has fired, which begins when its condition has held for long enough. */
static const char *firing(
    struct arena *a, const struct alert *alert, const struct rule *rule, int64_t now_ms)
{
    int64_t waited_ms = rule && rule->for_s > 0 ? (int64_t)(rule->for_s * 1000) : 0;
    int64_t since_ms = alert->active_ms > 0 ? alert->active_ms + waited_ms : 0;
    return lasting(a, since_ms < now_ms ? since_ms : now_ms, now_ms);
}

static const char *pending(
    struct arena *a, const struct alert *alert, const struct rule *rule, int64_t now_ms)
{
    const char *since = lasting(a, alert->active_ms, now_ms);
    bool bound = rule && rule->for_s > 0 && since;
    int64_t fires_ms = bound ? alert->active_ms + (int64_t)(rule->for_s * 1000) : 0;
    if (!since) {
        return _("pending");
    }
    return fires_ms > now_ms ? arena_printf(a, _("pending for %s, fires in %s if it lasts"), since,
                                   lasting(a, fires_ms, now_ms))
           : bound           ? arena_printf(a, _("pending for %s, about to fire"), since)
                             : arena_printf(a, _("pending for %s"), since);
}

static const char *clearing(
    struct arena *a, const struct alert *alert, const struct rule *rule, int64_t now_ms)
{
    const char *since = lasting(a, alert->held_ms, now_ms);
    bool bound = rule && rule->keep_firing_s > 0;
    int64_t ends_ms = bound ? alert->held_ms + (int64_t)(rule->keep_firing_s * 1000) : 0;
    return ends_ms > now_ms ? arena_printf(a, _("no longer true for %s, kept firing for %s more"),
                                  since, lasting(a, ends_ms, now_ms))
                            : arena_printf(a, _("no longer true for %s, about to clear"), since);
}

const char *alert_words_standing(
    struct arena *a, const struct alert *alert, const struct rule *rule, int64_t now_ms)
{
    const char *since = lasting(a, alert->active_ms, now_ms);
    switch (alerting_phase(alert)) {
    case ALERT_PENDING: return pending(a, alert, rule, now_ms);
    case ALERT_CLEARING: return clearing(a, alert, rule, now_ms);
    case ALERT_FIRING: break;
    }
    return !since                    ? _("firing")
           : rule && rule->for_s > 0 ? arena_printf(a, _("firing for %s, true for %s"),
                                           firing(a, alert, rule, now_ms), since)
                                     : arena_printf(a, _("firing for %s"), since);
}

const char *alert_words_brief(
    struct arena *a, const struct alert *alert, const struct rule *rule, int64_t now_ms)
{
    const char *since = lasting(a, alert->active_ms, now_ms);
    switch (alerting_phase(alert)) {
    case ALERT_PENDING:
        return !since                    ? _("pending")
               : rule && rule->for_s > 0 ? arena_printf(a, _("pending, %s of %s"), since,
                                               format_in(a, format_age, rule->for_s))
                                         : arena_printf(a, _("pending for %s"), since);
    case ALERT_CLEARING:
        return arena_printf(a, _("clearing for %s"), lasting(a, alert->held_ms, now_ms));
    case ALERT_FIRING: break;
    }
    return since ? arena_printf(a, _("firing for %s"), firing(a, alert, rule, now_ms))
                 : _("firing");
}

const char *alert_words_summary(const struct alert *alert)
{
    static const char *const names[] = {"summary", "message", "title", "description"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *text = labels_get(&alert->annotations, names[i]);
        if (text && *text) {
            return text;
        }
    }
    return "";
}

void alert_words_add_matchers(struct str *s, const struct silence *silence, const char *gap)
{
    str_addc(s, '{');
    for (size_t i = 0; i < silence->matchers_count; i++) {
        const struct silence_matcher *m = &silence->matchers[i];
        bool plain = strspn(m->name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789_") == strlen(m->name);
        str_add(s, i > 0 ? gap : "");
        (plain ? str_add : str_add_quoted)(s, m->name);
        str_add(s, m->regex ? (m->negative ? "!~" : "=~") : m->negative ? "!=" : "=");
        str_add_quoted(s, m->value);
    }
    str_addc(s, '}');
}

const char *alert_words_name(const struct alert *alert)
{
    const char *name = labels_get(&alert->labels, "alertname");
    return name && *name ? name : _("an alert without a name");
}
