/**
 * The command line as words: which command, which URL, which option has which text. What the texts
 * mean is decided in access.c and overrides.c, after the files that some of them name were read.
 */
#ifndef RAGTOP_CONFIG_OPTIONS_H
#define RAGTOP_CONFIG_OPTIONS_H

#include <stdbool.h>

#include "base/names.h"
#include "base/str.h"
#include "config/config.h"
#include "config/setting.h"

struct options {
    enum command command;
    char *url;                   /**< NULL: not given */
    char *save_file;             /**< of `baseline save FILE` */
    char *help_on;               /**< the command that `help COMMAND` is about; NULL: all */
    char *values[SETTING_COUNT]; /**< the last one given, "" for a flag; NULL: not given */
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

/** Puts `--name TEXT: ` of option ID before the reason in *WHY; returns false. */
bool options_reject(const struct options *o, enum setting_id id, struct str *why);

/**
 * Reads the text of option ID, if it was given, into its place in the struct at OUT. False with a
 * sentence in *WHY.
 */
bool options_take(const struct options *o, enum setting_id id, void *out, struct str *why);

#endif
