#include "cmd/locate_source.h"

#include <stdio.h>

#include "base/str.h"
#include "base/text.h"
#include "cmd/oneshot.h"
#include "config/cluster.h"
#include "poll/probe.h"

void locate_source(struct config *c)
{
    struct endpoint *s = &c->source;
    size_t best;
    if (s->candidates_count == 0) {
        return;
    }
    bool found = probe_candidates(s, &best);
    cluster_choose(s, best);
    if (found) {
        oneshot_say(_("no URL given; using %s"), s->url);
        return;
    }
    oneshot_say("%s", _("no URL given, and none of these answers:"));
    for (size_t i = 0; i < s->candidates_count; i++) {
        fprintf(stderr, "  %s\n", s->candidates[i].url);
    }
}
