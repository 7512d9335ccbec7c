/**
 * The machinery that one pod runs on, as facts. Private to view/ and pages/.
 */
#ifndef RAGTOP_VIEW_MACHINE_PANE_H
#define RAGTOP_VIEW_MACHINE_PANE_H

#include "plan/places.h"
#include "view/view.h"

/** What Kubernetes knows of instance NAME of STAGE; false: nobody knows which pod it is. */
bool machine_place(struct place *out, const struct view_input *in, int stage, const char *name);

/** Its CPU, memory, restarts, GPUs and node, where anything is known of them: else no facts. */
struct view_pane machine_pane(
    struct arena *a, const struct view_input *in, int stage, const char *name);

/** What kubectl would say of it: its log and its description, a line each; NULL: nobody knows. */
const char *machine_commands(
    struct arena *a, const struct view_input *in, int stage, const char *name);

/** Why something of that, or all, is not known; NULL: it is, or nothing says that NAME is a pod. */
const char *machine_missing(
    struct arena *a, const struct view_input *in, int stage, const char *name);

/** What is wrong with it, in a few words, the surest explanation first; NULL: nothing known is. */
const char *machine_strains(
    struct arena *a, const struct view_input *in, int stage, const char *name, size_t most);

#endif
