#include "config/signal.h"

#include "base/text.h"

#define ROW(id, name, unit, bad, per, asked, says)                                                 \
    [SIGNAL_##id] = {                                                                              \
        name, SIGNAL_UNIT_##unit, SIGNAL_BAD_##bad, SIGNAL_PER_##per, SIGNAL_ASKED_##asked, says},

const struct signal_type signal_types[SIGNAL_KINDS] = {
#define SIGNAL(id, name, unit, bad, per, asked, write, judged, told, says)                         \
    ROW(id, name, unit, bad, per, asked, says)
#define ASKED(id, name, unit, per, asked, write, says) ROW(id, name, unit, NONE, per, asked, says)
#define DECLARED(id, name, unit, bad, says) ROW(id, name, unit, bad, STAGE, PAST, says)
#include "config/signal.def"
};

const char *signal_unit_name(enum signal_unit unit)
{
    static const char *const names[] = {[SIGNAL_UNIT_SECONDS] = "seconds",
        [SIGNAL_UNIT_RATIO] = "ratio",
        [SIGNAL_UNIT_COUNT] = "count",
        [SIGNAL_UNIT_PER_SECOND] = "per_second",
        [SIGNAL_UNIT_PER_HOUR] = "per_hour",
        [SIGNAL_UNIT_MOMENT] = "moment"};
    return names[unit];
}
