// SPDX-License-Identifier: GPL-2.0-or-later
/* capwrite_test - what is written comes back from the reader the same, in every format and by every
 * way of writing; what cannot be written leaves whole records. */
#include "capfile_test.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

#include "pkt/capout.h"
#include "pkt/cfgfile.h"

enum { N_PACKETS = 400, DATA_BYTES = 9000 };

static uint8_t data[DATA_BYTES];

static struct pkt packet(int i)
{
	return (struct pkt){
		.data = data + i % 50,
		.cap_len = i % 7 == 0 ? 3000 + i : 14 + i,
		.len = 9000,
		.ts_ns = 1700000000123456000ll + i * 1000,
		.linktype = 1,
		.dir = i % 5,
		.hatype = 1,
		.protocol = 0x0800 + i,
		.ifindex = 3,
		.queue = UINT32_MAX,
		.ts_source = i & 1,
	};
}

static struct capwrite *start(int fd, const struct capwrite_opts *o)
{
	const struct pkt_iface iface = { .linktype = 1, .name = "eth0", .speed_bps = 1000000 };
	struct err e = { 0 };
	struct capwrite *w = NULL;

	if (capwrite_fdopen(fd, "out.pcap", o, &w, &e) < 0 || capwrite_iface(w, &iface, &e) < 0)
		fail_msg("%s", e.text);
	return w;
}

static void put_all(struct capwrite *w)
{
	struct err e = { 0 };
	struct pkt p;
	int i;

	for (i = 0; i < N_PACKETS; i++) {
		p = packet(i);
		if (capwrite_put(w, &p, 0, &e) < 0)
			fail_msg("%s", e.text);
	}
}

static void finish(struct capwrite *w)
{
	struct capwrite_counts c;
	struct err e = { 0 };

	if (capwrite_close(w, &c, &e) < 0)
		fail_msg("%s", e.text);
	assert_int_equal(c.not_written_packets, 0);
}

static struct capfile *reopen(int fd)
{
	struct capfile *f = NULL;
	struct err e = { 0 };

	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	if (capfile_fdopen(fd, "out.pcap", &f, &e) < 0)
		fail_msg("%s", e.text);
	return f;
}

static void check_one(const struct pkt *p, int i, enum capfmt format)
{
	struct pkt want = packet(i);

	assert_int_equal(p->cap_len, want.cap_len);
	assert_int_equal(p->len, want.len);
	assert_int_equal(p->ts_ns, want.ts_ns);
	assert_memory_equal(p->data, want.data, want.cap_len);
	if (format == CAPFMT_PCAP_US || format == CAPFMT_PCAP_NS)
		return;
	assert_int_equal(p->dir, want.dir);
	if (format == CAPFMT_PCAPNG)
		return;
	assert_int_equal(p->ifindex, want.ifindex);
	assert_int_equal(p->protocol, want.protocol);
	if (format == CAPFMT_PCAP_NETSNIFF) {
		assert_int_equal(p->hatype, want.hatype);
		assert_int_equal(p->ts_source, want.ts_source);
	}
}

static void round_trip(const struct capwrite_opts *o)
{
	struct capwrite_opts own = *o;
	int fd = memfd_create("out", 0), i;
	struct capwrite *w;
	struct capfile *f;
	struct pkt p;

	own.keep_open_fd = true;
	w = start(fd, &own);
	put_all(w);
	finish(w);
	f = reopen(fd);
	assert_int_equal(capfile_get_info(f)->format, o->format);
	assert_int_equal(capfile_get_info(f)->swapped, o->swapped);
	for (i = 0; i < N_PACKETS; i++) {
		assert_int_equal(capfile_next(f, &p, NULL), 1);
		check_one(&p, i, o->format);
	}
	assert_int_equal(capfile_next(f, &p, NULL), 0);
	capfile_close(f);
}

static void round_trips(void **state)
{
	struct capwrite_opts o = { 0 };
	int format, io, zip, swapped;

	(void)state;
	for (format = 0; format < CAPFMT_N; format++)
		for (swapped = 0; swapped < (format == CAPFMT_PCAPNG ? 1 : 2); swapped++)
			for (io = CAPWRITE_AUTO; io <= CAPWRITE_MMAP; io++)
				for (zip = CAPWRITE_STORED; zip <= CAPWRITE_GZIP; zip++) {
					o.format = format;
					o.swapped = swapped;
					o.io = io;
					o.zip = zip;
					o.stable = io == CAPWRITE_AUTO;
					round_trip(&o);
				}
}

/* Copies 'f', a file of one batch, into a new file in memory, and hands back its bytes. */
static size_t copy_bytes(struct capfile *f, const struct capwrite_opts *o, uint8_t *out,
			 size_t room)
{
	const struct capfile_info *info = capfile_get_info(f);
	int fd = memfd_create("copy", 0), r, i;
	struct capwrite_opts own = *o;
	struct capwrite *w = NULL;
	struct pkt p[16];
	uint32_t n = 0;
	ssize_t got;

	own.keep_open_fd = true;
	own.section.opts = info->shb_opts;
	own.section.opts_bytes = info->shb_opts_bytes;
	own.section.opts_swapped = info->shb_opts_swapped;
	assert_int_equal(capwrite_fdopen(fd, "copy", &own, &w, NULL), 0);
	while ((r = capfile_next_batch(f, p, 16, NULL)) > 0) {
		for (; n < info->n_ifaces; n++)
			assert_int_equal(capwrite_iface(w, capfile_iface(f, n), NULL), 0);
		for (i = 0; i < r; i++)
			assert_int_equal(capwrite_put(w, &p[i], p[i].iface, NULL), 0);
		assert_int_equal(capwrite_settle(w, NULL), 0);
	}
	assert_int_equal(r, 0);
	assert_int_equal(capwrite_close(w, NULL, NULL), 0);
	got = pread(fd, out, room, 0);
	close(fd);
	return got;
}

static void be_opt(struct wcur *w, uint16_t code, const void *value, uint16_t n)
{
	wcur_be16(w, code);
	wcur_be16(w, n);
	wcur_bytes(w, value, n);
	wcur_zero(w, -n & 3);
}

/* A big-endian file with options of all kinds is written again in little endian, and once more:
 * the second time every byte is the same. */
static void options_kept(void **state)
{
	uint8_t buf[512], once[1024], twice[1024];
	struct capwrite_opts o = { .format = CAPFMT_PCAPNG, .io = CAPWRITE_SG };
	struct wcur w = wcur_of(buf, sizeof(buf));
	struct capfile *f;
	struct pkt p;
	size_t n;

	(void)state;
	wcur_be32(&w, PCAPNG_SHB);
	wcur_be32(&w, 28 + 12);
	wcur_be32(&w, PCAPNG_BYTE_ORDER);
	wcur_be32(&w, 0x10000);
	wcur_be64(&w, UINT64_MAX);
	be_opt(&w, PCAPNG_SHB_APP, "maker", 5);
	wcur_be32(&w, 40);
	wcur_be32(&w, PCAPNG_IDB);
	wcur_be32(&w, 20 + 8 + 16 + 12 + 12);
	wcur_be32(&w, 1 << 16);
	wcur_be32(&w, 0);
	be_opt(&w, PCAPNG_IF_NAME, "eth0", 4);
	be_opt(&w, PCAPNG_IF_FILTER, "\0tcp or udp", 11);
	be_opt(&w, PCAPNG_IF_SPEED, "\0\0\0\0\0\0\0\x0a", 8);
	be_opt(&w, PCAPNG_OPT_CUSTOM_BIN, "\0\0\x7e\xd9pen", 7);
	wcur_be32(&w, 20 + 8 + 16 + 12 + 12);
	wcur_be32(&w, PCAPNG_EPB);
	wcur_be32(&w, 32 + 4 + 8 + 8 + 12 + 8 + 8);
	wcur_zero(&w, 12);
	wcur_be32(&w, 2);
	wcur_be32(&w, 60);
	wcur_bytes(&w, "ab\0\0", 4);
	be_opt(&w, PCAPNG_OPT_COMMENT, "note", 4);
	be_opt(&w, PCAPNG_EPB_FLAGS, "\0\0\0\x02", 4);
	be_opt(&w, PCAPNG_EPB_DROPCOUNT, "\0\0\0\0\0\0\0\x07", 8);
	be_opt(&w, PCAPNG_EPB_QUEUE, "\0\0\0\x05", 4);
	be_opt(&w, PCAPNG_OPT_CUSTOM_BIN_NOCOPY, "\0\0\x7e\xd9", 4);
	wcur_be32(&w, 32 + 4 + 8 + 8 + 12 + 8 + 8);
	assert_false(w.failed);
	f = open_bytes(buf, wcur_used(&w));
	n = copy_bytes(f, &o, once, sizeof(once));
	capfile_close(f);
	f = open_bytes(once, n);
	assert_int_equal(copy_bytes(f, &o, twice, sizeof(twice)), n);
	assert_memory_equal(once, twice, n);
	capfile_close(f);
	f = open_bytes(once, n);
	assert_int_equal(capfile_next(f, &p, NULL), 1);
	assert_int_equal(p.drops, 7);
	assert_int_equal(p.queue, 5);
	assert_int_equal(p.flags, 2);
	assert_non_null(memmem(p.opts, p.opts_bytes, "note", 4));
	assert_null(memmem(p.opts, p.opts_bytes, "\xd9\x7e", 2));
	assert_string_equal(capfile_iface(f, 0)->name, "eth0");
	assert_string_equal(capfile_iface(f, 0)->filter, "tcp or udp");
	assert_int_equal(capfile_iface(f, 0)->speed_bps, 10);
	assert_non_null(memmem(once, n, "\xd9\x7e\0\0pen", 7));
	assert_non_null(memmem(once, n, "maker", 5));
	capfile_close(f);
}

static void tag_put_back(void **state)
{
	struct capwrite_opts o = { .keep_open_fd = true };
	struct pkt p = packet(1), q;
	struct capfile *f;
	struct capwrite *w;
	int fd, format;

	(void)state;
	p.vlan_tpid = 0x8100;
	p.vlan_tci = 0x2005;
	for (format = 0; format < CAPFMT_N; format++) {
		o.format = format;
		o.io = format % 2 ? CAPWRITE_SG : CAPWRITE_PLAIN;
		fd = memfd_create("out", 0);
		w = start(fd, &o);
		assert_int_equal(capwrite_put(w, &p, 0, NULL), 0);
		finish(w);
		f = reopen(fd);
		assert_int_equal(capfile_next(f, &q, NULL), 1);
		assert_int_equal(q.cap_len, p.cap_len + 4);
		assert_int_equal(q.len, p.len + 4);
		assert_memory_equal(q.data, p.data, 12);
		assert_memory_equal(q.data + 12, "\x81\0\x20\x05", 4);
		assert_memory_equal(q.data + 16, p.data + 12, p.cap_len - 12);
		capfile_close(f);
	}
}

static void one_link_type(void **state)
{
	struct capwrite *w = start(memfd_create("out", 0), &(struct capwrite_opts){ 0 });
	const struct pkt_iface other = { .linktype = 101 };
	struct err e = { 0 };
	struct pkt p = packet(1);

	(void)state;
	assert_int_equal(capwrite_iface(w, &other, &e), -EINVAL);
	assert_non_null(strstr(e.text, "out.pcap: pcap holds one link type only"));
	assert_int_equal(capwrite_put(w, &p, 1, &e), -EINVAL);
	finish(w);
}

/* A file that may not grow: what is in it are whole records, and the rest is counted. */
static void no_room_by(const struct capwrite_opts *opts, rlim_t limit)
{
	struct rlimit old, low = { limit, RLIM_INFINITY };
	struct capwrite_opts o = *opts;
	struct capwrite_counts c;
	struct err e = { 0 };
	struct capwrite *w;
	struct capfile *f;
	struct pkt p;
	FILE *tmp = tmpfile();
	int fd, r, i;

	assert_non_null(tmp);
	fd = dup(fileno(tmp));
	fclose(tmp);
	o.keep_open_fd = true;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	w = start(fd, &o);
	low.rlim_max = old.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
	for (i = 0, r = 0; i < 20000; i++) {
		p = packet(i % N_PACKETS);
		r |= capwrite_put(w, &p, 0, &e);
	}
	r |= capwrite_close(w, &c, &e);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_true(r < 0);
	assert_non_null(strstr(e.text, "write out.pcap at offset"));
	assert_int_equal(c.packets, 20000);
	assert_true(c.not_written_packets > 0 && c.not_written_packets <= 20000);
	f = reopen(fd);
	for (i = 0; (r = capfile_next(f, &p, &e)) == 1; i++)
		;
	if (r < 0)
		fail_msg("%s", e.text);
	assert_int_equal(i, c.packets - c.not_written_packets);
	capfile_close(f);
}

static void no_room(enum capfmt format, enum capwrite_io io, enum capwrite_zip zip, rlim_t limit)
{
	const struct capwrite_opts o = { .format = format, .io = io, .zip = zip };

	no_room_by(&o, limit);
}

/* With a thread: in its first, a later, and the last batch, which is not its. */
static void full_disk_threaded(void **state)
{
	static const rlim_t limits[] = { 1000, 700001, 1234567, 5000003, 10 << 20, 13100003 };
	struct capwrite_opts o = { .threaded = true };
	size_t i;

	(void)state;
	for (i = 0; i < 3 * ARRAY_SIZE(limits); i++) {
		o.format = i % 3 == 2 ? CAPFMT_PCAPNG : CAPFMT_PCAP_US;
		o.io = i % 3 == 1 ? CAPWRITE_SG : CAPWRITE_PLAIN;
		o.stable = i % 3 == 1;
		no_room_by(&o, limits[i / 3]);
	}
}

static void full_disk(void **state)
{
	(void)state;
	no_room(CAPFMT_PCAP_US, CAPWRITE_PLAIN, CAPWRITE_STORED, 1234567);
	no_room(CAPFMT_PCAP_US, CAPWRITE_SG, CAPWRITE_STORED, 1234567);
	no_room(CAPFMT_PCAPNG, CAPWRITE_PLAIN, CAPWRITE_STORED, 3000001);
	no_room(CAPFMT_PCAPNG, CAPWRITE_MMAP, CAPWRITE_STORED, 3 << 20);
	no_room(CAPFMT_PCAP_NS, CAPWRITE_AUTO, CAPWRITE_GZIP, 200000);
}

/* Bytes are in the pipe when the time for it has come, at once if asked, and a closed pipe is an
 * error. */
static void pipes(void **state)
{
	struct capwrite_opts o = { .format = CAPFMT_PCAPNG };
	struct err e = { 0 };
	struct pkt p = packet(1);
	struct capwrite *w;
	uint8_t buf[4096];
	int fds[2];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
	w = start(fds[1], &o);
	assert_int_equal(capwrite_put(w, &p, 0, &e), 0);
	assert_int_equal(read(fds[0], buf, sizeof(buf)), -1);
	assert_int_equal(capwrite_due_ns(w), 0);
	assert_int_equal(capwrite_tick(w, 1000, &e), 0);
	assert_true(capwrite_due_ns(w) <= 1000 + 100000000);
	assert_int_equal(capwrite_tick(w, capwrite_due_ns(w), &e), 0);
	assert_true(read(fds[0], buf, sizeof(buf)) > 28);
	assert_true(capwrite_due_ns(w) == INT64_MAX);
	close(fds[0]);
	assert_int_equal(capwrite_put(w, &p, 0, &e), 0);
	assert_int_equal(capwrite_flush(w, &e), -EPIPE);
	assert_int_equal(capwrite_close(w, NULL, &e), -EPIPE);
	assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
	o.flush_each = true;
	w = start(fds[1], &o);
	assert_true(read(fds[0], buf, sizeof(buf)) > 28);
	assert_int_equal(capwrite_put(w, &p, 0, &e), 0);
	assert_int_equal(read(fds[0], buf, sizeof(buf)), ALIGN_UP(p.cap_len, 4) + 44);
	finish(w);
	close(fds[0]);
}

static void script(void **state)
{
	static const char want[] = "{\n  0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, "
				   "0x08, 0x09,\n  0x0a, 0x0b, 0x81, 0x00, 0x00, 0x07, 0x0c, 0x0d,\n}\n\n";
	struct pkt p = { .data = data, .cap_len = 14, .linktype = 1, .vlan_tpid = 0x8100 };
	int fd = memfd_create("cfg", 0);
	struct cfgfile *c = NULL;
	char got[256] = { 0 };

	(void)state;
	p.vlan_tci = 7;
	assert_int_equal(cfgfile_fdopen(dup(fd), "x.cfg", CAPWRITE_STORED, &c, NULL), 0);
	assert_int_equal(cfgfile_put(c, &p, NULL), 0);
	p.cap_len = 0;
	assert_int_equal(cfgfile_put(c, &p, NULL), 0);
	assert_int_equal(cfgfile_n_empty(c), 1);
	assert_int_equal(cfgfile_close(c, NULL, NULL, NULL), 0);
	assert_true(pread(fd, got, sizeof(got) - 1, 0) > 0);
	assert_string_equal(got, want);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trips), cmocka_unit_test(options_kept),
		cmocka_unit_test(tag_put_back), cmocka_unit_test(one_link_type),
		cmocka_unit_test(full_disk),   cmocka_unit_test(pipes),
		cmocka_unit_test(script),     cmocka_unit_test(full_disk_threaded),
	};
	size_t i;

	for (i = 0; i < sizeof(data); i++)
		data[i] = i;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
