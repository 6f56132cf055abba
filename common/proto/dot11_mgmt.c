// SPDX-License-Identifier: GPL-2.0-or-later
/* dot11_mgmt - bodies of 802.11 management frames: their fixed fields, and the elements that all
 * of them may have. */
#include "proto/found.h"
#include "proto/tables.h"

#define REF "IEEE 802.11 9.4.2"

static const struct tlv_layout layout = {
	.kind = { 0, 8 }, .len = { 8, 8 }, .unit = 1, .add = 2,
	.flags = TLV_TO_END | TLV_LINES | TLV_SHOWN,
};

static const struct value_name cap_bits[] = {
	{ 0x0001, "ess" }, { 0x0002, "ibss" }, { 0x0010, "privacy" }, { 0x0020, "short-preamble" },
	{ 0x0100, "spectrum" }, { 0x0200, "qos" }, { 0x0400, "short-slot" }, { 0x0800, "apsd" },
	{ 0x1000, "radio-measurement" }, { 0x4000, "delayed-ack" }, { 0x8000, "immediate-ack" },
	{ 0, NULL },
};

static const struct value_name reasons[] = {
	{ 1, "unspecified" }, { 2, "authentication-invalid" }, { 3, "leaving" },
	{ 4, "inactivity" }, { 5, "too-many-stations" }, { 6, "class-2-frame" },
	{ 7, "class-3-frame" }, { 8, "leaving-bss" }, { 9, "not-authenticated" },
	{ 10, "power-capability" }, { 11, "supported-channels" }, { 13, "invalid-element" },
	{ 14, "mic-failure" }, { 15, "handshake-timeout" }, { 16, "group-handshake-timeout" },
	{ 17, "handshake-element-differs" }, { 18, "invalid-group-cipher" },
	{ 19, "invalid-pairwise-cipher" }, { 20, "invalid-akmp" }, { 21, "rsn-version" },
	{ 22, "rsn-capabilities" }, { 23, "802.1x-failed" }, { 24, "cipher-rejected" },
	{ 32, "qos" }, { 33, "no-bandwidth" }, { 34, "poor-channel" }, { 36, "station-leaving" },
	{ 37, "end-ba" }, { 38, "setup" }, { 39, "timeout" }, { 45, "peer-cipher" }, { 0, NULL },
};

static const struct value_name statuses[] = {
	{ 0, "success" }, { 1, "failure" }, { 10, "capabilities" }, { 11, "no-association" },
	{ 12, "denied" }, { 13, "algorithm" }, { 14, "sequence" }, { 15, "challenge-failed" },
	{ 16, "timeout" }, { 17, "too-many-stations" }, { 18, "rates" }, { 30, "try-later" },
	{ 31, "rejected-by-robust" }, { 37, "declined" }, { 40, "invalid-element" },
	{ 41, "group-cipher" }, { 42, "pairwise-cipher" }, { 43, "akmp" }, { 44, "rsn-version" },
	{ 45, "rsn-capabilities" }, { 46, "cipher-rejected" }, { 53, "pmkid" },
	{ 72, "unknown-password" }, { 76, "anti-clogging" }, { 77, "finite-group" },
	{ 104, "vht-needed" }, { 126, "hash-to-element" }, { 0, NULL },
};

static const struct value_name ciphers[] = {
	{ 0x000fac00, "group" }, { 0x000fac01, "wep-40" }, { 0x000fac02, "tkip" },
	{ 0x000fac04, "ccmp" }, { 0x000fac05, "wep-104" }, { 0x000fac06, "bip" },
	{ 0x000fac07, "no-group-traffic" }, { 0x000fac08, "gcmp" }, { 0x000fac09, "gcmp-256" },
	{ 0x000fac0a, "ccmp-256" }, { 0x000fac0b, "bip-gmac" }, { 0x000fac0c, "bip-gmac-256" },
	{ 0x000fac0d, "bip-cmac-256" }, { 0x0050f201, "wep-40" }, { 0x0050f202, "tkip" },
	{ 0x0050f204, "ccmp" }, { 0x0050f205, "wep-104" }, { 0, NULL },
};

static const struct value_name akms[] = {
	{ 0x000fac01, "802.1x" }, { 0x000fac02, "psk" }, { 0x000fac03, "ft-802.1x" },
	{ 0x000fac04, "ft-psk" }, { 0x000fac05, "802.1x-sha256" }, { 0x000fac06, "psk-sha256" },
	{ 0x000fac07, "tdls" }, { 0x000fac08, "sae" }, { 0x000fac09, "ft-sae" },
	{ 0x000fac0b, "suite-b" }, { 0x000fac0c, "suite-b-192" },
	{ 0x000fac0d, "ft-802.1x-sha384" }, { 0x000fac12, "owe" }, { 0x000fac18, "sae-ext" },
	{ 0x0050f201, "802.1x" }, { 0x0050f202, "psk" }, { 0, NULL },
};

static const struct field ssid[] = {
	{ .name = "ssid", .at = { 16, 0 }, .kind = FIELD_TEXT, .flags = FIELD_REST | FIELD_LINE,
	  .label = "name of the network", .ref = "IEEE 802.11 9.4.2.2" },
};

static const struct field rates[] = {
	{ .name = "rate", BYTES(2, 1), .kind = FIELD_DEC, .flags = FIELD_ARRAY,
	  .label = "rates in 500 kbit/s, 128 added: must be known", .ref = "IEEE 802.11 9.4.2.3" },
};

static const struct field ds[] = {
	{ .name = "channel", BYTES(2, 1), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "channel", .ref = "IEEE 802.11 9.4.2.4" },
};

static const struct field tim[] = {
	{ .name = "count", BYTES(2, 1), .kind = FIELD_DEC, .label = "beacons until the next DTIM",
	  .ref = "IEEE 802.11 9.4.2.5" },
	{ .name = "period", BYTES(3, 1), .kind = FIELD_DEC, .label = "beacons between DTIMs",
	  .ref = "IEEE 802.11 9.4.2.5" },
	{ .name = "control", BYTES(4, 1), .kind = FIELD_HEX,
	  .label = "offset of the map, and whether there is multicast",
	  .ref = "IEEE 802.11 9.4.2.5" },
	{ .name = "map", .at = { 40, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "associations with frames that wait", .ref = "IEEE 802.11 9.4.2.5" },
};

static const struct field ibss[] = {
	{ .name = "window", BYTES(2, 2), .kind = FIELD_DEC, .flags = FIELD_LE,
	  .label = "window, 1024 us", .ref = "IEEE 802.11 9.4.2.6" },
};

static const struct value_name environments[] = {
	{ 0x20, "any" }, { 0x4f, "outdoor" }, { 0x49, "indoor" }, { 0x58, "none" }, { 0, NULL },
};

static const struct field country[] = {
	{ .name = "country", BYTES(2, 2), .kind = FIELD_TEXT, .flags = FIELD_LINE,
	  .label = "country", .ref = "IEEE 802.11 9.4.2.8" },
	{ .name = "environment", BYTES(4, 1), .kind = FIELD_HEX, .names = environments,
	  .label = "environment", .ref = "IEEE 802.11 9.4.2.8" },
	{ .name = "channels", .at = { 40, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "first channel, how many, power in dBm, again and again",
	  .ref = "IEEE 802.11 9.4.2.8" },
};

static const struct field load[] = {
	{ .name = "stations", BYTES(2, 2), .kind = FIELD_DEC, .flags = FIELD_LE | FIELD_LINE,
	  .label = "stations", .ref = "IEEE 802.11 9.4.2.27" },
	{ .name = "busy", BYTES(4, 1), .kind = FIELD_DEC,
	  .label = "share of time that the channel is taken, of 255",
	  .ref = "IEEE 802.11 9.4.2.27" },
	{ .name = "capacity", BYTES(5, 2), .kind = FIELD_DEC, .flags = FIELD_LE,
	  .label = "capacity, 32 us a s", .ref = "IEEE 802.11 9.4.2.27" },
};

static const struct field power[] = {
	{ .name = "dbm", BYTES(2, 1), .kind = FIELD_DEC, .label = "power constraint, dB",
	  .ref = "IEEE 802.11 9.4.2.13" },
};

static const struct field csa[] = {
	{ .name = "mode", BYTES(2, 1), .kind = FIELD_DEC, .label = "1: send no more until then",
	  .ref = "IEEE 802.11 9.4.2.18" },
	{ .name = "channel", BYTES(3, 1), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "new channel", .ref = "IEEE 802.11 9.4.2.18" },
	{ .name = "count", BYTES(4, 1), .kind = FIELD_DEC, .label = "beacons until then",
	  .ref = "IEEE 802.11 9.4.2.18" },
};

static const struct field quiet[] = {
	{ .name = "count", BYTES(2, 1), .kind = FIELD_DEC, .label = "beacons until then",
	  .ref = "IEEE 802.11 9.4.2.22" },
	{ .name = "period", BYTES(3, 1), .kind = FIELD_DEC, .label = "beacons between",
	  .ref = "IEEE 802.11 9.4.2.22" },
	{ .name = "duration", BYTES(4, 2), .kind = FIELD_DEC, .flags = FIELD_LE,
	  .label = "how long, 1024 us", .ref = "IEEE 802.11 9.4.2.22" },
	{ .name = "offset", BYTES(6, 2), .kind = FIELD_DEC, .flags = FIELD_LE,
	  .label = "how long after the beacon, 1024 us", .ref = "IEEE 802.11 9.4.2.22" },
};

static const struct value_name erp_bits[] = {
	{ 1, "non-erp-present" }, { 2, "protection" }, { 4, "barker" }, { 0, NULL },
};

static const struct field erp[] = {
	{ .name = "erp", BYTES(2, 1), .kind = FIELD_FLAGS, .names = erp_bits,
	  .label = "stations of 802.11b", .ref = "IEEE 802.11 9.4.2.11" },
};

static const struct value_name ht_bits[] = {
	{ 0x0001, "ldpc" }, { 0x0002, "40mhz" }, { 0x0010, "greenfield" },
	{ 0x0020, "short-gi-20" }, { 0x0040, "short-gi-40" }, { 0x0080, "tx-stbc" },
	{ 0x0400, "delayed-ba" }, { 0x0800, "amsdu-7935" }, { 0x1000, "dsss-40" },
	{ 0x4000, "40mhz-intolerant" }, { 0x8000, "l-sig-txop" }, { 0, NULL },
};

static const struct field ht[] = {
	{ .name = "caps", BYTES(2, 2), .kind = FIELD_FLAGS, .flags = FIELD_LE, .names = ht_bits,
	  .label = "capabilities of HT", .ref = "IEEE 802.11 9.4.2.55" },
	{ .name = "ampdu", BYTES(4, 1), .kind = FIELD_HEX, .label = "parameters of aggregates",
	  .ref = "IEEE 802.11 9.4.2.55" },
	{ .name = "mcs", BYTES(5, 16), .kind = FIELD_BYTES, .label = "rates",
	  .ref = "IEEE 802.11 9.4.2.55" },
	{ .name = "extended", BYTES(21, 2), .kind = FIELD_HEX, .flags = FIELD_LE,
	  .label = "more capabilities", .ref = "IEEE 802.11 9.4.2.55" },
	{ .name = "beamforming", BYTES(23, 4), .kind = FIELD_HEX, .flags = FIELD_LE,
	  .label = "beamforming", .ref = "IEEE 802.11 9.4.2.55" },
};

static const struct field ht_operation[] = {
	{ .name = "channel", BYTES(2, 1), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "primary channel", .ref = "IEEE 802.11 9.4.2.56" },
	{ .name = "info", BYTES(3, 5), .kind = FIELD_BYTES,
	  .label = "secondary channel, width, protection", .ref = "IEEE 802.11 9.4.2.56" },
	{ .name = "mcs", BYTES(8, 16), .kind = FIELD_BYTES, .label = "rates that must be known",
	  .ref = "IEEE 802.11 9.4.2.56" },
};

static const struct field vht[] = {
	{ .name = "caps", BYTES(2, 4), .kind = FIELD_HEX, .flags = FIELD_LE,
	  .label = "capabilities of VHT", .ref = "IEEE 802.11 9.4.2.157" },
	{ .name = "rx_mcs", BYTES(6, 2), .kind = FIELD_HEX, .flags = FIELD_LE,
	  .label = "rates received, two bits a stream", .ref = "IEEE 802.11 9.4.2.157" },
	{ .name = "rx_rate", BYTES(8, 2), .kind = FIELD_DEC, .flags = FIELD_LE,
	  .label = "highest rate received, Mbit/s", .ref = "IEEE 802.11 9.4.2.157" },
	{ .name = "tx_mcs", BYTES(10, 2), .kind = FIELD_HEX, .flags = FIELD_LE,
	  .label = "rates sent, two bits a stream", .ref = "IEEE 802.11 9.4.2.157" },
	{ .name = "tx_rate", BYTES(12, 2), .kind = FIELD_DEC, .flags = FIELD_LE,
	  .label = "highest rate sent, Mbit/s", .ref = "IEEE 802.11 9.4.2.157" },
};

static const struct value_name vht_widths[] = {
	{ 0, "20-or-40" }, { 1, "80-or-more" }, { 2, "160" }, { 3, "80+80" }, { 0, NULL },
};

static const struct field vht_operation[] = {
	{ .name = "width", BYTES(2, 1), .kind = FIELD_DEC, .names = vht_widths,
	  .label = "width of the channel", .ref = "IEEE 802.11 9.4.2.158" },
	{ .name = "center", BYTES(3, 1), .kind = FIELD_DEC, .label = "centre of the first segment",
	  .ref = "IEEE 802.11 9.4.2.158" },
	{ .name = "center2", BYTES(4, 1), .kind = FIELD_DEC, .label = "centre of the second",
	  .ref = "IEEE 802.11 9.4.2.158" },
	{ .name = "mcs", BYTES(5, 2), .kind = FIELD_HEX, .flags = FIELD_LE,
	  .label = "rates that must be known", .ref = "IEEE 802.11 9.4.2.158" },
};

static const struct value_name extensions[] = {
	{ 9, "fils-request" }, { 10, "fils-public-key" }, { 11, "fils-hlp" },
	{ 35, "he-capabilities" }, { 36, "he-operation" }, { 37, "uora" }, { 38, "mu-edca" },
	{ 39, "spatial-reuse" }, { 41, "ndp-feedback" }, { 42, "color-change" }, { 57, "he-6ghz" },
	{ 106, "eht-operation" }, { 107, "multi-link" }, { 108, "eht-capabilities" },
	{ 92, "rejected-groups" }, { 93, "anti-clogging" }, { 32, "owe-dh" }, { 0, NULL },
};

static const struct field_when is_he = { { 16, 8 }, 1, { 35 } };
static const struct field_when no_he = { { 16, 8 }, 8, { 36, 38, 39, 42, 57, 106, 107, 108 } };

static const struct field extension[] = {
	{ .name = "extension", BYTES(2, 1), .kind = FIELD_DEC, .names = extensions,
	  .label = "which element", .ref = "IEEE 802.11 9.4.2.1" },
	{ .name = "he_mac", BYTES(3, 6), .kind = FIELD_BYTES, .when = &is_he,
	  .label = "capabilities of HE, MAC", .ref = "IEEE 802.11 9.4.2.248" },
	{ .name = "he_phy", BYTES(9, 11), .kind = FIELD_BYTES, .when = &is_he,
	  .label = "capabilities of HE, radio", .ref = "IEEE 802.11 9.4.2.248" },
	{ .name = "he_mcs", .at = { 160, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .when = &is_he, .label = "rates of HE", .ref = "IEEE 802.11 9.4.2.248" },
	{ .name = "value", .at = { 24, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .when = &no_he, .label = "its value", .ref = "IEEE 802.11 9.4.2.1" },
};

static const struct value_name rsn_cap_bits[] = {
	{ 0x0001, "preauthentication" }, { 0x0002, "no-pairwise" }, { 0x0040, "mfp-required" },
	{ 0x0080, "mfp-capable" }, { 0x0200, "peer-key" }, { 0x4000, "extended-key-id" },
	{ 0, NULL },
};

enum { RSN_VERSION, RSN_GROUP, RSN_PAIRWISE, RSN_AKM, RSN_CAPS, RSN_PMKID, RSN_GROUP_MANAGEMENT };

static const struct field rsn[] = {
	[RSN_VERSION] = { .name = "version", .at = { 0, 16 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "version", .ref = "IEEE 802.11 9.4.2.24" },
	[RSN_GROUP] = { .name = "group", .at = { 0, 32 }, .kind = FIELD_HEX,
		.flags = FIELD_FOUND | FIELD_LINE, .names = ciphers, .label = "cipher of multicast",
		.ref = "IEEE 802.11 9.4.2.24" },
	[RSN_PAIRWISE] = { .name = "pairwise", .at = { 0, 32 }, .kind = FIELD_HEX,
		.flags = FIELD_FOUND | FIELD_ARRAY, .names = ciphers, .label = "ciphers of unicast",
		.ref = "IEEE 802.11 9.4.2.24" },
	[RSN_AKM] = { .name = "akm", .at = { 0, 32 }, .kind = FIELD_HEX,
		.flags = FIELD_FOUND | FIELD_ARRAY, .names = akms, .label = "ways to get keys",
		.ref = "IEEE 802.11 9.4.2.24" },
	[RSN_CAPS] = { .name = "caps", .at = { 0, 16 }, .kind = FIELD_FLAGS, .flags = FIELD_FOUND,
		.names = rsn_cap_bits, .label = "capabilities", .ref = "IEEE 802.11 9.4.2.24" },
	[RSN_PMKID] = { .name = "pmkid", .kind = FIELD_BYTES, .flags = FIELD_FOUND | FIELD_ARRAY,
		.label = "identifiers of keys", .ref = "IEEE 802.11 9.4.2.24" },
	[RSN_GROUP_MANAGEMENT] = { .name = "group_management", .at = { 0, 32 }, .kind = FIELD_HEX,
		.flags = FIELD_FOUND, .names = ciphers, .label = "cipher of management frames",
		.ref = "IEEE 802.11 9.4.2.24" },
};

/* A list of 'size' byte values behind its length. False when it does not fit. */
static bool find_list(struct cur *c, struct finder *fi, const struct field *f, unsigned int size)
{
	unsigned int n = cur_le16(c);

	if (c->failed)
		return false;
	for (unsigned int i = 0; i < n; i++) {
		const uint8_t *p = cur_take(c, size);

		if (!p) {
			if (!fi->cut)
				found_bad(fi, "length of a list", n);
			return false;
		}
		if (size == 4)
			found_number(fi, f, get_be32(p));
		else
			found_bytes(fi, f, p, size);
	}
	return true;
}

/* The element may end behind any of its parts. */
static void rsn_parts(struct cur *c, struct finder *fi)
{
	uint32_t v = cur_le16(c);

	if (!c->failed)
		found_number(fi, &rsn[RSN_VERSION], v);
	v = cur_be32(c);
	if (c->failed)
		return;
	found_number(fi, &rsn[RSN_GROUP], v);
	if (!find_list(c, fi, &rsn[RSN_PAIRWISE], 4) || !find_list(c, fi, &rsn[RSN_AKM], 4))
		return;
	v = cur_le16(c);
	if (c->failed)
		return;
	found_number(fi, &rsn[RSN_CAPS], v);
	if (!find_list(c, fi, &rsn[RSN_PMKID], 16))
		return;
	v = cur_be32(c);
	if (!c->failed)
		found_number(fi, &rsn[RSN_GROUP_MANAGEMENT], v);
}

static void find_rsn(struct cur *c, struct finder *fi)
{
	cur_skip(c, 2);
	rsn_parts(c, fi);
}

static const struct value_name vendor_types[] = {
	{ 0x0050f201, "wpa" }, { 0x0050f202, "wmm" }, { 0x0050f204, "wps" }, { 0x506f9a09, "p2p" },
	{ 0x506f9a0a, "display" }, { 0x506f9a10, "hotspot" }, { 0x506f9a12, "osen" },
	{ 0x506f9a16, "mbo" }, { 0x506f9a1c, "owe-transition" }, { 0x00037f01, "atheros" },
	{ 0x00409603, "cisco-ccx" }, { 0x00904c04, "broadcom" }, { 0x00101802, "broadcom" },
	{ 0x0017f20a, "apple" }, { 0, NULL },
};

static const struct field_when wmm = { { 16, 32 }, 1, { 0x0050f202 } };

static const struct field vendor_fields[] = {
	{ .name = "oui_type", BYTES(2, 4), .kind = FIELD_HEX, .names = vendor_types,
	  .label = "organisation and its type", .ref = "IEEE 802.11 9.4.2.25" },
	{ .name = "wmm_subtype", BYTES(6, 1), .kind = FIELD_DEC, .when = &wmm,
	  .label = "0: information, 1: parameters", .ref = "WMM 2.2" },
	{ .name = "wmm_version", BYTES(7, 1), .kind = FIELD_DEC, .when = &wmm, .label = "version",
	  .ref = "WMM 2.2" },
	{ .name = "wmm_qos", BYTES(8, 1), .kind = FIELD_HEX, .when = &wmm,
	  .label = "QoS information", .ref = "WMM 2.2" },
};

/* WPA, the forerunner of RSN, has its parts; of others the bytes are shown. */
static void find_vendor(struct cur *c, struct finder *fi)
{
	const uint8_t *p = cur_take(c, 6);

	if (p && get_be32(p + 2) == 0x0050f201)
		rsn_parts(c, fi);
}

static const struct field mobility[] = {
	{ .name = "domain", BYTES(2, 2), .kind = FIELD_HEX, .flags = FIELD_LE,
	  .label = "mobility domain", .ref = "IEEE 802.11 9.4.2.46" },
	{ .name = "policy", BYTES(4, 1), .kind = FIELD_HEX, .label = "how to change inside it",
	  .ref = "IEEE 802.11 9.4.2.46" },
};

static const struct field extended_caps[] = {
	{ .name = "caps", .at = { 16, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "more capabilities", .ref = "IEEE 802.11 9.4.2.26" },
};

static const struct field mesh_id[] = {
	{ .name = "mesh", .at = { 16, 0 }, .kind = FIELD_TEXT, .flags = FIELD_REST | FIELD_LINE,
	  .label = "name of the mesh", .ref = "IEEE 802.11 9.4.2.98" },
};

static const struct opt_def elements[] = {
	{ .kind = 0, .name = "ssid", .min_bytes = 2, .max_bytes = 34, FIELDS(ssid),
	  .ref = "IEEE 802.11 9.4.2.2" },
	{ .kind = 1, .name = "rates", .min_bytes = 2, FIELDS(rates), .ref = "IEEE 802.11 9.4.2.3" },
	{ .kind = 3, .name = "ds", .min_bytes = 3, .max_bytes = 3, FIELDS(ds),
	  .ref = "IEEE 802.11 9.4.2.4" },
	{ .kind = 5, .name = "tim", .min_bytes = 5, FIELDS(tim), .ref = "IEEE 802.11 9.4.2.5" },
	{ .kind = 6, .name = "ibss", .min_bytes = 4, .max_bytes = 4, FIELDS(ibss),
	  .ref = "IEEE 802.11 9.4.2.6" },
	{ .kind = 7, .name = "country", .min_bytes = 5, FIELDS(country),
	  .ref = "IEEE 802.11 9.4.2.8" },
	{ .kind = 11, .name = "load", .min_bytes = 7, .max_bytes = 7, FIELDS(load),
	  .ref = "IEEE 802.11 9.4.2.27" },
	{ .kind = 16, .name = "challenge", .min_bytes = 2, .ref = "IEEE 802.11 9.4.2.7" },
	{ .kind = 32, .name = "power", .min_bytes = 3, .max_bytes = 3, FIELDS(power),
	  .ref = "IEEE 802.11 9.4.2.13" },
	{ .kind = 33, .name = "power_capability", .min_bytes = 4, .max_bytes = 4,
	  .ref = "IEEE 802.11 9.4.2.14" },
	{ .kind = 36, .name = "channels", .min_bytes = 2, .ref = "IEEE 802.11 9.4.2.17" },
	{ .kind = 37, .name = "csa", .min_bytes = 5, .max_bytes = 5, FIELDS(csa),
	  .ref = "IEEE 802.11 9.4.2.18" },
	{ .kind = 40, .name = "quiet", .min_bytes = 8, .max_bytes = 8, FIELDS(quiet),
	  .ref = "IEEE 802.11 9.4.2.22" },
	{ .kind = 42, .name = "erp", .min_bytes = 3, .max_bytes = 3, FIELDS(erp),
	  .ref = "IEEE 802.11 9.4.2.11" },
	{ .kind = 45, .name = "ht", .min_bytes = 28, .max_bytes = 28, FIELDS(ht),
	  .ref = "IEEE 802.11 9.4.2.55" },
	{ .kind = 48, .name = "rsn", .min_bytes = 4, FIELDS(rsn), .find = find_rsn,
	  .ref = "IEEE 802.11 9.4.2.24" },
	{ .kind = 50, .name = "extended_rates", .min_bytes = 2, FIELDS(rates),
	  .ref = "IEEE 802.11 9.4.2.12" },
	{ .kind = 54, .name = "mobility", .min_bytes = 5, .max_bytes = 5, FIELDS(mobility),
	  .ref = "IEEE 802.11 9.4.2.46" },
	{ .kind = 55, .name = "fast_transition", .min_bytes = 2, .ref = "IEEE 802.11 9.4.2.47" },
	{ .kind = 59, .name = "operating_classes", .min_bytes = 2, .ref = "IEEE 802.11 9.4.2.53" },
	{ .kind = 61, .name = "ht_operation", .min_bytes = 24, .max_bytes = 24,
	  FIELDS(ht_operation), .ref = "IEEE 802.11 9.4.2.56" },
	{ .kind = 70, .name = "measurement", .min_bytes = 2, .ref = "IEEE 802.11 9.4.2.44" },
	{ .kind = 74, .name = "overlap", .min_bytes = 2, .ref = "IEEE 802.11 9.4.2.58" },
	{ .kind = 107, .name = "interworking", .min_bytes = 2, .ref = "IEEE 802.11 9.4.2.91" },
	{ .kind = 113, .name = "mesh_configuration", .min_bytes = 2,
	  .ref = "IEEE 802.11 9.4.2.97" },
	{ .kind = 114, .name = "mesh", .min_bytes = 2, .max_bytes = 34, FIELDS(mesh_id),
	  .ref = "IEEE 802.11 9.4.2.98" },
	{ .kind = 127, .name = "extended_caps", .min_bytes = 2, FIELDS(extended_caps),
	  .ref = "IEEE 802.11 9.4.2.26" },
	{ .kind = 191, .name = "vht", .min_bytes = 14, .max_bytes = 14, FIELDS(vht),
	  .ref = "IEEE 802.11 9.4.2.157" },
	{ .kind = 192, .name = "vht_operation", .min_bytes = 7, .max_bytes = 7,
	  FIELDS(vht_operation), .ref = "IEEE 802.11 9.4.2.158" },
	{ .kind = 195, .name = "tx_power", .min_bytes = 2, .ref = "IEEE 802.11 9.4.2.161" },
	{ .kind = 221, .name = "vendor", .min_bytes = 6, FIELDS(vendor_fields), .find = find_vendor,
	  .ref = "IEEE 802.11 9.4.2.25" },
	{ .kind = 255, .name = "extension", .min_bytes = 3, FIELDS(extension),
	  .ref = "IEEE 802.11 9.4.2.1" },
};

#define BODY(tag, word, bytes, section)                                                            \
	.name = tag, .label = word, .ref = "IEEE 802.11 " section, .min_bytes = bytes,             \
	.tlv = &layout, OPTIONS(elements)

static const struct field beacon[] = {
	{ .name = "timestamp", BYTES(0, 8), .kind = FIELD_DEC, .flags = FIELD_LE,
	  .label = "time since the network began, us", .ref = "IEEE 802.11 9.4.1.10" },
	{ .name = "interval", BYTES(8, 2), .kind = FIELD_DEC, .flags = FIELD_LE,
	  .label = "time between beacons, 1024 us", .ref = "IEEE 802.11 9.4.1.3" },
	{ .name = "caps", BYTES(10, 2), .kind = FIELD_FLAGS, .flags = FIELD_LE | FIELD_LINE,
	  .names = cap_bits, .label = "capabilities", .ref = "IEEE 802.11 9.4.1.4" },
};

const struct proto proto_wlanbeacon = {
	BODY("wlanbeacon", "Beacon or answer to a probe", 12, "9.3.3.2"),
	FIELDS(beacon),
	.in = { { REG_WLAN_MGMT, 8 }, { REG_WLAN_MGMT, 5 } },
};

const struct proto proto_wlanprobe = {
	BODY("wlanprobe", "Probe request", 0, "9.3.3.9"),
	.in = { { REG_WLAN_MGMT, 4 } },
};

static const struct field association[] = {
	{ .name = "caps", BYTES(0, 2), .kind = FIELD_FLAGS, .flags = FIELD_LE | FIELD_LINE,
	  .names = cap_bits, .label = "capabilities", .ref = "IEEE 802.11 9.4.1.4" },
	{ .name = "listen", BYTES(2, 2), .kind = FIELD_DEC, .flags = FIELD_LE,
	  .label = "beacons between waking up", .ref = "IEEE 802.11 9.4.1.6" },
};

const struct proto proto_wlanassoc = {
	BODY("wlanassoc", "Association request", 4, "9.3.3.5"),
	FIELDS(association),
	.in = { { REG_WLAN_MGMT, 0 } },
};

static const struct field reassociation[] = {
	{ .name = "caps", BYTES(0, 2), .kind = FIELD_FLAGS, .flags = FIELD_LE | FIELD_LINE,
	  .names = cap_bits, .label = "capabilities", .ref = "IEEE 802.11 9.4.1.4" },
	{ .name = "listen", BYTES(2, 2), .kind = FIELD_DEC, .flags = FIELD_LE,
	  .label = "beacons between waking up", .ref = "IEEE 802.11 9.4.1.6" },
	{ .name = "current", BYTES(4, 6), .kind = FIELD_MAC, .flags = FIELD_LINE,
	  .label = "access point so far", .ref = "IEEE 802.11 9.4.1.5" },
};

const struct proto proto_wlanreassoc = {
	BODY("wlanreassoc", "Reassociation request", 10, "9.3.3.7"),
	FIELDS(reassociation),
	.in = { { REG_WLAN_MGMT, 2 } },
};

static const struct field response[] = {
	{ .name = "caps", BYTES(0, 2), .kind = FIELD_FLAGS, .flags = FIELD_LE, .names = cap_bits,
	  .label = "capabilities", .ref = "IEEE 802.11 9.4.1.4" },
	{ .name = "status", BYTES(2, 2), .kind = FIELD_DEC, .flags = FIELD_LE | FIELD_LINE,
	  .names = statuses, .label = "result", .ref = "IEEE 802.11 9.4.1.9" },
	{ .name = "aid", BYTES(4, 2), .kind = FIELD_HEX, .flags = FIELD_LE | FIELD_LINE,
	  .label = "number of the association, with two top bits set",
	  .ref = "IEEE 802.11 9.4.1.8" },
};

const struct proto proto_wlanassocresp = {
	BODY("wlanassocresp", "Association response", 6, "9.3.3.6"),
	FIELDS(response),
	.in = { { REG_WLAN_MGMT, 1 }, { REG_WLAN_MGMT, 3 } },
};

static const struct value_name algorithms[] = {
	{ 0, "open" }, { 1, "shared-key" }, { 2, "fast-transition" }, { 3, "sae" }, { 4, "fils" },
	{ 5, "fils-pfs" }, { 6, "fils-public-key" }, { 0x80, "leap" }, { 0, NULL },
};

static const struct field authentication[] = {
	{ .name = "algorithm", BYTES(0, 2), .kind = FIELD_DEC, .flags = FIELD_LE | FIELD_LINE,
	  .names = algorithms, .label = "algorithm", .ref = "IEEE 802.11 9.4.1.1" },
	{ .name = "seq", BYTES(2, 2), .kind = FIELD_DEC, .flags = FIELD_LE | FIELD_LINE,
	  .label = "which message", .ref = "IEEE 802.11 9.4.1.2" },
	{ .name = "status", BYTES(4, 2), .kind = FIELD_DEC, .flags = FIELD_LE | FIELD_LINE,
	  .names = statuses, .label = "result", .ref = "IEEE 802.11 9.4.1.9" },
};

static const struct field_when open_auth = { { 0, 16 }, 3, { 0, 0x0100, 0x0200 } };

/* The messages of SAE have no elements at first. */
const struct proto proto_wlanauth = {
	BODY("wlanauth", "Authentication", 6, "9.3.3.11"),
	.opt_when = &open_auth,
	FIELDS(authentication),
	.in = { { REG_WLAN_MGMT, 11 } },
};

static const struct field end[] = {
	{ .name = "reason", BYTES(0, 2), .kind = FIELD_DEC, .flags = FIELD_LE | FIELD_LINE,
	  .names = reasons, .label = "reason", .ref = "IEEE 802.11 9.4.1.7" },
};

const struct proto proto_wlanend = {
	BODY("wlanend", "Disassociation or deauthentication", 2, "9.3.3.12"),
	FIELDS(end),
	.in = { { REG_WLAN_MGMT, 10 }, { REG_WLAN_MGMT, 12 } },
};

static const struct value_name categories[] = {
	{ 0, "spectrum" }, { 1, "qos" }, { 2, "dls" }, { 3, "block-ack" }, { 4, "public" },
	{ 5, "radio-measurement" }, { 6, "fast-transition" }, { 7, "ht" }, { 8, "sa-query" },
	{ 9, "protected-public" }, { 10, "wnm" }, { 11, "unprotected-wnm" }, { 12, "tdls" },
	{ 13, "mesh" }, { 14, "multihop" }, { 15, "self-protected" }, { 16, "dmg" }, { 17, "wmm" },
	{ 18, "fst" }, { 19, "robust-streaming" }, { 20, "unprotected-dmg" }, { 21, "vht" },
	{ 30, "he" }, { 31, "protected-he" }, { 126, "vendor-protected" }, { 127, "vendor" },
	{ 0, NULL },
};

static const struct field action[] = {
	{ .name = "category", BYTES(0, 1), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .names = categories, .label = "category", .ref = "IEEE 802.11 9.4.1.11" },
	{ .name = "action", BYTES(1, 1), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "action in the category", .ref = "IEEE 802.11 9.6" },
};

const struct proto proto_wlanaction = {
	.name = "wlanaction", .label = "Action", .ref = "IEEE 802.11 9.3.3.13", .min_bytes = 2,
	FIELDS(action),
	.in = { { REG_WLAN_MGMT, 13 }, { REG_WLAN_MGMT, 14 } },
};
