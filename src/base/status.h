/**
 * What a program that fails exits with, by the convention of BSD's sysexits.h, which POSIX has not.
 */
#ifndef RAGTOP_BASE_STATUS_H
#define RAGTOP_BASE_STATUS_H

enum {
    STATUS_USAGE = 64,       /**< a mistake in options or files */
    STATUS_UNAVAILABLE = 69, /**< what it takes is not there */
    STATUS_BUG = 70,         /**< its own fault */
    STATUS_OUTPUT = 74,      /**< what was asked for cannot be written */
};

#endif
