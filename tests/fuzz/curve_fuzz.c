// SPDX-License-Identifier: GPL-2.0-or-later
/* curve_fuzz - what curvetun reads from strangers, peers and files. The first byte chooses: the
 * files clients and servers; messages to a server whose MAC is put right, so that they get past it;
 * what a peer's data message may hold; packets of the device; answers of STUN servers; what a
 * control socket tells. */
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../curvetun/core.h"
#include "../../curvetun/ctl.h"
#include "../../curvetun/cut.h"
#include "../../curvetun/ecn.h"
#include "../../curvetun/join.h"
#include "../../curvetun/lists.h"
#include "../../curvetun/mtu.h"
#include "../../curvetun/numbers.h"
#include "../../curvetun/stun.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

static void files(const uint8_t *data, size_t n)
{
	struct client_line *c = NULL;
	struct server_line *s = NULL;
	struct err e;
	size_t count;

	if (!lists_clients("clients", (const char *)data, n, &c, &count, &e))
		free(c);
	if (!lists_servers("servers", (const char *)data, n, &s, &count, &e))
		free(s);
}

/* None may be answered but by a cookie or, if its maker has broken X25519, by an answer. */
static void message(const uint8_t *data, size_t n)
{
	struct noise_pair own = { .secret = { 1 } };
	struct core_conf conf = { .own = &own, .server = true, .n_peers = 1 };
	const struct sockaddr_in6 from = { .sin6_family = AF_INET6 };
	struct core_event ev;
	struct core *c;
	struct peer *p;
	struct msg_keys k;
	uint8_t msg[2048];
	struct err e;

	noise_public(&own);
	if (n > sizeof(msg) || core_new(&conf, &c, &e))
		return;
	memcpy(msg, data, n);
	msg_keys_of(own.public, &k);
	if (n == MSG_FIRST_BYTES && msg[0] == MSG_FIRST)
		msg_mac_put(&k, msg, n - 2 * MSG_MAC);
	else if (n > MSG_MAC && msg[0] != MSG_DATA)
		msg_mac_put(&k, msg, n - MSG_MAC);
	if (core_add(c, own.public, NULL, &p, &e) ||
	    core_input(c, msg, n, &from, 1, &ev) != CORE_DROP)
		abort();
	core_free(c);
}

static void from_peer(uint8_t *p, size_t n)
{
	struct join j = { .tso = true, .uso = true };
	struct inner ip;
	struct ctl c;

	if (ctl_read(p, n, &c) && (c.type < CTL_PING || c.type > CTL_BURST))
		abort();
	if (!inner_read(p, n, &ip))
		return;
	if (!ecn_inner(p, &ip, n))
		return;
	mtu_clamp(p, n, &ip, 1280, n & 1);
	for (int i = 0; i < 3; i++)
		if (!join_add(&j, p, n, &ip, n & 3))
			break;
	join_finish(&j);
}

static void from_device(const uint8_t *data, size_t n)
{
	static const size_t most = 65536;
	uint8_t *out = malloc(most), answer[MTU_ANSWER];
	struct virtio_net_hdr h;
	struct cut c;
	size_t left = 0, len;

	if (out && n >= sizeof(h)) {
		memcpy(&h, data, sizeof(h));
		if (cut_begin(&c, &h, data + sizeof(h), n - sizeof(h), n & 1)) {
			if (!mtu_fit(&c, 1280) &&
			    mtu_too_big(c.pkt, n - sizeof(h), &c.ip, 1280, answer) > MTU_ANSWER)
				abort();
			while ((len = cut_next_bytes(&c)) && len <= most && left++ < most)
				cut_next(&c, out);
		}
	}
	free(out);
}

static void report(const uint8_t *data, size_t n)
{
	AUTO(str_free) struct str lines = { 0 }, page = { 0 };
	struct err e;

	str_add_n(&lines, (const char *)data, n);
	(void)!numbers_page(&lines, &page, &e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	static const uint8_t id[STUN_ID];
	struct sockaddr_in6 at;
	uint8_t *copy;

	if (!n_bytes || sodium_init() < 0 || n_bytes > 65000)
		return 0;
	copy = malloc(MAX(n_bytes - 1, (size_t)1));
	if (!copy)
		return 0;
	memcpy(copy, data + 1, n_bytes - 1); /* the sanitizer sees where it ends */
	switch (data[0] % 6) {
	case 0:
		files(copy, n_bytes - 1);
		break;
	case 1:
		message(copy, n_bytes - 1);
		break;
	case 2:
		from_peer(copy, n_bytes - 1);
		break;
	case 3:
		from_device(copy, n_bytes - 1);
		break;
	case 4:
		(void)!stun_answer(copy, n_bytes - 1, id, &at);
		break;
	case 5:
		report(copy, n_bytes - 1);
	}
	free(copy);
	return 0;
}
