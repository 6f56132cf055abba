// SPDX-License-Identifier: GPL-2.0-or-later
/* run - see run.h. */
#include "run.h"

#include <errno.h>

#include "replay.h"

int run(const struct job *job, struct err *e)
{
	if (job->source == SOURCE_FILES && job->sink == SINK_DEVICE)
		return replay_command(job, e);
	return err_set(e, ENOSYS, "-i %s: nothing is wired up yet", job->in.v[0]);
}
