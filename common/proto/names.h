// SPDX-License-Identifier: GPL-2.0-or-later
/* names - what numbers are called: ethertypes, IP protocols, ports, hardware types, vendors.
 * Ports have a modest built-in list; a caller that read /etc/services hands its text over. */
#ifndef PROTO_NAMES_H
#define PROTO_NAMES_H

#include "base/err.h"
#include "proto/proto.h"

/* Names of ports from a services(5) text; opaque, made and freed by the caller. */
struct services;

/* Parses the 'n' bytes of 'text' ("name port/tcp aliases # comment"); lines it cannot read are
 * skipped. Returns NULL, with 'e' set, when out of memory or over 1 MiB of text. */
struct services *services_parse(const char *text, size_t n, struct err *e) MUST_USE;
void services_free(struct services *sv);

/* Name of 'port' of REG_TCP_PORT or REG_UDP_PORT: from 'sv' (may be NULL), then the built-in list;
 * NULL if it has none. */
const char *names_port(const struct services *sv, enum registry reg, uint16_t port);

/* The built-in part of names_port(). */
const char *names_builtin_port(enum registry reg, uint16_t port);

/* The port called 'name', or -1. */
int names_port_by_name(const struct services *sv, enum registry reg, const char *name);

/* Name of 'value' in a registry other than the ports, NULL if it has none. */
const char *names_of(enum registry reg, uint32_t value);

/* The number called 'name' in a registry, or -1. */
int64_t names_by_name(enum registry reg, const char *name);

/* Vendor of the first three bytes of 'mac', or what the address is for; NULL if unknown. */
const char *names_vendor(const uint8_t mac[6]);

#endif
