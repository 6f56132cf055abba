// SPDX-License-Identifier: GPL-2.0-or-later
/* lists - the files clients and servers: one a line, fields between semicolons, '#' begins a
 * comment.
 *   clients:  NAME;KEY[;psk=KEY][;ip=NETWORK,...]
 *   servers:  ALIAS;HOST;PORT;udp|tcp;KEY[;only][;keepalive=SECONDS][;psk=KEY]
 * Bad lines are refused with file and line; a name, an alias and a key may come once. */
#ifndef CURVETUN_LISTS_H
#define CURVETUN_LISTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "folder.h"

enum { LISTS_KEEPALIVE = 25, LISTS_NETS = 16, LISTS_CLIENTS = 65536, LISTS_HOST = 256 };

/* A network; IPv4 as IPv4-mapped IPv6, so 'prefix' counts from the left of 128 bits. */
struct net {
	uint8_t addr[16];
	uint8_t prefix;
};

struct client_line {
	char name[FOLDER_NAME];
	uint8_t key[NOISE_KEY], psk[NOISE_KEY];
	bool has_psk;
	unsigned int n_nets; /* 0: addresses are learned */
	struct net nets[LISTS_NETS];
};

struct server_line {
	char alias[FOLDER_NAME];
	char host[LISTS_HOST];
	uint16_t port;
	bool tcp;	   /* is tried first */
	bool only;	   /* the other carrier is not tried */
	uint16_t keepalive_s;
	uint8_t key[NOISE_KEY], psk[NOISE_KEY];
	bool has_psk;
};

/* Parse the 'n' bytes of 'text' of the file 'path'. Return 0 with the lines in memory of the
 * caller's (free()), or -EINVAL with 'e'. */
int lists_clients(const char *path, const char *text, size_t n, struct client_line **ret_c,
		  size_t *ret_n, struct err *e) MUST_USE;
int lists_servers(const char *path, const char *text, size_t n, struct server_line **ret_s,
		  size_t *ret_n, struct err *e) MUST_USE;

/* Parses "10.0.0.0/8", "fd00::1" with no bit set behind the prefix. */
int lists_net(const char *text, struct net *ret_n, struct err *e) MUST_USE;

/* The same for an address of a host with the length of its network's prefix, "10.9.0.1/24". */
int lists_address(const char *text, struct net *ret_n, struct err *e) MUST_USE;

/* True for a network of IPv4. */
bool net_is_4(const struct net *n);

/* Adds it as text. */
void lists_net_add(struct str *out, const struct net *n);

#endif
