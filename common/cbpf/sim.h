// SPDX-License-Identifier: GPL-2.0-or-later
/* sim - runs a classic filter one instruction at a time, for people who watch: registers and
 * memory are plain, and why it ended is told. Same results as vm, which is the fast one. */
#ifndef CBPF_SIM_H
#define CBPF_SIM_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

#include "cbpf/vm.h"

enum sim_end {
	SIM_RUNNING,
	SIM_RET,    /* a ret gave the verdict */
	SIM_RANGE,  /* a load behind the packet's end: rejected */
	SIM_DIVIDE, /* division by X = 0: rejected */
};

struct sim {
	const struct sock_fprog *prog;
	const uint8_t *data;
	uint32_t cap_len, len;
	const struct vm_aux *aux;

	unsigned int pc; /* instruction that comes next; at the end the one that ended it */
	uint32_t a, x, mem[BPF_MEMWORDS];
	uint16_t mem_set; /* words of 'mem' that were written */
	enum sim_end end;
	uint32_t verdict; /* bytes to keep, 0: rejected */
};

/* Begins to run 'prog', which check_prog() takes, over a packet; arguments as vm_run(). All stay
 * with the caller and are used until the end. */
void sim_begin(struct sim *s, const struct sock_fprog *prog, const uint8_t *data, uint32_t cap_len,
	       uint32_t len, const struct vm_aux *aux);

/* Executes one instruction. Returns true while the program runs on. */
bool sim_step(struct sim *s);

/* If instruction 's->pc' is a jump: true, and its target given the registers as they are. */
bool sim_jump(const struct sim *s, unsigned int *ret_target);

/* Why it ended in words: "load behind the end of the packet". */
const char *sim_end_text(enum sim_end end);

#endif
