// SPDX-License-Identifier: GPL-2.0-or-later
/* replay - the sink that is a network device: packets of any source leave by it, at their time, and
 * every one is accounted for. Replay of files and redirection between devices both end here.
 * Sits on pkt/txsend and pkt/pace. The loop over files is replay_file.c, the report
 * replay_report.c. */
#ifndef NETSNIFF_REPLAY_H
#define NETSNIFF_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "infile.h"
#include "job.h"
#include "keep.h"
#include "pkt/pace.h"
#include "pkt/pkt.h"
#include "sink.h"
#include "ui/jsonw.h"

/* Frames longer than this need -J. */
enum { REPLAY_FRAME_BYTES = 2048 };

struct replay_conf {
	const char *dev;
	struct pace_spec pace;
	bool jumbo;	    /* frames to 64 KiB */
	bool random_order;  /* mix what is sent together; only with PACE_FAST */
	uint64_t seed;	    /* of random_order */
	size_t queue_bytes; /* memory of frames under way; 0: a default */
	int64_t gather_ns;  /* at least so long between two system calls that send; 0: none */
	int wake_fd;	    /* readable: end the run; -1 none. It is not read */
};

/* Where the packets went: offered = sent + needs_jumbo + too_long + too_short + wrong_link +
 * not_sent. */
struct replay_account {
	char dev[16];
	uint32_t mtu;
	uint64_t offered, offered_bytes; /* packets given to the sink; bytes as captured */
	uint64_t sent, sent_bytes;	 /* the kernel took them for the device */
	uint64_t device_dropped; /* the device's own count of drops during the run, others' included
				  */
	bool has_device_dropped; /* false: the device is gone, or tells nothing */
	uint64_t left;		 /* sent less device_dropped: these really left */
	uint64_t needs_jumbo;	 /* longer than REPLAY_FRAME_BYTES without -J */
	uint64_t too_long, too_short; /* beyond the MTU; shorter than the link header */
	uint64_t wrong_link;	      /* a link type that the device does not speak */
	uint16_t wrong_link_type;     /* that of the first of them */
	uint64_t not_sent;	      /* given, but the run ended before */
	uint64_t cut;		      /* of those sent: shorter than they were on the wire */
	uint64_t busy, calls;	      /* times the device was full; system calls */
	uint64_t n_passes;	      /* over the file; 0 for live sources */
	uint64_t duration_ns;	      /* from the first frame to the last */
	bool paced;		      /* the four below hold */
	uint64_t n_timed, late_median_ns, late_p99_ns, late_max_ns;
	uint64_t n_backward; /* time stamps older than one before */
};

struct replay;

/* What 'job' says of sending, without wake_fd (-1). */
struct replay_conf replay_conf_of(const struct job *job);

/* Opens the sink in the namespace of the caller. Returns 0 with '*ret_r' owned by the caller, or
 * -errno with 'e' naming the device. */
int replay_open(const struct replay_conf *conf, struct replay **ret_r, struct err *e) MUST_USE;
void replay_close(struct replay *r);
void replay_close_p(struct replay **r);

/* Sends the 'n' packets 'p', waiting for each one's time; none is looked at after the return. A tag
 * that the kernel stripped is put back. Returns 'n', less when wake_fd became readable, or -errno
 * with 'e' when the device is of no more use. */
int replay_put(struct replay *r, const struct pkt *p, unsigned int n, struct err *e) MUST_USE;

/* Packets given so far. */
uint64_t replay_offered(const struct replay *r);

/* Packets that the device has taken so far. */
uint64_t replay_sent(const struct replay *r);

/* The source came to its end: one pass more for the account. It may start again from its beginning.
 */
void replay_rewind(struct replay *r);

/* Waits until the device let go of all frames, at most two seconds and not when woken. */
void replay_finish(struct replay *r);

void replay_get_account(struct replay *r, struct replay_account *ret_a);

/* Which packets of files are replayed. */
struct replay_pick {
	struct keep *keep;	    /* NULL: all */
	struct sink *print;	    /* packets read are also put there; NULL: nowhere */
	uint64_t n_packets;	    /* in all passes together; 0: all */
	uint64_t n_loops;	    /* passes; 0: until woken */
	uint64_t snaplen;	    /* bytes; 0: all */
	int wake_fd;		    /* as in struct replay_conf: ends the wait for a pipe */
};

struct replay_pick replay_pick_of(const struct job *job);

/* Replays the files 'in' one after the other, all of them in each pass. What fits in a few MiB is
 * read, and printed, once. Returns 0 at the end or when woken, or -errno with 'e'; damage in a file
 * is an error after everything before it was sent. */
int replay_files(struct replay *r, const struct infiles *in, const struct replay_pick *pick,
		 struct err *e) MUST_USE;

/* The whole of "-i FILE -o DEVICE": opens files and device, gives up privilege, replays, ends by
 * SIGINT and SIGTERM, prints the account: text on standard error, or one line of JSON on standard
 * output. Returns 0 or -errno with 'e'; -EPIPE when nobody reads what is printed. */
int replay_command(const struct job *job, struct err *e) MUST_USE;

/* Adds the account to 'out' as text of some lines, and as members of the object open in 'j'. */
void replay_report_text(const struct replay_account *a, struct str *out);
void replay_report_json(const struct replay_account *a, struct jsonw *j);

#endif
