/**
 * A bug ends the program at once, through one door that first restores the terminal.
 */
#ifndef RAGTOP_BASE_CHECK_H
#define RAGTOP_BASE_CHECK_H

/**
 * Aborts with the place and the text of EXPR when it is false: for what only a bug can make false,
 * never for what the outside can send. Stays on in release builds.
 */
#define check(expr) ((expr) ? (void)0 : check_failed(#expr, __FILE__, __LINE__))

/** Reports a bug on stderr and aborts. Calls the hook of check_on_death() first. */
_Noreturn void check_failed(const char *expr, const char *file, int line);

/** Reports SENTENCE on stderr and exits with STATUS_BUG. Calls the hook first. */
_Noreturn void check_die(const char *sentence);

/** HOOK is called once, before either function above says anything. NULL removes it. */
void check_on_death(void (*hook)(void));

#endif
