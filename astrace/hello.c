// SPDX-License-Identifier: GPL-2.0-or-later
/* hello - the TLS ClientHello of payload.h, as browsers send it in what filters look at.
 * Source: RFC 8446 section 4, RFC 6066 section 3, RFC 9000 section 18. */
#include <sys/random.h>

#include "payload.h"

/* Steps over a length of 'n' bytes, to be filled by end_length(). */
static uint8_t *begin_length(struct wcur *w, unsigned int n)
{
	return wcur_room(w, n);
}

static void end_length(const struct wcur *w, uint8_t *at, unsigned int n)
{
	size_t len;

	if (w->failed)
		return;
	len = w->p - at - n;
	for (unsigned int i = 0; i < n; i++)
		at[i] = len >> 8 * (n - 1 - i);
}

static void random_bytes(struct wcur *w, unsigned int n)
{
	uint8_t *p = wcur_room(w, n);

	/* up to 256 bytes come whole; what they are decides nothing */
	if (p && getrandom(p, n, 0) != (ssize_t)n)
		w->failed = true;
}

static void extension(struct wcur *w, uint16_t type, const void *data, uint16_t n)
{
	wcur_be16(w, type);
	wcur_be16(w, n);
	wcur_bytes(w, data, n);
}

static void server_name(struct wcur *w, const char *name)
{
	uint16_t n = strlen(name);

	wcur_be16(w, 0);
	wcur_be16(w, n + 5);
	wcur_be16(w, n + 3);
	wcur_u8(w, 0); /* host_name */
	wcur_be16(w, n);
	wcur_bytes(w, name, n);
}

static void key_share(struct wcur *w)
{
	wcur_be16(w, 51);
	wcur_be16(w, 38);
	wcur_be16(w, 36);
	wcur_be16(w, 29); /* x25519: any 32 bytes are a key */
	wcur_be16(w, 32);
	random_bytes(w, 32);
}

static void extensions(struct wcur *w, const char *name, bool quic)
{
	static const uint8_t
		groups[] = { 0, 4, 0, 29, 0, 23 },
		points[] = { 1, 0 }, signatures[] = { 0, 12, 4, 3, 8, 4, 4, 1, 5, 3, 8, 5, 8, 6 },
		versions[] = { 4, 3, 4, 3, 3 }, versions13[] = { 2, 3, 4 }, modes[] = { 1, 1 },
		http[] = { 0, 12, 2, 'h', '2', 8, 'h', 't', 't', 'p', '/', '1', '.', '1' },
		h3[] = { 0, 3, 2, 'h', '3' },
		/* idle timeout, data and streams allowed, our connection's (empty) name */
		params[] = { 1,	   4,	 0x80, 0,    0x75, 0x30, 4,    4,    0x80, 0x10,
			     0,	   0,	 5,    4,    0x80, 0x10, 0,    0,    6,	   4,
			     0x80, 0x10, 0,    0,    7,	   4,	 0x80, 0x10, 0,	   0,
			     8,	   2,	 0x40, 0x64, 9,	   2,	 0x40, 0x64, 15,   0 };

	server_name(w, name);
	extension(w, 10, groups, sizeof(groups));
	if (!quic)
		extension(w, 11, points, sizeof(points));
	extension(w, 13, signatures, sizeof(signatures));
	if (quic)
		extension(w, 16, h3, sizeof(h3));
	else
		extension(w, 16, http, sizeof(http));
	if (quic)
		extension(w, 43, versions13, sizeof(versions13));
	else
		extension(w, 43, versions, sizeof(versions));
	extension(w, 45, modes, sizeof(modes));
	key_share(w);
	if (quic)
		extension(w, 57, params, sizeof(params));
}

void hello_write(struct wcur *w, const char *name, bool quic)
{
	static const uint8_t suites13[] = { 0, 6, 0x13, 1, 0x13, 2, 0x13, 3 },
			     suites[] = { 0,	14,   0x13, 1,	  0x13, 2,    0x13, 3,
					  0xc0, 0x2b, 0xc0, 0x2f, 0xc0, 0x2c, 0xc0, 0x30 };
	uint8_t *body, *ext;

	wcur_u8(w, 1); /* client_hello */
	body = begin_length(w, 3);
	wcur_be16(w, 0x0303);
	random_bytes(w, 32);
	/* the session of TLS 1.2 that boxes expect; QUIC has none (RFC 9001 section 8.4) */
	wcur_u8(w, quic ? 0 : 32);
	random_bytes(w, quic ? 0 : 32);
	if (quic)
		wcur_bytes(w, suites13, sizeof(suites13));
	else
		wcur_bytes(w, suites, sizeof(suites));
	wcur_be16(w, 0x0100); /* one method of compression: none */
	ext = begin_length(w, 2);
	extensions(w, name, quic);
	end_length(w, ext, 2);
	end_length(w, body, 3);
}
