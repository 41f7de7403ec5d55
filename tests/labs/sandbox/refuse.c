/*
 * refuse ERRNO CALL... -- COMMAND: runs COMMAND with these system calls refused, as a sandbox would.
 *
 * A CALL is one of the names below; those of address families refuse sockets of the family. Needs no root: a process
 * may always give up rights of its own (seccomp(2)), and what it runs inherits that.
 */
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ANY -1

static const struct { const char *name; int number, family; } calls[] = {
  {"unix", SYS_socket, AF_UNIX}, {"inet", SYS_socket, AF_INET}, {"inet6", SYS_socket, AF_INET6},
  {"netlink", SYS_socket, AF_NETLINK}, {"bluetooth", SYS_socket, 31},
  {"statx", SYS_statx, ANY}, {"renameat2", SYS_renameat2, ANY}, {"fallocate", SYS_fallocate, ANY},
  {"fadvise", SYS_fadvise64, ANY}, {"inotify", SYS_inotify_init1, ANY}, {"sendfile", SYS_sendfile, ANY},
  {"copy_file_range", SYS_copy_file_range, ANY}, {"statfs", SYS_statfs, ANY}, {"fstatfs", SYS_fstatfs, ANY},
  {"setsockopt", SYS_setsockopt, ANY}, {"getsockopt", SYS_getsockopt, ANY}, {"utimensat", SYS_utimensat, ANY},
  {"linkat", SYS_linkat, ANY}, {"ioctl", SYS_ioctl, ANY}, {"flock", SYS_flock, ANY},
};

static struct sock_filter filter[256];
static int length;

static void add(int code, unsigned value, int if_true, int if_false) {
  filter[length++] = (struct sock_filter)BPF_JUMP(code, value, if_true, if_false);
}

static int refuse(const char *name, int error) {
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    if (strcmp(calls[i].name, name)) continue;
    int of_family = calls[i].family != ANY;
    add(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
    add(BPF_JMP | BPF_JEQ | BPF_K, calls[i].number, 0, of_family ? 3 : 1);
    if (of_family) {
      add(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0]), 0, 0);
      add(BPF_JMP | BPF_JEQ | BPF_K, calls[i].family, 0, 1);
    }
    add(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error, 0, 0);
    return 1;
  }
  return 0;
}

int main(int argc, char **argv) {
  int at = 2;
  for (; at < argc && strcmp(argv[at], "--"); at++) {
    if (refuse(argv[at], atoi(argv[1]))) continue;
    fprintf(stderr, "refuse: no call '%s' is known\n", argv[at]);
    return 125;
  }
  if (at + 1 >= argc) { fputs("refuse ERRNO CALL... -- COMMAND\n", stderr); return 125; }
  add(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
  struct sock_fprog program = { length, filter };
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
    perror("refuse");
    return 125;
  }
  execvp(argv[at + 1], argv + at + 1);
  perror(argv[at + 1]);
  return 125;
}
