#include "endpoint/way.h"

#include <string.h>

#include "base/ascii.h"
#include "base/disk.h"
#include "base/text.h"

const char *way_text(const struct endpoint *e, enum way_part part)
{
    const char *const texts[WAY_PARTS] = {[WAY_PROXY] = e->proxy,
        [WAY_CA] = e->ca.file,
        [WAY_CERT] = e->cert.file,
        [WAY_KEY] = e->key.file};
    return texts[part];
}

// Before curl sees it: what curl says of a proxy it cannot use would repeat its password.
static bool check_proxy(const char *proxy, struct str *why)
{
    static const char *const known[] = {"http", "https", "socks4", "socks4a", "socks5", "socks5h"};
    const char *end = strstr(proxy, "://");
    for (size_t i = 0; end && i < sizeof known / sizeof *known; i++) {
        size_t len = strlen(known[i]);
        if ((size_t)(end - proxy) == len && ascii_same_n(proxy, known[i], len)) {
            return true;
        }
    }
    if (end) {
        str_setf(why, _("the proxy's URL must begin with http://, https:// or socks5://"));
    }
    return !end;
}

// curl opens them itself, in the middle of the program's turn: a FIFO would stop it for good.
static bool check_readable(const char *path, enum way_part part, struct str *why)
{
    struct str reason;
    str_init(&reason);
    bool good = disk_check(path, &reason);
    if (!good) {
        str_setf(why,
            part == WAY_CA     ? _("cannot read the CA file %s: %s")
            : part == WAY_CERT ? _("cannot read the certificate file %s: %s")
                               : _("cannot read the key file %s: %s"),
            path, reason.text);
    }
    str_finish(&reason);
    return good;
}

static bool check_pair(const struct endpoint *e, struct str *why)
{
    bool cert = e->cert.file || e->cert.text;
    if (e->key.file && !cert) {
        str_setf(why, _("the key %s needs a certificate; give both"), e->key.file);
        return false;
    }
    if (e->key.text && !cert) {
        str_setf(why, _("a key needs a certificate; give both"));
        return false;
    }
    return true;
}

bool way_check(const struct endpoint *e, enum way_part *part, struct str *why)
{
    for (int i = 0; i < WAY_PARTS; i++) {
        *part = (enum way_part)i;
        const char *text = way_text(e, *part);
        bool good = !text || (*part == WAY_PROXY ? check_proxy(text, why)
                                                 : check_readable(text, *part, why));
        if (!good || (*part == WAY_KEY && !check_pair(e, why))) {
            return false;
        }
    }
    return true;
}
