/**
 * What the program was started with, so that reading the configuration needs no globals.
 */
#ifndef RAGTOP_CONFIG_INPUT_H
#define RAGTOP_CONFIG_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "bind/command.h"

enum env_id {
#define ENV(name, setting, text) ENV_##name,
#include "config/env.def"
    ENV_COUNT,
};

struct config_input {
    int argc;
    char **argv;
    const char *(*env)(const char *name); /**< getenv or a test's table; NULL: nothing is set */
    int64_t now_ms;                       /**< for `--at -30m` */
    /** Settings of the recording that is played, in place of a configuration file; NULL: none */
    const char *recorded;
    /**
     * Whether a command can take ARGUMENT of KIND, as far as the screens know; else a sentence in
     * *WHY. NULL: all is taken.
     */
    bool (*check_argument)(enum argument kind, const char *argument, struct str *why);
    /**
     * Says everything in LANGUAGE from now on, as `language:` or --language has it; else false with
     * a reason in *WHY that follows "LANGUAGE is". NULL: all are taken.
     */
    bool (*speak)(const char *language, struct str *why);
};

/** How the variables are called, by enum env_id. */
extern const char *const env_names[ENV_COUNT];

/** The variable ID of the environment; NULL when it is unset or empty. */
const char *input_env(const struct config_input *input, enum env_id id);

#endif
