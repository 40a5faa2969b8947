/* Opens a file for writing, as often as asked for: `opening FILE COUNT [asked]`.
 *
 * With the third word each opening is a question to another thread, which answers that it may go on and does nothing
 * else: what the kernel alone costs. Built where it is measured; exits with 1 when anything fails.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Newer than the headers of some systems; kernels since 6.6 know it, and others say no. */
#define SET_FLAGS _IOW('!', 4, unsigned long)
#define SYNC_WAKE_UP 1UL

/* As long as the structures of any kernel that this is built for. */
union question {
    struct seccomp_notif known;
    char room[512];
};
union reply {
    struct seccomp_notif_resp known;
    char room[512];
};

/* Started before the filter, so that it is under none. */
static void *answer(void *given) {
    int listener;
    if (read(*(int *)given, &listener, sizeof listener) != sizeof listener) return NULL;
    for (;;) {
        union question question;
        memset(&question, 0, sizeof question);
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &question)) {
            if (errno == EINTR || errno == ENOENT) continue;
            return NULL;
        }
        union reply reply;
        memset(&reply, 0, sizeof reply);
        reply.known.id = question.known.id;
        reply.known.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
        ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply);
    }
}

static int have_openings_asked(void) {
    static int handed[2];
    struct sock_filter instructions[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof instructions / sizeof *instructions, instructions};
    unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
    pthread_t thread;
    if (pipe(handed) || pthread_create(&thread, NULL, answer, &handed[0])) return 1;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return 1;
    int listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter);
    if (listener < 0 || ioctl(listener, SET_FLAGS, SYNC_WAKE_UP)) return 1;
    return write(handed[1], &listener, sizeof listener) != sizeof listener;
}

int main(int count, char **words) {
    if (count < 3 || (count > 3 && have_openings_asked())) return 1;
    for (int left = atoi(words[2]); left > 0; left--) {
        int file = openat(AT_FDCWD, words[1], O_WRONLY | O_CREAT, 0644);
        if (file < 0) return 1;
        close(file);
    }
    return 0;
}
