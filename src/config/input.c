#include "config/input.h"

#include <stddef.h>

const char *const env_names[ENV_COUNT] = {
#define ENV(name, setting, text) #name,
#include "config/env.def"
};

const char *input_env(const struct config_input *input, enum env_id id)
{
    const char *text = input->env ? input->env(env_names[id]) : NULL;
    return text && *text ? text : NULL;
}
