// SPDX-License-Identifier: GPL-2.0-or-later
/* settings - see settings.h. */
#include "sys/settings.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/num.h"
#include "base/str.h"
#include "sys/cpu.h"
#include "sys/fd.h"
#include "sys/hwtstamp.h"
#include "sys/irq.h"
#include "sys/netns.h"
#include "sys/proc.h"
#include "sys/wifi.h"

static int irq_number(const struct setting *s, unsigned int *ret_irq, struct err *e)
{
	uint64_t irq;
	int rc = num_parse(s->key, NUM_PLAIN, 0, UINT32_MAX, "IRQ", &irq, e);

	if (!rc)
		*ret_irq = irq;
	return rc;
}

int setting_get(const struct setting *s, char *value, struct err *e)
{
	struct hwtstamp_setting hw;
	struct cpus cpus;
	unsigned int irq;
	ssize_t n;
	int rc;

	switch (s->kind) {
	case SETTING_SYSCTL:
		n = sysctl_get(s->key, value, RESTORER_VALUE_BYTES, e);
		return n < 0 ? (int)n : 0;
	case SETTING_IRQ:
		rc = irq_number(s, &irq, e);
		if (!rc)
			rc = irq_affinity(irq, &cpus, e);
		if (!rc)
			cpus_format(&cpus, value, RESTORER_VALUE_BYTES);
		return rc;
	case SETTING_HWTSTAMP:
		rc = hwtstamp_get(NULL, s->key, &hw, e);
		if (!rc)
			snprintf(value, RESTORER_VALUE_BYTES, "%d %d", hw.tx_type, hw.rx_filter);
		return rc;
	case SETTING_MONITOR:
		rc = wifi_has_monitor(NULL, s->key, e);
		if (rc >= 0)
			snprintf(value, RESTORER_VALUE_BYTES, "%s", rc ? "monitor" : "none");
		return MIN(rc, 0);
	}
	return err_set(e, EINVAL, "unknown kind of setting");
}

int setting_set(const struct setting *s, const char *value, struct err *e)
{
	struct hwtstamp_setting hw;
	unsigned int irq;
	int rc;

	switch (s->kind) {
	case SETTING_SYSCTL:
		return sysctl_set(s->key, value, e);
	case SETTING_IRQ:
		rc = irq_number(s, &irq, e);
		return rc ? rc : irq_set_affinity(irq, value, e);
	case SETTING_HWTSTAMP:
		if (sscanf(value, "%d %d", &hw.tx_type, &hw.rx_filter) != 2)
			return err_set(e, EINVAL, "\"%s\" is no setting of time stamping", value);
		return hwtstamp_set(NULL, s->key, &hw, e);
	case SETTING_MONITOR:
		rc = wifi_has_monitor(NULL, s->key, e);
		if (rc < 0 || rc == streq(value, "monitor"))
			return MIN(rc, 0);
		return rc ? wifi_del_monitor(NULL, s->key, e) : wifi_add_monitor(NULL, s->key, e);
	}
	return err_set(e, EINVAL, "unknown kind of setting");
}

/* What tells the present network namespace from all there were since the machine began; where the
 * kernel has no such number (before 5.14), its inode number, which is used again. */
static int namespace_number(uint64_t *ret, struct err *e)
{
	AUTO(close_p) int sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	AUTO(close_p) int fd = -1;
	socklen_t n = sizeof(*ret);
	struct netns_id ns;
	int rc;

	if (sock >= 0 && !getsockopt(sock, SOL_SOCKET, SO_NETNS_COOKIE, ret, &n))
		return 0;
	rc = netns_open_own(&fd, e);
	if (!rc)
		rc = netns_id(fd, &ns, e);
	if (!rc)
		*ret = ns.ino;
	return rc;
}

int setting_id(const struct setting *s, char *id, size_t size, struct err *e)
{
	static const char *const kinds[] = { "sysctl", "irq", "monitor", "hwtstamp" };
	uint64_t ns = 0;
	int n, rc;

	if (s->kind == SETTING_HWTSTAMP || s->kind == SETTING_MONITOR ||
	    str_starts(s->key, "net.") || str_starts(s->key, "net/")) {
		rc = namespace_number(&ns, e);
		if (rc)
			return rc;
	}
	n = snprintf(id, size, "%s:%s@%llu", kinds[s->kind], s->key, (unsigned long long)ns);
	if (n < 0 || (size_t)n >= size)
		return err_set(e, ENAMETOOLONG, "the name of setting %s is too long", s->key);
	for (char *p = id; *p; p++)
		if (*p == '/')
			*p = '.';
	return 0;
}
