#include "words/told.h"

#define TOLD(sentence, clause)                                                                     \
    {                                                                                              \
        sentence, clause                                                                           \
    }

static const struct {
    told_sentence *sentence;
    told_clause *clause;
} table[] = {
#define SIGNAL(id, name, unit, bad, per, asked, write, judged, told, says) [CLASS_##id] = told,
#include "config/signal.def"
    [CLASS_DECLARED] = TOLD(incident_declared, beside_declared),
};

const char *told_culprit(struct arena *a, const struct words *w)
{
    enum signal_class signal = w->diagnosis->verdict.signal;
    return signal == CLASS_NONE ? NULL : table[signal].sentence(a, w);
}

const char *told_beside(struct arena *a, const struct words *w, const struct fault *f)
{
    return table[f->signal].clause(a, w, f);
}
