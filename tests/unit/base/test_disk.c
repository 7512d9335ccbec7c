#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/disk.h"
#include "base/home.h"
#include "base/room.h"

enum { SMALL = 2048, SILENCE_MS = 50, STUCK_S = 30 };

/** A folder of one's own, and room for paths and words. */
struct place {
    char folder[32];
    struct str path, out, why;
};

static int set_up(void **state)
{
    static struct place p;
    memcpy(p.folder, "/tmp/ragtop-disk-XXXXXX", 24);
    assert_non_null(mkdtemp(p.folder));
    str_init(&p.path);
    str_init(&p.out);
    str_init(&p.why);
    alarm(STUCK_S); // whatever waits for good ends the test
    *state = &p;
    return 0;
}

static int tear_down(void **state)
{
    struct place *p = *state;
    alarm(0);
    str_setf(&p->path, "rm -rf %s", p->folder);
    assert_int_equal(system(p->path.text), 0);
    str_finish(&p->path);
    str_finish(&p->out);
    str_finish(&p->why);
    return 0;
}

static const char *in(struct place *p, const char *name)
{
    str_setf(&p->path, "%s/%s", p->folder, name);
    return p->path.text;
}

static void make_file(struct place *p, const char *name, const char *text)
{
    int fd = open(in(p, name), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static void make_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    assert_true(strlen(path) < sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
}

static bool read_small(struct place *p, const char *path, enum disk_from from)
{
    str_clear(&p->out);
    str_clear(&p->why);
    return disk_read(path, from, SMALL, SILENCE_MS, &p->out, &p->why);
}

static void reads_regular_files(void **state)
{
    struct place *p = *state;
    make_file(p, "a", "some text");
    assert_true(read_small(p, in(p, "a"), DISK_FILE));
    assert_string_equal(p->out.text, "some text");
    assert_true(disk_check(in(p, "a"), &p->why));
    assert_true(read_small(p, "/dev/null", DISK_FILE));
    assert_int_equal(p->out.len, 0);
    assert_false(read_small(p, in(p, "none"), DISK_FILE));
    assert_int_equal(errno, ENOENT);
}

/** None of them is waited for, and each is called what it is. */
static void refuses_everything_else(void **state)
{
    struct place *p = *state;
    assert_int_equal(mkfifo(in(p, "fifo"), 0600), 0);
    make_socket(in(p, "socket"));
    assert_int_equal(mkdir(in(p, "folder"), 0700), 0);
    assert_int_equal(symlink("fifo", in(p, "link")), 0);
    static const struct {
        const char *name, *why;
    } cases[] = {{"fifo", "it is a FIFO, not a regular file"},
        {"link", "it is a FIFO, not a regular file"},
        {"socket", "it is a socket, not a regular file"}, {"folder", "it is a directory"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int from = DISK_FILE; from <= DISK_HANDED; from++) {
            assert_false(read_small(p, in(p, cases[i].name), (enum disk_from)from));
            assert_string_equal(p->why.text, cases[i].why);
        }
        assert_false(disk_check(in(p, cases[i].name), &p->why));
        assert_string_equal(p->why.text, cases[i].why);
    }
    assert_false(read_small(p, "/dev/zero", DISK_HANDED));
    assert_string_equal(p->why.text, "it is a device, not a regular file");
}

static void says_what_is_too_large(void **state)
{
    struct place *p = *state;
    char text[SMALL + 2];
    memset(text, 'x', sizeof text);
    text[SMALL] = '\0';
    make_file(p, "a", text);
    assert_true(read_small(p, in(p, "a"), DISK_FILE));
    assert_int_equal(p->out.len, SMALL);
    text[SMALL] = 'x';
    text[SMALL + 1] = '\0';
    make_file(p, "a", text);
    assert_false(read_small(p, in(p, "a"), DISK_FILE));
    assert_string_equal(p->why.text, "it is larger than 2 KiB");
}

/** What `<(command)` is: read once, to its end, but not waited for without end. */
static void reads_a_pipe_that_was_handed_over(void **state)
{
    struct place *p = *state;
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    str_setf(&p->path, "/dev/fd/%d", fds[0]);
    assert_false(read_small(p, p->path.text, DISK_FILE));
    assert_string_equal(p->why.text, "it is a pipe, but this file has to be read more than once");
    assert_int_equal(write(fds[1], "half", 4), 4);
    assert_false(read_small(p, p->path.text, DISK_HANDED));
    assert_string_equal(p->why.text, "no data came from this pipe for 0.05 s");
    assert_int_equal(write(fds[1], "whole", 5), 5);
    close(fds[1]);
    assert_true(read_small(p, p->path.text, DISK_HANDED));
    assert_string_equal(p->out.text, "whole");
    close(fds[0]);
}

static mode_t mode_of(const char *path)
{
    struct stat st;
    assert_int_equal(lstat(path, &st), 0);
    return st.st_mode & 07777;
}

static void creates_for_the_owner_alone(void **state)
{
    struct place *p = *state;
    bool exists;
    mode_t before = umask(0);
    assert_true(disk_create(in(p, "a"), "text", 4, &exists, &p->why));
    assert_int_equal(mode_of(p->path.text), 0600);
    assert_false(disk_create(in(p, "a"), "other", 5, &exists, &p->why));
    assert_true(exists);
    assert_true(disk_replace(in(p, "a"), "other", 5, 0, &p->why));
    assert_int_equal(mode_of(p->path.text), 0600);
    assert_true(read_small(p, in(p, "a"), DISK_FILE));
    assert_string_equal(p->out.text, "other");
    int fd = disk_append(in(p, "log"), &p->why);
    assert_int_equal(mode_of(p->path.text), 0600);
    assert_true(disk_write(fd, "line\n", 5, 0));
    close(fd);
    umask(before);
}

static void writes_to_no_link_and_no_idle_fifo(void **state)
{
    struct place *p = *state;
    make_file(p, "precious", "precious");
    assert_int_equal(symlink("precious", in(p, "link")), 0);
    assert_int_equal(mkfifo(in(p, "fifo"), 0600), 0);
    assert_false(disk_replace(in(p, "link"), "x", 1, 0, &p->why));
    assert_string_equal(p->why.text, "it is a symbolic link; name the file itself");
    assert_int_equal(disk_append(in(p, "link"), &p->why), -1);
    assert_string_equal(p->why.text, "it is a symbolic link; name the file itself");
    assert_false(disk_replace(in(p, "fifo"), "x", 1, 0, &p->why));
    assert_string_equal(p->why.text, "it is a FIFO, and nobody reads from it");
    assert_int_equal(disk_append(in(p, "fifo"), &p->why), -1);
    assert_string_equal(p->why.text, "it is a FIFO, and nobody reads from it");
    assert_false(disk_replace(p->folder, "x", 1, 0, &p->why));
    assert_string_equal(p->why.text, "it is a directory");
    assert_true(read_small(p, in(p, "precious"), DISK_FILE));
    assert_string_equal(p->out.text, "precious");
}

/** A reader that stops reading holds nobody up. */
static void does_not_wait_for_a_full_pipe(void **state)
{
    struct place *p = *state;
    assert_int_equal(mkfifo(in(p, "fifo"), 0600), 0);
    int reader = open(in(p, "fifo"), O_RDONLY | O_NONBLOCK);
    char *much = calloc(1, 1 << 20);
    assert_non_null(much);
    assert_false(disk_replace(in(p, "fifo"), much, 1 << 20, SILENCE_MS, &p->why));
    assert_string_equal(p->why.text, "nothing reads from it");
    free(much);
    close(reader);
}

static void devices_are_written_to(void **state)
{
    struct place *p = *state;
    assert_true(disk_replace("/dev/null", "x", 1, 0, &p->why));
    assert_false(disk_replace("/dev/full", "x", 1, 0, &p->why));
    assert_string_equal(p->why.text, "no space left on device");
    struct stat st;
    assert_int_equal(stat("/dev/full", &st), 0);
    assert_true(S_ISCHR(st.st_mode));
}

/** Nothing half written is left, and what was there stays. */
static void a_full_disk_loses_nothing(void **state)
{
    struct place *p = *state;
    bool exists;
    struct rlimit before, limit;
    make_file(p, "old", "old");
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = (struct rlimit){.rlim_cur = 4, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    bool replaced = disk_replace(in(p, "old"), "something new", 13, 0, &p->why);
    bool created = disk_create(in(p, "new"), "something new", 13, &exists, &p->why);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(replaced || created);
    assert_string_equal(p->why.text, "the file would be larger than allowed (ulimit -f)");
    assert_int_equal(access(in(p, "new"), F_OK), -1);
    assert_true(read_small(p, in(p, "old"), DISK_FILE));
    assert_string_equal(p->out.text, "old");
    str_setf(&p->path, "%s/old.new-%ld", p->folder, (long)getpid());
    assert_int_equal(access(p->path.text, F_OK), -1);
}

static void names_the_limit_of_open_files(void **state)
{
    struct place *p = *state;
    struct rlimit before, limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    assert_true(room_for_files(8, "a test", &p->why));
    limit = (struct rlimit){.rlim_cur = 3, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    bool good = read_small(p, "/dev/null", DISK_FILE);
    bool raised = room_for_files(8, "a test", &p->out);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_false(good);
    assert_string_equal(p->why.text, "too many open files: the limit is 3 (ulimit -n)");
    assert_true(raised); // as the limit that cannot be passed is higher
}

static void lists_a_folder(void **state)
{
    struct place *p = *state;
    struct name_list names = {0};
    bool more;
    assert_true(disk_list(in(p, "none"), ".yaml", 9, &names, &more, &p->why));
    assert_int_equal(names.count, 0);
    static const char *const files[] = {"c.yaml", "a.yaml", ".d.yaml", "e.yml", ".yaml", "b.yaml"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        make_file(p, files[i], "x");
    }
    assert_true(disk_list(p->folder, ".yaml", 3, &names, &more, &p->why));
    assert_int_equal(names.count, 3);
    assert_false(more);
    assert_string_equal(names.items[0], "a.yaml");
    assert_string_equal(names.items[2], "c.yaml");
    names_finish(&names);
    assert_true(disk_list(p->folder, ".yaml", 2, &names, &more, &p->why));
    assert_int_equal(names.count, 2);
    assert_true(more);
    assert_string_equal(names.items[1], "b.yaml");
    names_finish(&names);
    assert_false(disk_list(in(p, "a.yaml"), ".yaml", 2, &names, &more, &p->why));
    assert_string_equal(p->why.text, "not a directory");
    assert_int_equal(names.count, 0);
}

static void a_tilde_is_home(void **state)
{
    struct place *p = *state;
    static const struct {
        const char *path, *home, *want;
    } cases[] = {{"~/x", "/home/me", "/home/me/x"}, {"~", "/home/me", "/home/me"},
        {"a~/x", "/home/me", "a~/x"}, {"/x/~", "/home/me", "/x/~"}, {"", "/home/me", ""},
        {"~root/x", "/home/me", "/root/x"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(home_expand(&p->out, cases[i].path, cases[i].home, &p->why));
        assert_string_equal(p->out.text, cases[i].want);
    }
    assert_false(home_expand(&p->out, "~no-such-user/x", "/home/me", &p->why));
    assert_string_equal(p->why.text, "~no-such-user/x: there is no user no-such-user; for a file "
                                     "of that name, use ./~no-such-user/x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_regular_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_everything_else, set_up, tear_down),
        cmocka_unit_test_setup_teardown(says_what_is_too_large, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_a_pipe_that_was_handed_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(creates_for_the_owner_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(writes_to_no_link_and_no_idle_fifo, set_up, tear_down),
        cmocka_unit_test_setup_teardown(does_not_wait_for_a_full_pipe, set_up, tear_down),
        cmocka_unit_test_setup_teardown(devices_are_written_to, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_disk_loses_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_the_limit_of_open_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lists_a_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_tilde_is_home, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
