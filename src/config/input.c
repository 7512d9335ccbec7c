#include "config/input.h"

#include <stddef.h>

const char *input_env(const struct config_input *input, const char *name)
{
    const char *text = input->env ? input->env(name) : NULL;
    return text && *text ? text : NULL;
}
