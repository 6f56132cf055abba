// SPDX-License-Identifier: GPL-2.0-or-later
/* vm_slow - the loads of classic BPF that are not plain packet bytes: relative to a header, and
 * what the kernel knows of a packet beyond its bytes. Used by vm alone. */
#ifndef CBPF_VM_SLOW_H
#define CBPF_VM_SLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "cbpf/vm.h"

/* Loads 'size' (1, 2, 4) bytes at 'off', which is above INT32_MAX: from the link header
 * (SKF_LL_OFF) or the network header (SKF_NET_OFF) on. False if that is outside of the 'cap_len'
 * bytes at 'data'. Source: bpf_internal_load_pointer_neg_helper(). */
bool vm_load_neg(const uint8_t *data, uint32_t cap_len, uint32_t off, unsigned int size,
		 const struct vm_aux *aux, uint32_t *ret_v);

/* What ancillary field 'ad' (SKF_AD_*) loads into A, given 'a' and 'x' as they are. */
uint32_t vm_load_ad(uint32_t ad, uint32_t a, uint32_t x, const uint8_t *data, uint32_t cap_len,
		    const struct vm_aux *aux);

#endif
