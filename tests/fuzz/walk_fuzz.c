// SPDX-License-Identifier: GPL-2.0-or-later
/* walk_fuzz - any bytes under any link type through walk and every form of output. The input is
 * link type (2 bytes, little endian), bytes missing from the wire (1), style bits (1), the packet.
 * Output forms that reach a terminal must hold no control character but newline and tab. */
#include <stdint.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "proto/columns.h"
#include "proto/render.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* JSON is UTF-8: there only the control characters of its second half are left to forbid. */
static void check_text(const struct str *s, bool json)
{
	for (size_t i = 0; i < s->len; i++) {
		uint8_t c = s->p[i], next = i + 1 < s->len ? s->p[i + 1] : 0;

		if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f || (c > '~' && !json))
			abort();
		if (c == 0xc2 && next >= 0x80 && next < 0xa0)
			abort();
	}
}

static void all_forms(struct str *s, const struct walk *w, const struct render_meta *m,
		      const struct render_style *st)
{
	static void (*const forms[])(struct str *, const struct walk *, const struct render_meta *,
				     const struct render_style *) = {
		render_text, render_less, render_json, render_hex, render_ascii,
	};

	for (unsigned int i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		str_clear(s);
		forms[i](s, w, m, st);
		check_text(s, forms[i] == render_json);
		if (s->failed || !s->len || s->p[s->len - 1] != '\n')
			abort();
	}
}

/* Columns have their values by the same hooks, and CSV rows its quotes. */
static void columns(struct str *s, const struct walk *w, const struct render_meta *m,
		    const struct render_style *st, bool csv)
{
	static struct columns c;
	struct err e;

	c.csv = csv;
	if (!c.n && columns_parse("number,ip.src,tcp.mss.value,dns.question.name,dns.answer.text,"
				  "dhcp.host_name.host,tls.handshake.sni,lldp.org.subtype_text,"
				  "layers,udp.csum_state,tcp.flags_text,iface",
				  "columns", &c, &e))
		abort();
	str_clear(s);
	columns_line(s, &c, w, m, st);
	check_text(s, false);
	if (s->failed || !s->len || s->p[s->len - 1] != '\n' ||
	    memchr(s->p, '\n', s->len) != s->p + s->len - 1)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct walk w;
	struct str s = { 0 };
	struct render_meta m = { .has_time = true, .number = 1, .iface = "e\033[0m", .dir = 4 };
	struct render_style st = { 0 };
	uint8_t *copy;

	if (n < 4)
		return 0;
	st.numeric = data[3] & 1;
	st.offload = data[3] & 2;
	st.no_payload = data[3] & 4;
	m.ts_ns = (int64_t)((uint64_t)data[3] << 56);
	/* a heap copy of the exact size: a read past the captured bytes is seen */
	copy = malloc(n - 4 + !(n - 4));
	if (!copy)
		return 0;
	memcpy(copy, data + 4, n - 4);
	walk_packet(get_le16(data), copy, n - 4, n - 4 + data[2], &w);
	if (w.n_layers > WALK_LAYERS || w.payload_have > w.payload_bytes ||
	    w.payload_off + (uint64_t)w.payload_bytes > w.len)
		abort();
	all_forms(&s, &w, &m, &st);
	columns(&s, &w, &m, &st, data[3] & 8);
	str_free(&s);
	free(copy);
	return 0;
}
