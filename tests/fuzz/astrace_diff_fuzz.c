// SPDX-License-Identifier: GPL-2.0-or-later
/* astrace_diff_fuzz - any packets as answers to the payloads of --diff, whose handshakes are over:
 * each is cut off the input by a length of two bytes and heard; then a conclusion is drawn and
 * written. */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>

#include "../../astrace/outdiff.h"
#include "base/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { LOW = 0x4e20, DPORT = 80, SEQ = 1000 };

/* As after the first round: ports as diff_open() gives them, a payload sent by all trials. */
static void make(struct diff *d, bool udp, int family)
{
	d->begun = true;
	d->dport = DPORT;
	d->low_port = LOW;
	d->first = 1;
	d->last = DIFF_HOPS;
	d->dst = (struct addr){ .family = family, .b = { 10, 0, 0, 9 } };
	d->test = (struct payload){ .spec = "text:test", .udp = udp, .n = 100 };
	d->control = (struct payload){ .spec = "text:control", .udp = udp, .n = 100 };
	for (unsigned int r = 0; r < DIFF_ROUNDS; r++)
		for (unsigned int side = 0; side < 2; side++)
			for (unsigned int s = 0; s <= DIFF_HOPS; s++)
				d->trial[r][side][s] = (struct diff_trial){
					.state = DIFF_SENT,
					.fd = -1,
					.slot = s,
					.test = side,
					.joined = true,
					.port = LOW + DIFF_PORTS + r * (DIFF_HOPS + 1) + s,
					.seq = SEQ + side,
					.sent_ns = 1,
				};
	d->afterwards.port = LOW + DIFF_PORTS + DIFF_ROUNDS * (DIFF_HOPS + 1);
	d->afterwards.fd = -1;
}

static void write_all(const struct diff *d, const struct know *k)
{
	AUTO(str_free) struct str text = { 0 }, line = { 0 };
	struct jsonw j = jsonw_of(&text);
	json_t *root;

	jsonw_object(&j, NULL);
	outdiff_json(d, k, &j);
	jsonw_line(&j);
	root = json_loadb(text.p, text.len, 0, NULL);
	if (!root)
		abort();
	json_decref(root);
	outdiff_text(d, k, &line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct job job;
	static struct diff d;
	static struct know *k;
	struct cur c = cur_of(data, n);
	uint8_t how = cur_u8(&c);

	if (!k && know_open(&job, &k, NULL))
		return 0;
	d = (struct diff){ 0 };
	make(&d, how & 1, how & 2 ? AF_INET6 : AF_INET);
	while (cur_left(&c)) {
		uint16_t len = cur_be16(&c) & 0x7ff;
		struct cur packet = cur_sub(&c, MIN(len, cur_left(&c)));
		struct answer a;

		if (!answer_parse(packet.p, cur_left(&packet), &a))
			continue;
		/* as if it were about this very trace */
		if (how & 4) {
			a.from = a.quote.present ? a.from : d.dst;
			a.quote.dst = d.dst;
		}
		(void)diff_answer(&d, &a, 100, 1);
	}
	write_all(&d, k);
	return 0;
}
