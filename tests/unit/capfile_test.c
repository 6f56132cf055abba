// SPDX-License-Identifier: GPL-2.0-or-later
/* capfile_test - the reader on files made by hand: formats, orders, sections, damage. */
#include "capfile_test.h"

#include <zlib.h>
#include <zstd.h>

#include "pkt/pcapng_enc.h"

static const uint8_t frame[20] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 8, 0, 0x45 };

/* Integers of a file of either byte order. */
static void w16(struct wcur *w, bool be, uint16_t v)
{
	be ? wcur_be16(w, v) : wcur_le16(w, v);
}

static void w32(struct wcur *w, bool be, uint32_t v)
{
	be ? wcur_be32(w, v) : wcur_le32(w, v);
}

static void w64(struct wcur *w, bool be, uint64_t v)
{
	be ? wcur_be64(w, v) : wcur_le64(w, v);
}

static void pcap_head(struct wcur *w, bool be, uint32_t magic, unsigned int minor, uint32_t lt)
{
	w32(w, be, magic);
	w16(w, be, 2);
	w16(w, be, minor);
	w64(w, be, 0);
	w32(w, be, 65535);
	w32(w, be, lt);
}

static void record(struct wcur *w, bool be, uint32_t cap_len, uint32_t len)
{
	w32(w, be, 1000);
	w32(w, be, 7);
	w32(w, be, cap_len);
	w32(w, be, len);
	wcur_bytes(w, frame, sizeof(frame));
}

static size_t begin(struct wcur *w, bool be, uint32_t type)
{
	size_t start = wcur_used(w);

	w32(w, be, type);
	w32(w, be, 0);
	return start;
}

static void end(struct wcur *w, bool be, size_t start)
{
	uint32_t n = wcur_used(w) + 4 - start;
	struct wcur at = wcur_of(w->start + start + 4, 4);

	w32(w, be, n);
	w32(&at, be, n);
}

static void shb(struct wcur *w, bool be)
{
	size_t s = begin(w, be, PCAPNG_SHB);

	w32(w, be, PCAPNG_BYTE_ORDER);
	w16(w, be, 1);
	w16(w, be, 0);
	w64(w, be, UINT64_MAX);
	end(w, be, s);
}

static void idb(struct wcur *w, bool be, uint16_t lt, uint32_t snaplen, int tsresol, int64_t off)
{
	size_t s = begin(w, be, PCAPNG_IDB);

	w16(w, be, lt);
	w16(w, be, 0);
	w32(w, be, snaplen);
	if (tsresol >= 0) {
		w16(w, be, PCAPNG_IF_TSRESOL);
		w16(w, be, 1);
		wcur_u8(w, tsresol);
		wcur_zero(w, 3);
	}
	if (off) {
		w16(w, be, PCAPNG_IF_TSOFFSET);
		w16(w, be, 8);
		w64(w, be, (uint64_t)off);
	}
	w32(w, be, 0);
	end(w, be, s);
}

static void epb(struct wcur *w, bool be, uint32_t iface, uint64_t ts, bool with_opts)
{
	size_t s = begin(w, be, PCAPNG_EPB);

	w32(w, be, iface);
	w32(w, be, ts >> 32);
	w32(w, be, (uint32_t)ts);
	w32(w, be, sizeof(frame));
	w32(w, be, 60);
	wcur_bytes(w, frame, sizeof(frame));
	if (with_opts) {
		w16(w, be, PCAPNG_EPB_FLAGS);
		w16(w, be, 4);
		w32(w, be, 2);
		w16(w, be, PCAPNG_EPB_DROPCOUNT);
		w16(w, be, 8);
		w64(w, be, 99);
		w32(w, be, 0);
	}
	end(w, be, s);
}

static void spb(struct wcur *w, bool be)
{
	size_t s = begin(w, be, PCAPNG_SPB);

	w32(w, be, 60);
	wcur_bytes(w, frame, sizeof(frame));
	end(w, be, s);
}

static void pb(struct wcur *w, bool be, uint16_t iface)
{
	size_t s = begin(w, be, PCAPNG_PB);

	w16(w, be, iface);
	w16(w, be, 5);
	w64(w, be, 0);
	w32(w, be, sizeof(frame));
	w32(w, be, 60);
	wcur_bytes(w, frame, sizeof(frame));
	end(w, be, s);
}

static void old_versions(void **state)
{
	uint8_t buf[256];
	struct capfile *f;
	unsigned int minor;
	struct pkt p;

	(void)state;
	for (minor = 2; minor <= 4; minor++) {
		struct wcur w = wcur_of(buf, sizeof(buf));

		pcap_head(&w, false, 0xa1b2c3d4, minor, 0x24000001);
		record(&w, false, minor < 4 ? 60 : 20, minor < 4 ? 20 : 60);
		f = open_bytes(buf, wcur_used(&w));
		assert_int_equal(capfile_get_info(f)->fcs_bytes, 4);
		assert_int_equal(capfile_next(f, &p, NULL), 1);
		assert_int_equal(p.cap_len, 20);
		assert_int_equal(p.len, 60);
		assert_int_equal(p.linktype, 1);
		assert_int_equal(p.ts_ns, 1000000007000);
		assert_memory_equal(p.data, frame, 20);
		assert_int_equal(capfile_next(f, &p, NULL), 0);
		capfile_close(f);
	}
}

/* Two sections, the second of the other byte order, with interfaces of different kinds. */
static void mixed_sections(void **state)
{
	static const int64_t want_ts[] = { 5000, 7, -4999999993, 5000, 0, 0 };
	static const uint16_t want_lt[] = { 1, 101, 1, 113, 113, 113 };
	static const uint32_t want_if[] = { 0, 1, 2, 3, 3, 3 };
	uint8_t buf[2048];
	struct wcur w = wcur_of(buf, sizeof(buf));
	struct capfile *f;
	struct pkt p;
	int i;

	(void)state;
	shb(&w, false);
	idb(&w, false, 1, 96, -1, 0);
	idb(&w, false, 101, 0, 9, 0);
	epb(&w, false, 0, 5, true);
	epb(&w, false, 1, 7, false);
	shb(&w, true);
	idb(&w, true, 1, 0, 9, -5);
	idb(&w, true, 113, 0, -1, 0);
	epb(&w, true, 0, 7, true);
	epb(&w, true, 1, 5, false);
	pb(&w, true, 1);
	shb(&w, false);
	idb(&w, false, 113, 10, 6, 0);
	spb(&w, false);
	f = open_bytes(buf, wcur_used(&w));
	for (i = 0; i < 6; i++) {
		assert_int_equal(capfile_next(f, &p, NULL), 1);
		if (i < 5) {
			assert_int_equal(p.iface, want_if[i]);
			assert_int_equal(p.cap_len, 20);
			assert_memory_equal(p.data, frame, 20);
		}
		assert_int_equal(p.ts_ns, want_ts[i]);
		assert_int_equal(p.linktype, want_lt[i]);
		assert_int_equal(p.drops, i == 4 ? 5 : i == 0 || i == 2 ? 99 : 0);
		assert_int_equal(p.dir, i == 0 || i == 2 ? PKT_DIR_OUTGOING : PKT_DIR_UNKNOWN);
	}
	assert_int_equal(p.cap_len, 10);
	assert_int_equal(p.len, 60);
	assert_int_equal(capfile_next(f, &p, NULL), 0);
	assert_int_equal(capfile_get_info(f)->n_ifaces, 5);
	assert_int_equal(capfile_get_info(f)->n_sections, 3);
	capfile_close(f);
}

static void resolutions(void **state)
{
	static const struct {
		int tsresol;
		uint64_t ts;
		int64_t want;
	} rows[] = {
		{ 0, 3, 3000000000 },      { 3, 3, 3000000 },    { 12, 5000, 5 },
		{ 0x80, 2, 2000000000 },   { 0x81, 3, 1500000000 }, { 0xa0, 1ull << 31, 500000000 },
		{ 0xc0, 1ull << 63, 500000000 }, { 28, UINT64_MAX, 1 }, { 127, UINT64_MAX, 0 },
		{ 0, UINT64_MAX, INT64_MAX },
	};
	uint8_t buf[512];
	struct capfile *f;
	struct pkt p;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct wcur w = wcur_of(buf, sizeof(buf));

		shb(&w, false);
		idb(&w, false, 1, 0, rows[i].tsresol, 0);
		epb(&w, false, 0, rows[i].ts, false);
		f = open_bytes(buf, wcur_used(&w));
		assert_int_equal(capfile_next(f, &p, NULL), 1);
		assert_int_equal(p.ts_ns, rows[i].want);
		capfile_close(f);
	}
}

/* A file put together from many sections with the same interface has that interface once. */
static void same_interface_again(void **state)
{
	static uint8_t buf[16000];
	struct wcur w = wcur_of(buf, sizeof(buf));
	struct capfile *f;
	struct pkt p;
	int i;

	(void)state;
	for (i = 0; i < 100; i++) {
		shb(&w, false);
		idb(&w, false, 1, 0, 9, 0);
		epb(&w, false, 0, i, false);
	}
	f = open_bytes(buf, wcur_used(&w));
	for (i = 0; i < 100; i++)
		assert_int_equal(capfile_next(f, &p, NULL), 1);
	assert_int_equal(capfile_get_info(f)->n_ifaces, 1);
	capfile_close(f);
}

static void damaged_pcap(void **state)
{
	uint8_t buf[256];
	struct wcur w = wcur_of(buf, sizeof(buf));
	size_t one;

	(void)state;
	assert_int_equal(count_until("", 0, ENODATA, "t.pcap: at offset 0: the file is empty"), 0);
	assert_int_equal(count_until("ab", 2, ENODATA, "offset 2"), 0);
	assert_int_equal(count_until("not a capture file at all", 25, EBADMSG, "at offset 0"), 0);
	pcap_head(&w, false, 0xa1b2c3d4, 4, 1);
	assert_int_equal(count_until(buf, 10, ENODATA, "file header"), 0);
	assert_int_equal(count_until(buf, 24, 0, ""), 0);
	record(&w, false, 20, 20);
	one = wcur_used(&w);
	assert_int_equal(count_until(buf, one - 1, ENODATA, "at offset 24"), 0);
	assert_int_equal(count_until(buf, one + 3, ENODATA, "at offset 60"), 1);
	record(&w, false, 0x7fffffff, 20);
	assert_int_equal(count_until(buf, wcur_used(&w), EBADMSG, "at offset 60: packet of"), 1);
	put_le32(buf + one + 8, 5000);
	assert_int_equal(count_until(buf, wcur_used(&w), ENODATA, "at offset 60: cut short"), 1);
	put_le32(buf + 20, 0x10000);
	assert_int_equal(count_until(buf, one, EBADMSG, "at offset 20: link type"), 0);
	put_le16(buf + 4, 3);
	assert_int_equal(count_until(buf, one, EBADMSG, "at offset 4: pcap version 3.4"), 0);
}

/* Each row damages one word of a file of a section, an interface and two packets. */
static void damaged_pcapng(void **state)
{
	static const struct {
		size_t at;
		uint32_t v;
		int code, packets;
		const char *text;
	} rows[] = {
		{ 4, 8, EBADMSG, 0, "at offset 0: block of type" },
		{ 8, 1, EBADMSG, 0, "at offset 0: section header with byte order" },
		{ 12, 2, EBADMSG, 0, "at offset 0: section of pcapng version 2" },
		{ 28 + 4, 0x7ffffff0, EBADMSG, 0, "at offset 28: block of type 0x1" },
		{ 60 + 4, 51, EBADMSG, 0, "at offset 60: block of type 0x6" },
		{ 60 + 4, 0x10000000, EBADMSG, 0, "at offset 60: packet block of 268435456" },
		{ 60 + 4, 0x100000, ENODATA, 0, "at offset 60: cut short" },
		{ 60 + 8, 1, EBADMSG, 0, "at offset 60: packet of interface 1" },
		{ 112 + 20, 21, EBADMSG, 1, "at offset 112: packet of 21 bytes" },
		{ 112 + 48, 48, EBADMSG, 1, "at offset 112: block of 52 bytes that ends" },
		{ 112, 77, 0, 1, "" },
	};
	uint8_t buf[512], bad[512];
	struct wcur w = wcur_of(buf, sizeof(buf));
	size_t i, n;

	(void)state;
	shb(&w, false);
	idb(&w, false, 1, 0, 9, 0);
	epb(&w, false, 0, 1, false);
	epb(&w, false, 0, 2, false);
	n = wcur_used(&w);
	assert_int_equal(n, 164);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		memcpy(bad, buf, n);
		put_le32(bad + rows[i].at, rows[i].v);
		assert_int_equal(count_until(bad, n, rows[i].code, rows[i].text), rows[i].packets);
	}
	assert_int_equal(count_until(buf, n - 1, ENODATA, "at offset 112: cut short"), 1);
	assert_int_equal(count_until(buf, n - 47, ENODATA, "at offset 112: cut short"), 1);
	memset(bad, 0, sizeof(bad));
	memcpy(bad, buf, n);
	assert_int_equal(count_until(bad, n + 5, ENODATA, "at offset 164: cut short"), 2);
	bad[112] = 77; /* a block that nobody looks at */
	assert_int_equal(count_until(bad, n - 1, ENODATA, "cut short"), 1);
}

static size_t gz_of(const void *data, size_t n, uint8_t *out, size_t room)
{
	z_stream z = { 0 };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (uint8_t *)data;
	z.avail_in = n;
	z.next_out = out;
	z.avail_out = room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return room - z.avail_out;
}

/* Two members or frames behind each other, a skippable one between, and damage in the second. */
static void compressed(void **state)
{
	static const uint8_t skip[] = { 0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c' };
	uint8_t buf[256], z[1024];
	struct wcur w = wcur_of(buf, sizeof(buf));
	size_t half, n, a;

	(void)state;
	pcap_head(&w, true, 0xa1b23c4d, 4, 1);
	record(&w, true, 20, 20);
	half = wcur_used(&w);
	record(&w, true, 20, 20);
	n = gz_of(buf, half, z, sizeof(z));
	n += gz_of(buf + half, wcur_used(&w) - half, z + n, sizeof(z) - n);
	assert_int_equal(count_until(z, n, 0, ""), 2);
	assert_int_equal(count_until(z, n - 9, ENODATA, "cut short"), 2);
	z[n - 7] ^= 1; /* checksum */
	assert_int_equal(count_until(z, n, EBADMSG, "damaged gzip data"), 2);
	a = ZSTD_compress(z, sizeof(z), buf, half, 3);
	memcpy(z + a, skip, sizeof(skip));
	a += sizeof(skip);
	n = a + ZSTD_compress(z + a, sizeof(z) - a, buf + half, wcur_used(&w) - half, 3);
	assert_int_equal(count_until(z, n, 0, ""), 2);
	assert_int_equal(count_until(z, n - 1, ENODATA, "cut short"), 1);
	z[a] = 0;
	assert_int_equal(count_until(z, n, EBADMSG, "damaged zstd data"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(old_versions),   cmocka_unit_test(mixed_sections),
		cmocka_unit_test(resolutions),    cmocka_unit_test(same_interface_again),
		cmocka_unit_test(damaged_pcap),   cmocka_unit_test(damaged_pcapng),
		cmocka_unit_test(compressed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
