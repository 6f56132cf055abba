// SPDX-License-Identifier: GPL-2.0-or-later
/* folder - see folder.h. A key file of ours is one line of text; those of the old protocol are
 * 32 raw bytes, and a new key pair takes their place. */
#include "folder.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keytext.h"
#include "sys/fd.h"

static const char prefix[] = "curvetun-key-1 ";

int folder_open(const char *path, bool make, struct folder *ret_f, struct err *e)
{
	const char *home = getenv("HOME");
	struct folder f = { .fd = -1 };
	int n;

	if (!path && (!home || !*home))
		return err_set(e, EINVAL, "HOME is not set: name the folder by --dir");
	n = path ? snprintf(f.path, sizeof(f.path), "%s", path) :
		   snprintf(f.path, sizeof(f.path), "%s/.curvetun", home);
	if (n < 0 || n >= (int)sizeof(f.path))
		return err_set(e, ENAMETOOLONG, "the name of the folder is too long");
	if (make && mkdir(f.path, 0700) && errno != EEXIST)
		return err_sys(e, errno, "make the folder %s", f.path);
	f.fd = open(f.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f.fd < 0)
		return err_sys(e, errno, "open the folder %s%s", f.path,
			       errno == ENOENT ? " (curvetun -k makes it)" : "");
	*ret_f = f;
	return 0;
}

void folder_close(struct folder *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

bool folder_name_ok(const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (name[i] <= ' ' || name[i] > '~' || name[i] == ';' || name[i] == '#')
			return false;
	return n && n < FOLDER_NAME;
}

int folder_read(const struct folder *f, const char *name, bool secret, struct str *out,
		struct err *e)
{
	AUTO(close_p) int fd = openat(f->fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	char path[600];

	snprintf(path, sizeof(path), "%s/%s", f->path, name);
	if (fd < 0)
		return err_sys(e, errno, "open %s", path);
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return err_set(e, EINVAL, "%s is not a file", path);
	if (secret && (st.st_mode & 077))
		return err_set(e, EPERM, "%s can be read or written by others: chmod 600 %s", path,
			       path);
	return fd_read_text(fd, path, FOLDER_TEXT_MAX, out, e);
}

/* Writes a file that was not there. */
static int write_new(const struct folder *f, const char *name, mode_t mode, struct str *text,
		     struct err *e)
{
	AUTO(close_p) int fd = openat(f->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

	if (fd < 0)
		return err_sys(e, errno, "make %s/%s", f->path, name);
	if (fchmod(fd, mode))
		return err_sys(e, errno, "permissions of %s/%s", f->path, name);
	return fd_write_text(fd, text, name, e);
}

/* Moves a key of the old protocol out of the way. -EEXIST: a key of ours is there. */
static int move_old(const struct folder *f, const char *name, struct err *e)
{
	char to[32];
	struct stat st;

	if (fstatat(f->fd, name, &st, 0))
		return 0;
	if (st.st_size != NOISE_KEY)
		return err_set(e, EEXIST, "%s/%s exists: remove it first if new keys are wanted", f->path, name);
	snprintf(to, sizeof(to), "%s.old", name);
	return renameat(f->fd, name, f->fd, to) ? err_sys(e, errno, "rename %s/%s", f->path, name) :
						  0;
}

void str_wipe(struct str *s)
{
	if (s->p)
		sodium_memzero(s->p, s->cap);
	str_free(s);
}

static int write_key(const struct folder *f, const char *name, mode_t mode, const uint8_t *key,
		     struct err *e)
{
	AUTO(str_wipe) struct str s = { 0 };

	str_room(&s, 256);
	str_add(&s, prefix);
	keytext_add(&s, key);
	str_addc(&s, '\n');
	return write_new(f, name, mode, &s, e);
}

static int touch(const struct folder *f, const char *name, struct err *e)
{
	AUTO(close_p) int fd = openat(f->fd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	return fd < 0 ? err_sys(e, errno, "make %s/%s", f->path, name) : 0;
}

int folder_make_keys(const struct folder *f, const char *name, struct err *e)
{
	AUTO(str_free) struct str text = { 0 };
	struct noise_pair pair;
	int rc;

	if (!folder_name_ok(name, strlen(name)))
		return err_set(e, EINVAL, "a user's name has 1 to 63 printable characters without blanks, ';' and '#'");
	rc = move_old(f, "priv.key", e);
	rc = rc ? rc : move_old(f, "pub.key", e);
	if (rc)
		return rc;
	randombytes_buf(pair.secret, sizeof(pair.secret));
	noise_public(&pair);
	rc = write_key(f, "priv.key", 0600, pair.secret, e);
	rc = rc ? rc : write_key(f, "pub.key", 0644, pair.public, e);
	sodium_memzero(&pair, sizeof(pair));
	if (rc)
		return rc;
	if (unlinkat(f->fd, "username", 0) && errno != ENOENT)
		return err_sys(e, errno, "replace %s/username", f->path);
	str_addf(&text, "%s\n", name);
	rc = write_new(f, "username", 0644, &text, e);
	rc = rc ? rc : touch(f, "clients", e);
	return rc ? rc : touch(f, "servers", e);
}

/* The first line of 's' without its end. */
static size_t first_line(const struct str *s)
{
	return strcspn(str_text(s), "\r\n");
}

int folder_read_keys(const struct folder *f, struct identity *ret_i, struct err *e)
{
	AUTO(str_wipe) struct str key = { 0 };
	AUTO(str_free) struct str name = { 0 };
	struct identity i = { 0 };
	size_t n;
	int rc;

	str_room(&key, 4096);
	rc = folder_read(f, "priv.key", true, &key, e);
	rc = rc ? rc : folder_read(f, "username", false, &name, e);
	if (rc)
		return rc;
	if (!str_starts(str_text(&key), prefix))
		return err_set(e, EINVAL, key.len == NOISE_KEY ?
			       "%s/priv.key is a key of the old protocol: run curvetun -k for new keys" :
			       "%s/priv.key is not a key of curvetun", f->path);
	n = strlen(prefix);
	rc = keytext_parse(key.p + n, first_line(&key) - n, i.keys.secret, e);
	if (rc)
		return err_prefix(e, "%s/priv.key", f->path);
	n = first_line(&name);
	if (!folder_name_ok(str_text(&name), n)) {
		sodium_memzero(&i, sizeof(i));
		return err_set(e, EINVAL, "%s/username does not hold a user's name", f->path);
	}
	memcpy(i.name, name.p, n);
	noise_public(&i.keys);
	*ret_i = i;
	sodium_memzero(&i, sizeof(i));
	return 0;
}
