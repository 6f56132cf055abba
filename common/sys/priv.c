// SPDX-License-Identifier: GPL-2.0-or-later
/* priv - see priv.h. */
#include "sys/priv.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "base/str.h"

bool priv_has(unsigned int cap)
{
	return capng_get_caps_process() == 0 && capng_have_capability(CAPNG_EFFECTIVE, cap);
}

/* Adds the names of 'caps' to 's', each with 'prefix' and apart by 'sep'. */
static void add_names(struct str *s, const unsigned int *caps, size_t n, const char *prefix,
		      const char *sep, bool missing_only)
{
	size_t start = s->len;

	for (size_t i = 0; i < n; i++) {
		const char *name;

		if (missing_only && priv_has(caps[i]))
			continue;
		name = capng_capability_to_name(caps[i]);
		if (s->len > start)
			str_add(s, sep);
		str_addf(s, "%s%s", prefix, name ? name : "?");
	}
}

static void upper(char *p)
{
	for (; *p; p++)
		if (*p >= 'a' && *p <= 'z')
			*p -= 'a' - 'A';
}

int priv_need(const unsigned int *caps, size_t n_caps, const char *what, struct err *e)
{
	AUTO(str_free) struct str miss = { 0 }, all = { 0 };
	char exe[256] = "PROGRAM";
	ssize_t n;

	add_names(&miss, caps, n_caps, "cap_", ", ", true);
	if (!miss.len)
		return 0;
	upper(miss.p);
	add_names(&all, caps, n_caps, "cap_", ",", false);
	n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (n > 0)
		exe[n] = '\0';
	if (miss.failed || all.failed)
		return err_sys(e, ENOMEM, "look at the capabilities");
	return err_set(e, EPERM, "%s needs %s: run as root, or once: setcap %s+eip %s", what,
		       str_text(&miss), str_text(&all), exe);
}

int priv_fail(struct err *e, int code, unsigned int cap, const char *what)
{
	if ((code == EPERM || code == EACCES) && priv_need(&cap, 1, what, e))
		return -code;
	return err_sys(e, code, "%s", what);
}

/* The passwd entry of a name or number; NULL if there is none. */
static const struct passwd *find_user(const char *user, struct passwd *pw, char *buf, size_t size)
{
	struct passwd *found = NULL;
	uint64_t uid;

	if (getpwnam_r(user, pw, buf, size, &found) == 0 && found)
		return found;
	if (num_parse(user, NUM_PLAIN, 0, UINT32_MAX - 1, "user", &uid, NULL))
		return NULL;
	return getpwuid_r(uid, pw, buf, size, &found) == 0 ? found : NULL;
}

static int look_user(const char *user, struct priv_user *u, struct err *e)
{
	AUTO(free_p) char *buf = malloc(65536); /* getpwnam_r(3): a large line is ERANGE */
	const struct passwd *found;
	struct passwd pw;
	int n = PRIV_MAX_GROUPS;
	uint64_t uid;

	if (!buf)
		return err_sys(e, ENOMEM, "look up user %s", user);
	found = find_user(user, &pw, buf, 65536);
	if (!found) {
		if (num_parse(user, NUM_PLAIN, 0, UINT32_MAX - 1, "user", &uid, NULL))
			return err_set(e, ENOENT, "there is no user \"%.32s\"", user);
		u->uid = uid;
		u->gid = uid; /* a number nobody has named: its own group, no others */
		return 0;
	}
	u->uid = found->pw_uid;
	u->gid = found->pw_gid;
	if (getgrouplist(found->pw_name, found->pw_gid, u->groups, &n) < 0)
		return err_set(e, E2BIG, "user %.32s is in more than %d groups", user,
			       PRIV_MAX_GROUPS);
	u->n_groups = n;
	return 0;
}

static int look_group(const char *group, struct priv_user *u, struct err *e)
{
	AUTO(free_p) char *buf = malloc(1 << 20);
	struct group gr, *found = NULL;
	uint64_t gid;

	if (!buf)
		return err_sys(e, ENOMEM, "look up group %s", group);
	if (getgrnam_r(group, &gr, buf, 1 << 20, &found) == 0 && found)
		u->gid = found->gr_gid;
	else if (!num_parse(group, NUM_PLAIN, 0, UINT32_MAX - 1, "group", &gid, NULL))
		u->gid = gid;
	else
		return err_set(e, ENOENT, "there is no group \"%.32s\"", group);
	return 0;
}

int priv_lookup(const char *user, const char *group, struct priv_user *ret_u, struct err *e)
{
	struct priv_user u = { .uid = geteuid(), .gid = getegid() };
	int rc;

	if (!user && !group)
		return err_set(e, EINVAL, "neither a user nor a group is given");
	if (user) {
		rc = look_user(user, &u, e);
		if (rc)
			return rc;
	}
	if (group) {
		rc = look_group(group, &u, e);
		if (rc)
			return rc;
	}
	snprintf(u.name, sizeof(u.name), "%s", user ? user : group);
	*ret_u = u;
	return 0;
}

/* Switches ids, capabilities staying permitted. */
static int become(const struct priv_user *u, struct err *e)
{
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return err_sys(e, errno, "keep capabilities over the change of user");
	if (setgroups(u->n_groups, u->groups) < 0)
		return priv_fail(e, errno, CAP_SETGID, "setting the groups of the new user");
	if (setresgid(u->gid, u->gid, u->gid) < 0)
		return priv_fail(e, errno, CAP_SETGID, "changing the group");
	if (setresuid(u->uid, u->uid, u->uid) < 0)
		return priv_fail(e, errno, CAP_SETUID, "changing the user");
	return 0;
}

/* Leaves of the capabilities only 'keep', those of them that are there. */
static int keep_only(const unsigned int *keep, size_t n_keep, struct err *e)
{
	capng_select_t sets = CAPNG_SELECT_CAPS;
	bool have[CAP_LAST_CAP + 1] = { false };

	if (capng_get_caps_process() < 0)
		return err_set(e, EIO, "cannot read the capabilities");
	for (size_t i = 0; i < n_keep; i++)
		have[keep[i]] = capng_have_capability(CAPNG_PERMITTED, keep[i]);
	if (capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP))
		sets = CAPNG_SELECT_BOTH;
	capng_clear(CAPNG_SELECT_BOTH);
	for (size_t i = 0; i < n_keep; i++)
		if (have[keep[i]])
			capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, keep[i]);
	if (capng_apply(sets) < 0)
		return err_set(e, EPERM, "cannot drop the capabilities");
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 && errno != EINVAL)
		return err_sys(e, errno, "drop ambient capabilities");
	return 0;
}

static bool kept(const unsigned int *keep, size_t n_keep, unsigned int cap)
{
	for (size_t i = 0; i < n_keep; i++)
		if (keep[i] == cap)
			return true;
	return false;
}

/* Tries the way back, rather than trusting what the calls above answered. */
static int check(const struct priv_user *u, const unsigned int *keep, size_t n_keep, struct err *e)
{
	uid_t r, f, s;

	if (u && (getresuid(&r, &f, &s) < 0 || r != u->uid || f != u->uid || s != u->uid ||
		  getegid() != u->gid))
		return err_set(e, EPERM, "the change to user %s did not hold", u->name);
	if (u && u->uid && !kept(keep, n_keep, CAP_SETUID) && setresuid(0, 0, 0) == 0)
		return err_set(e, EPERM, "the way back to root is still open");
	if (capng_get_caps_process() < 0)
		return err_set(e, EIO, "cannot read the capabilities");
	for (unsigned int cap = 0; cap <= CAP_LAST_CAP; cap++)
		if (!kept(keep, n_keep, cap) && capng_have_capability(CAPNG_PERMITTED, cap))
			return err_set(e, EPERM, "capability %s did not go away",
				       capng_capability_to_name(cap));
	return 0;
}

int priv_drop(const struct priv_user *u, const unsigned int *keep, size_t n_keep, struct err *e)
{
	int rc;

	for (size_t i = 0; i < n_keep; i++)
		if (keep[i] > CAP_LAST_CAP)
			return err_set(e, EINVAL, "there is no capability %u", keep[i]);
	if (u) {
		rc = become(u, e);
		if (rc)
			return rc;
		/* After setresuid() the permitted ones are not in effect; bounding needs SETPCAP.
		 */
		if (capng_get_caps_process() == 0 &&
		    capng_have_capability(CAPNG_PERMITTED, CAP_SETPCAP)) {
			capng_update(CAPNG_ADD, CAPNG_EFFECTIVE, CAP_SETPCAP);
			capng_apply(CAPNG_SELECT_CAPS);
		}
	}
	rc = keep_only(keep, n_keep, e);
	if (rc)
		return rc;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_sys(e, errno, "set no_new_privs");
	return check(u, keep, n_keep, e);
}

bool priv_may_create(const struct priv_user *u, int dirfd)
{
	uid_t uid = u ? u->uid : geteuid();
	gid_t gid = u ? u->gid : getegid(), own[PRIV_MAX_GROUPS];
	const gid_t *groups = u ? u->groups : own;
	int n = u ? (int)u->n_groups : getgroups(PRIV_MAX_GROUPS, own);
	unsigned int mode;
	struct stat st;
	bool member;

	if (fstat(dirfd, &st) < 0)
		return false;
	member = st.st_gid == gid;
	for (int i = 0; i < n; i++)
		member |= st.st_gid == groups[i];
	mode = st.st_uid == uid ? st.st_mode >> 6 : member ? st.st_mode >> 3 : st.st_mode;
	return (mode & 3) == 3; /* write and search */
}
