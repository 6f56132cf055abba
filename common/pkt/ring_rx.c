// SPDX-License-Identifier: GPL-2.0-or-later
/* ring_rx - see ring_rx.h.
 *
 * Loss is put in its place by counting blocks: the kernel can only drop while every block is taken,
 * that is after block (put + n_blocks) and before the next one it opens. Whatever the drop counter
 * grew by while 'put' stood still was lost right before block put + n_blocks + 1. So the counter is
 * read just before and just after a block is given back whenever the ring is full. */
#include "pkt/ring_rx.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/membarrier.h>
#include <linux/net_tstamp.h>
#include <net/if_arp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/atomic.h"

enum {
	BLOCK_MIN_BYTES = 128 * 1024, /* the largest packet, 64 KiB, and room to spare */
	BLOCK_MAX_BYTES = 1024 * 1024,
	BLOCKS_WANTED = 16,
	FRAME_BYTES = 2048, /* bookkeeping only: V3 packs packets of any size into a block */
	RING_MIN_BYTES = 1024 * 1024,
	/* Rings above this are allocated by a child process, so that Ctrl-C is heard meanwhile. */
	RING_SLOW_BYTES = 512 * 1024 * 1024,
};

struct ring_rx {
	int fd;
	struct ring_rx_conf conf;
	uint8_t *map;
	size_t map_bytes;
	uint32_t block_bytes, n_blocks;
	uint64_t got, put; /* blocks lent and blocks put back, ever */
	struct ring_rx_count count;
	/* [seq % (n_blocks + 1)]: packets lost right before block 'seq'. One more than there are
	 * blocks, since the next block to be lent and the one after the ring's last differ by n. */
	uint64_t *gap_drops;
};

_Static_assert(sizeof(struct tpacket_block_desc) == BLOCK_DESC_BYTES, "kernel ABI");

static struct tpacket_hdr_v1 *block_hdr(const struct ring_rx *r, uint64_t seq)
{
	uint8_t *base = r->map + (size_t)((seq - 1) % r->n_blocks) * r->block_bytes;

	return &((struct tpacket_block_desc *)base)->hdr.bh1;
}

static bool block_filled(const struct ring_rx *r, uint64_t seq)
{
	return atomic_get(&block_hdr(r, seq)->block_status) & TP_STATUS_USER;
}

/* True if every block is filled: only then can the kernel drop. */
static bool ring_full(const struct ring_rx *r)
{
	return block_filled(r, r->put + r->n_blocks);
}

static uint64_t *gap_drops(struct ring_rx *r, uint64_t seq)
{
	return &r->gap_drops[seq % (r->n_blocks + 1)];
}

/* Reads the kernel's counters, which clears them, and files the loss under the block behind it. */
static void read_counters(struct ring_rx *r, uint64_t next_seq)
{
	struct tpacket_stats_v3 s = { 0 };
	socklen_t len = sizeof(s);

	if (getsockopt(r->fd, SOL_PACKET, PACKET_STATISTICS, &s, &len) < 0)
		return;
	r->count.offered += s.tp_packets;
	r->count.dropped += s.tp_drops;
	r->count.freezes += s.tp_freeze_q_cnt;
	*gap_drops(r, next_seq) += s.tp_drops;
}

/* The block that comes after what is lost now. */
static uint64_t seq_after_gap(const struct ring_rx *r)
{
	return r->put + r->n_blocks + 1;
}

size_t ring_rx_default_bytes(uint64_t speed_bps, uint64_t ram_bytes)
{
	/* A quarter of a second of a busy link outlasts the stalls of an ordinary disk. */
	uint64_t want = speed_bps ? speed_bps / 8 / 4 : 64ull << 20;

	want = MIN(MAX(want, 16ull << 20), 1ull << 30);
	if (ram_bytes)
		want = MIN(want, MAX(ram_bytes / 16, 1ull << 20));
	return want & ~((1ull << 20) - 1);
}

static int set_int(int fd, int option, int value, const char *what, struct err *e)
{
	if (setsockopt(fd, SOL_PACKET, option, &value, sizeof(value)) < 0)
		return err_sys(e, errno, "packet socket: %s", what);
	return 0;
}

/* The reserve makes every Ethernet frame start 28 bytes after a multiple of four, so that a pcapng
 * packet header fits exactly before it: the kernel puts the network header at a multiple of 16,
 * plus the reserve, and the frame 14 bytes before that. Cooked and raw IP frames need none. */
static uint32_t reserve_bytes(const struct ring_rx_conf *c)
{
	return c->linktype == 1 && !c->cooked ? 2 : 0;
}

/* Asks for the ring in a child, which shares the socket; the parent stays responsive. */
static int request_slowly(int fd, const struct tpacket_req3 *req, int (*waiting)(void *),
			  void *arg)
{
	int pipe_fd[2], status, code = 0, rc;
	struct pollfd pfd;
	pid_t pid;

	if (pipe(pipe_fd) < 0)
		return -errno;
	pid = fork();
	if (pid < 0) {
		rc = -errno;
		close(pipe_fd[0]);
		close(pipe_fd[1]);
		return rc;
	}
	if (pid == 0) {
		if (setsockopt(fd, SOL_PACKET, PACKET_RX_RING, req, sizeof(*req)) < 0)
			code = errno;
		_exit(write(pipe_fd[1], &code, sizeof(code)) != sizeof(code));
	}
	close(pipe_fd[1]);
	pfd = (struct pollfd){ .fd = pipe_fd[0], .events = POLLIN };
	while ((rc = poll(&pfd, 1, 100)) == 0 || (rc < 0 && errno == EINTR))
		if (waiting && waiting(arg)) {
			/* It goes once the kernel lets go of it, which nobody waits for. */
			kill(pid, SIGKILL);
			close(pipe_fd[0]);
			return -EINTR;
		}
	rc = read(pipe_fd[0], &code, sizeof(code)) == sizeof(code) ? -code : -EIO;
	close(pipe_fd[0]);
	waitpid(pid, &status, 0);
	return rc;
}

static int map_ring(struct ring_rx *r, int (*waiting)(void *), void *arg, struct err *e)
{
	struct tpacket_req3 req = { 0 };
	struct sysinfo info;
	uint64_t size;
	int rc;

	size = r->conf.block_bytes ? r->conf.block_bytes : BLOCK_MAX_BYTES;
	while (size > BLOCK_MIN_BYTES && r->conf.ring_bytes / size < BLOCKS_WANTED)
		size /= 2;
	r->block_bytes = size;
	if (r->conf.ring_bytes / size > UINT32_MAX / (size / FRAME_BYTES))
		return err_set(e, EINVAL, "ring of %zu MiB is beyond what the kernel can count",
			       r->conf.ring_bytes >> 20);
	r->n_blocks = MAX(r->conf.ring_bytes / size, 2ul);
	r->map_bytes = (size_t)r->n_blocks * size;
	/* Asked for in earnest, it would take all memory of the machine before it failed. */
	if (sysinfo(&info) == 0 && r->map_bytes / info.mem_unit >= info.totalram)
		return err_set(e, ENOMEM, "receive ring of %zu MiB: the machine has %" PRIu64
			       " MiB of memory; try a smaller -S", r->map_bytes >> 20,
			       (uint64_t)info.totalram * info.mem_unit >> 20);
	req = (struct tpacket_req3){
		.tp_block_size = size,
		.tp_block_nr = r->n_blocks,
		.tp_frame_size = FRAME_BYTES,
		.tp_frame_nr = r->n_blocks * (size / FRAME_BYTES),
		.tp_retire_blk_tov = MAX(r->conf.retire_ms, 1u),
	};
	if (r->map_bytes > RING_SLOW_BYTES)
		rc = request_slowly(r->fd, &req, waiting, arg);
	else if (setsockopt(r->fd, SOL_PACKET, PACKET_RX_RING, &req, sizeof(req)) < 0)
		rc = -errno;
	else
		rc = 0;
	if (rc == -EINTR)
		return err_set(e, EINTR, "interrupted while the kernel allocated a ring of %zu MiB",
			       r->map_bytes >> 20);
	if (rc < 0)
		return err_sys(e, -rc, "receive ring of %zu MiB (%u blocks of %u KiB); try a smaller -S",
			       r->map_bytes >> 20, r->n_blocks, r->block_bytes >> 10);
	r->map = mmap(NULL, r->map_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, r->fd, 0);
	if (r->map == MAP_FAILED) {
		r->map = NULL;
		return err_sys(e, errno, "map the receive ring of %zu MiB", r->map_bytes >> 20);
	}
	r->gap_drops = calloc(r->n_blocks + 1, sizeof(*r->gap_drops));
	if (!r->gap_drops)
		return err_set(e, ENOMEM, "out of memory");
	return 0;
}

static int open_socket(struct ring_rx *r, struct err *e)
{
	/* Protocol 0: nothing arrives before ring_rx_start() binds to ETH_P_ALL. */
	r->fd = socket(AF_PACKET, (r->conf.cooked ? SOCK_DGRAM : SOCK_RAW) | SOCK_CLOEXEC, 0);
	if (r->fd >= 0)
		return 0;
	if (errno == EPERM)
		return err_set(e, EPERM, "packet socket: needs CAP_NET_RAW: run as root, or give "
					 "the program that file capability");
	return err_sys(e, errno, "packet socket");
}

static int set_promisc(struct ring_rx *r, struct err *e)
{
	struct packet_mreq mreq = { .mr_ifindex = r->conf.ifindex, .mr_type = PACKET_MR_PROMISC };

	if (r->conf.promisc &&
	    setsockopt(r->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &mreq, sizeof(mreq)) < 0)
		return err_sys(e, errno, "promiscuous mode (-M does without)");
	return 0;
}

static int set_options(struct ring_rx *r, struct err *e)
{
	int rc;

	rc = set_int(r->fd, PACKET_VERSION, TPACKET_V3, "TPACKET_V3 is not supported", e);
	if (!rc && reserve_bytes(&r->conf))
		rc = set_int(r->fd, PACKET_RESERVE, reserve_bytes(&r->conf), "reserve", e);
	if (!rc && r->conf.ignore_outgoing)
		rc = set_int(r->fd, PACKET_IGNORE_OUTGOING, 1, "ignore outgoing", e);
	if (!rc && r->conf.hwtimestamp)
		rc = set_int(r->fd, PACKET_TIMESTAMP, SOF_TIMESTAMPING_RAW_HARDWARE,
			     "hardware time stamps", e);
	return rc ? rc : set_promisc(r, e);
}

int ring_rx_open(const struct ring_rx_conf *conf, int (*waiting)(void *arg), void *arg,
		 struct ring_rx **ret_r, struct err *e)
{
	AUTO(ring_rx_close_p) struct ring_rx *r = calloc(1, sizeof(*r));
	int rc;

	if (!r)
		return err_set(e, ENOMEM, "out of memory");
	r->fd = -1;
	r->conf = *conf;
	if (conf->ring_bytes < RING_MIN_BYTES)
		return err_set(e, EINVAL, "ring of %zu KiB is too small: 1MiB is the least",
			       conf->ring_bytes >> 10);
	rc = open_socket(r, e);
	if (!rc)
		rc = set_options(r, e);
	if (!rc)
		rc = map_ring(r, waiting, arg, e);
	if (rc)
		return rc;
	*ret_r = TAKE(r, NULL);
	return 0;
}

void ring_rx_close(struct ring_rx *r)
{
	if (!r)
		return;
	if (r->map)
		munmap(r->map, r->map_bytes);
	if (r->fd >= 0)
		close(r->fd);
	free(r->gap_drops);
	free(r);
}

void ring_rx_close_p(struct ring_rx **r)
{
	ring_rx_close(*r);
}

int ring_rx_fd(const struct ring_rx *r)
{
	return r->fd;
}

const struct ring_rx_conf *ring_rx_conf(const struct ring_rx *r)
{
	return &r->conf;
}

uint32_t ring_rx_n_blocks(const struct ring_rx *r)
{
	return r->n_blocks;
}

int ring_rx_start(struct ring_rx *r, struct err *e)
{
	struct sockaddr_ll sll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = r->conf.ifindex,
	};

	if (bind(r->fd, (struct sockaddr *)&sll, sizeof(sll)) < 0)
		return err_sys(e, errno, "bind the packet socket");
	if (r->conf.has_fanout &&
	    setsockopt(r->fd, SOL_PACKET, PACKET_FANOUT, &r->conf.fanout,
		       sizeof(r->conf.fanout)) < 0)
		return err_sys(e, errno, "join fanout group %u", r->conf.fanout & 0xffff);
	return 0;
}

int ring_rx_adopt(struct ring_rx *r, uint32_t ifindex, bool promisc, struct err *e)
{
	int rc;

	r->conf.ifindex = ifindex;
	r->conf.promisc = promisc;
	/* Before packets arrive: a ring that failed here can serve another device. */
	rc = set_promisc(r, e);
	return rc ? rc : ring_rx_start(r, e);
}

void ring_rx_set_fanout(struct ring_rx *r, uint32_t fanout)
{
	r->conf.fanout = fanout;
	r->conf.has_fanout = true;
}

int ring_rx_get_fanout(const struct ring_rx *r, uint32_t *ret_fanout, struct err *e)
{
	socklen_t len = sizeof(*ret_fanout);
	uint32_t value;

	if (getsockopt(r->fd, SOL_PACKET, PACKET_FANOUT, &value, &len) < 0)
		return err_sys(e, errno, "fanout group");
	/* The flag asked for a new group; the others join that one. */
	*ret_fanout = value & ~((uint32_t)PACKET_FANOUT_FLAG_UNIQUEID << 16);
	return 0;
}

int ring_rx_stop(struct ring_rx *r, struct err *e)
{
	struct sock_filter reject = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog prog = { .len = 1, .filter = &reject };

	if (setsockopt(r->fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) < 0)
		return err_sys(e, errno, "stop the receive ring");
	/* Another CPU may be running the old filter: after a grace period none is. */
	(void)syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	return 0;
}

bool ring_rx_idle(struct ring_rx *r)
{
	struct ring_rx_count c;

	ring_rx_count(r, &c);
	return c.offered - c.dropped == c.in_blocks;
}

int ring_rx_get(struct ring_rx *r, struct block *ret_b)
{
	const struct tpacket_hdr_v1 *h = block_hdr(r, r->got + 1);

	/* All blocks are out: the next one in the ring is one of ours. */
	if (r->got - r->put == r->n_blocks)
		return 0;
	if (!(atomic_get(&h->block_status) & TP_STATUS_USER))
		return 0;
	r->got++;
	*ret_b = (struct block){
		.base = r->map + (size_t)((r->got - 1) % r->n_blocks) * r->block_bytes,
		.size_bytes = r->block_bytes,
		.used_bytes = h->blk_len,
		.first = h->offset_to_first_pkt,
		.n_pkts = h->num_pkts,
		.seq = r->got,
		.linktype = r->conf.linktype,
		.cooked = r->conf.cooked,
		.snaplen = r->conf.snaplen ? r->conf.snaplen : UINT32_MAX,
	};
	/* Says that packets were lost before the block was closed and nobody has asked since. */
	if (h->block_status & TP_STATUS_LOSING)
		read_counters(r, ring_full(r) ? seq_after_gap(r) : r->got);
	ret_b->drops = *gap_drops(r, r->got);
	*gap_drops(r, r->got) = 0;
	r->count.in_blocks += ret_b->n_pkts;
	r->count.blocks++;
	return 1;
}

void ring_rx_put(struct ring_rx *r)
{
	uint64_t next = seq_after_gap(r); /* the block that is filled in its place */
	struct tpacket_hdr_v1 *h = block_hdr(r, r->put + 1);
	uint32_t status;

	if (ring_full(r))
		read_counters(r, next);
	atomic_put(&h->block_status, TP_STATUS_KERNEL);
	if (ring_full(r)) {
		read_counters(r, next + 1);
		/* What was lost between the two readings goes before that block too, unless it was
		 * filled meanwhile, the ring froze again, and nothing was lost when it closed. */
		status = atomic_get(&h->block_status);
		if (!(status & TP_STATUS_USER) || (status & TP_STATUS_LOSING)) {
			*gap_drops(r, next) += *gap_drops(r, next + 1);
			*gap_drops(r, next + 1) = 0;
		}
	}
	r->put++;
}

uint32_t ring_rx_lent(const struct ring_rx *r)
{
	return r->got - r->put;
}

int ring_rx_error(struct ring_rx *r)
{
	socklen_t len = sizeof(int);
	int code = 0;

	if (getsockopt(r->fd, SOL_SOCKET, SO_ERROR, &code, &len) < 0)
		return -errno;
	return -code;
}

void ring_rx_count(struct ring_rx *r, struct ring_rx_count *ret_c)
{
	read_counters(r, seq_after_gap(r));
	*ret_c = r->count;
}
