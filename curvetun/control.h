// SPDX-License-Identifier: GPL-2.0-or-later
/* control - the control socket of a running tunnel: who connects gets its state as one line of
 * JSON, and nothing that is sent there is read. status.h is the other end. */
#ifndef CURVETUN_CONTROL_H
#define CURVETUN_CONTROL_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "folder.h"

struct tunnel;

struct control {
	int fd; /* that listens */
	int to; /* whom the reply goes to, -1 nobody */
	struct str reply;
	size_t sent;
	char file[FOLDER_NAME + 16]; /* its name in the folder */
	struct tunnel *t;
};

/* Opens the socket server.sock in the folder or, with the alias 'name' of a client's server,
 * client-NAME.sock. -EADDRINUSE
 * with 'e': another tunnel has it. */
int control_open(const struct folder *f, const char *name, struct control *ret_c,
		 struct err *e) MUST_USE;

/* Puts it into the loop of 't'. */
int control_start(struct control *c, struct tunnel *t, struct err *e) MUST_USE;
void control_close(struct control *c);

/* Adds the state of 't' as one line of JSON. */
void control_report(struct tunnel *t, struct str *out);

#endif
