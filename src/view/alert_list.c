#include "view/alert_list.h"

#include <string.h>

#include "base/names.h"
#include "base/text.h"
#include "base/utf8.h"
#include "feed/want.h"
#include "plan/reads.h"
#include "view/cell.h"
#include "words/alert_words.h"
#include "words/format.h"
#include "words/phrase.h"

enum { LINE_MOST = 3, NAME_MOST = 80 }; // alerts that one line names, and bytes of each

static const struct rule_set *set_of(const struct view_input *in, enum feed_kind feed)
{
    return in->words.store->slots[feed].data;
}

const struct rule_set *alert_list_rules(const struct view_input *in)
{
    return set_of(in, FEED_RULES);
}

int64_t alert_list_now_ms(const struct view_input *in)
{
    return in->now_ms + in->words.store->source.skew_ms;
}

static const char *whole_of(
    struct arena *a, const struct reads_index *index, const struct rule *rule)
{
    struct str s;
    str_init(&s);
    if (rule) {
        reads_add_whole(&s, index, rule->query);
    }
    return cell_settle(a, &s);
}

const struct routing_state *alert_list_routing(const struct view_input *in)
{
    const struct routing_state *state = in->words.store->routing;
    return state && state->asked ? state : NULL;
}

const char *alert_list_held_back(const struct alert_item *item)
{
    const struct routed *r = item->routed;
    return !r || r->state != ROUTED_SUPPRESSED ? NULL
           : r->silences > 0                   ? _("silenced")
           : r->inhibited > 0                  ? _("inhibited")
                                               : _("muted");
}

static void add(struct alert_list *list, const struct plan *plan, const struct rule_set *set,
    const struct alert *alert, const char *whole)
{
    struct alert_item *item = &list->items[list->count++];
    const struct rule *rule = alert->rule >= 0 ? &set->rules[alert->rule] : NULL;
    *item = (struct alert_item){.alert = alert,
        .rule = rule,
        .group = rule ? &set->groups[rule->group] : NULL,
        .whole = whole,
        .phase = alerting_phase(alert),
        .stage = alerting_stage(plan, alert, whole),
        .severity = alerting_severity(&alert->labels),
        .index = alert_index(&alert->labels)};
    item->place = item->stage >= 0                      ? ALERT_OF_STAGE
                  : reads_service(plan, &alert->labels) ? ALERT_OF_SERVICE
                                                        : ALERT_ELSEWHERE;
}

// Of a rule that is listed all alerts are; the series may be older or newer.
static bool is_listed(const struct rule_set *rules, const struct alert *alert)
{
    const char *name = labels_get(&alert->labels, "alertname");
    bool is = false;
    for (size_t i = 0; name && i < rules->rules_count && !is; i++) {
        is = rules->rules[i].alerting && strcmp(rules->rules[i].name, name) == 0;
    }
    return is;
}

struct alert_list alert_list_of(struct arena *a, const struct view_input *in)
{
    static const struct rule_set none;
    const struct rule_set *rules = alert_list_rules(in);
    const struct rule_set *series = set_of(in, FEED_ALERT_SERIES);
    rules = rules ? rules : &none;
    series = series ? series : &none;
    struct alert_list list = {.left_out = rules->alerts_left_out + series->alerts_left_out};
    list.items = arena_alloc(a, rules->alerts_count + series->alerts_count, sizeof *list.items);
    const char *whole = "";
    struct reads_index index = reads_index(rules);
    for (size_t i = 0; i < rules->alerts_count; i++) {
        const struct alert *alert = &rules->alerts[i];
        if (i == 0 || alert->rule != rules->alerts[i - 1].rule) {
            whole = whole_of(a, &index, alert->rule >= 0 ? &rules->rules[alert->rule] : NULL);
        }
        add(&list, in->words.plan, rules, alert, whole);
    }
    reads_index_finish(&index);
    for (size_t i = 0; i < series->alerts_count; i++) {
        if (!is_listed(rules, &series->alerts[i])) {
            add(&list, in->words.plan, rules, &series->alerts[i], "");
            list.from_series++;
        }
    }
    const struct routing_state *state = alert_list_routing(in);
    list.doubtful = state && *state->why;
    for (size_t i = 0; state && state->known && i < list.count; i++) {
        list.items[i].routed = routing_find(&state->routing, &list.items[i].alert->labels);
    }
    return list;
}

const struct alert_item *alert_list_find(const struct alert_list *list, int index)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].index == index) {
            return &list->items[i];
        }
    }
    return NULL;
}

/** The same of ITEM of LIST, as far as that is known for sure. */
static const char *quiet(const struct alert_list *list, const struct alert_item *item)
{
    return list->doubtful ? NULL : alert_list_held_back(item);
}

static int loudness(const struct alert_list *list, const struct alert_item *item)
{
    return quiet(list, item) ? -1 : (int)item->severity;
}

const struct alert_item *alert_list_of_stage(
    const struct alert_list *list, const struct plan *plan, int stage)
{
    const struct alert_item *worst = NULL;
    for (size_t i = 0; i < list->count; i++) {
        const struct alert_item *item = &list->items[i];
        bool fires = item->phase != ALERT_PENDING && item->place == ALERT_OF_STAGE;
        if (fires && (!worst || loudness(list, item) > loudness(list, worst)) &&
            (item->stage == stage || alerting_is_about(plan, stage, item->alert, item->whole))) {
            worst = item;
        }
    }
    return worst;
}

// As the server has them those of a rule stand together; with many, those nearby will do.
enum { NEIGHBOURS = 32 };

static bool is_neighbour(const struct alert_list *list, size_t at, size_t k)
{
    return k != at && strcmp(alert_words_name(list->items[at].alert),
                          alert_words_name(list->items[k].alert)) == 0;
}

/** Whether an alert of the same name has no L, or another. */
static bool tells_apart(const struct alert_list *list, size_t at, const struct label *l)
{
    size_t first = at > NEIGHBOURS ? at - NEIGHBOURS : 0, last = at + NEIGHBOURS;
    for (size_t k = first; k < list->count && k <= last; k++) {
        const char *its = labels_get(&list->items[k].alert->labels, l->name);
        if (is_neighbour(list, at, k) && (!its || strcmp(its, l->value) != 0)) {
            return true;
        }
    }
    return false;
}

/** What tells it from the others of its name: `pod=a`, or of several labels the values alone. */
static const char *difference(struct arena *a, const struct alert_list *list, size_t at)
{
    const struct labels *labels = &list->items[at].alert->labels;
    const char *named = NULL, *values = NULL;
    size_t count = 0;
    for (size_t i = 0; i < labels->count; i++) {
        const struct label *l = &labels->items[i];
        if (tells_apart(list, at, l)) {
            count++;
            named = arena_printf(a, "%s=%s", l->name, l->value);
            values = names_next(a, values, l->value);
        }
    }
    return count > 1 ? values : named;
}

/** What is particular about it, where there is no other of its name. */
static const char *particulars(struct arena *a, const struct labels *all)
{
    static const char *const common[] = {"alertname", "severity", "job", "namespace", "service",
        "endpoint", "container", "prometheus", NULL};
    const char *labels = NULL;
    for (size_t i = 0; i < all->count; i++) {
        const struct label *l = &all->items[i];
        if (!names_have(common, l->name)) {
            labels = names_next(a, labels, arena_printf(a, "%s=%s", l->name, l->value));
        }
    }
    return labels;
}

const char *alert_list_name(
    struct arena *a, const struct alert_list *list, const struct alert_item *item)
{
    const char *labels = difference(a, list, (size_t)(item - list->items));
    const char *name = alert_words_name(item->alert);
    labels = labels ? labels : particulars(a, &item->alert->labels);
    return labels ? arena_printf(a, "%s  %s", name, labels) : arena_strdup(a, name);
}

// ---- on the home page

bool alert_list_is_shown(const struct view_input *in)
{
    return in->words.scope->at_ms == 0 && alert_list_rules(in);
}

void alert_list_mark(struct arena *a, const struct alert_list *list, const struct plan *plan,
    int stage, struct view_row *row)
{
    const struct alert_item *item = alert_list_of_stage(list, plan, stage);
    struct view_cell *mark = &row->cells[COLUMN_MARK], *verdict = &row->cells[COLUMN_VERDICT];
    if (!item) {
        return;
    }
    const char *text = verdict->text ? verdict->text : "-";
    if (quiet(list, item)) {
        const struct routed *r = item->routed;
        verdict->text = r->silences > 0    ? arena_printf(a, _("%s; alert silenced"), text)
                        : r->inhibited > 0 ? arena_printf(a, _("%s; alert inhibited"), text)
                                           : arena_printf(a, _("%s; alert muted"), text);
    } else if (!mark->text || strlen(mark->text) < 2) {
        mark->role = mark->text && *mark->text ? mark->role : ROLE_NOTICE;
        mark->text = arena_printf(a, "%sa", mark->text ? mark->text : "");
        verdict->text = arena_printf(a, _("%s; alert firing"), text);
        verdict->role = verdict->role == ROLE_OK ? ROLE_NOTICE : verdict->role; // no all-clear
    } else { // there is no room for the sign beside those
        verdict->text = arena_printf(a, "(a) %s", text);
    }
}

static bool is_same(const struct alert_item *a, const struct alert_item *b)
{
    return a->rule == b->rule && a->stage == b->stage && a->phase == b->phase &&
           alert_list_held_back(a) == alert_list_held_back(b); // one of three words, or none
}

/** Whether somebody is told of ITEM now. */
static bool is_loud(const struct alert_list *list, const struct alert_item *item)
{
    return item->phase == ALERT_FIRING && item->severity >= SEVERITY_WARNING && !quiet(list, item);
}

/** Those of stages, each rule once, the worst first; returns how many. */
static size_t choose(const struct alert_list *list, const struct alert_item **out, size_t most)
{
    size_t count = 0;
    for (int severity = SEVERITY_CRITICAL; severity >= SEVERITY_OK; severity--) {
        for (size_t i = 0; i < list->count; i++) {
            const struct alert_item *item = &list->items[i];
            bool counts = item->place == ALERT_OF_STAGE &&
                          (is_loud(list, item) ? (int)item->severity : 0) == severity;
            for (size_t k = 0; k < count && k < most && counts; k++) {
                counts = !is_same(item, out[k]);
            }
            if (counts && count < most) {
                out[count] = item;
            }
            count += counts;
        }
    }
    return count;
}

size_t alert_list_elsewhere(const struct alert_list *list)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct alert_item *item = &list->items[i];
        count += item->place != ALERT_OF_STAGE && is_loud(list, item);
    }
    return count;
}

static const char *brief_name(struct arena *a, const struct alert_item *item)
{
    struct str s;
    str_init(&s);
    utf8_add_brief(&s, alert_words_name(item->alert), NAME_MOST);
    return cell_settle(a, &s);
}

// `ApiSlow (api) firing for 2 min`
static const char *brief(struct arena *a, const struct view_input *in,
    const struct alert_list *list, const struct alert_item *item)
{
    const char *held_back = quiet(list, item);
    return arena_printf(a, _("%s (%s) %s"), brief_name(a, item),
        in->words.plan->stages[item->stage].name,
        held_back ? held_back
                  : alert_words_brief(a, item->alert, item->rule, alert_list_now_ms(in)));
}

// Which of the alerts there are concern the stages.
static const char *of_stages(
    struct arena *a, const struct view_input *in, const struct alert_list *list, enum role *role)
{
    const struct alert_item *items[LINE_MOST];
    const char *names[LINE_MOST + 1] = {NULL};
    size_t count = choose(list, items, LINE_MOST);
    for (size_t i = 0; i < count && i < LINE_MOST; i++) {
        names[i] = brief(a, in, list, items[i]);
        *role = is_loud(list, items[i]) ? ROLE_WARNING : *role;
    }
    size_t more = count > LINE_MOST ? count - LINE_MOST : 0;
    return count == 0 ? NULL
                      : arena_printf(a, _("Alerts of these stages: %s."),
                            names_some(a, names, NAMES_COMMA, more));
}

/** The stage at fault, where no alerting rule watches it; NULL: one does, or that is not known. */
static const char *unwatched(const struct view_input *in)
{
    const struct rule_set *rules = alert_list_rules(in);
    const struct verdict *v = &in->words.diagnosis->verdict;
    bool complete = rules->rules_left_out == 0 && !rules->more && rule_set_alerting(rules) > 0;
    if (!complete || v->stage < 0 || v->severity < SEVERITY_WARNING ||
        reads_rules_of(in->words.plan, v->stage, rules) > 0) {
        return NULL;
    }
    return in->words.plan->stages[v->stage].name;
}

const char *alert_list_sentence(struct arena *a, const struct view_input *in, enum role *role)
{
    *role = ROLE_NORMAL;
    if (!alert_list_is_shown(in)) {
        return NULL;
    }
    const struct alert_list list = alert_list_of(a, in);
    size_t others = alert_list_elsewhere(&list);
    struct str s;
    str_init(&s);
    phrase_add_sentence(&s, of_stages(a, in, &list, role));
    const char *none = unwatched(in);
    phrase_add_sentence(&s, none ? arena_printf(a, _("No alerting rule watches %s."), none) : NULL);
    if (others > 0) {
        phrase_add_sentence(&s, arena_printf(a,
                                    text_count("%s other alert is firing.",
                                        "%s other alerts are firing.", (double)others),
                                    cell_whole(a, (int64_t)others)));
    }
    const char *text = cell_settle(a, &s);
    return *text ? text : NULL;
}

static void put_of_stages(
    struct block *b, struct arena *a, const struct view_input *in, const struct alert_list *list)
{
    const struct alert_item *items[LINE_MOST];
    size_t count = choose(list, items, LINE_MOST);
    for (size_t i = 0; i < count && i < LINE_MOST; i++) {
        block_put(
            b, is_loud(list, items[i]) ? BLOCK_LOUD : BLOCK_PLAIN, brief(a, in, list, items[i]));
    }
    if (count > LINE_MOST) {
        size_t more = count - LINE_MOST;
        block_put(b, BLOCK_ASIDE,
            arena_printf(a, text_count("and %zu more", "and %zu more", (double)more), more));
    }
}

void alert_list_add_line(struct view *v, struct arena *a, const struct view_input *in)
{
    if (!alert_list_is_shown(in)) {
        return;
    }
    const struct alert_list list = alert_list_of(a, in);
    size_t others = alert_list_elsewhere(&list);
    struct block *b = &v->block;
    block_add(b, BLOCK_ALERTS);
    put_of_stages(b, a, in, &list);
    if (others > 0) {
        block_put(b, BLOCK_PLAIN,
            arena_printf(a,
                text_count("%s other alert firing", "%s other alerts firing", (double)others),
                cell_whole(a, (int64_t)others)));
    }
    const char *none = unwatched(in);
    block_put(
        b, BLOCK_ASIDE, none ? arena_printf(a, _("no alerting rule watches %s"), none) : NULL);
    if (none && b->lines[b->count - 1].count > 1) {
        block_spare(b);
    }
    b->count -= b->lines[b->count - 1].count == 0;
}
