/**
 * What a page says in its texts. To be included after cmocka.h.
 */
#ifndef RAGTOP_TESTS_UNIT_PAGES_SAYS_H
#define RAGTOP_TESTS_UNIT_PAGES_SAYS_H

#include <stdbool.h>
#include <string.h>

#include "view/view.h"

static inline bool says_as(const struct view *v, const char *text, bool whole)
{
    bool any = false;
    for (size_t i = 0; i < v->panes_count; i++) {
        const struct view_pane *p = &v->panes[i];
        for (size_t k = 0; p->kind == PANE_ENTRIES && k < p->count; k++) {
            const char *said = p->entries[k].text.text;
            any = any || (said && (whole ? strcmp(said, text) == 0 : strstr(said, text) != NULL));
        }
    }
    return any;
}

/** Whether TEXT is in any of the entries of V. */
static inline bool says(const struct view *v, const char *text)
{
    return says_as(v, text, false);
}

/** Whether TEXT is one of them, from its beginning to its end. */
static inline bool says_just(const struct view *v, const char *text)
{
    return says_as(v, text, true);
}

#endif
