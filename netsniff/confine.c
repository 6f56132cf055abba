// SPDX-License-Identifier: GPL-2.0-or-later
/* confine - see confine.h. */
#include "confine.h"

#include <linux/capability.h>

#include "base/log.h"
#include "sys/cpu.h"
#include "sys/priv.h"
#include "sys/sandbox.h"

int confine_cpus(const struct job *job, struct err *e)
{
	struct cpus set = { 0 };

	for (unsigned int i = 0; i < job->n_cpus; i++)
		cpus_add(&set, job->cpus[i]);
	return job->n_cpus ? cpu_pin_set(&set, e) : 0;
}

int confine_priority(const struct job *job, struct err *e)
{
	const char *how;
	int rc;

	if (!job->prio_high)
		return 0;
	rc = cpu_prio_high(&how, e);
	if (!rc)
		log_info("priority: %s", how);
	return rc;
}

int confine(const struct job *job, const struct outname *names, unsigned int flags, struct err *e)
{
	struct sandbox_path folder = { .fd = -1, .write = true };
	struct sandbox_needs needs = { .flags = flags | (job->dns ? SANDBOX_RESOLVE : 0) };
	unsigned int keep[1];
	struct sandbox_report report;
	struct priv_user user, *u = NULL;
	size_t n_keep = 0;
	int rc;

	if (job->user || job->group) {
		rc = priv_lookup(job->user, job->group, &user, e);
		if (rc)
			return rc;
		u = &user;
	}
	if (names) {
		folder.fd = outname_dirfd(names);
		needs.paths = &folder;
		needs.n_paths = 1;
		/* Rotation goes on making files in the folder, whoever we become. */
		if (!priv_may_create(u, folder.fd))
			keep[n_keep++] = CAP_DAC_OVERRIDE;
	}
	rc = priv_drop(u, keep, n_keep, e);
	if (!rc)
		rc = sandbox_enter(&needs, &report, e);
	if (!rc)
		log_info("%s", report.text);
	return rc;
}
