// SPDX-License-Identifier: GPL-2.0-or-later
/* harden - see harden.h. */
#include "harden.h"

#include <errno.h>
#include <sodium.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "aead.h"
#include "base/log.h"
#include "sys/priv.h"
#include "sys/sandbox.h"

#ifndef MCL_ONFAULT
#define MCL_ONFAULT 4
#endif

/* Keys are everywhere: in libcrypto's contexts, on the stack. So all memory stays in memory, and
 * none goes into a core file. Under a limit, memory asked for later would be refused: then only
 * what libsodium allocates is locked, the long-term keys among it. */
static void lock_memory(void)
{
	struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY }, none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	if (setrlimit(RLIMIT_MEMLOCK, &all) || mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT))
		log_info("not all memory is locked (no CAP_SYS_RESOURCE): keys of sessions may reach swap");
}

/* libcrypto reads its configuration and picks its code when a cipher is first used. */
static int warm_up(struct err *e)
{
	uint8_t key[AEAD_KEY], text[AEAD_TAG + 1] = { 0 };
	struct aead *a;
	int i, rc = 0;

	for (i = 0; i < 4 && !rc; i++) {
		randombytes_buf(key, sizeof(key));
		rc = aead_new(i & 1 ? AEAD_AES : AEAD_CHACHA, key, i & 2, &a, e);
		if (rc)
			break;
		if (i & 2)
			(void)!aead_seal(a, 0, text, 1, text, 1);
		aead_free(a);
	}
	return rc;
}

const char *harden_user(const char *user)
{
	return !user && geteuid() == 0 ? "nobody" : user;
}

int harden(const char *user, uint16_t tcp_port, struct err *e)
{
	struct sandbox_needs needs = { .flags = SANDBOX_ACCEPT | SANDBOX_PMTU |
						(tcp_port ? SANDBOX_TCP : 0),
				       .tcp_port = tcp_port };
	struct sandbox_report report;
	struct priv_user u;
	int rc = warm_up(e);

	lock_memory();
	user = harden_user(user);
	if (!rc && user)
		rc = priv_lookup(user, NULL, &u, e);
	rc = rc ? rc : priv_drop(user ? &u : NULL, NULL, 0, e);
	if (!rc && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		rc = err_sys(e, errno, "forbid core files");
	rc = rc ? rc : sandbox_enter(&needs, &report, e);
	if (!rc)
		log_info("%s", report.text);
	return rc;
}
