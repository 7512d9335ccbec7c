/**
 * Files compiled into the program: themes and profiles.
 */
#ifndef RAGTOP_CONFIG_EMBEDDED_H
#define RAGTOP_CONFIG_EMBEDDED_H

struct embedded_file {
    const char *name; /**< without folder and extension: "default" */
    const char *text;
};

/** Both end with a NULL name. */
extern const struct embedded_file embedded_themes[];
extern const struct embedded_file embedded_profiles[];

#endif
