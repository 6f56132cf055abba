// SPDX-License-Identifier: GPL-2.0-or-later
/* know - what is known of a hop's address besides its answer: AS, prefix and place from the user's
 * files, its name from the name servers if asked for. Never waits but where told to. */
#ifndef ASTRACE_KNOW_H
#define ASTRACE_KNOW_H

#include "addr.h"
#include "job.h"
#include "sys/geo.h"

struct know;

/* Opens the files and the resolver that 'job' asks for; without --geo-db and --as-db what is in the
 * usual folders, if anything. Before the sandbox. Returns 0 with '*ret_k' or -errno with 'e'. */
int know_open(const struct job *job, struct know **ret_k, struct err *e) MUST_USE;
void know_close(struct know *k);
void know_close_p(struct know **k);

/* What files say of 'a'. False if nothing. */
bool know_place(const struct know *k, const struct addr *a, struct geo_place *ret);

/* The Internet exchange point whose network 'a' is in; NULL for none. */
const char *know_ixp(const struct know *k, const struct addr *a);

/* True if exchange points are known at all. */
bool know_has_ixp(const struct know *k);

/* The name of 'a': "" for none, NULL while it is not known. The first call asks. The text lives
 * until the next call. */
const char *know_name(struct know *k, const struct addr *a);

/* Asks for what name servers know of 'a', so that it is there when it is printed. */
void know_ask(struct know *k, const struct addr *a);

/* To be polled, -1 without names; know_turn() takes what came. */
int know_fd(const struct know *k);
void know_turn(struct know *k);
unsigned int know_pending(const struct know *k);

/* The first address of the prefix that 'p' says 'a' is in, as text with its length. */
struct addr_text know_prefix(const struct addr *a, const struct geo_place *p);

#endif
