// SPDX-License-Identifier: GPL-2.0-or-later
/* lists - see lists.h. */
#include "lists.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "keytext.h"

enum { FIELDS = 10, LINE = 2048 };

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

int lists_address(const char *text, struct net *ret_n, struct err *e)
{
	char buf[64], *slash;
	struct net n = { 0 };
	uint64_t len, most = 128;

	if (snprintf(buf, sizeof(buf), "%s", text) >= (int)sizeof(buf))
		return err_set(e, EINVAL, "'%.40s...' is not a network", text);
	slash = strchr(buf, '/');
	if (slash)
		*slash = '\0';
	if (inet_pton(AF_INET, buf, n.addr + 12) == 1) {
		memcpy(n.addr, mapped, sizeof(mapped));
		most = 32;
	} else if (inet_pton(AF_INET6, buf, n.addr) != 1) {
		return err_set(e, EINVAL, "'%.60s' is not a network, such as 10.0.0.0/8", text);
	}
	len = most;
	if (slash) {
		int rc = num_parse(slash + 1, NUM_PLAIN, 0, most, "prefix length", &len, e);

		if (rc)
			return rc;
	}
	n.prefix = 128 - most + len;
	*ret_n = n;
	return 0;
}

int lists_net(const char *text, struct net *ret_n, struct err *e)
{
	struct net n;
	int rc = lists_address(text, &n, e);
	unsigned int i;

	if (rc)
		return rc;
	for (i = n.prefix; i < 128; i++)
		if (n.addr[i / 8] & 0x80 >> i % 8)
			return err_set(e, EINVAL, "'%.60s' has bits set behind its prefix length", text);
	*ret_n = n;
	return 0;
}

bool net_is_4(const struct net *n)
{
	return memcmp(n->addr, mapped, sizeof(mapped)) == 0 && n->prefix >= 96;
}

void lists_net_add(struct str *out, const struct net *n)
{
	bool v4 = net_is_4(n);
	char buf[INET6_ADDRSTRLEN];

	inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? n->addr + 12 : n->addr, buf, sizeof(buf));
	str_addf(out, "%s/%u", buf, v4 ? n->prefix - 96u : n->prefix);
}

/* One line in pieces. */
struct line {
	char buf[LINE];
	char *f[FIELDS];
	unsigned int n;
};

/* Cuts at semicolons; blanks around and comments go. Returns the number of fields, 0 for none. */
static int split(const char *p, size_t n, struct line *l, struct err *e)
{
	char *s = l->buf, *end;

	l->n = 0;
	if (n >= sizeof(l->buf) || memchr(p, '\0', n))
		return err_set(e, EINVAL, "the line is too long or holds a zero byte");
	memcpy(l->buf, p, n);
	l->buf[n] = '\0';
	l->buf[strcspn(l->buf, "#")] = '\0';
	s += strspn(s, " \t\r");
	for (end = s + strlen(s); end > s && strchr(" \t\r", end[-1]); end--)
		end[-1] = '\0';
	if (!*s)
		return 0;
	while (s) {
		if (l->n == FIELDS)
			return err_set(e, EINVAL, "more than %d fields", FIELDS);
		l->f[l->n++] = strsep(&s, ";");
	}
	return l->n;
}

static int name_field(const char *text, char out[FOLDER_NAME], struct err *e)
{
	if (!folder_name_ok(text, strlen(text)))
		return err_set(e, EINVAL, "'%.70s' is not a name: 1 to 63 printable characters without blanks", text);
	strcpy(out, text);
	return 0;
}

static int key_field(const char *text, uint8_t *key, struct err *e)
{
	return keytext_parse(text, strlen(text), key, e);
}

static int nets_field(char *text, struct client_line *c, struct err *e)
{
	char *one;
	int rc = 0;

	while (!rc && (one = strsep(&text, ","))) {
		if (c->n_nets == LISTS_NETS)
			return err_set(e, EINVAL, "more than %d networks", LISTS_NETS);
		rc = lists_net(one, &c->nets[c->n_nets++], e);
	}
	return rc;
}

static int client_of(struct line *l, void *out, struct err *e)
{
	struct client_line *c = out;
	unsigned int i;
	int rc;

	if (l->n < 2)
		return err_set(e, EINVAL, "a client is NAME;KEY, with ;psk=KEY and ;ip=NETWORK,... if wanted");
	rc = name_field(l->f[0], c->name, e);
	rc = rc ? rc : key_field(l->f[1], c->key, e);
	for (i = 2; i < l->n && !rc; i++) {
		if (str_starts(l->f[i], "psk=")) {
			c->has_psk = true;
			rc = key_field(l->f[i] + 4, c->psk, e);
		} else if (str_starts(l->f[i], "ip=")) {
			rc = nets_field(l->f[i] + 3, c, e);
		} else {
			rc = err_set(e, EINVAL, "'%.40s' is neither psk=KEY nor ip=NETWORK,...", l->f[i]);
		}
	}
	return rc;
}

static int server_more(const char *text, struct server_line *s, struct err *e)
{
	uint64_t v;
	int rc;

	if (streq(text, "only")) {
		s->only = true;
		return 0;
	}
	if (str_starts(text, "keepalive=")) {
		rc = num_parse(text + 10, NUM_PLAIN, 0, 3600, "keepalive", &v, e);
		s->keepalive_s = rc ? 0 : v;
		return rc;
	}
	if (!str_starts(text, "psk="))
		return err_set(e, EINVAL, "'%.40s' is neither psk=KEY nor only nor keepalive=SECONDS", text);
	s->has_psk = true;
	return key_field(text + 4, s->psk, e);
}

static int server_of(struct line *l, void *out, struct err *e)
{
	struct server_line *s = out;
	unsigned int i;
	uint64_t port;
	int rc;

	if (l->n < 5)
		return err_set(e, EINVAL, "a server is ALIAS;HOST;PORT;udp;KEY, or tcp, with ;psk=KEY if wanted");
	rc = name_field(l->f[0], s->alias, e);
	if (rc)
		return rc;
	if (!*l->f[1] || strlen(l->f[1]) >= LISTS_HOST || strpbrk(l->f[1], " \t"))
		return err_set(e, EINVAL, "'%.60s' is not a host", l->f[1]);
	strcpy(s->host, l->f[1]);
	rc = num_parse(l->f[2], NUM_PLAIN, 1, 65535, "port", &port, e);
	if (rc)
		return rc;
	s->port = port;
	s->keepalive_s = LISTS_KEEPALIVE;
	s->tcp = streq(l->f[3], "tcp");
	if (!s->tcp && !streq(l->f[3], "udp"))
		return err_set(e, EINVAL, "'%.20s' is not a carrier, which is udp or tcp", l->f[3]);
	rc = key_field(l->f[4], s->key, e);
	for (i = 5; i < l->n && !rc; i++)
		rc = server_more(l->f[i], s, e);
	return rc;
}

/* What both kinds of lines share: a name first, of 'size' bytes a record; the key at 'key_at'. */
struct kind {
	size_t size, key_at;
	int (*parse)(struct line *l, void *out, struct err *e);
	bool one_key; /* a key may come once */
};

/* An earlier record of the same name or key. */
static int repeated(const struct kind *k, const char *all, size_t n, struct err *e)
{
	const char *last = all + n * k->size;
	size_t i;

	for (i = 0; i < n; i++) {
		const char *r = all + i * k->size;

		if (streq(r, last))
			return err_set(e, EINVAL, "'%s' is there already", last);
		if (k->one_key && !memcmp(r + k->key_at, last + k->key_at, NOISE_KEY))
			return err_set(e, EINVAL, "'%s' has the same key", r);
	}
	return 0;
}

static int parse(const struct kind *k, const char *path, const char *text, size_t n, void **ret,
		 size_t *ret_n, struct err *e)
{
	AUTO(free_p) char *all = NULL;
	size_t count = 0, cap = 0, len, number = 1;
	struct line l;
	int rc;

	for (; n; number++) {
		const char *nl = memchr(text, '\n', n);

		len = nl ? (size_t)(nl - text) : n;
		if (count == cap) {
			cap = cap ? 2 * cap : 16;
			all = reallocarray(TAKE(all, NULL), cap, k->size);
			if (!all)
				return err_sys(e, ENOMEM, "%s", path);
		}
		memset(all + count * k->size, 0, k->size);
		rc = split(text, len, &l, e);
		if (rc > 0) {
			rc = k->parse(&l, all + count * k->size, e);
			rc = rc ? rc : repeated(k, all, count, e);
			rc = rc ? rc : ++count <= LISTS_CLIENTS ? 0 : err_set(e, EINVAL, "too many lines");
		}
		sodium_memzero(l.buf, sizeof(l.buf));
		if (rc < 0)
			return err_prefix(e, "%s:%zu", path, number);
		text += len + (nl != NULL);
		n -= len + (nl != NULL);
	}
	*ret = TAKE(all, NULL);
	*ret_n = count;
	return 0;
}

int lists_clients(const char *path, const char *text, size_t n, struct client_line **ret_c,
		  size_t *ret_n, struct err *e)
{
	static const struct kind k = {
		sizeof(struct client_line), offsetof(struct client_line, key), client_of, true,
	};

	return parse(&k, path, text, n, (void **)ret_c, ret_n, e);
}

int lists_servers(const char *path, const char *text, size_t n, struct server_line **ret_s,
		  size_t *ret_n, struct err *e)
{
	static const struct kind k = {
		sizeof(struct server_line), offsetof(struct server_line, key), server_of, false,
	};

	return parse(&k, path, text, n, (void **)ret_s, ret_n, e);
}
