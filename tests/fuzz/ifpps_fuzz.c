// SPDX-License-Identifier: GPL-2.0-or-later
/* Bytes of any origin to everything in ifpps that reads them: recordings (ui/record), samples in
 * them, texts of /proc, messages of rtnetlink. The first byte chooses, V: a sample of a recording
 * as the ledger of drops and the view of queues see it. What is read must be possible: rates are
 * made of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../ifpps/dropmon.h"
#include "../../ifpps/drops.h"
#include "../../ifpps/ethstats.h"
#include "../../ifpps/ifaces.h"
#include "../../ifpps/ksyms.h"
#include "../../ifpps/linkmsg.h"
#include "../../ifpps/netdevmsg.h"
#include "../../ifpps/notes.h"
#include "../../ifpps/pack.h"
#include "../../ifpps/procfs.h"
#include "../../ifpps/queues.h"
#include "../../ifpps/sampler.h"
#include "base/str.h"
#include "sys/fd.h"
#include "ui/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void count(void *arg, const char *group, const char *name, uint64_t v)
{
	*(uint64_t *)arg += strlen(group) + strlen(name) + v;
}

static void recording(const uint8_t *data, size_t n)
{
	int fd = memfd_create("record", MFD_CLOEXEC);
	struct str text = { 0 };
	struct record *r;
	char path[40];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd_write_full(fd, data, n) == 0 && record_open(path, "ifpps", &r, NULL) == 0) {
		for (size_t i = 0; i < record_count(r) && i < 16; i++)
			(void)!record_read(r, i, &text, NULL);
		record_close(r);
	}
	str_free(&text);
	close(fd);
}

static void sample(const uint8_t *data, size_t n)
{
	struct sample s = { 0 };
	struct notes notes = { 0 };
	struct ifaces t = { 0 };

	for (int i = 1; i <= 3; i++) {
		struct cur c = cur_of(data, n);

		if (pack_read(&c, &s, NULL) || notes_read(&c, &notes, NULL))
			break;
		s.mono_ns = i * 1000000000ll;
		if (ifaces_update(&t, &s, NULL))
			break;
		for (size_t k = 0; k < t.n; k++)
			for (int v = 0; t.v[k].rated && v < N_COUNTERS; v++)
				if (t.v[k].d[v])
					abort(); /* the same sample again: nothing happened */
	}
	notes_free(&notes);
	ifaces_free(&t);
	sample_free(&s);
}

static void texts(const char *text)
{
	static const unsigned int irqs[] = { 1, 24, 25 };
	struct sample s = { 0 };
	uint64_t sum = 0;
	int quality, dbm;

	(void)!procfs_stat(text, &s, NULL);
	procfs_meminfo(text, &s.host);
	(void)!procfs_softirqs(text, &s, NULL);
	(void)!procfs_softnet(text, &s, NULL);
	(void)!procfs_interrupts(text, irqs, ARRAY_SIZE(irqs), &s, NULL);
	(void)!procfs_netdev(text, &s, NULL);
	procfs_snmp(text, count, &sum);
	(void)procfs_wireless(text, "eth0", &quality, &dbm);
	procfs_snmp6(text, count, &sum);
	sample_free(&s);
}

/* A recording whose samples are 'data': what views find in its notes. */
static void views(const uint8_t *data, size_t n)
{
	static struct queues queues;
	int fd = memfd_create("record", MFD_CLOEXEC);
	struct record_writer *w;
	struct drops drops;
	struct state st = { 0 };
	struct sampler *source;
	char path[40];
	struct job job = { .play = path, .speed = 1 };

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!record_create(path, "ifpps", &w, NULL)) {
		for (int i = 1; i <= 3; i++)
			(void)!record_add(w, i, i, data, n, NULL);
		(void)!record_finish(w, NULL);
	}
	if (!sampler_open(&job, &source, NULL)) {
		drops_open(&drops, source);
		drops_driver(&drops, 2);
		queues_open(&queues, 2, source);
		while (!sampler_read(source, NEED_ALL, &st.now, NULL) &&
		       !ifaces_update(&st.ifaces, &st.now, NULL) &&
		       !drops_update(&drops, source, &st, NULL) &&
		       !queues_update(&queues, "eth0", source, NULL))
			;
		for (size_t i = 0; i < drops.n; i++)
			if (drops.line[i].now < drops.line[i].prev)
				abort();
		queues_close(&queues);
		drops_close(&drops);
		sampler_close(source);
	}
	state_free(&st);
	close(fd);
}

static void sum(void *arg, const char *name, uint64_t v)
{
	*(uint64_t *)arg += strlen(name) + v;
}

static void place(void *arg, uint64_t pc, uint32_t n)
{
	*(uint64_t *)arg += pc + n;
}

static void functions(const char *text)
{
	struct ksyms s;

	if (ksyms_parse(text, &s, NULL))
		return;
	for (size_t i = 0; i < s.n; i++)
		if (!ksyms_name(&s, s.v[i].addr))
			abort();
	ksyms_free(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	uint64_t total = 0;
	uint64_t v[N_COUNTERS];
	struct link l = { 0 };
	struct pool_stats_msg pool_stats;
	struct pool_msg pool;
	struct qstats_msg stats;
	struct queue_msg queue;
	struct napi_msg napi;
	struct qdisc q;
	char *text;
	int index;

	if (!n)
		return 0;
	if (data[0] == 'V') {
		views(data + 1, n - 1);
		return 0;
	}
	switch (data[0] % 4) {
	case 0:
		recording(data + 1, n - 1);
		break;
	case 1:
		sample(data + 1, n - 1);
		break;
	case 2:
		text = strndup((const char *)data + 1, n - 1);
		if (text)
			texts(text);
		if (text)
			functions(text);
		free(text);
		break;
	case 3:
		(void)linkmsg_link(cur_of(data + 1, n - 1), &l);
		(void)netdevmsg_queue(cur_of(data + 1, n - 1), &queue);
		(void)netdevmsg_napi(cur_of(data + 1, n - 1), &napi);
		(void)netdevmsg_qstats(cur_of(data + 1, n - 1), &stats);
		ethstats_message(cur_of(data + 1, n - 1), sum, &total);
		dropmon_message(cur_of(data + 1, n - 1), place, &total);
		(void)netdevmsg_pool(cur_of(data + 1, n - 1), &pool);
		(void)netdevmsg_pool_stats(cur_of(data + 1, n - 1), &pool_stats);
		(void)linkmsg_qdisc(cur_of(data + 1, n - 1), &q);
		(void)linkmsg_stats(cur_of(data + 1, n - 1), &index, v);
	}
	return 0;
}
