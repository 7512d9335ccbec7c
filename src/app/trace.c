#include "app/trace.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

static void write_line(void *context, const char *line)
{
    const struct trace *t = context;
    struct str s;
    str_init(&s);
    clock_add_rfc3339(&s, clock_now_ms());
    fprintf(t->file, "%s %s%s%s\n", s.text, t->name ? t->name : "", t->name ? ": " : "", line);
    fflush(t->file); // a log that ends with the crash it should explain is no help
    str_finish(&s);
}

bool trace_start(
    struct trace *t, struct poller *poller, const struct config *config, struct str *why)
{
    if (!config->verbose && !config->log_file) {
        return true;
    }
    FILE *f = config->log_file ? fopen(config->log_file, "ae") : stderr;
    if (!f) {
        str_setf(why, "--log %s: cannot be written: %s", config->log_file, strerror(errno));
        return false;
    }
    *t = (struct trace){.file = f, .name = config->name};
    poller_trace(poller, write_line, t);
    return true;
}
