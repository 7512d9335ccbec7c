/**
 * The command line as words: which command, which URL, which option has which text. What the texts
 * mean is decided in access.c and settings.c, after the files that some of them name were read.
 */
#ifndef RAGTOP_CONFIG_OPTIONS_H
#define RAGTOP_CONFIG_OPTIONS_H

#include <stdbool.h>

#include "base/names.h"
#include "base/str.h"
#include "config/config.h"
#include "config/value.h"

enum option_id {
#define OPTION(id, letter, name, placeholder, help) OPTION_##id,
#include "config/options.def"
    OPTION_COUNT,
};

struct options {
    enum command command;
    char *url;                  /**< NULL: not given */
    char *save_file;            /**< of `baseline save FILE` */
    char *values[OPTION_COUNT]; /**< the last one given, "" for a flag; NULL: not given */
    struct name_list profiles, headers, sources;
};

/**
 * Reads ARGV, and overwrites the secrets in it. --help and --version end the reading.
 *
 * False with a sentence in *WHY; the caller calls options_finish() either way.
 */
bool options_parse(struct options *out, int argc, char **argv, struct str *why);

/**
 * Replaces a leading `~` in what names files, which no shell does behind a `=`; see home_expand().
 * False with a sentence in *WHY.
 */
bool options_expand(struct options *o, const char *home, struct str *why);

/** Frees what options_parse() filled; a zeroed struct is accepted. */
void options_finish(struct options *o);

/** The long name of an option, without dashes. */
const char *options_name(enum option_id id);

/** Puts `--name TEXT: ` of option ID before the reason in *WHY; returns false. */
bool options_reject(const struct options *o, enum option_id id, struct str *why);

/**
 * Takes the duration of option ID, if it was given. False with a sentence in *WHY when it is none
 * within RANGE; *OUT_MS is then untouched.
 */
bool options_duration(const struct options *o, enum option_id id, const struct value_range *range,
    int64_t *out_ms, struct str *why);

#endif
