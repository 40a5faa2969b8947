/* What a command in a scope may try to get out of it, one attempt a run.
 *
 * Usage: escape ATTEMPT ARGUMENT...
 * Prints `ok` when the attempt succeeded, else the number of the error that stopped it, and exits 0; exits 3 when there is
 * no such attempt, 4 when it could not even be set up.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/fs.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <pthread.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif
#ifndef SYS_io_uring_setup
#define SYS_io_uring_setup 425
#endif
#ifndef MSG_FASTOPEN
#define MSG_FASTOPEN 0x20000000
#endif
#ifndef TCP_FASTOPEN_CONNECT
#define TCP_FASTOPEN_CONNECT 30
#endif
#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

static const char *arg(char **v, int i) { return v[i] ? v[i] : ""; }

static int told(long result) {
    if (result < 0) printf("%d\n", errno);
    else printf("ok\n");
    return 0;
}

/* A descriptor, written to when it was opened for writing. */
static long put(int fd) {
    if (fd < 0) return -1;
    long result = write(fd, "x", 1);
    close(fd);
    return result;
}

static int opened(const char *path, int flags) {
    int fd = open(path, flags);
    if (fd < 0) { perror(path); exit(4); }
    return fd;
}

/* --- files --- */

static int f_read(char **v) {
    char byte;
    int fd = open(arg(v, 0), O_RDONLY);
    return told(fd < 0 ? -1 : read(fd, &byte, 1));
}
static int f_list(char **v) { return told(open(arg(v, 0), O_RDONLY | O_DIRECTORY)); }
static int f_write(char **v) { return told(put(open(arg(v, 0), O_WRONLY | O_CREAT, 0644))); }
static int f_append(char **v) { return told(put(open(arg(v, 0), O_WRONLY | O_APPEND))); }
static int f_creat(char **v) { return told(put(creat(arg(v, 0), 0644))); }
static int f_trunc_ro(char **v) { return told(open(arg(v, 0), O_RDONLY | O_TRUNC)); }
static int f_truncate(char **v) { return told(truncate(arg(v, 0), 0)); }
static int f_openat2(char **v) {
    struct { uint64_t flags, mode, resolve; } how = { O_WRONLY | O_CREAT, 0644, 0 };
    return told(put((int)syscall(SYS_openat2, AT_FDCWD, arg(v, 0), &how, sizeof how)));
}
/* The flags of RESOLVE_ are told as a number. */
static int f_openat2_within(char **v) {
    struct { uint64_t flags, mode, resolve; } how = { O_WRONLY | O_CREAT, 0644, strtoull(arg(v, 1), 0, 0) };
    return told(put((int)syscall(SYS_openat2, AT_FDCWD, arg(v, 0), &how, sizeof how)));
}
static int f_mkdir(char **v) { return told(mkdir(arg(v, 0), 0755)); }
static int f_mkfifo(char **v) { return told(mknod(arg(v, 0), S_IFIFO | 0644, 0)); }
static int f_mkdevice(char **v) { return told(mknod(arg(v, 0), S_IFCHR | 0644, 0x0103)); }
static int f_symlink(char **v) { return told(symlink(arg(v, 0), arg(v, 1))); }
static int f_unlink(char **v) { return told(unlink(arg(v, 0))); }
static int f_rmdir(char **v) { return told(rmdir(arg(v, 0))); }
static int f_rename(char **v) { return told(rename(arg(v, 0), arg(v, 1))); }
static int f_exchange(char **v) {
    return told(renameat2(AT_FDCWD, arg(v, 0), AT_FDCWD, arg(v, 1), RENAME_EXCHANGE));
}
static int f_link(char **v) { return told(link(arg(v, 0), arg(v, 1))); }
static int f_chmod(char **v) { return told(chmod(arg(v, 0), (mode_t)strtol(arg(v, 1), 0, 8))); }
static int f_fchmod_ro(char **v) {
    return told(fchmod(opened(arg(v, 0), O_RDONLY), (mode_t)strtol(arg(v, 1), 0, 8)));
}
static int f_fchmod_in(char **v) { return told(fchmod(0, (mode_t)strtol(arg(v, 0), 0, 8))); }
static int f_fchmod_removed(char **v) {
    int fd = opened(arg(v, 0), O_RDONLY);
    if (unlink(arg(v, 0))) return 4;
    return told(fchmod(fd, 0600));
}
static int f_fchmodat2(char **v) {
    return told(syscall(452, AT_FDCWD, arg(v, 0), (mode_t)strtol(arg(v, 1), 0, 8), 0));
}
static int f_chown(char **v) { return told(chown(arg(v, 0), getuid(), getgid())); }
static int f_lchown(char **v) { return told(lchown(arg(v, 0), getuid(), getgid())); }
static int f_fchown_ro(char **v) { return told(fchown(opened(arg(v, 0), O_RDONLY), getuid(), getgid())); }
static const struct timespec long_ago[2] = { { 1000000000, 5 }, { 1000000001, 6 } };
static int f_utimens(char **v) { return told(utimensat(AT_FDCWD, arg(v, 0), long_ago, 0)); }
static int f_utimes(char **v) {
    struct timeval times[2] = { { 1000000000, 0 }, { 1000000001, 0 } };
    return told(utimes(arg(v, 0), times));
}
static int f_futimens_ro(char **v) { return told(futimens(opened(arg(v, 0), O_RDONLY), long_ago)); }
static int f_setxattr(char **v) { return told(setxattr(arg(v, 0), "user.motus", "1", 1, 0)); }
static int f_fsetxattr_ro(char **v) {
    return told(fsetxattr(opened(arg(v, 0), O_RDONLY), "user.motus", "1", 1, 0));
}
static int f_removexattr(char **v) { return told(removexattr(arg(v, 0), "user.motus")); }
static int f_fchmod_here(char **v) { (void)v; return told(syscall(SYS_fchmod, AT_FDCWD, 0750)); }
static int f_fchmod_path(char **v) { return told(fchmod(opened(arg(v, 0), O_PATH), 0640)); }
static int f_fchown_path(char **v) { return told(fchown(opened(arg(v, 0), O_PATH), getuid(), getgid())); }
static int f_fsetxattr_path(char **v) {
    return told(fsetxattr(opened(arg(v, 0), O_PATH), "user.motus", "1", 1, 0));
}
static int f_futimens_path(char **v) { return told(futimens(opened(arg(v, 0), O_PATH), long_ago)); }
static int f_setflags(char **v) {
    int flags = 0x40; /* FS_NODUMP_FL */
    return told(ioctl(opened(arg(v, 0), O_RDONLY), FS_IOC_SETFLAGS, &flags));
}
static int f_tmpfile(char **v) { return told(put(open(arg(v, 0), O_TMPFILE | O_WRONLY, 0644))); }
static int f_tmpfile_link(char **v) {
    char name[64];
    int fd = opened(arg(v, 0), O_TMPFILE | O_WRONLY);
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    return told(linkat(AT_FDCWD, name, AT_FDCWD, arg(v, 1), AT_SYMLINK_FOLLOW));
}
static int f_tmpfile_link_empty(char **v) {
    int fd = opened(arg(v, 0), O_TMPFILE | O_WRONLY);
    return told(linkat(fd, "", AT_FDCWD, arg(v, 1), AT_EMPTY_PATH));
}
static int f_dirfd(char **v) {
    int fd = opened(arg(v, 0), O_RDONLY | O_DIRECTORY);
    return told(put(openat(fd, arg(v, 1), O_WRONLY | O_CREAT, 0644)));
}
static int f_chdir(char **v) {
    if (chdir(arg(v, 0))) return told(-1);
    return told(put(open(arg(v, 1), O_WRONLY | O_CREAT, 0644)));
}
static char **thread_arguments;
static void *own_directory(void *result) {
    if (unshare(CLONE_FS) || chdir(arg(thread_arguments, 0))) { *(long *)result = -errno; return 0; }
    long put_result = put(open(arg(thread_arguments, 1), O_WRONLY | O_CREAT, 0644));
    *(long *)result = put_result < 0 ? -errno : 0;
    return 0;
}
static int f_thread_directory(char **v) {
    pthread_t thread;
    long result = 0;
    thread_arguments = v;
    pthread_create(&thread, 0, own_directory, &result);
    pthread_join(thread, 0);
    errno = (int)-result;
    return told(result);
}
static int f_reopen(char **v) {
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", opened(arg(v, 0), O_RDONLY));
    return told(put(open(name, O_WRONLY)));
}
static int f_descriptor(char **v) { return told(write(atoi(arg(v, 0)), "x", 1)); }
static int f_page_end(char **v) {
    /* The name ends where nothing is mapped any more. */
    long page = sysconf(_SC_PAGESIZE);
    char *memory = mmap(0, (size_t)(2 * page), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(memory + page, (size_t)page);
    size_t length = strlen(arg(v, 0)) + 1;
    char *name = memory + page - length;
    memcpy(name, arg(v, 0), length);
    return told(put(open(name, O_WRONLY | O_CREAT, 0644)));
}
static int f_bad_pointer(char **v) { (void)v; return told(open((char *)8, O_WRONLY | O_CREAT, 0644)); }
static int f_long_path(char **v) {
    static char name[5000];
    snprintf(name, sizeof name, "%s", arg(v, 0));
    while (strlen(name) < 4200) strcat(name, "/.");
    return told(put(open(name, O_WRONLY | O_CREAT, 0644)));
}
/* One thread makes the name lead now inside, now outside; the other writes through it. */
static volatile int swapping = 1;
static void *swap(void *unused) {
    (void)unused;
    char next[4096];
    snprintf(next, sizeof next, "%s.next", arg(thread_arguments, 0));
    for (int turn = 0; swapping; turn++) {
        unlink(next);
        if (symlink(arg(thread_arguments, 1 + turn % 2), next) == 0) rename(next, arg(thread_arguments, 0));
    }
    return 0;
}
static int f_swap(char **v) {
    pthread_t thread;
    thread_arguments = v;
    pthread_create(&thread, 0, swap, 0);
    for (int turn = 0; turn < 3000; turn++) put(open(arg(v, 0), O_WRONLY | O_APPEND));
    swapping = 0;
    pthread_join(thread, 0);
    return told(0);
}
static int f_chmod_swap(char **v) {
    pthread_t thread;
    thread_arguments = v;
    pthread_create(&thread, 0, swap, 0);
    for (int turn = 0; turn < 3000; turn++) (void)!chmod(arg(v, 0), 0777);
    swapping = 0;
    pthread_join(thread, 0);
    return told(0);
}
/* A process changes a name between what is there, p and a number, and what is not, while the other opens it: prints what
 * was opened. */
static int f_flip(char **v) {
    size_t length = strlen(arg(v, 0));
    char *name = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sprintf(name, "%s/p0000", arg(v, 0));
    pid_t flipper = fork();
    if (flipper == 0)
        for (volatile char *at = name + length + 1;; *at ^= 'p' ^ 'q')
            for (volatile int i = 0; i < 200; i++);
    /* On a busy machine the flipper may not run for a whole round, and nothing is opened in it. */
    int opened = 0;
    for (int round = 0; round < 500 && !opened; round++)
        for (int number = 0, count = atoi(arg(v, 1)); number < count; number++) {
            char digits[8];
            sprintf(digits, "%04d", number);
            memcpy(name + length + 2, digits, 4);
            int fd = open(name, O_RDONLY);
            if (fd < 0) continue;
            printf("p%s\n", digits);
            close(fd);
            opened++;
        }
    kill(flipper, SIGKILL);
    return 0;
}
/* A thread changes a name, or what openat2 is asked for, while the other makes files: prints what was made. Links P and a
 * number lead to a pipe, and nothing is at D and a number; or a mere look becomes the making of a file. */
static volatile char flipped[4096];
static size_t flipped_at;
static volatile struct { uint64_t flags, mode, resolve; } flipped_how;
static void *flip_name(void *unused) {
    (void)unused;
    while (swapping) {
        flipped[flipped_at] ^= 'P' ^ 'D';
        flipped_how.flags ^= O_PATH ^ (O_WRONLY | O_CREAT);
        flipped_how.mode ^= 0644;
        for (volatile int i = 0; i < 300; i++);
    }
    return 0;
}
static void flip_while(long (*make)(void), char **v) {
    pthread_t thread;
    char target[64], link[4096];
    int ends[2], count = atoi(arg(v, 1));
    if (pipe(ends)) exit(4);
    snprintf(target, sizeof target, "/proc/self/fd/%d", ends[1]);
    for (int number = 0; number < count; number++) {
        snprintf(link, sizeof link, "%s/P%03d", arg(v, 0), number);
        if (symlink(target, link)) exit(4);
    }
    flipped_at = (size_t)snprintf((char *)flipped, sizeof flipped, "%s/D000", arg(v, 0)) - 4;
    flipped_how.flags = O_PATH;
    pthread_create(&thread, 0, flip_name, 0);
    for (int number = 0; number < count; number++) {
        char digits[8];
        sprintf(digits, "%03d", number);
        memcpy((char *)flipped + flipped_at + 1, digits, 3);
        long fd = make();
        struct stat status;
        if (fd >= 0 && fstat((int)fd, &status) == 0 && S_ISREG(status.st_mode)) printf("D%s\n", digits);
        if (fd >= 0) close((int)fd);
    }
    swapping = 0;
    pthread_join(thread, 0);
}
static long make_flipped(void) { return open((char *)flipped, O_WRONLY | O_CREAT | O_NONBLOCK, 0644); }
static long look_flipped(void) {
    char name[4096];
    memcpy(name, (char *)flipped, sizeof name);
    name[flipped_at] = 'D';
    return syscall(SYS_openat2, AT_FDCWD, name, &flipped_how, sizeof flipped_how);
}
static int f_flip_pipe(char **v) { flip_while(make_flipped, v); return 0; }
static int f_flip_look(char **v) { flip_while(look_flipped, v); return 0; }
/* What has no name is opened by a link of /proc, with all kinds of flags. */
static int f_pipes(char **v) {
    (void)v;
    char write_end[64], read_end[64], of_parent[64], bytes[8], memory[64], socket_end[64];
    int ends[2], pair[2], file = (int)syscall(SYS_memfd_create, "memory", 0);
    struct stat status;
    if (pipe2(ends, O_CLOEXEC) || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) || write(file, "1234", 4) != 4) return 4;
    snprintf(write_end, sizeof write_end, "/proc/self/fd/%d", ends[1]);
    snprintf(read_end, sizeof read_end, "/dev/fd/%d", ends[0]);
    snprintf(of_parent, sizeof of_parent, "/proc/%d/fd/%d", getpid(), ends[1]);
    snprintf(memory, sizeof memory, "/proc/thread-self/fd/%d", file);
    snprintf(socket_end, sizeof socket_end, "/proc/self/fd/%d", pair[0]);
    int first = open(write_end, O_WRONLY | O_APPEND | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (first < 0 || fcntl(first, F_GETFD) != FD_CLOEXEC) return told(-1);
    if ((fcntl(first, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK)) != (O_WRONLY | O_APPEND)) return 5;
    int second = open(read_end, O_RDONLY | O_NONBLOCK);
    if (second < 0 || fcntl(second, F_GETFD) != 0 || !(fcntl(second, F_GETFL) & O_NONBLOCK)) return told(-1);
    if (read(second, bytes, sizeof bytes) != -1 || errno != EAGAIN) return 6;
    if (write(first, "abc", 3) != 3 || read(second, bytes, sizeof bytes) != 3 || memcmp(bytes, "abc", 3)) return 7;
    int by_number = open(of_parent, O_WRONLY);
    if (by_number < 0 || write(by_number, "xy", 2) != 2 || read(second, bytes, sizeof bytes) != 2) return told(-1);
    pid_t child = fork();
    if (child == 0) _exit(open(of_parent, O_WRONLY) < 0 ? errno : 0);
    int result;
    waitpid(child, &result, 0);
    if (WEXITSTATUS(result) != EACCES) return 11;
    if (open(socket_end, O_RDWR) != -1 || errno != ENXIO) return 8;
    if (open(write_end, O_RDONLY | O_DIRECTORY) != -1 || errno != ENOTDIR) return 9;
    int fresh = open(memory, O_RDWR);
    if (fresh < 0 || read(fresh, bytes, sizeof bytes) != 4) return told(-1);
    if (truncate(memory, 2) || fstat(file, &status) || status.st_size != 2) return told(-1);
    if (truncate(write_end, 0) != -1 || errno != EINVAL) return 10;
    if (open(memory, O_WRONLY | O_TRUNC) < 0 || fstat(file, &status) || status.st_size != 0) return told(-1);
    return told(0);
}
static int f_look(char **v) {
    struct { uint64_t flags, mode, resolve; } how = { O_PATH, 0, 0 };
    return told(syscall(SYS_openat2, AT_FDCWD, arg(v, 0), &how, sizeof how));
}
static int f_rename_twice(char **v) {
    if (mkdir("made", 0755)) return 4;
    close(open("made/file", O_WRONLY | O_CREAT, 0644));
    if (rename("made", "moved") || rename("moved", arg(v, 0))) return told(-1);
    return told(rename("nowhere", "file"));
}
static int f_hide(char **v) {
    if (mkdir(arg(v, 0), 0755)) return 4;
    return told(chmod(arg(v, 0), 0));
}
struct share { const char *directory; int thread, files; };
static void *make_files(void *given) {
    struct share *share = given;
    char name[4096];
    for (int file = 0; file < share->files; file++) {
        snprintf(name, sizeof name, "%s/%d-%d", share->directory, share->thread, file);
        if (put(open(name, O_WRONLY | O_CREAT | O_EXCL, 0644)) < 0) exit(4);
    }
    return 0;
}
static int f_exact(char **v) {
    int threads = atoi(arg(v, 1));
    pthread_t handles[64];
    struct share shares[64];
    for (int thread = 0; thread < threads; thread++) {
        shares[thread] = (struct share){ arg(v, 0), thread, atoi(arg(v, 2)) };
        pthread_create(&handles[thread], 0, make_files, &shares[thread]);
    }
    for (int thread = 0; thread < threads; thread++) pthread_join(handles[thread], 0);
    return told(0);
}
static void nothing(int signal) { (void)signal; }
static int f_timer_storm(char **v) {
    struct sigaction action = { .sa_handler = nothing, .sa_flags = SA_RESTART };
    struct itimerval often = { { 0, 200 }, { 0, 200 } };
    sigaction(SIGALRM, &action, 0);
    setitimer(ITIMER_REAL, &often, 0);
    return f_exact(v);
}

/* --- programs --- */

static int f_exec(char **v) {
    pid_t child = fork();
    if (child == 0) { execv(arg(v, 0), v); _exit(errno); }
    int status;
    waitpid(child, &status, 0);
    errno = WEXITSTATUS(status);
    return told(errno ? -1 : 0);
}
static int f_memfd_exec(char **v) {
    char name[64], *const none[] = { "x", 0 }, buffer[65536];
    int memory = (int)syscall(SYS_memfd_create, "hidden", 0), source = opened(arg(v, 0), O_RDONLY);
    for (ssize_t length; (length = read(source, buffer, sizeof buffer)) > 0;)
        if (write(memory, buffer, (size_t)length) != length) return 4;
    snprintf(name, sizeof name, "/proc/self/fd/%d", memory);
    execve(name, none, none);
    return told(-1);
}

static int f_memory_exec(char **v) {
    char name[99], *const none[] = { "x", 0 };
    size_t length = 1 << 21;
    char *memory = mmap(0, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (read(opened(arg(v, 0), O_RDONLY), memory, length) < 0) return 4;
    snprintf(name, sizeof name, "/proc/self/map_files/%lx-%lx", (long)memory, (long)(memory + length));
    execve(name, none, none);
    return told(-1);
}

/* --- network --- */

static struct sockaddr_in address4(char **v) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arg(v, 1))) };
    inet_pton(AF_INET, arg(v, 0), &address.sin_addr);
    return address;
}
static int f_connect(char **v) {
    struct sockaddr_in address = address4(v);
    return told(connect(socket(AF_INET, SOCK_STREAM, 0), (void *)&address, sizeof address));
}
static int f_connect6(char **v) {
    struct sockaddr_in6 address = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)atoi(arg(v, 1))) };
    inet_pton(AF_INET6, arg(v, 0), &address.sin6_addr);
    return told(connect(socket(AF_INET6, SOCK_STREAM, 0), (void *)&address, sizeof address));
}
static int f_bind(char **v) {
    struct sockaddr_in address = address4(v);
    return told(bind(socket(AF_INET, SOCK_STREAM, 0), (void *)&address, sizeof address));
}
static int f_listen_unbound(char **v) { (void)v; return told(listen(socket(AF_INET, SOCK_STREAM, 0), 1)); }
static int f_serve(char **v) {
    struct sockaddr_in address = address4(v);
    socklen_t length = sizeof address;
    int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(server, (void *)&address, length) || listen(server, 1)) return told(-1);
    getsockname(server, (void *)&address, &length);
    return told(connect(client, (void *)&address, length));
}
/* Another socket asks for the same port first, near by, and does not get it. */
static int f_serve_past(char **v) {
    struct sockaddr_in address = address4(v), near;
    socklen_t length = sizeof address;
    int server = socket(AF_INET, SOCK_STREAM, 0), other = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(server, (void *)&address, length)) return told(-1);
    getsockname(server, (void *)&address, &length);
    near = address;
    near.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!bind(other, (void *)&near, length)) exit(4);
    return told(listen(server, 1));
}
static int f_fastopen(char **v) {
    struct sockaddr_in address = address4(v);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    return told(sendto(fd, "x", 1, MSG_FASTOPEN, (void *)&address, sizeof address));
}
static int f_fastopen_msg(char **v) {
    struct sockaddr_in address = address4(v);
    struct iovec data = { "x", 1 };
    struct msghdr message = { &address, sizeof address, &data, 1, 0, 0, 0 };
    return told(sendmsg(socket(AF_INET, SOCK_STREAM, 0), &message, MSG_FASTOPEN));
}
static int f_fastopen_mmsg(char **v) {
    struct sockaddr_in address = address4(v);
    struct iovec data = { "x", 1 };
    struct mmsghdr message = { { &address, sizeof address, &data, 1, 0, 0, 0 }, 0 };
    return told(sendmmsg(socket(AF_INET, SOCK_STREAM, 0), &message, 1, MSG_FASTOPEN));
}
static int f_fastopen_connect(char **v) {
    struct sockaddr_in address = address4(v);
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &one, sizeof one);
    if (connect(fd, (void *)&address, sizeof address)) return told(-1);
    return told(write(fd, "x", 1));
}
static int f_socket(char **v) {
    return told(socket(atoi(arg(v, 0)), atoi(arg(v, 1)), atoi(arg(v, 2))));
}
static int f_source_route(char **v) {
    (void)v;
    unsigned char route[8] = { 131, 7, 4, 127, 0, 0, 1, 0 };
    return told(setsockopt(socket(AF_INET, SOCK_STREAM, 0), IPPROTO_IP, IP_OPTIONS, route, sizeof route));
}
static int f_bind_to_device(char **v) {
    (void)v;
    return told(setsockopt(socket(AF_INET, SOCK_STREAM, 0), SOL_SOCKET, SO_BINDTODEVICE, "lo", 3));
}
static int f_datagram_pair(char **v) {
    (void)v;
    int pair[2];
    return told(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
}
static socklen_t unix_address(struct sockaddr_un *address, const char *path, int is_abstract) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    strncpy(address->sun_path + is_abstract, path, sizeof address->sun_path - 2);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1);
}
static int f_unix(char **v) {
    struct sockaddr_un address;
    socklen_t length = unix_address(&address, arg(v, 0), 0);
    return told(connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&address, length));
}
/* Root becomes another user, and asks whoever does things for it. */
static void become_nobody(void) {
    if (setgid(65534) || setuid(65534)) exit(4);
}
static int f_capability_as_nobody(char **v) {
    /* cap_net_raw+ep; outside of the scope it would count. */
    static const unsigned char all[20] = { 1, 0, 0, 2, 0, 0x20 };
    become_nobody();
    close(open(arg(v, 0), O_WRONLY | O_CREAT, 0755));
    return told(setxattr(arg(v, 0), "security.capability", all, sizeof all, 0));
}
static int f_chmod_of_many_groups(char **v) {
    gid_t groups[900];
    for (int group = 0; group < 900; group++) groups[group] = 100000 + group;
    if (setgroups(900, groups)) return 4;
    become_nobody();
    return f_chmod(v);
}
static int f_chmod_as_nobody(char **v) { become_nobody(); return f_chmod(v); }
/* In namespaces of its own. */
static int f_chmod_elsewhere(char **v) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS)) return told(-1);
    return f_chmod(v);
}
/* From a directory that was opened before. */
static int f_chmod_at_as_nobody(char **v) {
    int fd = opened(arg(v, 0), O_RDONLY | O_DIRECTORY);
    become_nobody();
    return told(syscall(SYS_fchmodat, fd, arg(v, 1), (mode_t)strtol(arg(v, 2), 0, 8)));
}
/* What was opened before, by its link in /proc. */
static int f_chmod_held_as_nobody(char **v) {
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", opened(arg(v, 0), O_RDONLY));
    become_nobody();
    return told(chmod(name, (mode_t)strtol(arg(v, 1), 0, 8)));
}
static int f_unix_as_nobody(char **v) { become_nobody(); return f_unix(v); }
static int f_unix_elsewhere(char **v) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS)) return told(-1);
    return f_unix(v);
}
static int f_bind_as_nobody(char **v) { become_nobody(); return f_bind(v); }
static int f_abstract(char **v) {
    struct sockaddr_un address;
    socklen_t length = unix_address(&address, arg(v, 0), 1) - 1;
    return told(connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&address, length));
}
static int f_unix_serve(char **v) {
    struct sockaddr_un address;
    socklen_t length = unix_address(&address, arg(v, 0), 0);
    int server = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(server, (void *)&address, length) || listen(server, 1)) return told(-1);
    return told(connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&address, length));
}
/* A name of one's own comes to lead to a socket that is not: before one listens there, or afterwards. */
static int unix_taken(char **v, int is_early) {
    struct sockaddr_un address;
    socklen_t length = unix_address(&address, arg(v, 1), 0);
    int server = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(server, (void *)&address, length)) return 4;
    if (!is_early && listen(server, 1)) return 4;
    if (rename(arg(v, 0), arg(v, 1))) return 4;
    if (is_early && listen(server, 1)) return 4;
    int client = socket(AF_UNIX, SOCK_STREAM, 0);
    int connected = connect(client, (void *)&address, length);
    if (!connected) write(client, "taken", 5);
    return told(connected);
}
static int f_unix_taken_early(char **v) { return unix_taken(v, 1); }
static int f_unix_taken_late(char **v) { return unix_taken(v, 0); }
/* Two names change places while they are connected to. */
static void *exchange(void *unused) {
    (void)unused;
    while (swapping)
        syscall(SYS_renameat2, AT_FDCWD, arg(thread_arguments, 0), AT_FDCWD, arg(thread_arguments, 1), 2);
    return 0;
}
static int f_unix_exchanged(char **v) {
    struct sockaddr_un address;
    socklen_t length = unix_address(&address, arg(v, 1), 0);
    int server = socket(AF_UNIX, SOCK_STREAM, 0), reached = 0;
    if (bind(server, (void *)&address, length) || listen(server, 400)) return 4;
    thread_arguments = v;
    pthread_t thread;
    if (pthread_create(&thread, 0, exchange, 0)) return 4;
    for (int round = 0; round < 300; round++) {
        int client = socket(AF_UNIX, SOCK_STREAM, 0);
        if (!connect(client, (void *)&address, length)) { write(client, "taken", 5); reached++; }
        close(client);
    }
    swapping = 0;
    pthread_join(thread, 0);
    return told(reached ? 0 : -1);
}
/* Whoever connects sees who listens. */
static int f_unix_serve_as_nobody(char **v) {
    struct sockaddr_un address;
    socklen_t length = unix_address(&address, arg(v, 0), 0);
    become_nobody();
    int server = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(server, (void *)&address, length) || listen(server, 1)) return told(-1);
    if (connect(client, (void *)&address, length)) return told(-1);
    struct { int process; unsigned user, group; } who;
    length = sizeof who;
    if (getsockopt(client, SOL_SOCKET, SO_PEERCRED, &who, &length)) return told(-1);
    errno = EUCLEAN;
    return told(who.user == 65534 && who.group == 65534 ? 0 : -1);
}
/* One thread changes the port while the other connects. */
static struct sockaddr_in swapped;
static void *swap_port(void *unused) {
    (void)unused;
    while (swapping) {
        swapped.sin_port = htons((uint16_t)atoi(arg(thread_arguments, 1)));
        swapped.sin_port = htons((uint16_t)atoi(arg(thread_arguments, 2)));
    }
    return 0;
}
static int f_port_swap(char **v) {
    pthread_t thread;
    thread_arguments = v;
    swapped = address4(v);
    pthread_create(&thread, 0, swap_port, 0);
    for (int turn = 0; turn < 500; turn++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        (void)!connect(fd, (void *)&swapped, sizeof swapped);
        close(fd);
    }
    swapping = 0;
    pthread_join(thread, 0);
    return told(0);
}

/* --- processes --- */

/* Another thread is named, which takes a file of /proc; and so does what is to become of the process. */
static void *wait_for_name(void *ends) {
    char byte;
    return (void *)(long)read(*(int *)ends, &byte, 1);
}
static int f_own_files(char **v) {
    (void)v;
    pthread_t thread;
    int ends[2];
    char name[64], found[16] = "";
    if (pipe(ends) || pthread_create(&thread, 0, wait_for_name, ends)) return 4;
    if ((errno = pthread_setname_np(thread, "worker"))) return told(-1);
    if (pthread_getname_np(thread, found, sizeof found) || strcmp(found, "worker")) return 5;
    snprintf(name, sizeof name, "/proc/%d/coredump_filter", getpid());
    int filter = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (filter < 0 || fcntl(filter, F_GETFD) != FD_CLOEXEC || write(filter, "0x23", 4) != 4) return told(-1);
    int score = open("/proc/self/oom_score_adj", O_RDWR), read_only = open(name, O_RDONLY);
    if (score < 0 || write(score, "500", 3) != 3) return told(-1);
    if (read_only < 0 || read(read_only, found, 8) != 8 || strncmp(found, "00000023", 8)) return 6;
    if (put(open("/proc/thread-self/comm", O_WRONLY)) < 0) return told(-1);
    return told(0);
}
/* Those of the parent. */
static int f_file_of_parent(char **v) {
    char name[64];
    snprintf(name, sizeof name, "/proc/%d/%s", getpid(), arg(v, 0));
    pid_t child = fork();
    if (child == 0) _exit(put(open(name, O_WRONLY)) < 0 ? errno : 0);
    int result;
    waitpid(child, &result, 0);
    errno = WEXITSTATUS(result);
    return told(errno ? -1 : 0);
}
static int f_kill(char **v) { return told(kill(atoi(arg(v, 0)), atoi(arg(v, 1)))); }
static int f_ptrace(char **v) { return told(ptrace(PTRACE_ATTACH, atoi(arg(v, 0)), 0, 0)); }
static int f_getfd(char **v) {
    int process = (int)syscall(SYS_pidfd_open, atoi(arg(v, 0)), 0);
    return told(process < 0 ? -1 : syscall(SYS_pidfd_getfd, process, 0, 0));
}
static int f_parent(char **v) {
    /* ATTEMPT of the kinds above upon the parent. */
    static char number[32];
    snprintf(number, sizeof number, "%d", getppid());
    char *with[] = { number, "9", 0 };
    if (!strcmp(arg(v, 0), "kill")) return f_kill(with);
    if (!strcmp(arg(v, 0), "ptrace")) return f_ptrace(with);
    if (!strcmp(arg(v, 0), "getfd")) return f_getfd(with);
    char name[64];
    snprintf(name, sizeof name, "/proc/%s/mem", number);
    return told(open(name, O_RDWR));
}
static int f_late(char **v) {
    if (fork()) return told(0);
    setsid();
    if (fork()) _exit(0);
    usleep(50000);
    put(open(arg(v, 0), O_WRONLY | O_CREAT, 0644));
    for (;;) pause();
}
static int f_forks(char **v) {
    int count = atoi(arg(v, 1));
    char name[4096];
    for (int number = 0; number < count; number++) {
        pid_t child = fork();
        if (child < 0) return told(-1);
        if (child == 0) {
            snprintf(name, sizeof name, "%s/%d", arg(v, 0), number);
            _exit(put(open(name, O_WRONLY | O_CREAT | O_EXCL, 0644)) < 0);
        }
        int status;
        waitpid(child, &status, 0);
        if (status) return 4;
    }
    return told(0);
}
static int f_processes(char **v) {
    /* As many at once as are asked for, at most. */
    int count = atoi(arg(v, 0)), number = 0;
    for (; number < count; number++) {
        pid_t child = fork();
        if (child < 0) break;
        if (child == 0) { for (;;) pause(); }
    }
    int stopped = number < count ? errno : 0;
    signal(SIGTERM, SIG_IGN);
    kill(0, SIGTERM);
    errno = stopped;
    return told(stopped ? -1 : 0);
}
static int f_undumpable_connect(char **v) { prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); return f_connect(v); }
static int f_undumpable(char **v) { prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); return f_write(v); }
static int f_io_uring(char **v) {
    (void)v;
    char parameters[120] = { 0 };
    return told(syscall(SYS_io_uring_setup, 1, parameters));
}
static int f_call(char **v) { return told(syscall(strtol(arg(v, 0), 0, 0), 0, 0, 0, 0, 0, 0)); }
static int f_mount(char **v) { return told(mount("none", arg(v, 0), "tmpfs", 0, 0)); }
static int f_userns_mount(char **v) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS)) return told(-1);
    return f_mount(v);
}
static int f_chroot(char **v) { return told(chroot(arg(v, 0))); }
static int f_tiocsti(char **v) { (void)v; return told(ioctl(0, TIOCSTI, "x")); }
#if defined(__x86_64__)
static int f_int80(char **v) {
    /* open(2) of the 32-bit table: a filter that knows the 64-bit table alone takes it for something else. */
    char *low = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    long result;
    strcpy(low, arg(v, 0));
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(5), "b"(low), "c"(O_WRONLY | O_CREAT), "d"(0644) : "memory");
    errno = (int)-result;
    return told(result < 0 ? -1 : 0);
}
static int f_x32(char **v) {
    return told(syscall(0x40000000 | SYS_open, arg(v, 0), O_WRONLY | O_CREAT, 0644));
}
#endif
static int f_own_filter(char **v) {
    /* A filter of the command's own that lets everything pass changes nothing of ours. */
    struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = { 1, &allow };
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program)) return told(-1);
    return f_write(v);
}
static int f_own_listener(char **v) {
    (void)v;
    struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = { 1, &allow };
    return told(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program));
}

static void *stay(void *name) {
    usleep(50000);
    put(open(name, O_WRONLY | O_CREAT, 0644));
    for (;;) pause();
}
static int f_late_thread(char **v) {
    /* The first thread of the daemon ends, and another one goes on. */
    pthread_t thread;
    if (fork()) return told(0);
    setsid();
    close(0); close(1); close(2);
    pthread_create(&thread, 0, stay, (void *)arg(v, 0));
    syscall(SYS_exit, 0);
    return 4;
}
static int f_rabbit(char **v) {
    /* One process at a time, none for long; in a session of its own, of its own each time, or in ours; or twenty in ours. */
    int each_time = !strcmp(arg(v, 1), "each"), are_many = !strcmp(arg(v, 1), "many");
    time_t end = time(0) + atoi(arg(v, 0));
    if (fork()) return told(0);
    for (int number = 1; are_many && number < 20 && fork(); number++);
    if (strcmp(arg(v, 1), "ours") && !are_many) setsid();
    close(0); close(1); close(2);
    while (time(0) < end) {
        if (fork() > 0) _exit(0);
        if (each_time) setsid();
    }
    return 0;
}
/* A child in a session of its own traces the leader, which ends, or waits to be ended; and never asks about it, or holds
   it up when it is to end. */
static int f_traced(char **v) {
    int ends[2], is_stuck = !strcmp(arg(v, 1), "stuck"), waits = is_stuck || !strcmp(arg(v, 1), "wait");
    char byte;
    if (pipe(ends)) return 4;
    pid_t leader = getpid(), child = fork();
    if (child == 0) {
        setsid();
        for (int number = 1; number < 32; number++) signal(number, SIG_IGN);
        if (ptrace(PTRACE_SEIZE, leader, 0, is_stuck ? PTRACE_O_TRACEEXIT : 0)) _exit(4);
        if (write(ends[1], "x", 1) != 1) _exit(4);
        for (int fd = 0; fd < 20; fd++) close(fd);
        sleep((unsigned)atoi(arg(v, 0)));
        _exit(0);
    }
    prctl(PR_SET_PTRACER, child, 0, 0, 0);
    if (read(ends[0], &byte, 1) != 1) return 4;
    told(0);
    while (waits) pause();
    return 7;
}
/* An orphan dies of a real-time signal, and others of none: prints how many of the dead nobody has waited for. */
static int f_zombies(char **v) {
    int count = atoi(arg(v, 0)), left = 0;
    for (int number = 0; number <= count; number++) {
        pid_t child = fork();
        if (child == 0) {
            if (fork()) _exit(0);
            usleep(20000);
            if (number == 0) raise(SIGRTMIN + 3);
            _exit(0);
        }
        waitpid(child, 0, 0);
    }
    for (int turn = 0; turn < 40; turn++) {
        char name[64], line[4096], *word;
        usleep(50000);
        left = 0;
        snprintf(name, sizeof name, "/proc/%d/task/%d/children", getppid(), getppid());
        FILE *list = fopen(name, "r");
        if (!list || !fgets(line, sizeof line, list)) return 4;
        fclose(list);
        for (word = strtok(line, " "); word; word = strtok(0, " ")) left++;
        if (left == 1) break;
    }
    printf("%d\n", left);
    return 0;
}
static int f_lease(char **v) {
    int fd = opened(arg(v, 0), O_RDONLY);
    if (fcntl(fd, F_NOTIFY, DN_CREATE) != -1) return 6;
    return told(fcntl(fd, F_SETLEASE, strcmp(arg(v, 1), "write") ? F_RDLCK : F_WRLCK));
}
static int f_join_group(char **v) {
    (void)v;
    if (setpgid(0, getpgid(getppid()))) return told(-1);
    told(0);
    sleep(40);
    puts("survived");
    return 0;
}
static int f_traceme(char **v) {
    int signal_number = atoi(arg(v, 0));
    if (ptrace(PTRACE_TRACEME, 0, 0, 0)) return told(-1);
    signal(signal_number, SIG_IGN);
    raise(signal_number);
    told(0);
    exit(7);
}
static int f_core_limit(char **v) {
    (void)v;
    struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };
    return told(setrlimit(RLIMIT_CORE, &limit));
}
static int f_mtu(char **v) {
    (void)v;
    struct ifreq request = { 0 };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    strcpy(request.ifr_name, "lo");
    if (ioctl(fd, SIOCGIFMTU, &request)) return 4;
    return told(ioctl(fd, SIOCSIFMTU, &request));
}
static void *wait_here(void *number) { *(volatile pid_t *)number = (pid_t)syscall(SYS_gettid); for (;;) pause(); }
static int f_slow(char **v) {
    /* CALL upon the parent, a process by its number, or the caller, a thread or a child of the caller. */
    volatile pid_t target = atoi(arg(v, 1));
    struct sched_param parameters = { 0 };
    struct { uint32_t size, policy; uint64_t rest[5]; } attributes = { 48, 0, { 0 } };
    struct rlimit limit = { 1024, 1024 };
    cpu_set_t processors;
    pthread_t thread;
    pid_t child = 0;
    if (!strcmp(arg(v, 1), "parent")) target = getppid();
    if (!strcmp(arg(v, 1), "self")) target = getpid();
    if (!strcmp(arg(v, 1), "child")) { target = child = fork(); if (!child) for (;;) pause(); }
    if (!strcmp(arg(v, 1), "thread")) {
        pthread_create(&thread, 0, wait_here, (void *)&target);
        while (!target) usleep(1000);
    }
    sched_getaffinity(0, sizeof processors, &processors);
    long result = -1;
    errno = 0;
    const char *call = arg(v, 0);
    if (!strcmp(call, "setpriority")) result = setpriority(PRIO_PROCESS, target, 0);
    if (!strcmp(call, "group")) result = setpriority(PRIO_PGRP, 0, 0);
    if (!strcmp(call, "user")) result = setpriority(PRIO_USER, 0, 0);
    if (!strcmp(call, "ioprio_set")) result = syscall(SYS_ioprio_set, 1, target, 4 | 2 << 13);
    if (!strcmp(call, "sched_setscheduler")) result = sched_setscheduler(target, SCHED_OTHER, &parameters);
    if (!strcmp(call, "sched_setparam")) result = sched_setparam(target, &parameters);
    if (!strcmp(call, "sched_setattr")) result = syscall(SYS_sched_setattr, target, &attributes, 0);
    if (!strcmp(call, "sched_setaffinity")) result = sched_setaffinity(target, sizeof processors, &processors);
    if (!strcmp(call, "prlimit")) {
        getrlimit(RLIMIT_NOFILE, &limit);
        result = prlimit(target, RLIMIT_NOFILE, &limit, 0);
    }
    int error = errno;
    if (child) kill(child, SIGKILL);
    errno = error;
    return told(result);
}

static const struct { const char *name; int (*attempt)(char **); } attempts[] = {
#define A(name) { #name, f_##name }
    A(read), A(list), A(write), A(append), A(creat), A(trunc_ro), A(truncate), A(openat2), A(mkdir), A(mkfifo),
    A(mkdevice), A(symlink), A(unlink), A(rmdir), A(rename), A(exchange), A(link), A(chmod), A(fchmod_ro),
    A(fchmodat2), A(chown), A(lchown), A(fchown_ro), A(utimens), A(utimes), A(futimens_ro), A(setxattr),
    A(fsetxattr_ro), A(removexattr), A(setflags), A(tmpfile), A(tmpfile_link), A(tmpfile_link_empty), A(dirfd),
    A(chdir), A(thread_directory), A(reopen), A(descriptor), A(page_end), A(bad_pointer), A(long_path), A(swap),
    A(chmod_swap), A(exact), A(timer_storm), A(exec), A(memfd_exec), A(connect), A(connect6), A(bind),
    A(listen_unbound), A(serve), A(serve_past), A(fastopen), A(fastopen_msg), A(fastopen_mmsg), A(fastopen_connect), A(socket),
    A(source_route), A(bind_to_device), A(datagram_pair),
    A(unix), A(abstract), A(unix_serve), A(unix_taken_early), A(unix_taken_late), A(unix_exchanged), A(port_swap), A(kill), A(ptrace), A(getfd), A(parent), A(late), A(forks),
    A(processes), A(undumpable), A(io_uring), A(call), A(mount), A(userns_mount), A(chroot), A(tiocsti),
    A(own_filter), A(own_listener), A(late_thread), A(rabbit), A(join_group), A(traceme), A(core_limit), A(mtu),
    A(slow), A(openat2_within), A(fchmod_here), A(fchmod_path), A(fchown_path), A(fsetxattr_path),
    A(futimens_path), A(flip), A(flip_pipe), A(flip_look), A(pipes), A(look), A(rename_twice),
    A(hide), A(traced), A(zombies), A(lease), A(capability_as_nobody), A(chmod_as_nobody), A(chmod_of_many_groups), A(memory_exec), A(unix_as_nobody), A(unix_serve_as_nobody), A(unix_elsewhere), A(undumpable_connect),
    A(bind_as_nobody), A(own_files), A(file_of_parent), A(fchmod_in), A(chmod_elsewhere), A(fchmod_removed), A(chmod_at_as_nobody), A(chmod_held_as_nobody),
#if defined(__x86_64__)
    A(int80), A(x32),
#endif
};

int main(int count, char **words) {
    setvbuf(stdout, 0, _IOLBF, 0);
    for (size_t index = 0; count > 1 && index < sizeof attempts / sizeof *attempts; index++)
        if (!strcmp(words[1], attempts[index].name)) return attempts[index].attempt(words + 2);
    return 3;
}
