// SPDX-License-Identifier: GPL-2.0-or-later
/* uring - see uring.h. */
#include "sys/uring.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_OPS 32

int uring_restrict(int ring_fd, const uint8_t *ops, size_t n_ops, struct err *e)
{
	struct io_uring_restriction r[MAX_OPS + 2] = { 0 };
	size_t n = 0;

	if (n_ops > MAX_OPS)
		return err_set(e, E2BIG, "an io_uring can be allowed at most %d operations",
			       MAX_OPS);
	for (; n < n_ops; n++) {
		r[n].opcode = IORING_RESTRICTION_SQE_OP;
		r[n].sqe_op = ops[n];
	}
	/* Linking orders a write before its fsync; it opens nothing. */
	r[n].opcode = IORING_RESTRICTION_SQE_FLAGS_ALLOWED;
	r[n++].sqe_flags = IOSQE_IO_LINK | IOSQE_ASYNC | IOSQE_FIXED_FILE;
	/* While restrictions are set, the one registration allowed is the one that ends set-up. */
	r[n].opcode = IORING_RESTRICTION_REGISTER_OP;
	r[n++].register_op = IORING_REGISTER_ENABLE_RINGS;
	if (syscall(SYS_io_uring_register, ring_fd, IORING_REGISTER_RESTRICTIONS, r, n) < 0) {
		if (errno == EINVAL)
			return err_set(e, EOPNOTSUPP,
				       "this kernel cannot restrict an io_uring (Linux 5.10 can)");
		return err_sys(e, errno, "restrict the io_uring");
	}
	if (syscall(SYS_io_uring_register, ring_fd, IORING_REGISTER_ENABLE_RINGS, NULL, 0) < 0)
		return err_sys(e, errno, "switch the io_uring on");
	return 0;
}
