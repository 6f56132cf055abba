// SPDX-License-Identifier: GPL-2.0-or-later
/* progress - see progress.h. */
#include "ui/progress.h"

#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "ui/fmt.h"
#include "ui/term.h"
#include "ui/utf8.h"

#define FIRST_NS 500000000
#define EVERY_NS 200000000

struct progress progress_begin(int fd, const char *what, int64_t now_ns)
{
	return (struct progress){ .fd = fd,
				  .on = isatty(fd),
				  .what = what,
				  .start_ns = now_ns,
				  .next_ns = now_ns + FIRST_NS };
}

/* One write; a terminal that cannot take it gets the next line. */
static void put(const struct progress *p, const struct str *line)
{
	if (write(p->fd, str_text(line), line->len) < 0)
		return;
}

/* How numbers of one kind are said. */
struct unit {
	struct fmt (*amount)(uint64_t v);
	struct fmt (*rate)(uint64_t v);
	const char *name;
};

static void show(struct progress *p, int64_t now_ns, uint64_t done, uint64_t all,
		 const struct unit *u)
{
	AUTO(str_free) struct str line = { 0 };
	struct term t;
	uint64_t spent = now_ns - p->start_ns, rate;

	if (!p->on || now_ns < p->next_ns)
		return;
	p->next_ns = now_ns + EVERY_NS;
	t = term_of(p->fd);
	rate = fmt_rate(done, spent);
	term_add_safe(&line, p->what, strlen(p->what));
	str_addf(&line, ": %s%s", u->amount(done).s, u->name);
	if (all)
		str_addf(&line, " of %s, %s", u->amount(all).s, fmt_percent(done, all).s);
	str_addf(&line, ", %s", u->rate(rate).s);
	if (all > done && rate)
		str_addf(&line, ", %s left", fmt_duration((all - done) / rate * 1000000000).s);
	/* A line that wraps could not be taken back; it is cut at a character. */
	while (line.len &&
	       (utf8_count(line.p, line.len) >= t.width || (line.p[line.len] & 0xc0) == 0x80))
		line.len--;
	if (line.failed)
		return;
	str_add(&line, "\033[K\r");
	put(p, &line);
	p->shown = true;
}

void progress_bytes(struct progress *p, int64_t now_ns, uint64_t done, uint64_t all)
{
	show(p, now_ns, done, all, &(struct unit){ fmt_bytes, fmt_bytes_per_s, "" });
}

void progress_packets(struct progress *p, int64_t now_ns, uint64_t done, uint64_t all)
{
	show(p, now_ns, done, all, &(struct unit){ fmt_count, fmt_packets_per_s, " packets" });
}

void progress_end(struct progress *p)
{
	AUTO(str_free) struct str line = { 0 };

	if (!p->shown)
		return;
	str_add(&line, "\r\033[K");
	put(p, &line);
	p->shown = false;
}
