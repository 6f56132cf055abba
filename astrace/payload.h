// SPDX-License-Identifier: GPL-2.0-or-later
/* payload - what --diff sends: bytes of the user's, or a request that names a host as the filters
 * on the way read it (HTTP Host, TLS SNI, a DNS question, a QUIC Initial). Used by main and diff.
 */
#ifndef ASTRACE_PAYLOAD_H
#define ASTRACE_PAYLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

/* One packet has to hold it: what is cut in two is filtered otherwise. */
enum { PAYLOAD_MAX = 1200, PAYLOAD_NAME = 253 };

/* The kinds: "http:HOST", "tls:NAME", "dns:NAME", "quic:NAME", "text:BYTES", "hex:DIGITS",
 * "file:PATH". */
struct payload_kind {
	const char *word; /* with its colon */
	bool udp;	  /* unless the other is asked for */
	uint16_t port;	  /* unless another one is asked for */
	bool names;	  /* what follows is the name of a host */
};

/* The kind of 'spec', or NULL with 'e', which lists them. */
const struct payload_kind *payload_kind(const char *spec, struct err *e);

struct payload {
	const char *spec; /* as it was given; lent */
	bool udp;
	uint32_t n;
	uint8_t bytes[PAYLOAD_MAX];
};

/* Makes the bytes of 'spec' for UDP or TCP. Returns 0, or -errno with 'e'. */
int payload_make(const char *spec, bool udp, struct payload *ret, struct err *e) MUST_USE;

/* Makes what 'test' is compared with where no control was asked for: the same request for
 * example.com, or as many bytes of the letter x. 'text' is where its spec is kept. */
int payload_control(const struct payload *test, char text[32], struct payload *ret,
		    struct err *e) MUST_USE;

/* A TLS ClientHello (RFC 8446 section 4.1.2) with 'name' as SNI, without a record header; for QUIC
 * with its transport parameters (RFC 9000 section 18). 'w' fails if it has no room. */
void hello_write(struct wcur *w, const char *name, bool quic);

/* A client's Initial packet of QUIC version 1 (RFC 9001 section 5) of PAYLOAD_MAX bytes into 'out',
 * to connection 'dcid', with the 'n' bytes of handshake 'hello' in it. Returns 0, or -EMSGSIZE or
 * -EIO with 'e'. */
enum { QUIC_CID = 8 };
int quic_initial(const uint8_t dcid[QUIC_CID], const uint8_t *hello, uint32_t n,
		 uint8_t out[PAYLOAD_MAX], struct err *e) MUST_USE;

#endif
