// SPDX-License-Identifier: GPL-2.0-or-later
/* procfs - what the text files of /proc say, into a sample. Pure: each function takes the text of
 * one file, of whatever origin, and ignores what it does not know.
 * Source: proc(5), Documentation/filesystems/proc.rst, net/core/net-procfs.c. */
#ifndef IFPPS_PROCFS_H
#define IFPPS_PROCFS_H

#include "sample.h"

/* The next number of '*text', in base 10 or 16; false at the end of the line or at another
 * character. */
bool procfs_number(const char **text, int base, uint64_t *ret_v);

/* /proc/stat. CPUs without a line are offline. */
int procfs_stat(const char *text, struct sample *s, struct err *e) MUST_USE;

void procfs_meminfo(const char *text, struct host *h);

/* /proc/softirqs: NET_RX and NET_TX. */
int procfs_softirqs(const char *text, struct sample *s, struct err *e) MUST_USE;

/* /proc/net/softnet_stat: a line a CPU, whose number stands in its 13th word (Linux 5.10) or is
 * that of the line. */
int procfs_softnet(const char *text, struct sample *s, struct err *e) MUST_USE;

/* /proc/interrupts: the sum of the 'n' IRQs 'irqs' (ascending) by CPU. */
int procfs_interrupts(const char *text, const unsigned int *irqs, size_t n, struct sample *s,
		      struct err *e) MUST_USE;

/* /proc/net/dev: appends the devices as links without a number. */
int procfs_netdev(const char *text, struct sample *s, struct err *e) MUST_USE;

/* /proc/net/wireless: link quality and signal level in dBm of device 'dev'; false if it is none. */
bool procfs_wireless(const char *text, const char *dev, int *ret_quality, int *ret_dbm);

/* /proc/net/snmp and /proc/net/netstat: pairs of lines, "Ip: names", "Ip: numbers". Calls 'fn' for
 * each counter: 'group' without the colon. Negative ones (Tcp MaxConn) are left out. */
typedef void (*procfs_counter_fn)(void *arg, const char *group, const char *name, uint64_t v);
void procfs_snmp(const char *text, procfs_counter_fn fn, void *arg);

/* /proc/net/snmp6: "Ip6InHdrErrors 7"; the group ends in its 6. */
void procfs_snmp6(const char *text, procfs_counter_fn fn, void *arg);

#endif
