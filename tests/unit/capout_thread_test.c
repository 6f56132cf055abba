// SPDX-License-Identifier: GPL-2.0-or-later
/* capout_thread_test - a file written by the thread is the file written without it, whatever lies
 * between its batches; and no thread is started for one CPU, or for bytes that are lent. */
#include "capfile_test.h"

#include "pkt/capwrite_priv.h"
#include "sys/cpu.h"

enum { N_PACKETS = 30000, DATA_BYTES = 3 << 20, GIANT_EACH = 9000 };

static uint8_t data[DATA_BYTES];

/* Some are longer than a batch's pool, and few lie one behind the other. */
static struct pkt packet(int i)
{
	return (struct pkt){
		.data = data + i % 50,
		.cap_len = i % GIANT_EACH == 100 ? 2500000 : i % 100 == 0 ? 3000 : 14 + i % 400,
		.len = DATA_BYTES,
		.ts_ns = 1700000000123456000ll + i * 1000,
		.linktype = 1,
		.queue = UINT32_MAX,
	};
}

/* Writes all packets to 'fd'. Returns whether a thread did some of it. */
static bool write_all(int fd, const struct capwrite_opts *opts)
{
	const struct pkt_iface iface = { .linktype = 1, .name = "eth0" };
	struct capwrite_opts o = *opts;
	struct capwrite_counts c;
	struct capwrite *w = NULL;
	struct err e = { 0 };
	bool threaded;
	struct pkt p;
	int i;

	o.keep_open_fd = true;
	assert_int_equal(capwrite_fdopen(fd, "out.pcap", &o, &w, &e), 0);
	assert_int_equal(capwrite_iface(w, &iface, &e), 0);
	for (i = 0; i < N_PACKETS; i++) {
		p = packet(i);
		assert_int_equal(capwrite_put(w, &p, 0, &e), 0);
		if (i % 7001 != 7000)
			continue;
		assert_int_equal(capwrite_flush(w, &e), 0);
		capwrite_get_counts(w, &c);
		assert_int_equal(c.file_bytes, lseek(fd, 0, SEEK_CUR));
	}
	threaded = w->out.thread;
	assert_int_equal(capwrite_close(w, &c, &e), 0);
	assert_int_equal(c.packets, N_PACKETS);
	assert_int_equal(c.not_written_packets, 0);
	assert_int_equal(c.file_bytes, lseek(fd, 0, SEEK_CUR));
	return threaded;
}

static void assert_same(int a, int b)
{
	static uint8_t x[1 << 16], y[1 << 16];
	off_t at = 0;
	ssize_t n;

	do {
		n = pread(a, x, sizeof(x), at);
		assert_true(n >= 0);
		assert_int_equal(pread(b, y, sizeof(y), at), n);
		assert_memory_equal(x, y, n);
		at += n;
	} while (n > 0);
}

static void same_file(void **state)
{
	struct capwrite_opts o = { 0 };
	struct cpus allowed;
	int a, b, io;

	(void)state;
	assert_int_equal(cpu_allowed(&allowed, NULL), 0);
	for (io = 0; io < 4; io++) {
		o = (struct capwrite_opts){
			.format = io == 3 ? CAPFMT_PCAPNG : CAPFMT_PCAP_US,
			.io = io == 1 ? CAPWRITE_PLAIN : io == 2 ? CAPWRITE_SG : CAPWRITE_AUTO,
			.stable = io != 1,
		};
		a = memfd_create("a", 0);
		b = memfd_create("b", 0);
		assert_false(write_all(a, &o));
		o.threaded = true;
		assert_int_equal(write_all(b, &o), cpus_count(&allowed) > 1);
		assert_same(a, b);
		close(a);
		close(b);
	}
}

/* Bytes that are lent for a while, one CPU: all is done by the caller. */
static void no_thread(void **state)
{
	struct capwrite_opts o = { .io = CAPWRITE_SG, .threaded = true };
	int fd = memfd_create("a", 0), cpu;
	struct cpus allowed;

	(void)state;
	assert_false(write_all(fd, &o));
	close(fd);
	assert_int_equal(cpu_allowed(&allowed, NULL), 0);
	cpu = cpus_next(&allowed, 0);
	assert_int_equal(cpu_pin(cpu, NULL), 0);
	fd = memfd_create("a", 0);
	o.stable = true;
	assert_false(write_all(fd, &o));
	close(fd);
	assert_int_equal(cpu_pin_set(&allowed, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(same_file),
					    cmocka_unit_test(no_thread) };
	size_t i;

	for (i = 0; i < sizeof(data); i++)
		data[i] = i * 7 + (i >> 11);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
