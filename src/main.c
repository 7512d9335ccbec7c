/*
 * ragtop: whose fault is the slow RAG service?
 *
 * The map. Data flows one way, each arrow is one struct:
 *
 *   config    command line, YAML, profiles      ->  struct config
 *   yaml      a text with lines and columns, and its one reader
 *   theme     theme files                       ->  struct theme: colours by role
 *   endpoint  whom to ask, and how to log in
 *   bind      commands, and the keys they are bound to
 *   catalogue components on a server            ->  the stages that come of them
 *   plan      struct config                     ->  struct plan: stages, signals, PromQL
 *   promql    what can be known of an expression without a server
 *   prom      signal -> request; reply          ->  struct batch: samples, or why not
 *   scrape    a target's own page -> samples, and answers to the PromQL of the plan
 *   http      bytes out, bytes in; the network
 *   cache     what outlives the program: history, saved baselines
 *   series    struct batch                      ->  struct store: what is known over time
 *   feed      each kind of question: what is missing, how it is asked, where the answer goes
 *   poll      joins feeds, scrape, http and series; one turn at a time
 *   diagnose  struct store                      ->  struct diagnosis: numbers and the verdict
 *   words     struct diagnosis                  ->  sentences
 *   doctor    what was read besides             ->  what makes a verdict wrong
 *   view      what pages are made of: tables, charts, layout
 *   pages     struct diagnosis                  ->  struct view: texts, roles, rectangles
 *   draw      struct view                       ->  struct canvas: cells
 *   term      struct canvas                     ->  the terminal; keys come back
 *   export    struct view or diagnosis          ->  documents
 *   tape      recordings: made beside the network, and played in place of it
 *   watch     one source: its poller, its store, its history on disk, its verdict
 *   app       the live program: the loop, keys, signals
 *   cmd       the commands that print once and exit
 *   base      C that could live in any program
 */
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "base/ascii.h"
#include "base/clock.h"
#include "base/disk.h"
#include "base/mem.h"
#include "base/names.h"
#include "base/plain.h"
#include "base/room.h"
#include "base/status.h"
#include "base/text.h"
#include "cache/cache.h"
#include "cmd/commands.h"
#include "cmd/locate_source.h"
#include "cmd/oneshot.h"
#include "cmd/recording.h"
#include "config/config.h"
#include "config/timezone.h"
#include "config/usage.h"
#include "export/report.h"
#include "http/client.h"
#include "pages/pages.h"
#include "poll/poller.h"
#include "term/term.h"
#include "theme/theme.h"
#include "yaml/document.h"

// What is open beside connections: streams, signals, the cache, a log, certificates.
enum { OWN_FILES = 16, CANDIDATE_FILES = 6 };

static const char *env(const char *name)
{
    return getenv(name);
}

/** Whether the environment asks for UTF-8, in a locale that need not be installed. */
static bool asks_for_utf8(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *locale = NULL;
    for (size_t i = 0; i < sizeof variables / sizeof *variables && !(locale && *locale); i++) {
        locale = getenv(variables[i]);
    }
    // macOS has a locale of that name alone, which ssh takes along to systems that have none
    const char *dot = locale ? strchr(locale, '.') : NULL;
    const char *charset = dot ? dot + 1 : locale;
    return charset && (ascii_same_n(charset, "UTF-8", 5) || ascii_same_n(charset, "utf8", 4));
}

/** Whether the C library looks at the locale: musl calls every one UTF-8, and none as well. */
static bool codeset_is_told(void)
{
#if defined __GLIBC__ || defined __APPLE__
    return true;
#else
    return false;
#endif
}

// Only LC_CTYPE: with LC_NUMERIC "0.25" would not be a number everywhere.
static bool set_locale(void)
{
    bool installed = setlocale(LC_CTYPE, "") != NULL;
    if (installed && strcmp(nl_langinfo(CODESET), "UTF-8") == 0) {
        return codeset_is_told() || asks_for_utf8();
    }
    // widths of what is read from outside are needed all the same
    return setlocale(LC_CTYPE, "C.UTF-8") && !installed && asks_for_utf8();
}

extern const struct text_catalogue *const text_catalogues[]; // po/embed_po.py writes them

/** The text that OPTION is given in word I of the command line, `--option=TEXT` or in the next. */
static const char *text_of(const char *option, int argc, char **argv, int i)
{
    size_t len = strlen(option);
    if (strncmp(argv[i], option, len) != 0) {
        return NULL;
    }
    return argv[i][len] == '='             ? argv[i] + len + 1
           : argv[i][len] || i + 1 == argc ? NULL
                                           : argv[i + 1];
}

static bool speaks = true; // another language than English

static void refuse_language(struct str *why)
{
    struct arena a = {0};
    const char *languages = "en";
    for (size_t i = 0; text_catalogues[i]; i++) {
        languages = names_next(&a, languages, text_catalogues[i]->language);
    }
    str_setf(why, _("not a language of ragtop; use %s"), languages);
    arena_finish(&a);
}

/** For config_load(). */
static bool speak(const char *language, struct str *why)
{
    const struct text_catalogue *found = text_find(text_catalogues, language);
    if (!found && !text_is_english(language)) {
        refuse_language(why);
        return false;
    }
    text_use(speaks ? found : NULL);
    return true;
}

// What programs read is English, as are files that a team keeps, and what they may find in it of
// the configuration. What is wrong with the command line is said in the language that it asks for,
// and before it is read.
static void set_language(int argc, char **argv)
{
    static const char *const variables[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};
    const char *chosen = NULL;
    for (size_t i = 0; i < sizeof variables / sizeof *variables && !(chosen && *chosen); i++) {
        chosen = getenv(variables[i]);
    }
    for (int i = 1; i < argc; i++) {
        const char *format = text_of("--format", argc, argv, i);
        const char *language = text_of("--language", argc, argv, i);
        bool data = format && (strcmp(format, "json") == 0 || strcmp(format, "csv") == 0);
        bool kept = strcmp(argv[i], "rules") == 0 || strcmp(argv[i], "grafana") == 0;
        speaks = speaks && !data && !kept;
        chosen = language ? language : chosen;
    }
    text_use(speaks && chosen ? text_find(text_catalogues, chosen) : NULL);
}

// Else the first file that is opened would be taken for the output. Opened the wrong way round, so
// that reading and writing fail as with a closed one.
static void fill_standard_streams(void)
{
    static const int ways[] = {O_WRONLY, O_RDONLY, O_RDONLY};
    for (int fd = 0; fd < 3; fd++) {
        if (fcntl(fd, F_GETFD) < 0) {
            open("/dev/null", ways[fd]);
        }
    }
}

static int print_help(const char *command)
{
    const char *pages[PAGE_COUNT + 1];
    struct str s;
    str_init(&s);
    if (command) {
        usage_add_command(&s, command);
    } else {
        page_names(pages);
        config_add_help(&s, pages);
    }
    fputs(s.text, stdout);
    str_finish(&s);
    return 0;
}

static void print_warnings(const struct config *config)
{
    for (size_t i = 0; i < config->warnings_count; i++) {
        oneshot_say(_("warning: %s"), config->warnings[i]);
    }
}

/** Whether what is watched can be watched within the limits of the process. */
static bool check_room(const struct config *config, struct str *why)
{
    size_t sources = config_sources(config);
    size_t files =
        OWN_FILES + POLLER_FILES * sources + CANDIDATE_FILES * config->source.candidates_count;
    struct str purpose;
    str_init(&purpose);
    str_addf(&purpose, text_count("watching %zu source", "watching %zu sources", (double)sources),
        sources);
    bool good = room_for_files(files, purpose.text, why);
    str_finish(&purpose);
    return good;
}

/** STATUS, or another when what was printed did not arrive; says so. */
static int end_output(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return status;
    }
    struct str why;
    str_init(&why);
    disk_add_error(&why, errno);
    oneshot_say(_("the standard output cannot be written: %s"), why.text);
    str_finish(&why);
    return status ? status : STATUS_OUTPUT;
}

static int run(const struct config *config, enum command command)
{
    struct theme theme;
    struct str why;
    str_init(&why);
    int status;
    if (!theme_load(&theme, config->theme, config->directory, &why)) {
        fprintf(stderr, "ragtop: %s\n", why.text);
        status = STATUS_USAGE;
    } else if (command == COMMAND_REPORT) {
        status = report_command(config);
    } else if (command == COMMAND_DISCOVER) {
        status = end_output(discover_command(config));
    } else if (command == COMMAND_CHECK) {
        status = end_output(check_command(config));
    } else if (command == COMMAND_RULES) {
        status = end_output(rules_command(config));
    } else if (command == COMMAND_GRAFANA) {
        status = end_output(grafana_command(config));
    } else if (command == COMMAND_DOCTOR) {
        status = end_output(doctor_command(config));
    } else if (command == COMMAND_BASELINE) {
        status = end_output(baseline_command(config));
    } else if (config->screenshot) {
        status = screenshot_command(config, &theme);
    } else {
        status = app_run(config, &theme);
    }
    str_finish(&why);
    return status;
}

// The C library takes a zone that it does not know for UTC.
static void check_timezone(struct config *config)
{
    struct str why;
    struct arena a = {0};
    const char *tz = env("TZ");
    str_init(&why);
    if (tz && !timezone_check(tz, timezone_directories, &why)) {
        config_warn(config,
            arena_printf(&a, _("times are shown in UTC: TZ=%s is %s"), plain_in(&a, tz), why.text));
    }
    arena_finish(&a);
    str_finish(&why);
}

// What was asked for is not silently something else.
static void check_charts(struct config *config, enum command command)
{
    bool live = command == COMMAND_TOP && !config->screenshot;
    bool octants = config->charts == CHARTS_OCTANTS, sextants = config->charts == CHARTS_SEXTANTS;
    if (!live || config->ascii || (!octants && !sextants)) {
        return;
    }
    if (!term_has_blocks(octants ? BLOCKS_OCTANTS : BLOCKS_SEXTANTS)) {
        struct arena a = {0};
        const char *name = octants ? "octants" : "sextants";
        config_warn(config,
            arena_printf(&a,
                _("charts are drawn in braille: the C library of this system does not know how "
                  "wide %s are; remove 'charts: %s'"),
                name, name));
        arena_finish(&a);
    }
}

/** Plays the recording that ARGV names, if it names one. */
static bool play_named(int argc, char **argv, struct config_input *input, struct str *why)
{
    const char *file = NULL;
    for (int i = 1; i < argc; i++) {
        const char *text = text_of("--replay", argc, argv, i);
        file = text ? text : file;
    }
    return !file || recording_play(file, RAGTOP_VERSION, input, why);
}

// musl does not tell which it is: packaging/static does
#ifndef RAGTOP_LIBC
#define RAGTOP_LIBC "libc"
#endif

/** Appends the C library as "glibc/2.36". */
static void add_libc(struct str *out)
{
    char name[64] = "";
#ifdef _CS_GNU_LIBC_VERSION
    confstr(_CS_GNU_LIBC_VERSION, name, sizeof name);
#endif
    char *space = strchr(name, ' ');
    if (space) {
        *space = '/';
    }
    str_add(out, *name ? name : RAGTOP_LIBC);
}

/** The version, and on a second line those of everything that it was built with. */
static int print_version(void)
{
    struct str s;
    str_init(&s);
    str_add(&s, "ragtop " RAGTOP_VERSION "\n");
    add_libc(&s);
    http_add_versions(&s);
    term_add_version(&s);
    cache_add_version(&s);
    document_add_version(&s);
    report_add_version(&s);
    puts(s.text);
    str_finish(&s);
    return end_output(0);
}

int main(int argc, char **argv)
{
    fill_standard_streams();
    mem_return_large();
    signal(SIGXFSZ, SIG_IGN); // a file that may not grow is a full disk, and no reason to die
    setenv("TZ", ":/etc/localtime", 0); // unset, every conversion of a time would look at that file
    bool unicode = set_locale();
    speaks = unicode; // Chinese cannot be drawn otherwise
    set_language(argc, argv);
    struct config config = {0};
    enum command command;
    struct str why;
    str_init(&why);
    struct config_input input = {.argc = argc,
        .argv = argv,
        .env = env,
        .now_ms = clock_now_ms(),
        .check_argument = page_check_argument,
        .speak = speak};
    int status = STATUS_USAGE;
    if (!play_named(argc, argv, &input, &why) || !config_load(&config, &command, &input, &why)) {
        recording_explain(&why);
        fprintf(stderr, "ragtop: %s\n", why.text);
    } else if (command == COMMAND_HELP) {
        status = end_output(print_help(config.help_on));
    } else if (command == COMMAND_VERSION) {
        status = print_version();
    } else if (command == COMMAND_COMPLETE) {
        status = end_output(complete_command(&config, env("HOME")));
    } else if (!check_room(&config, &why)) {
        fprintf(stderr, "ragtop: %s\n", why.text);
        bool once = command != COMMAND_TOP || config.screenshot;
        status = once ? STATUS_UNKNOWN : STATUS_UNAVAILABLE;
    } else {
        config.ascii = config.ascii || !unicode;
        if (config.ascii) {
            text_use(NULL); // a question mark for each letter says nothing
        }
        check_timezone(&config);
        check_charts(&config, command);
        recording_fit(&config, command == COMMAND_TOP && !config.screenshot);
        print_warnings(&config);
        locate_source(&config);
        if (recording_begin(&config, RAGTOP_VERSION, &why)) {
            status = run(&config, command);
        } else {
            oneshot_say("%s", why.text);
        }
        if (!recording_end(&why)) {
            oneshot_say("%s", why.text);
            status = status ? status : STATUS_OUTPUT;
        }
    }
    config_finish(&config);
    str_finish(&why);
    return status;
}
