// SPDX-License-Identifier: GPL-2.0-or-later
/* names - what numbers are called: ethertypes, IP protocols, ports, hardware types, vendors.
 * Ports and vendors have modest built-in lists; a caller that read /etc/services and the lists of
 * the IEEE hands their texts over. */
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

/* Who has which MAC addresses, from texts of the IEEE; opaque, made and freed by the caller. */
struct vendors;

/* Parses the 'n' bytes of 'text', lists of the IEEE as comma-separated values, of any block size
 * several behind each other; lines it cannot read are skipped. Returns NULL, with 'e' set, when out
 * of memory or over 16 MiB of text. Source: oui.csv, mam.csv, oui36.csv of the IEEE. */
struct vendors *vendors_parse(const char *text, size_t n, struct err *e) MUST_USE;
void vendors_free(struct vendors *vs);

/* Vendor of 'mac' from 'vs' (may be NULL), by the longest block with it, else names_vendor(). */
const char *names_mac(const struct vendors *vs, const uint8_t mac[6]);

/* Vendor of the first three bytes of 'mac' by the built-in list, or what the address is for; NULL
 * if unknown. */
const char *names_vendor(const uint8_t mac[6]);

#endif
