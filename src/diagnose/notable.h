/**
 * Which differences are worth a word beside a stage.
 */
#ifndef RAGTOP_DIAGNOSE_NOTABLE_H
#define RAGTOP_DIAGNOSE_NOTABLE_H

#include "diagnose/diagnosis.h"

/** The child of STAGE with the largest share of its rise, if that is large enough; else -1. */
int notable_child(
    const struct diagnosis *d, const struct plan *plan, int stage, const struct thresholds *t);

/** Whether enough of the rise of S is its own time. */
bool notable_own_time(const struct stage_diagnosis *s, const struct thresholds *t);

/** Whether a latency is clearly below what is usual. */
bool notable_faster(const struct reading *latency);

/** Whether S is called so much more often per question that its parent is slow for it. */
bool notable_called_more(const struct stage_diagnosis *s);

/** Whether S, the part OF another stage, is called for clearly fewer questions than usual. */
bool notable_called_less(const struct stage_diagnosis *s, const struct stage *of);

/** Whether S, a part of WHOLE without a past, takes so long now that it may be why WHOLE is slow.
 */
bool notable_new_part(const struct stage_diagnosis *s, const struct stage_diagnosis *whole);

/** Whether there clearly is less traffic of S than usual, or more, beyond chance in a window. */
bool notable_traffic(const struct stage_diagnosis *s, double window_s, const struct thresholds *t);

/** Whether clearly fewer requests fail than usual, beyond chance. */
bool notable_fails_less(const struct reading *errors, const struct thresholds *t);

/** Whether so many requests fail as would be critical, and usually do. */
bool notable_always_fails(const struct reading *errors, const struct thresholds *t);

/** Whether the pool of S is as good as full, and usually is. */
bool notable_always_full(const struct stage_diagnosis *s, const struct thresholds *t);

/** Whether the processes of S keep restarting: its counters were reset again and again lately. */
bool notable_restarts(const struct stage_diagnosis *s);

/** Whether a tool is called for clearly fewer questions than usual, beyond chance in a window. */
bool notable_tool_called_less(
    const struct tool_diagnosis *tool, double window_s, const struct thresholds *t);

/** Whether a tool is called that usually was not, though others were: it is new to this service. */
bool notable_tool_new(const struct tool_diagnosis *tool, const struct thresholds *t);

/** Whether the fullest pod of S is far fuller than all of them together, or that is not known. */
bool notable_one_pod(const struct stage_diagnosis *s);

/** What makes the guess doubtful that a latency counts seconds. */
enum unit_doubt {
    UNIT_FINE,       /**< nothing, or it is no guess */
    UNIT_OF_BUCKETS, /**< its buckets are those of milliseconds */
    UNIT_OF_VALUE,   /**< it is, or usually is, half a minute and more */
};

/** The same of S, which is of the stage OF. */
enum unit_doubt notable_unit(const struct stage_diagnosis *s, const struct stage *of);

/** How a number stands to what is promised. */
enum slo_standing {
    SLO_UNKNOWN, /**< nothing is promised, or the number is not known */
    SLO_WITHIN,
    SLO_ABOUT, /**< above it by no more than chance makes */
    SLO_ABOVE,
};

/** The same of R, whose SLO is so much; 0: none. */
enum slo_standing notable_slo(const struct reading *r, double slo);

/**
 * Whether the latency R is far above the little that is known of it, and not far enough to alarm:
 * nobody may call it normal.
 */
bool notable_open(const struct reading *r);

/** Whether R alarms nobody only because so few requests may be that bad by chance. */
bool notable_perhaps(const struct reading *r);

/** Whether R alarms for its SLO alone: now is hardly more than usual. */
bool notable_slo_alone(const struct reading *r, double slo, const struct thresholds *t);

#endif
