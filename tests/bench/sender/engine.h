// SPDX-License-Identifier: GPL-2.0-or-later
/* engine - a way to get frames out of a device. Two of them: live.c (eBPF on live XDP frames) and
 * mmsg.c (sendmmsg on a packet socket, for devices that take no redirected frames). */
#ifndef SENDER_ENGINE_H
#define SENDER_ENGINE_H

#include <stdint.h>

#include "base/err.h"
#include "frame.h"

struct target {
	const struct frame *frame;
	unsigned int ifindex;
	unsigned int batch; /* frames handed to the device at once */
	uint64_t seq_start;
};

/* One record an engine. open() owns what it puts in '*ret_state' until close(). send() attempts 'n'
 * frames more with the next sequence numbers and stops early on a signal. next() is the sequence
 * number that comes next: next() - seq_start frames were attempted. */
struct engine {
	const char *name;
	int (*open)(const struct target *t, void **ret_state, struct err *e);
	int (*send)(void *state, unsigned int n, struct err *e);
	uint64_t (*next)(void *state);
	void (*close)(void *state);
};

extern const struct engine engine_live, engine_mmsg;

#endif
