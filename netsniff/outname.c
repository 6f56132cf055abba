// SPDX-License-Identifier: GPL-2.0-or-later
/* outname - see outname.h. */
#include "outname.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "sys/clock.h"
#include "sys/fd.h"

enum { SAME_NAME_MAX = 100000 };

/* A finished file, for the budget alone. */
struct done_file {
	struct done_file *next;
	uint64_t bytes;
	char name[];
};

struct outname {
	const struct job *job;
	int dirfd;
	char dir[PATH_MAX];      /* with a slash behind, or empty */
	char tag[80];            /* "2-": of which thread, or link type; or empty */
	struct outname *whole;   /* that keeps the budget: itself, but for a kind */
	const char *pattern;     /* within the folder; NULL: prefix and number */
	char name[PATH_MAX];     /* of the newest file, within the folder */
	char path[2 * PATH_MAX]; /* as the user sees it */
	char base[PATH_MAX];     /* that name as the first of its second would have it */
	unsigned int n_base;     /* files that have it, or it and a number */
	uint64_t n_files;
	uint64_t max_disk;       /* this thread's part of the budget; OPT_UNSET: none */
	struct done_file *oldest, **newest;
	uint64_t done_bytes;
};

static const char *suffix(const struct job *job)
{
	static const char *const of_format[] = {
		[FORMAT_PCAPNG] = ".pcapng", [FORMAT_PCAP_USEC] = ".pcap",
		[FORMAT_PCAP_NSEC] = ".pcap", [FORMAT_PCAP_KUZNETZOV] = ".pcap",
		[FORMAT_PCAP_NETSNIFF] = ".pcap", [FORMAT_TRAFGEN] = ".cfg",
	};

	return of_format[job->format];
}

static const char *zip_suffix(const struct job *job)
{
	return job->compression == COMPRESS_ZSTD ? ".zst" :
	       job->compression == COMPRESS_GZIP ? ".gz" : "";
}

int outname_open(const struct job *job, int thread, struct outname **ret_o, struct err *e)
{
	AUTO(outname_close_p) struct outname *o = calloc(1, sizeof(*o));
	const char *slash;
	int rc;

	if (!o)
		return err_set(e, ENOMEM, "out of memory");
	o->job = job;
	if (thread >= 0)
		snprintf(o->tag, sizeof(o->tag), "%d-", thread);
	o->dirfd = -1;
	o->newest = &o->oldest;
	o->whole = o;
	o->max_disk = job->max_disk;
	if (thread >= 0 && o->max_disk != OPT_UNSET)
		o->max_disk /= job->n_threads;
	if (strlen(job->out) >= PATH_MAX - 300)
		return err_sys(e, ENAMETOOLONG, "%.40s...", job->out);
	slash = strrchr(job->out, '/');
	if (job->sink == SINK_FOLDER) {
		snprintf(o->dir, sizeof(o->dir), "%s%s", job->out, slash && !slash[1] ? "" : "/");
	} else {
		snprintf(o->dir, sizeof(o->dir), "%.*s", slash ? (int)(slash + 1 - job->out) : 0,
			 job->out);
		o->pattern = slash ? slash + 1 : job->out;
	}
	rc = fd_open_dir(o->dir[0] ? o->dir : ".", &o->dirfd, e);
	if (rc)
		return rc;
	*ret_o = TAKE(o, NULL);
	return 0;
}

int outname_kind(struct outname *o, const char *kind, struct outname **ret_k, struct err *e)
{
	struct outname *k = calloc(1, sizeof(*k));

	if (!k)
		return err_set(e, ENOMEM, "out of memory");
	*k = *o;
	k->oldest = NULL;
	k->newest = &k->oldest;
	k->n_files = 0;
	snprintf(k->tag, sizeof(k->tag), "%.30s%.40s-", o->tag, kind);
	k->dirfd = fcntl(o->dirfd, F_DUPFD_CLOEXEC, 3);
	if (k->dirfd < 0) {
		free(k);
		return err_sys(e, errno, "-o %s", o->job->out);
	}
	*ret_k = k;
	return 0;
}

void outname_close(struct outname *o)
{
	struct done_file *f, *next;

	if (!o)
		return;
	for (f = o->oldest; f; f = next) {
		next = f->next;
		free(f);
	}
	close_p(&o->dirfd);
	free(o);
}

void outname_close_p(struct outname **o)
{
	outname_close(*o);
}

int outname_dirfd(const struct outname *o)
{
	return o->dirfd;
}

const char *outname_dir(const struct outname *o)
{
	return o->dir[0] ? o->dir : ".";
}

/* The name of the next file, the 'again'-th try at one that is not there yet. */
static int make_name(struct outname *o, int64_t now_ns, unsigned int again, struct err *e)
{
	time_t now = now_ns / NS_PER_S;
	const char *prefix = o->job->prefix ? o->job->prefix : "dump-";
	char more[16] = "", text[PATH_MAX];
	size_t n_tag = strlen(o->tag);
	struct tm tm;
	char *dot;

	if (again)
		snprintf(more, sizeof(more), "-%u", again);
	memcpy(text, o->tag, n_tag);
	if (o->job->overwrite != OPT_UNSET)
		snprintf(text, sizeof(text), "%s%s%" PRIu64 "%s%s", prefix, o->tag,
			 o->n_files % o->job->overwrite, suffix(o->job), zip_suffix(o->job));
	else if (!o->pattern)
		snprintf(text, sizeof(text), "%s%s%lld%s%s%s", prefix, o->tag, (long long)now, more,
			 suffix(o->job), zip_suffix(o->job));
	else if (!strchr(o->pattern, '%'))
		snprintf(text, sizeof(text), "%s%s", o->tag, o->pattern);
	else if (!localtime_r(&now, &tm) ||
		 !strftime(text + n_tag, sizeof(text) - n_tag, o->pattern, &tm))
		return err_set(e, EINVAL, "-o %s: no file name comes of it", o->job->out);
	/* A second file within the same second goes beside the first. */
	if (o->pattern && (again || (o->n_files && !strchr(o->pattern, '%')))) {
		dot = strrchr(text, '.');
		snprintf(o->name, sizeof(o->name), "%.*s-%" PRIu64 "%s",
			 dot ? (int)(dot - text) : (int)strlen(text), text,
			 again ? again : o->n_files, dot ? dot : "");
	} else {
		snprintf(o->name, sizeof(o->name), "%s", text);
	}
	return 0;
}

/* True if 'fd' is one of the files that are read: to write it would destroy it. */
static bool is_input(const struct outname *o, int fd)
{
	struct stat in, out;

	if (o->job->source != SOURCE_FILES || fstat(fd, &out) < 0)
		return false;
	for (unsigned int i = 0; i < o->job->in.n; i++)
		if (!stat(o->job->in.v[i], &in) && in.st_dev == out.st_dev &&
		    in.st_ino == out.st_ino)
			return true;
	return false;
}

/* A name is not used again for a file that the budget deleted: whoever reads the files as they are
 * closed, or in the order of their names, would take one for the other. */
static int first_number(struct outname *o, int64_t now_ns, unsigned int *ret_again, struct err *e)
{
	int rc = make_name(o, now_ns, 0, e);

	if (rc)
		return rc;
	*ret_again = streq(o->name, o->base) && o->job->overwrite == OPT_UNSET ? o->n_base : 0;
	memcpy(o->base, o->name, sizeof(o->base));
	return 0;
}

int outname_next(struct outname *o, int64_t now_ns, const char **ret_name, struct err *e)
{
	/* A file that was named outright, or by number, is written over. */
	bool named = o->job->overwrite != OPT_UNSET ||
		     (o->pattern && !strchr(o->pattern, '%') && !o->n_files);
	unsigned int again;
	struct stat st;
	int fd = -1, rc;

	rc = first_number(o, now_ns, &again, e);
	for (; !rc && again < SAME_NAME_MAX; again++) {
		rc = make_name(o, now_ns, again, e);
		if (rc)
			break;
		fd = openat(o->dirfd, o->name,
			    O_RDWR | O_CREAT | O_CLOEXEC | (named ? 0 : O_EXCL), 0640);
		if (fd >= 0 || errno != EEXIST)
			break;
	}
	if (rc)
		return rc;
	o->n_base = again + 1;
	snprintf(o->path, sizeof(o->path), "%s%s", o->dir, o->name);
	if (fd < 0)
		return err_sys(e, errno, "create %s", o->path);
	if (named && is_input(o, fd)) {
		close(fd);
		return err_set(e, EEXIST, "-o %s: is the file that is read", o->path);
	}
	/* After a truncation, even of nothing, ext4 has close() write the file to the disk. Pipes
	 * and devices have no length. */
	if (named && fstat(fd, &st) == 0 && st.st_size > 0 && ftruncate(fd, 0) < 0) {
		rc = errno;
		close(fd);
		return err_sys(e, rc, "empty %s", o->path);
	}
	o->n_files++;
	*ret_name = o->path;
	return fd;
}

bool outname_discard(struct outname *o)
{
	struct stat st;

	if ((o->pattern && !strchr(o->pattern, '%')) ||
	    fstatat(o->dirfd, o->name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode) ||
	    st.st_size)
		return false;
	return unlinkat(o->dirfd, o->name, 0) == 0;
}

static bool has_budget(const struct outname *o)
{
	return o->job->max_disk != OPT_UNSET || o->job->min_free != OPT_UNSET;
}

/* With -O a name comes round again: its old file is not there any more. */
static void forget(struct outname *o, const char *name)
{
	struct done_file **at, *f;

	for (at = &o->oldest; (f = *at); at = &f->next) {
		if (!streq(f->name, name))
			continue;
		*at = f->next;
		if (!*at)
			o->newest = at;
		o->done_bytes -= f->bytes;
		free(f);
		return;
	}
}

void outname_done(struct outname *o, uint64_t bytes)
{
	struct outname *whole = o->whole;
	size_t n = strlen(o->name) + 1;
	struct done_file *f;

	if (!has_budget(o))
		return;
	if (o->job->overwrite != OPT_UNSET)
		forget(whole, o->name);
	f = malloc(sizeof(*f) + n);
	if (!f)
		return;
	f->next = NULL;
	f->bytes = bytes;
	memcpy(f->name, o->name, n);
	*whole->newest = f;
	whole->newest = &f->next;
	whole->done_bytes += bytes;
}

static bool over_budget(const struct outname *o, uint64_t growing)
{
	struct statvfs fs;

	if (o->max_disk != OPT_UNSET && o->done_bytes + growing > o->max_disk)
		return true;
	return o->job->min_free != OPT_UNSET && fstatvfs(o->dirfd, &fs) == 0 &&
	       (uint64_t)fs.f_bavail * fs.f_frsize < o->job->min_free;
}

void outname_trim(struct outname *o, uint64_t growing)
{
	struct done_file *f;

	/* The newest of all stays, be it alone larger than the budget. */
	while ((f = o->oldest) && (growing || f->next) && over_budget(o, growing)) {
		if (unlinkat(o->dirfd, f->name, 0) < 0 && errno != ENOENT)
			log_warn("delete %s%s: %s", o->dir, f->name, strerror(errno));
		else
			log_info("deleted %s%s to stay within the disk budget", o->dir, f->name);
		o->done_bytes -= f->bytes;
		o->oldest = f->next;
		if (!o->oldest)
			o->newest = &o->oldest;
		free(f);
	}
}
