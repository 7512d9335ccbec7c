#include "words/told.h"

#define TOLD(sentence, clause, block)                                                              \
    {                                                                                              \
        sentence, clause, block                                                                    \
    }

static const struct {
    told_sentence *sentence;
    told_clause *clause;
    told_block *block;
} table[] = {
#define SIGNAL(id, name, unit, bad, per, asked, write, judged, told, says) [CLASS_##id] = told,
#include "config/signal.def"
    [CLASS_DECLARED] = TOLD(incident_declared, beside_declared, block_declared),
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

bool told_add_block(struct block *b, struct arena *a, const struct words *w)
{
    enum signal_class signal = w->diagnosis->verdict.signal;
    if (signal != CLASS_NONE) {
        table[signal].block(b, a, w);
    }
    return signal != CLASS_NONE;
}
