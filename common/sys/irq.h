// SPDX-License-Identifier: GPL-2.0-or-later
/* irq - which interrupts a network device has, which CPUs take them, and moving them.
 * Affinities are global: programs move them through sys/restorer, never directly. */
#ifndef SYS_IRQ_H
#define SYS_IRQ_H

#include <stddef.h>

#include "base/err.h"
#include "sys/cpu.h"

#define IRQ_DEV_MAX 4096 /* more vectors than a device can have (MSI-X: 2048) */

/* The IRQs of device 'dev', ascending: those of its PCI function's MSI vectors, and of the lines of
 * /proc/interrupts that carry its name. Writes up to 'max' of them. Returns how many (0: a virtual
 * device has none), or -errno with 'e'. */
int irq_of_netdev(const char *dev, unsigned int *ret_irqs, size_t max, struct err *e) MUST_USE;

/* The CPUs that may take 'irq', and, where the kernel tells, those that do. */
int irq_affinity(unsigned int irq, struct cpus *ret_c, struct err *e) MUST_USE;
int irq_effective(unsigned int irq, struct cpus *ret_c, struct err *e) MUST_USE;

/* Lets only the CPUs of list 'cpus' ("2", "0-3") take 'irq'. -EIO: the kernel manages this IRQ. */
int irq_set_affinity(unsigned int irq, const char *cpus, struct err *e) MUST_USE;

/* The CPUs that take any IRQ of 'dev'; empty for a virtual device. */
int irq_cpus_of_netdev(const char *dev, struct cpus *ret_c, struct err *e) MUST_USE;

#endif
