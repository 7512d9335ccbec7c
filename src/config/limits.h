/**
 * How much of everything a config may hold: what the outside can grow is bounded where it enters.
 */
#ifndef RAGTOP_CONFIG_LIMITS_H
#define RAGTOP_CONFIG_LIMITS_H

enum {
    LIMIT_FILE_BYTES = 1024 * 1024,
    LIMIT_TEXT_BYTES = 8192, /**< of one value */
    LIMIT_NAME_BYTES = 64,   /**< of a stage's name */
    LIMIT_STAGES = 200,
    LIMIT_STAGE_DEPTH = 8,
    LIMIT_ALIASES = 8,     /**< names of one metric */
    LIMIT_SATURATION = 16, /**< resources of one stage */
    LIMIT_HEADERS = 32,
    LIMIT_PROFILES = 16,
    LIMIT_OWN_PROFILES = 100, /**< in the user's folder */
    LIMIT_DETECT = 16,        /**< metrics by which a component is recognised */
    LIMIT_REPLACES = 16,      /**< profiles that one stands for */
    LIMIT_EDGES = 16,         /**< metrics of a profile that say who calls whom */
    LIMIT_LINKS = 100,
    LIMIT_BINDINGS = 500,
    LIMIT_SOURCES = 16,
    LIMIT_SOURCE_NAME = 24, /**< bytes */
};

#endif
