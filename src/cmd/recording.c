#include "cmd/recording.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/plain.h"
#include "base/text.h"
#include "config/recorded.h"
#include "tape/player.h"
#include "tape/recorder.h"

// Whom the environment names is not who answers.
static const char *env_beside_recording(const char *name)
{
    bool server = strncmp(name, "RAGTOP_", 7) == 0 || strncmp(name, "PROMETHEUS_", 11) == 0;
    return server ? NULL : getenv(name);
}

bool recording_play(
    const char *file, const char *version, struct config_input *input, struct str *why)
{
    const struct recording *r = player_start(file, version, why);
    if (r) {
        clock_play(r->ended_ms, r->ended_ms);
        input->recorded = r->settings;
        input->env = env_beside_recording;
        input->now_ms = r->ended_ms;
    }
    return r != NULL;
}

void recording_explain(struct str *why)
{
    const struct recording *r = player_runs();
    if (!r || !r->other) {
        return;
    }
    struct arena a = {0};
    const char *reason = arena_strdup(&a, why->text), *place = plain_path(&a, r->path);
    if (strncmp(reason, place, strlen(place)) != 0) {
        arena_finish(&a); // it is an option that cannot be read
        return;
    }
    if (*r->other) {
        str_setf(why, _("%s (ragtop %s made this recording: replay it with that version)"), reason,
            plain_in(&a, r->other));
    } else {
        str_setf(why,
            _("%s (an older ragtop made this recording: replay it with the version that made it)"),
            reason);
    }
    arena_finish(&a);
}

void recording_fit(struct config *config, bool live)
{
    const struct recording *r = player_runs();
    if (!r) {
        return;
    }
    clock_play(live ? r->began_ms : r->ended_ms, r->ended_ms);
    config->read_only = true;
    free(config->cache_directory);
    config->cache_directory = NULL;
    if (r->cut) {
        struct str end, warning;
        str_init(&end);
        str_init(&warning);
        clock_add_local(&end, r->ended_ms, "%H:%M:%S");
        str_addf(&warning, _("the recording was cut off: nothing after %s is in it"), end.text);
        config_warn(config, warning.text);
        str_finish(&warning);
        str_finish(&end);
    }
}

bool recording_begin(const struct config *config, const char *version, struct str *why)
{
    struct str settings;
    str_init(&settings);
    recorded_add(&settings, config);
    bool good = !config->record || recorder_start(config->record, version, settings.text, why);
    str_finish(&settings);
    return good;
}

bool recording_end(struct str *why)
{
    player_stop();
    return recorder_stop(why);
}
