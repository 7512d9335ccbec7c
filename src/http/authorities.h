/**
 * The certificate authorities of this machine, which certificates are checked with where no others
 * are given. A libcurl that a distribution built knows its own place; one that was built for any
 * machine knows none, and systems keep them in different places.
 */
#ifndef RAGTOP_HTTP_AUTHORITIES_H
#define RAGTOP_HTTP_AUTHORITIES_H

#include <curl/curl.h>
#include <stdbool.h>

#include "base/str.h"

/** At most one of a file and a folder; none: there are no authorities. */
struct authorities {
    const char *file;       /**< certificates in PEM */
    const char *folder;     /**< one file per certificate, called after its hash */
    const char *unreadable; /**< what SSL_CERT_FILE or SSL_CERT_DIR names in vain; or NULL */
};

/** What is asked about a machine. */
struct authorities_machine {
    const char *(*env)(const char *name);
    bool (*has_file)(const char *path);
    bool (*has_hashes)(const char *folder);
    const char *built_in; /**< the file that libcurl takes by itself, or NULL */
};

/**
 * The authorities of MACHINE: what SSL_CERT_FILE names, or else SSL_CERT_DIR, or else the first of
 * the usual files and folders that is there. The texts are those of MACHINE, or last for good.
 */
struct authorities authorities_find(const struct authorities_machine *machine);

/** The same of the machine that EASY runs on; the texts last as long as its environment. */
struct authorities authorities_here(CURL *easy);

/**
 * Appends to *WHY, as a clause, that FOUND holds nothing that the certificate of HOST could be
 * checked with. False: it does hold something.
 */
bool authorities_missing(const struct authorities *found, const char *host, struct str *why);

#endif
