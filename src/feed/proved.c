// Signals over a stretch that the memory knows; poll/proof.h says which, and takes the answer.
#include "base/text.h"
#include "feed/feed.h"
#include "plan/promql.h"

static void add_query(struct str *s, const struct plan *plan, const struct ask *ask)
{
    const char *exprs[ASK_ARMS_MAX];
    for (int k = 0; k < ask->arms_count; k++) {
        const struct signal *signal = &plan->signals[ask->arms[k].signal];
        exprs[k] = signal->recorded && !ask->arms[k].raw ? signal->recorded : plan_history(signal);
    }
    promql_add_joined(s, exprs, (size_t)ask->arms_count);
}

const struct feed_type feed_proof = {
    .kind = FEED_PROOF,
    .name = "proof",
    .rank = RANK_HISTORY,
    .slot = SLOT_PROOF,
    .parts = 1,
    .samples = true,
    .form = true,
    .past = true,
    .unavailable = N_("history is unavailable: %s"),
    .add_query = add_query,
    .step_ms = feed_history_step,
};
