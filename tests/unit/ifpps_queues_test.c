// SPDX-License-Identifier: GPL-2.0-or-later
/* What ifpps says of queues and their interrupts when it plays a recording. */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/leb128.h"
#include "base/str.h"
#include "ui/record.h"
#include "unit.h"

#include "../../ifpps/notes.h"
#include "../../ifpps/pack.h"
#include "../../ifpps/queues.h"

#define S 1000000000ll

/* Adds a sample of that moment: receive queue 0 with interrupt 'irq', and /proc/interrupts. */
static void record_queue(struct record_writer *w, int64_t mono_ns, unsigned int irq,
			 const char *interrupts)
{
	const uint64_t queue[] = { 1, 4, 0, 0, irq, 0, 0, 0, 0, 0 }; /* one; it has an interrupt */
	struct sample sample = { 0 };
	struct notes notes = { 0 };
	struct str out = { 0 }, *queues;
	struct err e;

	pack_sample(&sample, &out);
	queues = notes_new(&notes, "queues 2");
	for (size_t i = 0; i < ARRAY_SIZE(queue); i++)
		leb128_put(queues, queue[i]);
	str_add(notes_new(&notes, "/proc/interrupts"), interrupts);
	notes_pack(&notes, &out);
	assert_int_equal(record_add(w, mono_ns, mono_ns, out.p, out.len, &e), 0);
	str_free(&out);
	notes_free(&notes);
}

/* CPUs and interrupts that appear while they are watched begin with what they have counted. */
static void interrupts_that_appear(void **state)
{
	static const struct {
		unsigned int irq;
		const char *interrupts;
		size_t n_cpus;
		uint64_t delta[3];
	} steps[] = {
		{ 33, "", 0, { 0 } },
		{ 33, " CPU0 CPU1\n33: 100 900 x\n", 2, { 0, 0 } },
		{ 33, " CPU0 CPU1\n33: 101 907 x\n", 2, { 1, 7 } },
		{ 33, " CPU0 CPU1 CPU2\n33: 102 908 5000 x\n", 3, { 1, 1, 0 } },
		{ 34, " CPU0 CPU1 CPU2\n34: 9000 9000 9000 x\n", 3, { 0, 0, 0 } },
		{ 34, " CPU0 CPU1 CPU2\n34: 9001 9000 9002 x\n", 3, { 1, 0, 2 } },
	};
	static struct queues q;
	int fd = memfd_create("record", MFD_CLOEXEC);
	struct sample sample = { 0 };
	struct record_writer *w;
	struct sampler *source;
	char path[40];
	struct job job = { .play = path, .speed = 1 };
	struct err e;

	(void)state;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_int_equal(record_create(path, "ifpps", &w, &e), 0);
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
		record_queue(w, i * S, steps[i].irq, steps[i].interrupts);
	assert_int_equal(record_finish(w, &e), 0);
	assert_int_equal(sampler_open(&job, &source, &e), 0);
	queues_open(&q, 2, source);
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		assert_int_equal(sampler_read(source, NEED_ALL, &sample, &e), 0);
		assert_int_equal(queues_update(&q, "eth0", source, &e), 0);
		assert_int_equal(q.n_cpus, steps[i].n_cpus);
		for (size_t c = 0; c < q.n_cpus; c++)
			assert_int_equal(state_delta(q.cpu_old[c], q.cpu_irqs[c]),
					 steps[i].delta[c]);
	}
	queues_close(&q);
	sampler_close(source);
	sample_free(&sample);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interrupts_that_appear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
