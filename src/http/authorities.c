#include "http/authorities.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/disk.h"
#include "base/names.h"
#include "base/plain.h"
#include "base/str.h"
#include "base/text.h"

// Debian and Alpine, Fedora and RHEL, SUSE, BSD and macOS.
static const char *const usual_files[] = {"/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};
static const char *const usual_folders[] = {"/etc/ssl/certs", "/etc/pki/tls/certs"};

static const char *const variables[] = {"SSL_CERT_FILE", "SSL_CERT_DIR"};

static bool is_set(const char *text)
{
    return text && *text;
}

struct authorities authorities_find(const struct authorities_machine *m)
{
    const char *file = m->env(variables[0]), *folder = m->env(variables[1]);
    struct authorities found = {0};
    if (is_set(file) && m->has_file(file)) {
        found.file = file;
    } else if (is_set(folder) && m->has_hashes(folder)) {
        found.folder = folder;
    }
    bool good = found.file || found.folder;
    if (good || is_set(file) || is_set(folder)) {
        found.unreadable = good ? NULL : is_set(file) ? file : folder;
        return found;
    }
    if (m->built_in && m->has_file(m->built_in)) {
        found.file = m->built_in;
        return found;
    }
    for (size_t i = 0; i < sizeof usual_files / sizeof *usual_files; i++) {
        if (m->has_file(usual_files[i])) {
            found.file = usual_files[i];
            return found;
        }
    }
    for (size_t i = 0; i < sizeof usual_folders / sizeof *usual_folders; i++) {
        if (m->has_hashes(usual_folders[i])) {
            found.folder = usual_folders[i];
            return found;
        }
    }
    return found;
}

static const char *env(const char *name)
{
    return getenv(name);
}

static bool has_file(const char *path)
{
    struct str why;
    str_init(&why);
    bool has = disk_check(path, &why);
    str_finish(&why);
    return has;
}

// "4a6481c9.0"; of a list with colons one is enough
static bool has_hashes(const char *folders)
{
    bool has = false;
    struct str folder, why;
    str_init(&folder);
    str_init(&why);
    for (const char *at = folders; *at && !has; at += strspn(at, ":")) {
        size_t len = strcspn(at, ":");
        struct name_list names = {0};
        bool more = false;
        str_setf(&folder, "%.*s", (int)len, at);
        has = disk_list(folder.text, ".0", 1, &names, &more, &why) && names.count > 0;
        names_finish(&names);
        at += len;
    }
    str_finish(&folder);
    str_finish(&why);
    return has;
}

struct authorities authorities_here(CURL *easy)
{
    char *built_in = NULL;
    // curl_version_info() has it as well, and would run code of each library below libcurl
    curl_easy_getinfo(easy, CURLINFO_CAINFO, &built_in);
    const struct authorities_machine here = {
        .env = env, .has_file = has_file, .has_hashes = has_hashes, .built_in = built_in};
    return authorities_find(&here);
}

bool authorities_missing(const struct authorities *found, const char *host, struct str *why)
{
    struct arena a = {0};
    bool missing = !found->file && !found->folder;
    if (missing && found->unreadable) {
        str_addf(why,
            _("the certificate of %s cannot be checked: no certificate authorities can be read "
              "from "
              "%s, which SSL_CERT_FILE or SSL_CERT_DIR names"),
            host, plain_in(&a, found->unreadable));
    } else if (missing) {
        str_addf(why,
            _("the certificate of %s cannot be checked: this machine has no certificate "
              "authorities "
              "(install ca-certificates, or name a file of them in SSL_CERT_FILE)"),
            host);
    }
    arena_finish(&a);
    return missing;
}
