// SPDX-License-Identifier: GPL-2.0-or-later
/* capfile_span_test - packets in runs: the runs are the bytes of the file, what a filter leaves out
 * is in none, what is not as it would be written is left to the packet reader, and a disk that is
 * full leaves whole records and right counts. */
#include "capfile_test.h"

#include <linux/filter.h>
#include <signal.h>
#include <sys/resource.h>

#include "cbpf/vm.h"

enum { N_PACKETS = 3000, SPANS = 64, ODD_AT = 1234, MAX_BYTES = 4 << 20 };

static uint8_t bytes[MAX_BYTES];

/* Builds a file in 'bytes'; packet 'odd' has a fraction of a second too many (-1: none). Every
 * third packet begins with 1, others with 0. */
static size_t build(int odd)
{
	size_t n = 24;

	memset(bytes, 0, n);
	put_le32(bytes, 0xa1b2c3d4);
	put_le16(bytes + 4, 2);
	put_le16(bytes + 6, 4);
	put_le32(bytes + 16, 262144);
	put_le32(bytes + 20, 1);
	for (int i = 0; i < N_PACKETS; i++) {
		uint32_t cap_len = 14 + i % 1300;

		put_le32(bytes + n, 1700000000 + i);
		put_le32(bytes + n + 4, i == odd ? 1000000 : i);
		put_le32(bytes + n + 8, cap_len);
		put_le32(bytes + n + 12, cap_len + 5);
		memset(bytes + n + 16, i, cap_len);
		bytes[n + 16] = i % 3 == 0;
		n += 16 + cap_len;
	}
	return n;
}

static struct vm *first_byte_is_1(uint32_t keep)
{
	struct sock_filter f[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, keep),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog prog = { ARRAY_SIZE(f), f };
	struct vm *vm = NULL;

	assert_int_equal(vm_new(&prog, &vm, NULL), 0);
	return vm;
}

/* Reads all of 'f' as spans, which are appended at 'out', until a packet is none. */
static struct capfile_passed collect(struct capfile *f, const struct vm *vm, uint8_t *out,
				     size_t *ret_bytes)
{
	struct capfile_passed all = { 0 }, n;
	struct pkt_span s[SPANS];
	unsigned int n_spans;
	uint64_t kept = 0;

	*ret_bytes = 0;
	do {
		n_spans = capfile_next_spans(f, vm, s, SPANS, &n);
		for (unsigned int i = 0; i < n_spans; i++) {
			memcpy(out + *ret_bytes, s[i].rec, s[i].n_bytes);
			*ret_bytes += s[i].n_bytes;
			kept += s[i].n_packets;
		}
		all.packets += n.packets;
		all.bytes += n.bytes;
		all.kept_packets += n.kept_packets;
		all.kept_bytes += n.kept_bytes;
	} while (n.packets);
	assert_int_equal(kept, all.kept_packets);
	assert_int_equal(*ret_bytes, all.kept_bytes + 16 * kept);
	return all;
}

static void all_of_a_file(void **state)
{
	AUTO(capfile_close_p) struct capfile *f = NULL;
	size_t size = build(-1), n;
	uint8_t *out = malloc(size);
	struct capfile_passed all;

	(void)state;
	f = open_bytes(bytes, size);
	assert_true(capfile_has_spans(f, CAPFMT_PCAP_US, false));
	assert_false(capfile_has_spans(f, CAPFMT_PCAP_NS, false));
	assert_false(capfile_has_spans(f, CAPFMT_PCAP_US, true));
	all = collect(f, NULL, out, &n);
	assert_int_equal(all.packets, N_PACKETS);
	assert_int_equal(n, size - 24);
	assert_memory_equal(out, bytes + 24, n);
	assert_int_equal(capfile_next(f, &(struct pkt){ 0 }, NULL), 0);
	free(out);
}

static void filtered(void **state)
{
	AUTO(vm_free_p) struct vm *whole = first_byte_is_1(65535), *cut = first_byte_is_1(20);
	AUTO(capfile_close_p) struct capfile *f = NULL, *g = NULL;
	size_t size = build(-1), n;
	uint8_t *out = malloc(size);
	struct capfile_passed all;
	struct pkt p;

	(void)state;
	f = open_bytes(bytes, size);
	all = collect(f, whole, out, &n);
	assert_int_equal(all.packets, N_PACKETS);
	assert_int_equal(all.kept_packets, N_PACKETS / 3);
	for (size_t at = 0, i = 0; at < n; at += 16 + get_le32(out + at + 8), i++) {
		assert_int_equal(get_le32(out + at), 1700000000 + 3 * i);
		assert_int_equal(out[at + 16], 1);
	}
	/* The first packet that is to be shortened is none for spans: number 9, of 23 bytes. */
	g = open_bytes(bytes, size);
	all = collect(g, cut, out, &n);
	assert_int_equal(all.packets, 9);
	assert_int_equal(capfile_next(g, &p, NULL), 1);
	assert_int_equal(p.cap_len, 23);
	free(out);
}

static void odd_record(void **state)
{
	AUTO(capfile_close_p) struct capfile *f = NULL;
	size_t size = build(ODD_AT), n;
	uint8_t *out = malloc(size);
	struct pkt p;

	(void)state;
	f = open_bytes(bytes, size);
	assert_int_equal(collect(f, NULL, out, &n).packets, ODD_AT);
	assert_int_equal(capfile_next(f, &p, NULL), 1);
	assert_int_equal(p.ts_ns, (1700000000ll + ODD_AT + 1) * 1000000000);
	assert_int_equal(collect(f, NULL, out, &n).packets, N_PACKETS - ODD_AT - 1);
	free(out);
}

/* A file cut short within the last packet: spans are what is whole, then comes the error. */
static void cut_short(void **state)
{
	AUTO(capfile_close_p) struct capfile *f = NULL;
	size_t size = build(-1), n;
	uint8_t *out = malloc(size);
	struct err e = { 0 };

	(void)state;
	f = open_bytes(bytes, size - 3);
	assert_int_equal(collect(f, NULL, out, &n).packets, N_PACKETS - 1);
	assert_int_equal(capfile_next(f, &(struct pkt){ 0 }, &e), -ENODATA);
	free(out);
}

static struct capwrite *writer(int fd)
{
	const struct capwrite_opts o = { .format = CAPFMT_PCAP_US, .stable = true };
	const struct pkt_iface iface = { .linktype = 1 };
	struct capwrite *w = NULL;

	assert_int_equal(capwrite_fdopen(fd, "out.pcap", &o, &w, NULL), 0);
	assert_true(capwrite_has_spans(w));
	assert_int_equal(capwrite_iface(w, &iface, NULL), 0);
	return w;
}

/* Writes what 'vm' keeps to a file of at most 'limit' bytes. Counts and file have to agree. */
static void write_limited(const struct vm *vm, rlim_t limit)
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY }, some = { limit, RLIM_INFINITY };
	AUTO(capfile_close_p) struct capfile *f = NULL, *back = NULL;
	uint64_t n_back = 0, bytes_back = 0, kept = 0;
	int fd = memfd_create("out", MFD_CLOEXEC), r = 0;
	struct pkt_span s[SPANS];
	struct capwrite_counts c;
	struct capfile_passed n;
	unsigned int n_spans;
	struct capwrite *w;
	struct pkt p;

	f = open_bytes(bytes, build(-1));
	w = writer(dup(fd));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &some), 0);
	do {
		n_spans = capfile_next_spans(f, vm, s, SPANS, &n);
		kept += n.kept_packets;
		if (capwrite_spans(w, s, n_spans, NULL) < 0)
			r = -1;
	} while (n.packets);
	if (capwrite_close(w, &c, NULL) < 0)
		r = -1;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &all), 0);
	assert_int_equal(r, limit < MAX_BYTES ? -1 : 0);
	assert_int_equal(c.packets, kept);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(capfile_fdopen(fd, "out.pcap", &back, NULL), 0);
	while ((r = capfile_next(back, &p, NULL)) == 1) {
		n_back++;
		bytes_back += p.cap_len;
	}
	assert_int_equal(r, 0);
	assert_int_equal(n_back, c.packets - c.not_written_packets);
	assert_int_equal(bytes_back, c.bytes - c.not_written_bytes);
}

static void written(void **state)
{
	AUTO(vm_free_p) struct vm *vm = first_byte_is_1(65535);
	static const rlim_t limits[] = { 1000, 262163, 300007, 555555, MAX_BYTES };

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		write_limited(NULL, limits[i]);
		write_limited(vm, limits[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_a_file), cmocka_unit_test(filtered),
		cmocka_unit_test(odd_record),    cmocka_unit_test(cut_short),
		cmocka_unit_test(written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
