/**
 * The table of everything that can be set, setting.def. The command line, the configuration file,
 * --help and the manuals are views of it.
 */
#ifndef RAGTOP_CONFIG_SETTING_H
#define RAGTOP_CONFIG_SETTING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "config/input.h"
#include "config/types.h"
#include "yaml/reader.h"

enum setting_id {
#define GROUP(title)
#define SETTING(id, ...) SETTING_##id,
#include "config/setting.def"
    SETTING_COUNT,
    SETTING_NONE = SETTING_COUNT,
};

/** In which struct a setting has its place. */
enum setting_owner {
    OWNER_NONE, /**< none: it has code of its own */
    OWNER_CONFIG,
    OWNER_ENDPOINT,
};

struct setting {
    const char *key; /**< see setting.def for these, as for what may be NULL */
    char letter;
    const char *option, *placeholder;
    enum setting_owner owner;
    size_t offset; /**< of its place in the owner */
    const struct value_type *type;
    const char *initial; /**< its default, as text */
    const char *help;
};

extern const struct setting settings[SETTING_COUNT];

/** The setting that each variable stands for, by enum env_id. */
extern const enum setting_id env_settings[ENV_COUNT];

/** Sets what OWNER, a zeroed struct of that kind at OUT, is by default. */
void setting_defaults(enum setting_owner owner, void *out);

/**
 * Sets NAMES to the keys that may stand under PREFIX ("source."; "": at the top), each once, with a
 * NULL behind them; there is room for SETTING_COUNT + 1. Returns how many they are.
 */
size_t setting_keys(const char *prefix, const char **names);

/**
 * Reads the keys of MAPPING, which stand under PREFIX and have a place in OWNER, into the struct of
 * that kind at OUT. See yaml/reader.h for failures.
 */
bool setting_read(const struct reader *r, const yaml_node_t *mapping, const char *prefix,
    enum setting_owner owner, void *out);

/** Reads TEXT into the place of setting ID in the struct at OUT; see value_read(). */
bool setting_set(enum setting_id id, const char *text, void *out, struct str *why);

/**
 * Appends TEXT with what S has in place of `{default}` and the like, see setting.def; PAGES are the
 * names of the pages, NULL-terminated.
 */
void setting_fill(
    struct str *out, const struct setting *s, const char *text, const char *const *pages);

/** Appends the text of --help between usage and the end: a line or more for each option. */
void setting_add_help(struct str *out, const char *const *pages);

#endif
