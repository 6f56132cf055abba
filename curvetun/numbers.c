// SPDX-License-Identifier: GPL-2.0-or-later
/* numbers - see numbers.h. One table says which member of the state becomes which family. */
#include "numbers.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/metrics.h"

struct number {
	const char *key, *name;
	enum metrics_kind kind;
	unsigned int decimals; /* of what is written */
	double unit;	       /* a one of the state in the unit of what is written */
	const char *help;
};

static const struct number of_tunnel[] = {
	{ "dropped", "curvetun_dropped", METRICS_COUNTER, 0, 1,
	  "Datagrams that were not for us, not authentic or repeated." },
	{ "to_nobody", "curvetun_to_nobody", METRICS_COUNTER, 0, 1,
	  "Packets to an inner address that nobody has." },
	{ "not_sent", "curvetun_not_sent", METRICS_COUNTER, 0, 1, "Datagrams that the kernel refused." },
	{ "rtt_ms", "curvetun_rtt_seconds", METRICS_GAUGE, 6, 1e-3, "Round trip of the last ping." },
};

static const struct number of_peer[] = {
	{ "up", "curvetun_peer_up", METRICS_GAUGE, 0, 1, "Whether there are keys that are in force." },
	{ "rx_bytes", "curvetun_peer_received_bytes", METRICS_COUNTER, 0, 1,
	  "Bytes of inner packets received." },
	{ "tx_bytes", "curvetun_peer_sent_bytes", METRICS_COUNTER, 0, 1, "Bytes of inner packets sent." },
	{ "rx_messages", "curvetun_peer_received_messages", METRICS_COUNTER, 0, 1,
	  "Messages of data received." },
	{ "tx_messages", "curvetun_peer_sent_messages", METRICS_COUNTER, 0, 1, "Messages of data sent." },
	{ "lost", "curvetun_peer_missing_messages", METRICS_GAUGE, 0, 1,
	  "Messages of the other end that have not come; one that is late is taken off again." },
	{ "not_authentic", "curvetun_peer_not_authentic", METRICS_COUNTER, 0, 1,
	  "Messages of data that were not authentic." },
	{ "repeated", "curvetun_peer_repeated", METRICS_COUNTER, 0, 1, "Messages of data that came again." },
	{ "no_room", "curvetun_peer_no_room", METRICS_COUNTER, 0, 1,
	  "Packets that a full connection did not take." },
	{ "spoofed", "curvetun_peer_spoofed", METRICS_COUNTER, 0, 1,
	  "Packets from inner addresses that are not the peer's." },
	{ "congested", "curvetun_peer_congested", METRICS_COUNTER, 0, 1,
	  "Packets dropped because of congestion on the way (RFC 6040)." },
	{ "handshake_age_s", "curvetun_peer_handshake_age_seconds", METRICS_GAUGE, 3, 1,
	  "Time since the keys were made." },
	{ "heard_age_s", "curvetun_peer_heard_age_seconds", METRICS_GAUGE, 3, 1,
	  "Time since the last authentic message." },
	{ "mtu", "curvetun_peer_mtu_bytes", METRICS_GAUGE, 0, 1, "Longest inner packet that passes." },
};

/* The member of 'o', 10^'decimals' times as the number says. False: there is none now. */
static bool value(json_t *o, const struct number *n, uint64_t *ret_v)
{
	json_t *v = json_object_get(o, n->key);

	if (!v || json_is_null(v))
		return false;
	if (json_is_boolean(v))
		*ret_v = json_is_true(v);
	else if (json_is_integer(v) && n->unit == 1)
		*ret_v = json_integer_value(v);
	else
		*ret_v = llround(json_number_value(v) * n->unit * pow(10, n->decimals));
	return true;
}

static const char *device_of(json_t *tunnel)
{
	const char *s = json_string_value(json_object_get(tunnel, "device"));

	return s ? s : "";
}

static void family_of_tunnels(json_t *all, const struct number *n, struct str *out)
{
	json_t *t;
	size_t i;
	uint64_t v;

	metrics_family(out, n->name, n->kind, n->help);
	json_array_foreach(all, i, t)
		if (value(t, n, &v))
			metrics_fixed(out, n->name, n->kind, v, n->decimals, "device", device_of(t),
				      NULL);
}

/* Under -N a peer has no name but its place in the list. */
static void family_of_peers(json_t *all, const struct number *n, struct str *out)
{
	char number[24];
	const char *name;
	json_t *t, *p;
	size_t i, k;
	uint64_t v;

	metrics_family(out, n->name, n->kind, n->help);
	json_array_foreach(all, i, t)
		json_array_foreach(json_object_get(t, "peers"), k, p) {
			snprintf(number, sizeof(number), "#%zu", k + 1);
			name = json_string_value(json_object_get(p, "name"));
			if (value(p, n, &v))
				metrics_fixed(out, n->name, n->kind, v, n->decimals, "device",
					      device_of(t), "peer", name ? name : number, NULL);
		}
}

int numbers_page(const struct str *lines, struct str *out, struct err *e)
{
	json_t *all = json_array(), *t;
	const char *p = str_text(lines), *end;
	size_t i;

	for (; (end = strchr(p, '\n')); p = end + 1) {
		t = json_loadb(p, end - p, 0, NULL);
		if (!all || !t) {
			json_decref(t);
			json_decref(all);
			return err_set(e, EPROTO, "what a tunnel answers is cut short");
		}
		json_array_append_new(all, t);
	}
	for (i = 0; i < ARRAY_SIZE(of_tunnel); i++)
		family_of_tunnels(all, &of_tunnel[i], out);
	for (i = 0; i < ARRAY_SIZE(of_peer); i++)
		family_of_peers(all, &of_peer[i], out);
	metrics_end(out);
	json_decref(all);
	return 0;
}
