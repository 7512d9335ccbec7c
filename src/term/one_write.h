/**
 * A frame as one write to the terminal, whatever ncurses makes of it: many small ones tear over a
 * slow link. While one is gathered, standard output is a file in memory. Where the system has none,
 * everything goes out as ncurses writes it. What stands in for other characters (stand_in.h) is
 * changed back in it.
 */
#ifndef RAGTOP_TERM_ONE_WRITE_H
#define RAGTOP_TERM_ONE_WRITE_H

#include <stdbool.h>
#include <stddef.h>

/** Whether the system lets frames be kept back; else stand-ins would reach the terminal. */
bool one_write_can(void);

/** Gets ready; the terminal is standard output. */
void one_write_open(void);

/**
 * From here on what is written to standard output is kept back. SYNCHRONIZED: it will go out
 * between the marks of a synchronized update (DEC private mode 2026), so that the terminal shows
 * all of it at once.
 */
void one_write_begin(bool synchronized);

/** Sends what was kept back, nothing where there is nothing. */
void one_write_end(void);

/** Gives back what one_write_open() took. */
void one_write_close(void);

/** Sends LEN BYTES to the terminal at once, past ncurses. */
void one_write_past(const char *bytes, size_t len);

#endif
