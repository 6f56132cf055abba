// SPDX-License-Identifier: GPL-2.0-or-later
/* cpu, irq: lists of CPUs in text and back, pinning, and what the machine tells. */
#include "sys/cpu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "sys/irq.h"

static void round_trip(const char *text, const char *want, unsigned int n)
{
	struct cpus c;
	struct err e;
	char out[128];

	assert_int_equal(cpus_parse(text, "test", &c, &e), 0);
	assert_int_equal(cpus_count(&c), n);
	cpus_format(&c, out, sizeof(out));
	assert_string_equal(out, want);
}

static void test_lists(void **state)
{
	(void)state;
	round_trip("", "", 0);
	round_trip("0", "0", 1);
	round_trip("0-3,8", "0-3,8", 5);
	round_trip("5,4,4-6", "4-6", 3);
	round_trip("63,64,8191", "63-64,8191", 3);
	round_trip("0-8191", "0-8191", 8192);
}

static void test_bad_lists(void **state)
{
	static const char *const bad[] = { "a",	   "1,",     ",1",  "3-1", "-1",	  "1-",
					   "8192", "0-8192", "1 2", "0x1", "99999999999", "1;2" };
	struct cpus c;
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(cpus_parse(bad[i], "--bind-cpu", &c, &e), -EINVAL);
		assert_non_null(strstr(e.text, "--bind-cpu"));
		assert_non_null(strstr(e.text, bad[i]));
	}
}

/* A text that does not fit is cut, never written past its end. */
static void test_cut(void **state)
{
	struct cpus c = { 0 };
	char out[6] = "xxxxx";

	(void)state;
	cpus_add(&c, 100);
	cpus_add(&c, 200);
	cpus_format(&c, out, 5);
	assert_string_equal(out, "100,");
	assert_int_equal(cpus_next(&c, 101), 200);
	assert_int_equal(cpus_next(&c, 201), -1);
	cpus_del(&c, 200);
	cpus_add(&c, CPU_MAX);
	assert_int_equal(cpus_count(&c), 1);
}

static void test_pin(void **state)
{
	struct cpus online, before, now;
	struct err e;
	int cpu;

	(void)state;
	assert_int_equal(cpu_online(&online, &e), 0);
	assert_int_equal(cpu_allowed(&before, &e), 0);
	cpu = cpus_next(&before, 0);
	assert_true(cpus_has(&online, cpu));
	assert_int_equal(cpu_pin(cpu, &e), 0);
	assert_int_equal(cpu_allowed(&now, &e), 0);
	assert_int_equal(cpus_count(&now), 1);
	assert_true(cpus_has(&now, cpu));
	assert_int_equal(sched_getcpu(), cpu);
	assert_int_equal(cpu_pin_set(&before, &e), 0);
	assert_int_equal(cpu_pin(CPU_MAX - 1, &e), -EINVAL);
	assert_string_equal(e.text, "CPU 8191 is not there or not allowed to this process");
	assert_int_equal(cpu_pin(CPU_MAX, &e), -EINVAL);
}

static void test_irq(void **state)
{
	unsigned int irqs[16];
	struct cpus c;
	struct err e;

	(void)state;
	assert_int_equal(irq_of_netdev("lo", irqs, 16, &e), 0);
	assert_int_equal(irq_cpus_of_netdev("lo", &c, &e), 0);
	assert_int_equal(cpus_count(&c), 0);
	assert_int_equal(irq_of_netdev("../../etc", irqs, 16, &e), -ENODEV);
	assert_int_equal(irq_affinity(4000000, &c, &e), -ENOENT);
	assert_non_null(strstr(e.text, "/proc/irq/4000000/"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists), cmocka_unit_test(test_bad_lists),
		cmocka_unit_test(test_cut),   cmocka_unit_test(test_pin),
		cmocka_unit_test(test_irq),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
