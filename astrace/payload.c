// SPDX-License-Identifier: GPL-2.0-or-later
/* payload - see payload.h. */
#include "payload.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/str.h"
#include "sys/fd.h"

static const struct payload_kind kinds[] = {
	{ "http:", false, 80, true },  { "tls:", false, 443, true },  { "dns:", true, 53, true },
	{ "quic:", true, 443, true },  { "text:", false, 80, false }, { "hex:", false, 80, false },
	{ "file:", false, 80, false },
};

enum kind { KIND_HTTP, KIND_TLS, KIND_DNS, KIND_QUIC, KIND_TEXT, KIND_HEX, KIND_FILE };

const struct payload_kind *payload_kind(const char *spec, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (str_starts(spec, kinds[i].word))
			return &kinds[i];
	err_set(e, EINVAL,
		"\"%s\" is no payload: http:HOST, tls:NAME, dns:NAME, quic:NAME, text:BYTES, "
		"hex:DIGITS or file:PATH",
		spec);
	return NULL;
}

static void http(struct wcur *w, const char *host)
{
	char text[PAYLOAD_NAME + 128];
	int n = snprintf(
		text, sizeof(text),
		"GET / HTTP/1.1\r\nHost: %s\r\nUser-Agent: curl/8.0\r\nAccept: */*\r\n\r\n", host);

	wcur_bytes(w, text, n);
}

/* Content type and version of the record, then the hello. */
static void tls(struct wcur *w, const char *name)
{
	uint8_t *head;

	wcur_bytes(w, (uint8_t[]){ 22, 3, 1 }, 3);
	head = wcur_room(w, 2);
	hello_write(w, name, false);
	if (!w->failed)
		put_be16(head, w->p - head - 2);
}

static int labels(struct wcur *w, const char *name, struct err *e)
{
	for (const char *p = name; *p;) {
		size_t n = strcspn(p, ".");

		if (!n || n > 63)
			return err_set(e, EINVAL, "%s is not a name for DNS", name);
		wcur_u8(w, n);
		wcur_bytes(w, p, n);
		p += n + (p[n] == '.');
	}
	wcur_u8(w, 0);
	return 0;
}

/* A question for the address (RFC 1035 section 4), recursion desired. */
static int dns(struct wcur *w, const char *name, bool udp, struct err *e)
{
	uint8_t *length = udp ? NULL : wcur_room(w, 2), id[2];
	int rc;

	if (getrandom(id, sizeof(id), 0) != sizeof(id))
		return err_sys(e, errno, "random numbers");
	wcur_bytes(w, id, 2);
	wcur_bytes(w, (uint8_t[]){ 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 }, 10);
	rc = labels(w, name, e);
	wcur_be16(w, 1);
	wcur_be16(w, 1);
	if (length && !w->failed)
		put_be16(length, w->p - length - 2);
	return rc;
}

static int quic(struct wcur *w, const char *name, struct err *e)
{
	uint8_t hello[PAYLOAD_MAX], dcid[QUIC_CID], *out;
	struct wcur h = wcur_of(hello, sizeof(hello));

	if (getrandom(dcid, sizeof(dcid), 0) != sizeof(dcid))
		return err_sys(e, errno, "random numbers");
	hello_write(&h, name, true);
	out = wcur_room(w, PAYLOAD_MAX);
	return quic_initial(dcid, hello, wcur_used(&h), out, e);
}

static int hex(struct wcur *w, const char *digits, struct err *e)
{
	unsigned int byte;
	int used;

	for (; *digits; digits += used) {
		used = 0;
		if (!isxdigit((unsigned char)*digits) ||
		    sscanf(digits, "%2x%n", &byte, &used) != 1 || used != 2)
			return err_set(e, EINVAL, "hex: two digits a byte, without blanks");
		wcur_u8(w, byte);
	}
	return 0;
}

static int file(struct wcur *w, const char *path, struct err *e)
{
	AUTO(close_p) int fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO(str_free) struct str text = { 0 };
	int rc;

	if (fd < 0)
		return err_sys(e, errno, "open %s", path);
	rc = fd_read_text(fd, path, PAYLOAD_MAX, &text, e);
	if (!rc)
		wcur_bytes(w, str_text(&text), text.len);
	return rc;
}

static int write_kind(enum kind k, struct wcur *w, const char *rest, bool udp, struct err *e)
{
	switch (k) {
	case KIND_HTTP:
		http(w, rest);
		return 0;
	case KIND_TLS:
		tls(w, rest);
		return 0;
	case KIND_DNS:
		return dns(w, rest, udp, e);
	case KIND_QUIC:
		return quic(w, rest, e);
	case KIND_TEXT:
		wcur_bytes(w, rest, strlen(rest));
		return 0;
	case KIND_HEX:
		return hex(w, rest, e);
	default:
		return file(w, rest, e);
	}
}

int payload_make(const char *spec, bool udp, struct payload *ret, struct err *e)
{
	const struct payload_kind *k = payload_kind(spec, e);
	struct wcur w = wcur_of(ret->bytes, sizeof(ret->bytes));
	const char *rest;
	int rc;

	if (!k)
		return -e->code;
	rest = spec + strlen(k->word);
	if (k->names && strlen(rest) > PAYLOAD_NAME)
		return err_set(e, EINVAL, "a name of more than %d letters", PAYLOAD_NAME);
	if (k - kinds == KIND_QUIC && !udp)
		return err_set(e, EINVAL, "QUIC goes by UDP");
	if ((k - kinds == KIND_TLS || k - kinds == KIND_HTTP) && udp)
		return err_set(e, EINVAL, "%.*s goes by TCP", (int)strlen(k->word) - 1, k->word);
	rc = write_kind(k - kinds, &w, rest, udp, e);
	if (rc)
		return rc;
	if (w.failed)
		return err_set(e, EMSGSIZE, "the payload has more than %d bytes", PAYLOAD_MAX);
	if (!wcur_used(&w))
		return err_set(e, EINVAL, "the payload is empty");
	ret->spec = spec;
	ret->udp = udp;
	ret->n = wcur_used(&w);
	return 0;
}

int payload_control(const struct payload *test, char text[32], struct payload *ret, struct err *e)
{
	const struct payload_kind *k = payload_kind(test->spec, e);

	if (!k)
		return -e->code;
	if (k->names) {
		snprintf(text, 32, "%sexample.com", k->word);
		return payload_make(text, test->udp, ret, e);
	}
	snprintf(text, 32, "%u times x", test->n);
	*ret = (struct payload){ .spec = text, .udp = test->udp, .n = test->n };
	memset(ret->bytes, 'x', test->n);
	return 0;
}
