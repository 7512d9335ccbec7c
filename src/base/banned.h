/**
 * Calls that lose data, depend on the locale or write past the end: using one is a compile error.
 * Included on the command line for every file of the project.
 */
#ifndef RAGTOP_BASE_BANNED_H
#define RAGTOP_BASE_BANNED_H

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

// fortified and without GNU's variadic inlines, these are macros
#undef sprintf
#undef vsprintf
#undef tolower
#undef toupper

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok gets
#pragma GCC poison strcasecmp strncasecmp tolower toupper
#pragma GCC poison atoi atol atoll atof localtime gmtime ctime asctime

#endif
