#include <stdio.h>

#include "base/status.h"
#include "base/text.h"
#include "cmd/commands.h"
#include "cmd/doctor_read.h"
#include "cmd/oneshot.h"
#include "export/doctor_document.h"

/** What is known in the end. */
struct consultation {
    struct doctor_reading reading;
    struct doctor doctor;
    bool done;
};

static void look(struct watch *w, void *context)
{
    struct consultation *c = context;
    doctor_read(&c->reading, w);
    doctor_run(&c->doctor, &c->reading.input);
    c->done = true;
}

static int tell(
    struct str *s, const struct config *config, const struct watch *w, const struct consultation *c)
{
    if (!c->done) {
        oneshot_say(_("cannot reach %s: %s"), w->config->source.url, w->store.source.why);
        return STATUS_UNKNOWN;
    }
    if (config->format == FORMAT_JSON) {
        doctor_add_json(s, &c->doctor);
    } else if (config->format == FORMAT_MARKDOWN) {
        doctor_add_markdown(s, &c->doctor);
    } else {
        doctor_add_table(s, &c->doctor, oneshot_width());
    }
    return doctor_status(&c->doctor);
}

int doctor_command(const struct config *config)
{
    struct oneshot o;
    struct consultation c = {0};
    struct str s, why;
    str_init(&s);
    str_init(&why);
    int status = STATUS_USAGE;
    if (!oneshot_run_judged(&o, config, look, &c, &why)) {
        fprintf(stderr, "ragtop: %s\n", why.text);
    } else {
        status = tell(&s, config, &o.watches[0], &c);
        status =
            oneshot_print(&s, N_("what was found cannot be written: %s")) ? status : STATUS_UNKNOWN;
    }
    doctor_finish(&c.doctor);
    doctor_read_finish(&c.reading);
    oneshot_finish(&o);
    str_finish(&s);
    str_finish(&why);
    return status;
}
