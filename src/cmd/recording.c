#include "cmd/recording.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
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

bool recording_play(const char *file, struct config_input *input, struct str *why)
{
    const struct recording *r = player_start(file, why);
    if (r) {
        clock_play(r->ended_ms, r->ended_ms);
        input->recorded = r->settings;
        input->env = env_beside_recording;
        input->now_ms = r->ended_ms;
    }
    return r != NULL;
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

bool recording_begin(const struct config *config, struct str *why)
{
    struct str settings;
    str_init(&settings);
    recorded_add(&settings, config);
    bool good = !config->record || recorder_start(config->record, settings.text, why);
    str_finish(&settings);
    return good;
}

bool recording_end(struct str *why)
{
    player_stop();
    return recorder_stop(why);
}
