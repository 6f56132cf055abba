// SPDX-License-Identifier: GPL-2.0-or-later
/* vm - runs classic filters in user space, on every packet of a capture file.
 * A checked program is translated once into a compact form with common pairs fused; running it
 * allocates nothing and calls nothing. Same results as the kernel's filter: a load out of range and
 * a division by X = 0 reject the packet, shifts by X take its low five bits. */
#ifndef CBPF_VM_H
#define CBPF_VM_H

#include <linux/filter.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct vm;

#define VM_NO_NET_OFF UINT32_MAX

/* What ancillary loads give: what the kernel knows of a packet beyond its bytes (struct sk_buff).
 */
struct vm_aux {
	uint32_t net_off; /* where the network header starts in the data; VM_NO_NET_OFF: unknown,
			   * loads relative to it reject the packet */
	uint32_t pkttype; /* PACKET_HOST ... */
	uint32_t ifindex;
	uint32_t mark;
	uint32_t rxhash;
	uint32_t cpu;
	uint32_t pay_offset; /* where the payload starts */
	uint16_t protocol;   /* ethertype, host order */
	uint16_t hatype;     /* ARPHRD_* */
	uint16_t queue;	     /* as the kernel counts: receive queue + 1, 0 unknown */
	uint16_t vlan_tci;   /* tag that was stripped; 0 without */
	uint16_t vlan_tpid;  /* 0x8100, 0x88a8; 0: no tag was stripped */
	uint64_t *random;    /* state of the generator, any value, advanced by each load; NULL: 0 */
};

/* Translates 'prog', which is checked first and not kept. Returns 0 with '*ret_vm' owned by the
 * caller (vm_free()), -EINVAL as check_prog(), or -ENOMEM. */
int vm_new(const struct sock_fprog *prog, struct vm **ret_vm, struct err *e) MUST_USE;

/* NULL is fine. */
void vm_free(struct vm *vm);
void vm_free_p(struct vm **vm);

/* Runs 'vm' over the 'cap_len' bytes at 'data' of a packet that had 'len' bytes on the wire.
 * 'aux' NULL: every ancillary field is 0 and the network header unknown. Returns how many bytes to
 * keep, which may be more than there are; 0 rejects the packet. */
uint32_t vm_run(const struct vm *vm, const uint8_t *data, uint32_t cap_len, uint32_t len,
		const struct vm_aux *aux);

#endif
