// SPDX-License-Identifier: GPL-2.0-or-later
/* engine - see engine.h. */
#include "engine.h"

const int engine_order[] = { ENGINE_LIVE, ENGINE_MMSG, ENGINE_AUTO };

const struct engine *engine_of(int id)
{
	static const struct engine *const engines[] = {
		[ENGINE_LIVE] = &engine_live,
		[ENGINE_MMSG] = &engine_mmsg,
		[ENGINE_RING] = &engine_ring,
		[ENGINE_XSK] = &engine_xsk,
		[ENGINE_GSO] = &engine_gso,
	};

	return engines[id];
}
