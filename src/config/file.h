/**
 * A configuration file.
 */
#ifndef RAGTOP_CONFIG_FILE_H
#define RAGTOP_CONFIG_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/names.h"
#include "base/str.h"
#include "config/config.h"
#include "yaml/reader.h"

/** A file that was read; zeroed means none. */
struct config_file {
    struct document document;
};

/**
 * Reads the LEN bytes of TEXT, called NAME in messages. False with *WHY = `NAME:line:column:
 * sentence`; the caller calls file_finish() either way.
 */
bool file_parse(
    struct config_file *f, const char *name, const char *text, size_t len, struct str *why);

/** Frees what file_parse() made of it; a zeroed one is accepted. */
void file_finish(struct config_file *f);

/** Whether the file itself says which stages there are. */
bool file_has_stages(const struct config_file *f);

/** The list of profiles that the file names, checked; NULL: it names none. */
const yaml_node_t *file_profiles(const struct config_file *f);

/**
 * Puts what the file says over what *C holds. Profiles that it names are the caller's affair.
 * False with *WHY as above; *C may be half filled then.
 */
bool file_apply(const struct config_file *f, struct config *c, struct str *why);

#endif
