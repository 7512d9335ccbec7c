/**
 * The alerts that the source in view has, with what they are about. Private to view/, pages/,
 * export/ and app/.
 */
#ifndef RAGTOP_VIEW_ALERT_LIST_H
#define RAGTOP_VIEW_ALERT_LIST_H

#include "diagnose/alerting.h"
#include "view/page.h"

struct alert_item {
    const struct alert *alert;
    const struct rule *rule;        /**< NULL: the server does not list it */
    const struct rule_group *group; /**< likewise */
    const struct routed *routed;    /**< at the Alertmanager; NULL: not known */
    const char *whole;              /**< what it reads, see plan/reads.h */
    enum alert_phase phase;
    enum alert_place place;
    int stage; /**< that it is about; -1: none */
    enum severity severity;
    int index; /**< of its row, which stays with it when others come and go */
};

struct alert_list {
    struct alert_item *items; /**< in the arena; as the server has them */
    size_t count;
    size_t left_out;    /**< for which there was no room */
    size_t from_series; /**< of which the server has the series alone */
    bool doubtful;      /**< what an Alertmanager said of them may no longer be so */
};

/** What is known of the rules; NULL: nothing. */
const struct rule_set *alert_list_rules(const struct view_input *in);

/** All alerts; times are the server's. */
struct alert_list alert_list_of(struct arena *a, const struct view_input *in);

/** The item of the row INDEX, or NULL. */
const struct alert_item *alert_list_find(const struct alert_list *list, int index);

/** What is known of the Alertmanager; NULL: nothing. */
const struct routing_state *alert_list_routing(const struct view_input *in);

/** Whether nobody is told of ITEM; then the word for that, else NULL. */
const char *alert_list_held_back(const struct alert_item *item);

/** The server's time. */
int64_t alert_list_now_ms(const struct view_input *in);

/** The worst alert that fires and is about STAGE, held back only where all are; NULL: none does. */
const struct alert_item *alert_list_of_stage(
    const struct alert_list *list, const struct plan *plan, int stage);

/** Whether the home page speaks of alerts: not of the past, nor before rules are known. */
bool alert_list_is_shown(const struct view_input *in);

/** Marks ROW, of STAGE on the incident page, where an alert about it fires; of one that nobody is
 * told of, words alone say so. */
void alert_list_mark(struct arena *a, const struct alert_list *list, const struct plan *plan,
    int stage, struct view_row *row);

/** How many that are not about a stage fire, and somebody is told. */
size_t alert_list_elsewhere(const struct alert_list *list);

/** The alerts of the stages, that no rule watches the one at fault, and how many others fire; NULL:
 * there is nothing to say. *ROLE is how it is shown. */
const char *alert_list_sentence(struct arena *a, const struct view_input *in, enum role *role);

/** Why the server's own list of rules tells of no alert; NULL: it does, or may. */
const char *alert_list_why_no_rules(struct arena *a, const struct view_input *in);

/** Why there is no alert at all: sentences. */
const char *alert_list_why_none(struct arena *a, const struct view_input *in);

/** Which alerting rules cannot fire, as what they ask for has no series; NULL: none, or nobody
 * knows.
 */
const char *alert_list_never(struct arena *a, const struct view_input *in);

/** Adds the same as a line of the verdict on the home page. */
void alert_list_add_line(struct view *v, struct arena *a, const struct view_input *in);

/** What ITEM of LIST is called in a table: its name, and the labels that tell it from others. */
const char *alert_list_name(
    struct arena *a, const struct alert_list *list, const struct alert_item *item);

/** Everything about ITEM, for reading. Sets *COUNT. */
const struct view_entry *alert_list_entries(
    struct arena *a, const struct view_input *in, const struct alert_item *item, size_t *count);

#endif
