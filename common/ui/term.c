// SPDX-License-Identifier: GPL-2.0-or-later
/* term - see term.h. */
#include "ui/term.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ui/utf8.h"

struct term term_of(int fd)
{
	const char *no_color = getenv("NO_COLOR"), *kind = getenv("TERM");
	struct term t = { .tty = isatty(fd), .width = 80 };
	struct winsize size;

	t.color = t.tty && (!no_color || !*no_color) && kind && !streq(kind, "dumb");
	if (t.tty && !ioctl(fd, TIOCGWINSZ, &size) && size.ws_col >= 20)
		t.width = size.ws_col;
	return t;
}

const char *term_color(const struct term *t, enum term_color c)
{
	static const char *const codes[] = {
		[TERM_PLAIN] = "\033[0m",   [TERM_BOLD] = "\033[1m",  [TERM_RED] = "\033[31m",
		[TERM_GREEN] = "\033[32m",  [TERM_YELLOW] = "\033[33m", [TERM_BLUE] = "\033[34m",
		[TERM_CYAN] = "\033[36m",
	};

	return t->color ? codes[c] : "";
}

/* Controls; line and paragraph separators; marks that order text from right to left. */
static bool acts(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x61c || c == 0x200e || c == 0x200f ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

void term_add_safe(struct str *out, const char *text, size_t n)
{
	unsigned int len;
	uint32_t c;

	for (; n; text += len, n -= len) {
		len = utf8_next(text, n, &c);
		if (!len) {
			c = (unsigned char)*text;
			len = 1;
		} else if (!acts(c)) {
			str_add_n(out, text, len);
			continue;
		}
		str_add(out, c > 0xff ? "\\u" : "\\x");
		str_add_hex(out, c, c > 0xff ? 4 : 2);
	}
}
