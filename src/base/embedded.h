/**
 * Files compiled into the program, as embed.py writes them.
 */
#ifndef RAGTOP_BASE_EMBEDDED_H
#define RAGTOP_BASE_EMBEDDED_H

/** One of an array that ends with a NULL name. */
struct embedded_file {
    const char *name; /**< without folder and extension: "default" */
    const char *text;
};

#endif
