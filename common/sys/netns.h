// SPDX-License-Identifier: GPL-2.0-or-later
/* netns - network namespaces by name, path or process; entering one; noticing that it is gone. */
#ifndef SYS_NETNS_H
#define SYS_NETNS_H

#include <stdint.h>

#include "base/err.h"

/* Identity of a namespace, as stat() of /proc/PID/ns/net shows it. */
struct netns_id {
	uint64_t dev, ino;
};

/* Opens the namespace 'spec': a name under /run/netns, a path if it has a '/', or the number of a
 * process. A name of digits only is tried as a name first. Returns 0 with '*ret_fd' owned by the
 * caller, or -errno with 'e' (-ENOENT: the sentence says where it was looked for; -EINVAL: not such
 * a namespace). */
int netns_open(const char *spec, int *ret_fd, struct err *e) MUST_USE;

/* Opens the calling thread's own namespace, to come back to. */
int netns_open_own(int *ret_fd, struct err *e) MUST_USE;

/* Moves the calling thread (and threads it starts later) into the namespace at 'fd'. */
int netns_enter(int fd, struct err *e) MUST_USE;

/* Moves it into the namespace 'spec' (as netns_open()), NULL: stays. Sentences begin with
 * --netns. */
int netns_enter_named(const char *spec, struct err *e) MUST_USE;

int netns_id(int fd, struct netns_id *ret_id, struct err *e) MUST_USE;

/* A namespace lives on while a socket of ours is in it: after "ip netns del" or the end of its
 * process a capture would go on in silence. A watch tells. */
struct netns_watch;

/* Watches 'spec', which was opened as 'fd'. */
int netns_watch_open(const char *spec, int fd, struct netns_watch **ret_w, struct err *e) MUST_USE;
void netns_watch_close(struct netns_watch *w);
void netns_watch_close_p(struct netns_watch **w);

/* Readable when it is worth asking netns_watch_gone(). */
int netns_watch_fd(const struct netns_watch *w);

/* Returns 0 while the name (or process) still stands for the namespace, 1 with the sentence in 'e'
 * when not. */
int netns_watch_gone(struct netns_watch *w, struct err *e) MUST_USE;

#endif
