#include "cmd/commands.h"
int grafana_command(const struct config *config)
{
    (void)config;
    return 0;
}
