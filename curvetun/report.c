// SPDX-License-Identifier: GPL-2.0-or-later
/* report - the state of a tunnel as JSON, for the control socket (control.h). */
#include <netinet/in.h>

#include "control.h"
#include "link.h"
#include "sys/clock.h"
#include "tunnel.h"
#include "ui/jsonw.h"

static void endpoint(struct jsonw *j, const struct sockaddr_in6 *at)
{
	char text[INET6_ADDRSTRLEN + 10];

	jsonw_str(j, "endpoint", at->sin6_port ? addr_text(at, text, sizeof(text)) : NULL);
}

static void age(struct jsonw *j, const char *key, int64_t then_ns, int64_t now_ns)
{
	if (then_ns)
		jsonw_fixed(j, key, (now_ns - then_ns) / NS_PER_MS, 3);
	else
		jsonw_null(j, key);
}

/* What is counted, over both carriers. */
static void counters(const struct peer *p, struct jsonw *j)
{
	static const struct peer none;
	const struct peer *q = p->twin ? p->twin : &none;

	jsonw_u64(j, "rx_bytes", p->rx_bytes + q->rx_bytes);
	jsonw_u64(j, "tx_bytes", p->tx_bytes + q->tx_bytes);
	jsonw_u64(j, "rx_messages", p->n_rx + q->n_rx);
	jsonw_u64(j, "tx_messages", p->n_tx + q->n_tx);
	jsonw_u64(j, "lost", core_lost(p) + core_lost(q));
	jsonw_u64(j, "not_authentic", p->n_bad + q->n_bad);
	jsonw_u64(j, "repeated", p->n_again + q->n_again);
	jsonw_u64(j, "no_room", p->n_no_room + q->n_no_room);
	jsonw_u64(j, "spoofed", p->n_spoofed + q->n_spoofed);
	jsonw_u64(j, "congested", p->n_congested + q->n_congested);
}

static void peer(struct tunnel *t, const struct peer *p, struct jsonw *j, int64_t now_ns)
{
	const struct session *s;

	if (p->twin && p->twin->cur && (!p->cur || p->twin->heard_ns > p->heard_ns))
		p = p->twin;
	s = p->cur;
	jsonw_object(j, NULL);
	jsonw_str(j, "name", t->no_names ? NULL : p->name);
	if (t->no_names)
		jsonw_null(j, "endpoint");
	else
		endpoint(j, &p->at);
	jsonw_bool(j, "up", s && !session_over(s, now_ns));
	jsonw_str(j, "carrier", !s ? NULL : p->carrier == CARRIER_TCP ? "tcp" : "udp");
	jsonw_str(j, "cipher", !s ? NULL : s->can & MSG_CAN_AES ? "AES-256-GCM" : "ChaCha20-Poly1305");
	age(j, "handshake_age_s", s ? s->born_ns : 0, now_ns);
	age(j, "heard_age_s", p->heard_ns, now_ns);
	if (p->mtu && p->carrier == CARRIER_UDP)
		jsonw_u64(j, "mtu", p->mtu);
	else
		jsonw_null(j, "mtu");
	jsonw_bool(j, "bursts", !p->plain_out);
	counters(p, j);
	jsonw_end(j);
}

void control_report(struct tunnel *t, struct str *out)
{
	struct jsonw j = jsonw_of(out);
	int64_t now_ns = clock_mono_ns();
	size_t i;

	jsonw_object(&j, NULL);
	jsonw_str(&j, "role", t->link ? "client" : "server");
	jsonw_str(&j, "device", t->tun.name);
	if (t->link)
		link_report(t->link, &j);
	jsonw_object(&j, "offloads");
	jsonw_bool(&j, "tun_tso", t->tun.tso);
	jsonw_bool(&j, "tun_uso", t->tun.uso);
	jsonw_bool(&j, "udp_segment", t->udp.gso);
	jsonw_bool(&j, "udp_gro", t->udp.gro);
	jsonw_end(&j);
	jsonw_u64(&j, "receive_buffer_bytes", t->udp.rcvbuf);
	jsonw_u64(&j, "send_buffer_bytes", t->udp.sndbuf);
	jsonw_u64(&j, "dropped", t->n_dropped);
	jsonw_str(&j, "last_dropped", t->reason);
	jsonw_u64(&j, "to_nobody", t->n_unowned);
	jsonw_u64(&j, "not_sent", t->out.n_failed);
	jsonw_array(&j, "peers");
	for (i = 0; i < core_n_peers(t->core); i++)
		if (!core_peer(t->core, i)->gone)
			peer(t, core_peer(t->core, i), &j, now_ns);
	jsonw_line(&j);
}
