/**
 * The commands that print once and exit. Each returns the program's exit status, STATUS_USAGE for a
 * mistake in what was asked, and reports what went wrong on stderr.
 */
#ifndef RAGTOP_CMD_COMMANDS_H
#define RAGTOP_CMD_COMMANDS_H

#include "config/config.h"
#include "theme/theme.h"

/** Of a command that cannot know or say what it is asked for; see report_exit_status(). */
enum { STATUS_UNKNOWN = 3 };

/** `ragtop report`: the incident table once, with a verdict. */
int report_command(const struct config *config);

/** `ragtop baseline save FILE`: how everything was in the last 24 hours, to compare with later. */
int baseline_command(const struct config *config);

/** `ragtop discover`: the stages that were found, as a configuration file. */
int discover_command(const struct config *config);

/** `ragtop check`: what the server knows of every name that is asked for. */
int check_command(const struct config *config);

/** `ragtop rules`: recording and alerting rules about the stages. */
int rules_command(const struct config *config);

/** `ragtop grafana`: a dashboard of the stages. */
int grafana_command(const struct config *config);
/** `ragtop doctor`: whether the monitoring itself is sound. */
int doctor_command(const struct config *config);

/** `ragtop complete`: what a shell offers on Tab. HOME as in struct offer. */
int complete_command(const struct config *config, const char *home);

/** `ragtop --screenshot`: one frame of the dashboard. */
int screenshot_command(const struct config *config, const struct theme *theme);

#endif
