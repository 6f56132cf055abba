// SPDX-License-Identifier: GPL-2.0-or-later
/* ixp - see ixp.h. A few thousand prefixes in all, so that they are looked through one by one. */
#include "ixp.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/num.h"
#include "base/str.h"
#include "sys/fd.h"

enum { FILE_MAX = 64 << 20 };

struct prefix {
	struct addr addr;
	uint8_t bits;
	char *name; /* owned */
};

struct ixp {
	struct prefix *prefix; /* owned */
	size_t n;
};

void ixp_close(struct ixp *x)
{
	if (!x)
		return;
	for (size_t i = 0; i < x->n; i++)
		free(x->prefix[i].name);
	free(x->prefix);
	free(x);
}

/* Adds "192.0.2.0/24" of 'name'. Returns 0, -EINVAL if it is no prefix, -ENOMEM. */
static int add(struct ixp *x, const char *text, const char *name)
{
	const char *slash = strchr(text, '/');
	char addr[INET6_ADDRSTRLEN];
	struct prefix p = { 0 };
	struct prefix *more;
	uint64_t bits;

	if (!slash || (size_t)(slash - text) >= sizeof(addr) || !*name)
		return -EINVAL;
	memcpy(addr, text, slash - text);
	addr[slash - text] = '\0';
	if (!addr_parse(addr, &p.addr) ||
	    num_parse(slash + 1, NUM_PLAIN, 0, addr_bytes(&p.addr) * 8, "length", &bits, NULL))
		return -EINVAL;
	more = reallocarray(x->prefix, x->n + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	x->prefix = more;
	p.bits = bits;
	p.name = strdup(name);
	if (!p.name)
		return -ENOMEM;
	x->prefix[x->n++] = p;
	return 0;
}

/* {"name": "X-IX", "prefixes": {"ipv4": ["192.0.2.0/24"], "ipv6": []}}; others of its members are
 * left alone, and exchanges without prefixes. */
static int add_object(struct ixp *x, const char *line)
{
	static const char *const families[] = { "ipv4", "ipv6" };
	json_t *o = json_loads(line, 0, NULL), *p;
	const char *name = json_string_value(json_object_get(o, "name"));
	int rc = name ? 0 : -EINVAL;
	size_t i;

	for (size_t f = 0; f < ARRAY_SIZE(families) && !rc; f++)
		json_array_foreach(json_object_get(json_object_get(o, "prefixes"), families[f]), i,
				   p) if (!rc) rc =
			json_is_string(p) ? add(x, json_string_value(p), name) : -EINVAL;
	json_decref(o);
	return rc;
}

static int add_line(struct ixp *x, char *line)
{
	char *name;

	line += strspn(line, " \t\r");
	if (!*line || *line == '#')
		return 0;
	if (*line == '{')
		return add_object(x, line);
	line[strcspn(line, "\r")] = '\0';
	name = line + strcspn(line, " \t");
	if (*name)
		*name++ = '\0';
	return add(x, line, name + strspn(name, " \t"));
}

static int read_lines(const char *path, struct ixp *x, struct err *e)
{
	AUTO(close_p) int fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO(str_free) struct str text = { 0 };
	char *line, *rest;
	int rc;

	if (fd < 0)
		return err_sys(e, errno, "open %s", path);
	rc = fd_read_text(fd, path, FILE_MAX, &text, e);
	if (rc || !text.len)
		return rc ? rc : err_set(e, EINVAL, "%s is empty", path);
	rest = text.p;
	for (unsigned int n = 1; (line = strsep(&rest, "\n")); n++) {
		rc = add_line(x, line);
		if (rc == -ENOMEM)
			return err_set(e, ENOMEM, "out of memory");
		if (rc)
			return err_set(e, EINVAL,
				       "%s: line %u is neither \"PREFIX/LENGTH NAME\" nor an "
				       "exchange of CAIDA's list",
				       path, n);
	}
	return 0;
}

int ixp_open(const char *path, struct ixp **ret_x, struct err *e)
{
	struct ixp *x = calloc(1, sizeof(*x));
	int rc;

	if (!x)
		return err_set(e, ENOMEM, "out of memory");
	rc = read_lines(path, x, e);
	if (rc)
		ixp_close(x);
	else
		*ret_x = x;
	return rc;
}

static bool within(const struct prefix *p, const struct addr *a)
{
	unsigned int whole = p->bits / 8, rest = p->bits % 8;

	if (p->addr.family != a->family || memcmp(p->addr.b, a->b, whole) != 0)
		return false;
	return !rest || (p->addr.b[whole] ^ a->b[whole]) >> (8 - rest) == 0;
}

const char *ixp_name(const struct ixp *x, const struct addr *a)
{
	const struct prefix *best = NULL;

	for (size_t i = 0; i < x->n; i++)
		if (within(&x->prefix[i], a) && (!best || x->prefix[i].bits > best->bits))
			best = &x->prefix[i];
	return best ? best->name : NULL;
}
