// SPDX-License-Identifier: GPL-2.0-or-later
/* script - see script.h. */
#include "script.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stddef.h"
#include "sys/cpp.h"
#include "sys/fd.h"

enum { MAX_BYTES = 512 << 20 };

/* A folder of our own with stddef.h in it, for as long as the preprocessor runs. */
static int preprocess(const struct job *job, struct str *out, struct err *e)
{
	char folder[] = "/tmp/trafgen.XXXXXX", path[48];
	const char *text = stddef_text();
	AUTO(close_p) int fd = -1;
	int rc;

	if (!mkdtemp(folder))
		return err_sys(e, errno, "make a folder in /tmp for stddef.h");
	snprintf(path, sizeof(path), "%s/stddef.h", folder);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	rc = fd < 0 ? -errno : fd_write_full(fd, text, strlen(text));
	if (rc < 0)
		rc = err_sys(e, -rc, "write %s", path);
	else
		rc = cpp_run(job->path, job->defines.v, job->defines.n, folder, MAX_BYTES, out, e);
	unlink(path);
	rmdir(folder);
	return rc;
}

int script_read(const struct job *job, struct str *out, struct err *e)
{
	AUTO(close_p) int fd = -1;

	if (job->text) {
		str_add(out, job->text);
		return out->failed ? err_sys(e, ENOMEM, "%s", job->name) : 0;
	}
	if (job->cpp)
		return preprocess(job, out, e);
	if (strcmp(job->path, "-") == 0)
		return fd_read_text(STDIN_FILENO, job->name, MAX_BYTES, out, e);
	fd = open(job->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, errno, "open %s", job->path);
	return fd_read_text(fd, job->path, MAX_BYTES, out, e);
}

const char *script_example(void)
{
	return "/* A SYN to port 80 from changing addresses. Try it: trafgen -e | trafgen -i - -o x.pcap -n 4\n"
	       " * Fields that the script leaves out have defaults; lengths, checksums and the numbers of\n"
	       " * the next protocol are filled in. */\n"
	       "{\n"
	       "  eth(da=02:00:00:00:00:01, sa=02:00:00:00:00:02),\n"
	       "  ipv4(sa=10.0.0.1, sa[2:2]=drnd(1, 65534), da=192.0.2.1, ttl=64, df, id=drnd()),\n"
	       "  tcp(sport=dinc(1024, 65535), dport=80, seq=drnd(), syn, win=16384),\n"
	       "}\n"
	       "\n"
	       "/* The same in bytes, with functions for what changes. Offsets begin at 0. */\n"
	       "{\n"
	       "  # Ethernet: destination, source, type\n"
	       "  0x02, fill(0x00, 4), 0x01,  0x02, 0x00, 0x00, drnd(3),  c16(0x0800),\n"
	       "  # IPv4: version and length, TOS, total length, identification, flags, TTL, protocol\n"
	       "  0b01000101, 0, c16(46), drnd(2), 0b01000000, 0, 64, 6,\n"
	       "  # checksum of the header, bytes 14 to 33; addresses\n"
	       "  csumip(14, 33),  10, 0, 0, dinc(1, 254),  192, 0, 2, 1,\n"
	       "  # TCP: ports, sequence and acknowledgement, length and SYN, window\n"
	       "  drnd(2), c16(80), drnd(4), c32(0), c16((5 << 12) | 2), c16(16384),\n"
	       "  # checksum over the pseudo header of byte 14 and the segment from byte 34; urgent pointer\n"
	       "  csumtcp(14, 34), c16(0),\n"
	       "  \"gotcha\"\n"
	       "}\n";
}
