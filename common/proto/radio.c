// SPDX-License-Identifier: GPL-2.0-or-later
/* radio - what drivers put before 802.11 frames: radiotap, whose fields stand at their own
 * alignment in the order of the bits that announce them, and the older Prism and AVS headers. */
#include "proto/found.h"
#include "proto/linktype.h"
#include "proto/tables.h"

#define REF "radiotap.org"

static const struct value_name flag_names[] = {
	{ 0x01, "cfp" }, { 0x02, "short-preamble" }, { 0x04, "wep" }, { 0x08, "fragmented" },
	{ 0x10, "fcs" }, { 0x20, "padded" }, { 0x40, "bad-fcs" }, { 0x80, "short-guard" },
	{ 0, NULL },
};

static const struct value_name channel_bits[] = {
	{ 0x0010, "turbo" }, { 0x0020, "cck" }, { 0x0040, "ofdm" }, { 0x0080, "2ghz" },
	{ 0x0100, "5ghz" }, { 0x0200, "passive" }, { 0x0400, "dynamic" }, { 0x0800, "gfsk" },
	{ 0x1000, "gsm" }, { 0x2000, "static-turbo" }, { 0x4000, "half" }, { 0x8000, "quarter" },
	{ 0, NULL },
};

static const struct value_name rx_bits[] = {
	{ 0x0002, "bad-plcp" }, { 0, NULL },
};

static const struct value_name tx_bits[] = {
	{ 0x0001, "failed" }, { 0x0002, "cts" }, { 0x0004, "rts" }, { 0x0008, "no-ack" },
	{ 0x0010, "no-seq" }, { 0x0020, "order" }, { 0, NULL },
};

static const struct value_name mcs_known_bits[] = {
	{ 0x01, "bandwidth" }, { 0x02, "index" }, { 0x04, "guard" }, { 0x08, "format" },
	{ 0x10, "fec" }, { 0x20, "stbc" }, { 0x40, "ness" }, { 0, NULL },
};

enum { FIELDS_TSFT, FIELDS_FLAGS, FIELDS_RATE, FIELDS_FREQ, FIELDS_CHANNEL, FIELDS_FHSS,
       FIELDS_SIGNAL, FIELDS_NOISE, FIELDS_QUALITY, FIELDS_TX_ATTENUATION, FIELDS_TX_ATTENUATION_DB,
       FIELDS_TX_POWER, FIELDS_ANTENNA, FIELDS_SIGNAL_DB, FIELDS_NOISE_DB, FIELDS_RX_FLAGS,
       FIELDS_TX_FLAGS, FIELDS_RTS_RETRIES, FIELDS_RETRIES, FIELDS_XCHANNEL, FIELDS_MCS_KNOWN,
       FIELDS_MCS_FLAGS, FIELDS_MCS, FIELDS_AMPDU_REF, FIELDS_AMPDU_FLAGS, FIELDS_VHT_KNOWN,
       FIELDS_VHT_FLAGS, FIELDS_VHT_BANDWIDTH, FIELDS_VHT_MCS_NSS, FIELDS_VHT_CODING,
       FIELDS_VHT_GROUP, FIELDS_VHT_AID, FIELDS_TIMESTAMP, FIELDS_TIMESTAMP_ACCURACY,
       FIELDS_TIMESTAMP_UNIT, FIELDS_TIMESTAMP_FLAGS, FIELDS_HE, FIELDS_HE_MU, FIELDS_HE_OTHER,
       FIELDS_NO_PSDU, FIELDS_L_SIG, FIELDS_TLV, FIELDS_VENDOR };

static const struct field fields[] = {
	[FIELDS_TSFT] = { .name = "tsft", .at = { 0, 64 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		.label = "time of the first bit, us", .ref = REF },
	[FIELDS_FLAGS] = { .name = "flags", .at = { 0, 8 }, .kind = FIELD_FLAGS,
		.flags = FIELD_FOUND | FIELD_LINE, .names = flag_names, .label = "flags",
		.ref = REF },
	[FIELDS_RATE] = { .name = "rate", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND | FIELD_LINE, .label = "rate, 500 kbit/s", .ref = REF },
	[FIELDS_FREQ] = { .name = "freq", .at = { 0, 16 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND | FIELD_LINE, .label = "frequency, MHz", .ref = REF },
	[FIELDS_CHANNEL] = { .name = "channel", .at = { 0, 16 }, .kind = FIELD_FLAGS,
		.flags = FIELD_FOUND, .names = channel_bits, .label = "kind of channel",
		.ref = REF },
	[FIELDS_FHSS] = { .name = "fhss", .at = { 0, 16 }, .kind = FIELD_HEX, .flags = FIELD_FOUND,
		.label = "hop set and pattern", .ref = REF },
	[FIELDS_SIGNAL] = { .name = "signal", .at = { 0, 8 }, .kind = FIELD_INT,
		.flags = FIELD_FOUND | FIELD_LINE, .label = "signal, dBm", .ref = REF },
	[FIELDS_NOISE] = { .name = "noise", .at = { 0, 8 }, .kind = FIELD_INT,
		.flags = FIELD_FOUND | FIELD_LINE, .label = "noise, dBm", .ref = REF },
	[FIELDS_QUALITY] = { .name = "quality", .at = { 0, 16 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "quality of the lock", .ref = REF },
	[FIELDS_TX_ATTENUATION] = { .name = "tx_attenuation", .at = { 0, 16 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "attenuation of the sender", .ref = REF },
	[FIELDS_TX_ATTENUATION_DB] = { .name = "tx_attenuation_db", .at = { 0, 16 },
		.kind = FIELD_DEC, .flags = FIELD_FOUND, .label = "attenuation of the sender, dB",
		.ref = REF },
	[FIELDS_TX_POWER] = { .name = "tx_power", .at = { 0, 8 }, .kind = FIELD_INT,
		.flags = FIELD_FOUND, .label = "power of the sender, dBm", .ref = REF },
	[FIELDS_ANTENNA] = { .name = "antenna", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "antenna", .ref = REF },
	[FIELDS_SIGNAL_DB] = { .name = "signal_db", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "signal over a reference, dB", .ref = REF },
	[FIELDS_NOISE_DB] = { .name = "noise_db", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "noise over a reference, dB", .ref = REF },
	[FIELDS_RX_FLAGS] = { .name = "rx_flags", .at = { 0, 16 }, .kind = FIELD_FLAGS,
		.flags = FIELD_FOUND, .names = rx_bits, .label = "flags of the receiver",
		.ref = REF },
	[FIELDS_TX_FLAGS] = { .name = "tx_flags", .at = { 0, 16 }, .kind = FIELD_FLAGS,
		.flags = FIELD_FOUND, .names = tx_bits, .label = "flags of the sender",
		.ref = REF },
	[FIELDS_RTS_RETRIES] = { .name = "rts_retries", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "retries of RTS", .ref = REF },
	[FIELDS_RETRIES] = { .name = "retries", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "retries of data", .ref = REF },
	[FIELDS_XCHANNEL] = { .name = "xchannel", .kind = FIELD_BYTES, .flags = FIELD_FOUND,
		.label = "extended channel", .ref = REF },
	[FIELDS_MCS_KNOWN] = { .name = "mcs_known", .at = { 0, 8 }, .kind = FIELD_FLAGS,
		.flags = FIELD_FOUND, .names = mcs_known_bits, .label = "what is known of HT",
		.ref = REF },
	[FIELDS_MCS_FLAGS] = { .name = "mcs_flags", .at = { 0, 8 }, .kind = FIELD_HEX,
		.flags = FIELD_FOUND, .label = "bandwidth, guard interval, format, coding of HT",
		.ref = REF },
	[FIELDS_MCS] = { .name = "mcs", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND | FIELD_LINE, .label = "rate index of HT", .ref = REF },
	[FIELDS_AMPDU_REF] = { .name = "ampdu_ref", .at = { 0, 32 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "number of the aggregate", .ref = REF },
	[FIELDS_AMPDU_FLAGS] = { .name = "ampdu_flags", .at = { 0, 16 }, .kind = FIELD_HEX,
		.flags = FIELD_FOUND, .label = "flags of the aggregate", .ref = REF },
	[FIELDS_VHT_KNOWN] = { .name = "vht_known", .at = { 0, 16 }, .kind = FIELD_HEX,
		.flags = FIELD_FOUND, .label = "what is known of VHT", .ref = REF },
	[FIELDS_VHT_FLAGS] = { .name = "vht_flags", .at = { 0, 8 }, .kind = FIELD_HEX,
		.flags = FIELD_FOUND, .label = "flags of VHT", .ref = REF },
	[FIELDS_VHT_BANDWIDTH] = { .name = "vht_bandwidth", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "bandwidth of VHT", .ref = REF },
	[FIELDS_VHT_MCS_NSS] = { .name = "vht_mcs_nss", .kind = FIELD_BYTES, .flags = FIELD_FOUND,
		.label = "rate index and streams of four users of VHT", .ref = REF },
	[FIELDS_VHT_CODING] = { .name = "vht_coding", .at = { 0, 8 }, .kind = FIELD_HEX,
		.flags = FIELD_FOUND, .label = "coding of VHT", .ref = REF },
	[FIELDS_VHT_GROUP] = { .name = "vht_group", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "group of VHT", .ref = REF },
	[FIELDS_VHT_AID] = { .name = "vht_aid", .at = { 0, 16 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "partial association of VHT", .ref = REF },
	[FIELDS_TIMESTAMP] = { .name = "timestamp", .at = { 0, 64 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "time stamp", .ref = REF },
	[FIELDS_TIMESTAMP_ACCURACY] = { .name = "timestamp_accuracy", .at = { 0, 16 },
		.kind = FIELD_DEC, .flags = FIELD_FOUND, .label = "its accuracy", .ref = REF },
	[FIELDS_TIMESTAMP_UNIT] = { .name = "timestamp_unit", .at = { 0, 8 }, .kind = FIELD_HEX,
		.flags = FIELD_FOUND, .label = "its unit and position", .ref = REF },
	[FIELDS_TIMESTAMP_FLAGS] = { .name = "timestamp_flags", .at = { 0, 8 }, .kind = FIELD_HEX,
		.flags = FIELD_FOUND, .label = "its flags", .ref = REF },
	[FIELDS_HE] = { .name = "he", .kind = FIELD_BYTES, .flags = FIELD_FOUND | FIELD_LINE,
		.label = "data of HE", .ref = REF },
	[FIELDS_HE_MU] = { .name = "he_mu", .kind = FIELD_BYTES, .flags = FIELD_FOUND,
		.label = "data of HE for several users", .ref = REF },
	[FIELDS_HE_OTHER] = { .name = "he_other", .kind = FIELD_BYTES, .flags = FIELD_FOUND,
		.label = "data of HE of another user", .ref = REF },
	[FIELDS_NO_PSDU] = { .name = "no_psdu", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "why there is no data", .ref = REF },
	[FIELDS_L_SIG] = { .name = "l_sig", .kind = FIELD_BYTES, .flags = FIELD_FOUND,
		.label = "legacy signal field", .ref = REF },
	[FIELDS_TLV] = { .name = "tlv", .kind = FIELD_BYTES, .flags = FIELD_FOUND,
		.label = "fields behind those of the present bits", .ref = REF },
	[FIELDS_VENDOR] = { .name = "vendor", .kind = FIELD_BYTES, .flags = FIELD_FOUND,
		.label = "what a vendor put in", .ref = REF },
};

static const struct opt_def groups[] = {
	{ .name = "more", FIELDS(fields), .ref = REF,
	  .label = "fields of a further word of present bits, often an antenna" },
};

/* Size and alignment of the fields by bit; those with parts are split below. */
static const struct {
	uint8_t bytes, align, field;
} layout[] = {
	{ 8, 8, FIELDS_TSFT }, { 1, 1, FIELDS_FLAGS }, { 1, 1, FIELDS_RATE },
	{ 4, 2, FIELDS_FREQ }, { 2, 1, FIELDS_FHSS }, { 1, 1, FIELDS_SIGNAL },
	{ 1, 1, FIELDS_NOISE }, { 2, 2, FIELDS_QUALITY }, { 2, 2, FIELDS_TX_ATTENUATION },
	{ 2, 2, FIELDS_TX_ATTENUATION_DB }, { 1, 1, FIELDS_TX_POWER }, { 1, 1, FIELDS_ANTENNA },
	{ 1, 1, FIELDS_SIGNAL_DB }, { 1, 1, FIELDS_NOISE_DB }, { 2, 2, FIELDS_RX_FLAGS },
	{ 2, 2, FIELDS_TX_FLAGS }, { 1, 1, FIELDS_RTS_RETRIES }, { 1, 1, FIELDS_RETRIES },
	{ 8, 4, FIELDS_XCHANNEL }, { 3, 1, FIELDS_MCS_KNOWN }, { 8, 4, FIELDS_AMPDU_REF },
	{ 12, 2, FIELDS_VHT_KNOWN }, { 12, 8, FIELDS_TIMESTAMP }, { 12, 2, FIELDS_HE },
	{ 12, 2, FIELDS_HE_MU }, { 6, 2, FIELDS_HE_OTHER }, { 1, 1, FIELDS_NO_PSDU },
	{ 4, 2, FIELDS_L_SIG },
};

enum { BIT_TLV = 28, BIT_RADIOTAP, BIT_VENDOR, BIT_MORE, FIXED_BYTES = 8, WORDS = 32 };

static uint64_t number(const uint8_t *p, unsigned int bytes)
{
	uint64_t v = 0;

	while (bytes)
		v = v << 8 | p[--bytes];
	return v;
}

/* Parts of a field of the table 'layout' one after another: numbers by their width, 'data' bytes
 * for those that are none. */
static void give(struct finder *fi, unsigned int bit, const uint8_t *p)
{
	static const uint8_t data_bytes[] = { [FIELDS_VHT_MCS_NSS] = 4 };
	const struct field *f = &fields[layout[bit].field];
	const uint8_t *end = p + layout[bit].bytes;

	if (!field_is_number(f))
		return found_bytes(fi, f, p, layout[bit].bytes);
	for (; p < end; f++) {
		unsigned int n = field_is_number(f) ? f->at.n / 8u : data_bytes[f - fields];

		if (n > end - p || !n)
			return;
		if (field_is_number(f))
			found_number(fi, f, number(p, n));
		else
			found_bytes(fi, f, p, n);
		p += n;
	}
}

/* The words of present bits; '*ret_n' of them. NULL when they do not fit. */
static const uint8_t *words(const uint8_t *hdr, size_t have, unsigned int *ret_n)
{
	for (unsigned int i = 0; i < WORDS; i++) {
		if (FIXED_BYTES + i * 4u > have)
			return NULL;
		if (!(get_le32(hdr + 4 + i * 4) >> BIT_MORE)) {
			*ret_n = i + 1;
			return hdr + 4;
		}
	}
	return NULL;
}

/* Fields of one word. False when the header ends before they do. */
static bool find_word(struct cur *c, struct finder *fi, const uint8_t *hdr, uint32_t word)
{
	for (unsigned int bit = 0; bit < ARRAY_SIZE(layout); bit++) {
		const uint8_t *p;

		if (!(word >> bit & 1))
			continue;
		cur_skip(c, -(size_t)(c->p - hdr) & (layout[bit].align - 1));
		p = cur_take(c, layout[bit].bytes);
		if (!p) {
			if (!fi->cut)
				found_bad(fi, "present bit", bit);
			return false;
		}
		give(fi, bit, p);
	}
	if ((word >> BIT_TLV & 1) && cur_left(c)) {
		found_bytes(fi, &fields[FIELDS_TLV], c->p, cur_left(c));
		cur_skip(c, cur_left(c));
	}
	if (!(word >> BIT_VENDOR & 1))
		return true;
	cur_skip(c, -(size_t)(c->p - hdr) & 1);
	if (cur_left(c) >= 6) {
		size_t n = 6 + get_le16(c->p + 4);
		const uint8_t *p = cur_take(c, n);

		if (p)
			found_bytes(fi, &fields[FIELDS_VENDOR], p, n);
		else if (!fi->cut)
			found_bad(fi, "bytes of a vendor", n);
	}
	return !c->failed;
}

static void find(struct cur *c, struct finder *fi)
{
	const uint8_t *hdr = c->p, *word;
	bool more, vendor = false;
	unsigned int n;

	word = words(hdr, cur_left(c), &n);
	if (!word)
		return fi->cut ? (void)0 : found_bad(fi, "words of present bits", cur_left(c) / 4);
	cur_skip(c, 4 + n * 4);
	for (unsigned int i = 0; i < n; i++) {
		uint32_t bits = get_le32(word + i * 4);

		/* bits behind a vendor's are the vendor's own, its data has been skipped */
		if (vendor) {
			vendor = !(bits >> BIT_RADIOTAP & 1);
			continue;
		}
		vendor = bits >> BIT_VENDOR & 1;
		if (i && !found_open(fi, groups))
			return;
		more = find_word(c, fi, hdr, bits);
		if (i)
			found_close(fi);
		if (!more)
			return;
	}
}

/* The frame check sequence, if the flags say that there is one, is no part of the frame. */
static void next(const uint8_t *hdr, uint32_t n_bytes, struct next *n)
{
	uint32_t bits = get_le32(hdr + 4);
	unsigned int n_words, at;

	if (!(bits & 2) || !words(hdr, n_bytes, &n_words))
		return;
	at = 4 + n_words * 4;
	if (bits & 1)
		at = ALIGN_UP(at, 8) + 8;
	if (at < n_bytes && (hdr[at] & 0x10) && n->total_bytes >= n_bytes + 4)
		n->total_bytes -= 4;
}

static const struct field radiotap_fields[] = {
	{ .name = "version", BYTES(0, 1), .kind = FIELD_DEC, .label = "version", .ref = REF },
	{ .name = "len", BYTES(2, 2), .kind = FIELD_DEC, .flags = FIELD_LE, .dflt = 8,
	  .label = "bytes of the header", .ref = REF },
	{ .name = "present", BYTES(4, 4), .kind = FIELD_HEX, .flags = FIELD_LE,
	  .label = "fields that are there, first word", .ref = REF },
};

const struct proto proto_radiotap = {
	.name = "radiotap", .label = "Radio header", .ref = REF, .flags = PROTO_LINK,
	.min_bytes = FIXED_BYTES,
	.hdr = { .at = { 16, 16 }, .unit = 1, .le = true },
	FIELDS(radiotap_fields),
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_DOT11 },
	.next_hook = next,
	OPTIONS(groups),
	.find = find,
	.in = { { REG_LINKTYPE, LINKTYPE_IEEE802_11_RADIOTAP } },
};

#define PRISM "tcpdump.org LINKTYPE_IEEE802_11_PRISM"

static const struct field prism_fields[] = {
	{ .name = "code", BYTES(0, 4), .kind = FIELD_HEX, .flags = FIELD_LE, .dflt = 0x41,
	  .label = "message code", .ref = PRISM },
	{ .name = "len", BYTES(4, 4), .kind = FIELD_DEC, .flags = FIELD_LE, .dflt = 144,
	  .label = "bytes of the header", .ref = PRISM },
	{ .name = "device", BYTES(8, 16), .kind = FIELD_TEXT, .label = "name of the device",
	  .ref = PRISM },
	{ .name = "hosttime", BYTES(32, 4), .kind = FIELD_DEC, .flags = FIELD_LE,
	  .label = "time of the host", .ref = PRISM },
	{ .name = "mactime", BYTES(44, 4), .kind = FIELD_DEC, .flags = FIELD_LE,
	  .label = "time of the card", .ref = PRISM },
	{ .name = "channel", BYTES(56, 4), .kind = FIELD_DEC, .flags = FIELD_LE | FIELD_LINE,
	  .label = "channel", .ref = PRISM },
	{ .name = "rssi", BYTES(68, 4), .kind = FIELD_INT, .flags = FIELD_LE | FIELD_LINE,
	  .label = "signal strength", .ref = PRISM },
	{ .name = "quality", BYTES(80, 4), .kind = FIELD_DEC, .flags = FIELD_LE,
	  .label = "quality of the signal", .ref = PRISM },
	{ .name = "signal", BYTES(92, 4), .kind = FIELD_INT, .flags = FIELD_LE | FIELD_LINE,
	  .label = "signal", .ref = PRISM },
	{ .name = "noise", BYTES(104, 4), .kind = FIELD_INT, .flags = FIELD_LE, .label = "noise",
	  .ref = PRISM },
	{ .name = "rate", BYTES(116, 4), .kind = FIELD_DEC, .flags = FIELD_LE | FIELD_LINE,
	  .label = "rate, 500 kbit/s", .ref = PRISM },
	{ .name = "sent", BYTES(128, 4), .kind = FIELD_DEC, .flags = FIELD_LE,
	  .label = "sent, not received", .ref = PRISM },
	{ .name = "frame_len", BYTES(140, 4), .kind = FIELD_DEC, .flags = FIELD_LE,
	  .label = "bytes of the frame", .ref = PRISM },
};

/* Drivers write AVS headers under this link type too. */
static bool prism_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	(void)bytes;
	return have >= 4 && get_be32(p) >> 12 != 0x80211;
}

const struct proto proto_prism = {
	.name = "prism", .label = "Prism radio header", .ref = PRISM, .flags = PROTO_LINK,
	.min_bytes = 144,
	.hdr = { .at = { 32, 16 }, .unit = 1, .le = true },
	FIELDS(prism_fields),
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_DOT11 },
	.check = prism_check,
	.in = { { REG_LINKTYPE, LINKTYPE_IEEE802_11_PRISM } },
};

#define AVS "tcpdump.org LINKTYPE_IEEE802_11_AVS"

static const struct value_name phys[] = {
	{ 1, "fhss-97" }, { 2, "dsss-97" }, { 3, "infrared" }, { 4, "dsss-b" }, { 5, "pbcc-b" },
	{ 6, "ofdm-g" }, { 7, "pbcc-g" }, { 8, "ofdm-a" }, { 0, NULL },
};

static const struct value_name ssi_types[] = {
	{ 0, "none" }, { 1, "normalised" }, { 2, "dbm" }, { 3, "raw" }, { 0, NULL },
};

static const struct field avs_fields[] = {
	{ .name = "magic", BYTES(0, 4), .kind = FIELD_HEX, .dflt = 0x80211001,
	  .label = "magic and version", .ref = AVS },
	{ .name = "len", BYTES(4, 4), .kind = FIELD_DEC, .dflt = 64, .label = "bytes of the header",
	  .ref = AVS },
	{ .name = "mactime", BYTES(8, 8), .kind = FIELD_DEC, .label = "time of the card",
	  .ref = AVS },
	{ .name = "hosttime", BYTES(16, 8), .kind = FIELD_DEC, .label = "time of the host",
	  .ref = AVS },
	{ .name = "phy", BYTES(24, 4), .kind = FIELD_DEC, .names = phys, .label = "kind of radio",
	  .ref = AVS },
	{ .name = "channel", BYTES(28, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "channel", .ref = AVS },
	{ .name = "rate", BYTES(32, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "rate, 100 kbit/s", .ref = AVS },
	{ .name = "antenna", BYTES(36, 4), .kind = FIELD_DEC, .label = "antenna", .ref = AVS },
	{ .name = "priority", BYTES(40, 4), .kind = FIELD_DEC, .label = "priority", .ref = AVS },
	{ .name = "ssi_type", BYTES(44, 4), .kind = FIELD_DEC, .names = ssi_types,
	  .label = "what the signal is measured in", .ref = AVS },
	{ .name = "signal", BYTES(48, 4), .kind = FIELD_INT, .flags = FIELD_LINE, .label = "signal",
	  .ref = AVS },
	{ .name = "noise", BYTES(52, 4), .kind = FIELD_INT, .label = "noise", .ref = AVS },
	{ .name = "preamble", BYTES(56, 4), .kind = FIELD_DEC,
	  .label = "preamble, 1: short, 2: long", .ref = AVS },
	{ .name = "encoding", BYTES(60, 4), .kind = FIELD_DEC, .label = "encoding", .ref = AVS },
};

static bool avs_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	(void)bytes;
	return have >= 4 && get_be32(p) >> 12 == 0x80211;
}

const struct proto proto_avs = {
	.name = "avs", .label = "AVS radio header", .ref = AVS, .flags = PROTO_LINK,
	.min_bytes = 64,
	.hdr = { .at = { 48, 16 }, .unit = 1 },
	FIELDS(avs_fields),
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_DOT11 },
	.check = avs_check,
	.in = { { REG_LINKTYPE, LINKTYPE_IEEE802_11_AVS },
		{ REG_LINKTYPE, LINKTYPE_IEEE802_11_PRISM } },
};
