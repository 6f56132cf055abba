// SPDX-License-Identifier: GPL-2.0-or-later
/* services - names of ports from a services(5) text that the caller read. */
#include <errno.h>

#include "base/arena.h"
#include "base/str.h"
#include "proto/names.h"

#define MAX_TEXT_BYTES (1u << 20)

struct services {
	struct arena arena;
	const char *name[2][65536]; /* TCP, UDP */
};

static int side(enum registry reg)
{
	return reg == REG_TCP_PORT ? 0 : reg == REG_UDP_PORT ? 1 : -1;
}

/* The next word of '*p' up to 'end'; '*ret_n' its length, 0 at the end or a comment. */
static const char *word(const char **p, const char *end, size_t *ret_n)
{
	const char *start;

	while (*p < end && (**p == ' ' || **p == '\t' || **p == '\r'))
		++*p;
	start = *p;
	while (*p < end && **p != ' ' && **p != '\t' && **p != '\r' && **p != '#')
		++*p;
	*ret_n = *p - start;
	return start;
}

/* Reads one line; what is not "name port/protocol" is skipped. False when out of memory. */
static bool take_line(struct services *sv, const char *p, const char *end)
{
	size_t n_name, n_port, digits = 0;
	const char *name = word(&p, end, &n_name), *port = word(&p, end, &n_port);
	uint32_t v = 0;
	int which;

	while (digits < n_port && digits < 6 && port[digits] >= '0' && port[digits] <= '9')
		v = v * 10 + (port[digits++] - '0');
	if (!n_name || n_name > 32 || !digits || v > 65535 || n_port != digits + 4)
		return true;
	port += digits;
	which = memcmp(port, "/tcp", 4) == 0 ? 0 : memcmp(port, "/udp", 4) == 0 ? 1 : -1;
	if (which < 0 || sv->name[which][v])
		return true;
	for (size_t i = 0; i < n_name; i++)
		if (name[i] <= ' ' || name[i] > '~' || name[i] == '"' || name[i] == '\\')
			return true;
	sv->name[which][v] = arena_strndup(&sv->arena, name, n_name);
	return sv->name[which][v];
}

struct services *services_parse(const char *text, size_t n, struct err *e)
{
	struct services *sv;

	if (n > MAX_TEXT_BYTES) {
		err_set(e, EFBIG, "list of services has %zu bytes, more than %u", n,
			MAX_TEXT_BYTES);
		return NULL;
	}
	sv = calloc(1, sizeof(*sv));
	for (const char *p = text, *end = text + n; sv && p < end;) {
		const char *nl = memchr(p, '\n', end - p);
		const char *stop = nl ? nl : end;

		if (!take_line(sv, p, stop)) {
			services_free(sv);
			sv = NULL;
		}
		p = stop + 1;
	}
	if (!sv)
		err_set(e, ENOMEM, "out of memory for the list of services");
	return sv;
}

void services_free(struct services *sv)
{
	if (!sv)
		return;
	arena_free(&sv->arena);
	free(sv);
}

const char *names_port(const struct services *sv, enum registry reg, uint16_t port)
{
	int which = side(reg);

	if (sv && which >= 0 && sv->name[which][port])
		return sv->name[which][port];
	return names_builtin_port(reg, port);
}

int names_port_by_name(const struct services *sv, enum registry reg, const char *name)
{
	int which = side(reg);

	for (unsigned int i = 0; sv && which >= 0 && i < 65536; i++)
		if (sv->name[which][i] && streq(sv->name[which][i], name))
			return i;
	return which < 0 ? -1 : (int)names_by_name(reg, name);
}
