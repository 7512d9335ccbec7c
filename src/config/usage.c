#include "config/usage.h"

#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "config/input.h"
#include "config/setting.h"

/** A command; its texts are to be given to _(). */
struct usage {
    const char *name;
    enum command command;
    const char *words;   /**< behind its name */
    const char *summary; /**< its line in --help */
    const char *text;    /**< what `help NAME` says of it */
};

static const struct usage usages[] = {
    {"report", COMMAND_REPORT, N_("[OPTION...] [URL]"),
        N_("the incident table once, with a verdict"),
        N_("Prints the incident table once, with the verdict, its evidence and the queries to "
           "look\n"
           "at next. --format chooses table, markdown, json or csv.\n\n"
           "It exits with 0 when all is well, 1 on a warning, 2 when critical, 3 when it cannot\n"
           "tell, 64 on a mistake in options or files.\n")},
    {"discover", COMMAND_DISCOVER, N_("[OPTION...] [URL]"),
        N_("what is on the server, as a configuration"),
        N_("Prints what ragtop recognises on the server, how it links it, and what it leaves out\n"
           "and why. --format chooses table, yaml or json; without it, it is a table on a "
           "terminal\n"
           "and YAML elsewhere, which -c takes as it is:\n\n"
           "  ragtop discover URL > my.yaml\n"
           "  ragtop -c my.yaml URL\n\n"
           "It exits with 0, with 3 when nothing was found or the server cannot be asked, with 64 "
           "on\na mistake in options or files.\n")},
    {"check", COMMAND_CHECK, N_("[OPTION...] [URL]"),
        N_("what the server knows of every metric named"),
        N_("Says of every metric that the configuration names, or that was found, how many series\n"
           "it has, what it is, its value and the age of its last sample; where it has none, "
           "which\n"
           "name on the server is nearest. --format chooses table, yaml or json.\n\n"
           "It exits with 0 when everything is there, 1 when something is missing, 3 when the\n"
           "server cannot be asked, 64 on a mistake in options or files.\n")},
    {"rules", COMMAND_RULES, N_("[OPTION...] [URL]"),
        N_("recording and alerting rules for the server"),
        N_("Prints rules for Prometheus about the stages that are configured or found: they "
           "record\n"
           "what ragtop reads history from, and alert. --format chooses rules, prometheusrule for\n"
           "the Prometheus Operator, or test, unit tests of the rules:\n\n"
           "  ragtop rules URL > ragtop-rules.yaml\n"
           "  ragtop rules --format test URL > ragtop-rules_test.yaml\n"
           "  promtool test rules ragtop-rules_test.yaml\n\n"
           "It exits with 0, with 3 when there is nothing to make rules of or the server cannot "
           "be\n"
           "asked, with 64 on a mistake in options or files.\n")},
    {"grafana", COMMAND_GRAFANA, N_("[OPTION...] [URL]"),
        N_("the same stages as a dashboard for Grafana"),
        N_("Prints a dashboard that Grafana 10 to 13 imports, in its JSON, about the stages that\n"
           "are configured or found:\n\n"
           "  ragtop grafana URL > ragtop.json\n\n"
           "It exits with 0, with 3 when there is nothing to show or the server cannot be asked,\n"
           "with 64 on a mistake in options or files.\n")},
    {"doctor", COMMAND_DOCTOR, N_("[OPTION...] [URL]"), N_("is the monitoring itself sound?"),
        N_("Looks for what makes verdicts wrong or keeps alerts from firing: rules that ask for\n"
           "what nobody exports, targets that are down, ServiceMonitors that select nothing,\n"
           "buckets that end too early, labels with a value per user. Each finding says what to\n"
           "do; what could not be read is said as well. --format chooses table, markdown or\n"
           "json.\n\n"
           "It exits with 0 when all is well or could only be better, 1 on a warning, 2 when an\n"
           "incident would be missed, 3 when not all could be read, 64 on a mistake in options or\n"
           "files.\n")},
    {"baseline", COMMAND_BASELINE, N_("save FILE [OPTION...] [URL]"),
        N_("how it is now, for --baseline FILE later"),
        N_("Writes to FILE how everything was in the 24 hours before now, or before --at. Later,\n"
           "--baseline FILE compares with it.\n\n"
           "It exits with 0, with 3 when there is too little to save, with 64 on a mistake in\n"
           "options or files.\n")},
    {"help", COMMAND_HELP, N_("[COMMAND]"), N_("this text, or what a command does"),
        N_("Prints all options, or what COMMAND does and how it exits.\n")},
    {"version", COMMAND_VERSION, "", N_("the version"),
        N_("Prints the version, and on a second line the libraries that it runs with.\n")},
    {"complete", COMMAND_COMPLETE, "", N_("what may stand next, for shells"),
        N_("Reads a command line that is being typed from the standard input: the words behind\n"
           "`ragtop`, each with a NUL behind it. Prints what may stand in place of the last one,\n"
           "one to a line, with a tab and what it is; and `:files` where a file may be named. The\n"
           "completions of bash, zsh and fish ask it:\n\n"
           "  printf '%s\\0' report --theme so | ragtop complete\n\n"
           "It exits with 0, with 64 when there is nothing to read.\n")},
};

enum { USAGES = sizeof usages / sizeof *usages, USAGE_COLUMNS = 35 };

bool usage_find(const char *word, enum command *out)
{
    for (int i = 0; i < USAGES; i++) {
        if (strcmp(usages[i].name, word) == 0) {
            *out = usages[i].command;
            return true;
        }
    }
    return false;
}

bool usage_asks(enum command c)
{
    return c == COMMAND_HELP || c == COMMAND_VERSION || c == COMMAND_COMPLETE;
}

const char *const *usage_names(void)
{
    static const char *names[USAGES + 1];
    for (int i = 0; i < USAGES; i++) {
        names[i] = usages[i].name;
    }
    return names;
}

const char *usage_summary(const char *name)
{
    for (int i = 0; i < USAGES; i++) {
        if (strcmp(usages[i].name, name) == 0) {
            return _(usages[i].summary);
        }
    }
    return "";
}

void usage_add_command(struct str *out, const char *name)
{
    for (int i = 0; i < USAGES; i++) {
        const struct usage *u = &usages[i];
        if (strcmp(u->name, name) == 0) {
            const char *words = *u->words ? _(u->words) : "";
            str_addf(out, _("Usage: ragtop %s%s%s\n\n"), u->name, *words ? " " : "", words);
            str_add(out, _(u->text));
        }
    }
    str_add(out, _("\nragtop --help lists all options, man ragtop explains them.\n"));
}

static void add_line(struct str *out, const struct usage *u)
{
    size_t from = out->len;
    str_addf(out, "  ragtop %s%s%s", u->name, *u->words ? " " : "", *u->words ? _(u->words) : "");
    int width = utf8_width(out->text + from);
    if (width > USAGE_COLUMNS) {
        str_addc(out, '\n');
        width = 0;
    }
    str_addf(out, "%*s%s\n", USAGE_COLUMNS + 2 - width, "", _(u->summary));
}

void config_add_help(struct str *out, const char *const *pages)
{
    str_add(out, _("ragtop says whose fault a slow RAG service is, from what Prometheus knows.\n\n"
                   "Usage:\n"
                   "  ragtop [OPTION...] [URL]           the live dashboard\n"));
    for (int i = 0; i < USAGES; i++) {
        add_line(out, &usages[i]);
    }
    str_addf(out,
        _("\nURL: the Prometheus server, as http://host:9090/prefix or host:9090; else\n"
          "     %s, %s, the configuration file, the usual services\n"
          "     inside a cluster, http://localhost:9090.\n"),
        env_names[ENV_RAGTOP_URL], env_names[ENV_PROMETHEUS_URL]);
    setting_add_help(out, pages);
    str_add(
        out, _("\nA TIME is 90s, 5m or 1h. report exits with 0 when all is well, 1 on a warning,\n"
               "2 when critical, 3 when it cannot tell, 64 on a mistake in options or files.\n"));
}

// What fingers type that know curl, promtool, kubectl, logcli and the like.
const char *usage_foreign(const char *word, size_t len)
{
    static const struct {
        const char *const words[9];
        const char *sentence;
    } foreign[] = {
        {{"url", "prometheus-url", "prometheus", "server", "server-url", "address", "addr", "host"},
            N_("the address needs no option: ragtop http://localhost:9090")},
        {{"o", "output", "out", "json", "yaml", "csv", "markdown"},
            N_("the format of report, discover and check is --format json, and > FILE keeps it")},
        {{"interval", "every", "poll", "poll-interval"},
            N_("how often to ask is --refresh 15s, over how much time rates are --window 5m")},
        {{"since", "from", "start", "last", "range", "lookback", "duration"},
            N_("how far back to look is --span 6h, and a moment --at -30m")},
        {{"time", "end", "until", "now"},
            N_("the moment that is judged is --at 2026-02-04T09:00:00Z or -30m")},
        {{"ns", "N", "all-namespaces", "A"},
            N_("the namespace is -n NS; without it all are looked at")},
        {{"f", "file", "config-file", "filename"}, N_("the configuration file is -c FILE")},
        {{"debug", "log-level", "trace", "d"}, N_("-v logs every request and its outcome")},
        {{"token", "auth-token"}, N_("a token is read from a file: --bearer-token-file FILE")},
        {{"username", "password", "pass"},
            N_("user and password go together: --user NAME:PASS, or in the environment")},
        {{"match", "query", "label", "labels", "filter"},
            N_("series are chosen by --selector 'job=\"agent\"'")},
        {{"watch", "follow", "tail"}, N_("without a command ragtop goes on watching: ragtop URL")},
        {{"org-id", "orgid"}, N_("the tenant is --tenant NAME")},
        {{"insecure-skip-verify", "no-verify", "tls-skip-verify"}, N_("that is --insecure here")},
        {{"ca", "ca-cert", "ca-file", "cafile"}, N_("certificate authorities are --cacert FILE")},
    };
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        for (const char *const *own = foreign[i].words; *own; own++) {
            if (strlen(*own) == len && memcmp(*own, word, len) == 0) {
                return _(foreign[i].sentence);
            }
        }
    }
    return NULL;
}
