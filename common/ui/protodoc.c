// SPDX-License-Identifier: GPL-2.0-or-later
/* protodoc - see protodoc.h. */
#include "ui/protodoc.h"

#include <stdio.h>

#include "ui/table.h"

enum { WIDTH = 96, VALUES_INDENT = 6 };

const char *protodoc_registry(enum registry reg)
{
	static const char *const names[N_REGISTRY] = {
		[REG_LINKTYPE] = "a link type",
		[REG_ETHERTYPE] = "an ethertype",
		[REG_IP_PROTO] = "an IP protocol",
		[REG_IP_VERSION] = "a version of IP",
		[REG_FAMILY] = "an address family",
		[REG_TCP_PORT] = "a TCP port",
		[REG_UDP_PORT] = "a UDP port",
		[REG_LLC_SAP] = "an LLC access point",
		[REG_ARPHRD] = "a hardware type of Linux",
		[REG_PPP] = "a PPP protocol",
		[REG_NETLINK] = "a netlink family",
		[REG_WLAN_MGMT] = "a kind of 802.11 management frame",
		[REG_EAPOL] = "a kind of 802.1X packet",
		[REG_NSH] = "a next protocol of NSH",
		[REG_NLPID] = "a network layer protocol identifier",
		[REG_ATM] = "a kind of ATM traffic",
		[REG_ARCNET] = "an ARCNET system code",
		[REG_IPNET] = "an address family of Solaris",
		[REG_INSIDE] = "an inner packet",
	};

	return names[reg];
}

/* "16-31", "16", or "from 16". */
static void add_bits(struct str *s, const struct field *f)
{
	if (f->flags & FIELD_FOUND)
		return str_addc(s, '-');
	if (f->flags & FIELD_REST)
		str_add(s, "from ");
	str_add_u64(s, f->at.off);
	if (f->flags & FIELD_REST || f->at.n == 1)
		return;
	str_addc(s, '-');
	str_add_u64(s, f->at.off + f->at.n - 1);
}

static void add_kind(struct str *s, const struct field *f)
{
	static const char *const kinds[] = {
		[FIELD_DEC] = "number",	     [FIELD_INT] = "signed number",
		[FIELD_HEX] = "hex number",  [FIELD_BOOL] = "yes or no",
		[FIELD_FLAGS] = "flags",     [FIELD_MAC] = "MAC address",
		[FIELD_IPV4] = "IPv4 address", [FIELD_IPV6] = "IPv6 address",
		[FIELD_BYTES] = "bytes",     [FIELD_TEXT] = "text",
	};

	str_add(s, f->flags & FIELD_NTP ? "time" : kinds[f->kind]);
	if (f->flags & FIELD_LE)
		str_add(s, ", little endian");
	if (f->flags & FIELD_ARRAY)
		str_add(s, ", repeated");
}

/* What it is, what its numbers are, and when it is there. */
static void add_meaning(struct str *s, const struct field *f)
{
	str_add(s, f->label ? f->label : "");
	if (f->reg)
		str_addf(s, "; %s", protodoc_registry(f->reg));
	if (!f->when)
		return;
	str_addf(s, "; if bits %u-%u are ", f->when->at.off, f->when->at.off + f->when->at.n - 1);
	for (unsigned int i = 0; i < f->when->n; i++)
		str_addf(s, i ? " or %u" : "%u", f->when->v[i]);
}

static void add_row(struct table *t, const struct field *f, const char *mark)
{
	AUTO(str_free) struct str s = { 0 };

	table_cellf(t, "%s%s", f->name, mark);
	add_bits(&s, f);
	table_cell(t, str_text(&s));
	str_clear(&s);
	add_kind(&s, f);
	table_cell(t, str_text(&s));
	str_clear(&s);
	add_meaning(&s, f);
	table_cell(t, str_text(&s));
	table_cell(t, f->ref ? f->ref : "");
}

static void add_fields(struct str *out, const struct field *f, unsigned int n, unsigned int indent)
{
	AUTO(table_free) struct table t = table_of("lrlll");

	for (unsigned int i = 0; i < n; i++)
		add_row(&t, &f[i], f[i].flags & FIELD_VIEW ? " *" : "");
	table_print(&t, indent, out);
}

/* Whether the names of 'f' have been listed for a field before it. */
static bool listed(const struct field *first, const struct field *f)
{
	for (; first < f; first++)
		if (first->names == f->names && streq(first->name, f->name))
			return true;
	return false;
}

static void add_values(struct str *out, const struct field *f, unsigned int indent)
{
	bool hex = f->kind == FIELD_HEX || f->kind == FIELD_FLAGS;
	bool pair = f->flags & FIELD_PAIR;
	char word[160], first[8] = "";
	size_t col;

	str_pad(out, ' ', indent);
	str_addf(out, "%s:", f->name);
	col = indent + strlen(f->name) + 1;
	for (const struct value_name *v = f->names; v->name; v++) {
		int n;

		if (pair)
			snprintf(first, sizeof(first), "%u/", (unsigned int)(v->value >> 8));
		n = snprintf(word, sizeof(word), hex ? " %s0x%llx %s%s" : " %s%llu %s%s", first,
			     (unsigned long long)field_name_number(f, v), v->name, v[1].name ? "," : "");

		if (col + n > WIDTH) {
			str_addc(out, '\n');
			str_pad(out, ' ', indent + 1);
			col = indent + 1;
		}
		str_add(out, word);
		col += n;
	}
	str_addc(out, '\n');
}

static void add_all_values(struct str *out, const struct field *f, unsigned int n,
			   unsigned int indent)
{
	for (unsigned int i = 0; i < n; i++)
		if (f[i].names && !listed(f, &f[i]))
			add_values(out, &f[i], indent);
}

static void add_places(struct str *out, const struct proto *p)
{
	const char *sep = "  is ";

	for (size_t i = 0; i < ARRAY_SIZE(p->in) && p->in[i].reg; i++) {
		const char *what = protodoc_registry(p->in[i].reg);

		str_addf(out, p->in[i].reg == REG_ETHERTYPE || p->in[i].reg == REG_PPP ?
			 "%s%s 0x%04x" : "%s%s %u", sep, strchr(what, ' ') + 1, p->in[i].value);
		sep = ", ";
	}
	if (p->in[0].reg)
		str_addc(out, '\n');
}

/* The option or group before 'o' that has the same fields, NULL if there is none. */
static const struct opt_def *same_fields(const struct proto *p, const struct opt_def *o)
{
	for (const struct opt_def *before = p->opts; before < o; before++)
		if (o->n_fields && before->fields == o->fields)
			return before;
	return NULL;
}

static void add_option(struct str *out, const struct proto *p, const struct opt_def *o)
{
	const struct opt_def *same = same_fields(p, o);

	str_addf(out, "\n  %s.%s", p->name, o->name);
	if (o->kind == KIND_GROUP || !p->tlv)
		str_add(out, " (group)");
	else
		str_addf(out, " (option %u)", o->kind);
	if (o->label)
		str_addf(out, ": %s", o->label);
	if (o->ref)
		str_addf(out, ", %s", o->ref);
	str_addc(out, '\n');
	if (same) {
		str_addf(out, "    the fields of %s.%s\n", p->name, same->name);
		return;
	}
	add_fields(out, o->fields, o->n_fields, 4);
	add_all_values(out, o->fields, o->n_fields, VALUES_INDENT);
}

static bool has_views(const struct proto *p)
{
	for (unsigned int i = 0; i < p->n_fields; i++)
		if (p->fields[i].flags & FIELD_VIEW)
			return true;
	return false;
}

void protodoc_table(const struct proto *p, struct str *out)
{
	str_addf(out, "%s: %s, %s\n", p->name, p->label, p->ref);
	if (p->alias)
		str_addf(out, "  also called %s\n", p->alias);
	add_places(out, p);
	str_addf(out, "  header of %s%u bytes%s\n",
		 p->hdr.at.n || p->hdr_hook || p->hdr_scan || p->flags & PROTO_ALL ? "at least " :
										     "",
		 p->min_bytes, p->csum.kind == CSUM_NONE ? "" : ", with a checksum");
	if (p->n_fields) {
		str_addc(out, '\n');
		add_fields(out, p->fields, p->n_fields, 2);
		if (has_views(p))
			str_add(out, "  * bits that another field covers: for filters and "
				     "--fields, not printed\n");
		add_all_values(out, p->fields, p->n_fields, VALUES_INDENT - 2);
	}
	for (unsigned int i = 0; i < p->n_opts; i++)
		add_option(out, p, &p->opts[i]);
}

void protodoc_list(struct str *out)
{
	AUTO(table_free) struct table t = table_of("lll");
	size_t n;
	const struct proto *const *all = proto_all(&n);

	for (size_t i = 0; i < n; i++) {
		table_cell(&t, all[i]->name);
		table_cell(&t, all[i]->label);
		table_cell(&t, all[i]->ref);
	}
	table_print(&t, 0, out);
}

/* 'text' as lines of a literal display of roff. */
static void add_literal(struct str *out, const char *text)
{
	bool begins = true;

	for (; *text; text++) {
		if (begins && (*text == '.' || *text == '\''))
			str_add(out, "\\&");
		if (*text == '\\')
			str_add(out, "\\e");
		else if (*text == '-')
			str_add(out, "\\-");
		else
			str_addc(out, *text);
		begins = *text == '\n';
	}
}

void protodoc_mdoc(struct str *out)
{
	AUTO(str_free) struct str text = { 0 };
	size_t n;
	const struct proto *const *all = proto_all(&n);

	str_add(out, ".\\\" SPDX-License-Identifier: GPL-2.0-or-later\n"
		     ".\\\" Made from the protocol table by netsniff --proto mdoc.\n"
		     ".Dd May 1, 2024\n.Dt NETSNIFF-PROTOCOLS 7\n.Os\n"
		     ".Sh NAME\n.Nm netsniff-protocols\n.Nd protocols and fields by name\n"
		     ".Sh DESCRIPTION\n"
		     "These names mean the same in filter expressions, in JSON, in the columns of\n"
		     ".Ic netsniff --fields\nand in scripts of\n.Xr trafgen 8 :\n"
		     ".Ql tcp.dport\nis the field dport of tcp,\n.Ql tcp.mss.value\n"
		     "the field value of its option mss.\n"
		     ".Ic netsniff --proto Ar NAME\nprints one of these tables.\n.Pp\n"
		     "Bits are counted from the first bit of the header or option, the most\n"
		     "significant of each byte first, as RFCs draw them; a field without bits has\n"
		     "no fixed place.\n"
		     ".Sh PROTOCOLS\n");
	for (size_t i = 0; i < n; i++) {
		str_clear(&text);
		protodoc_table(all[i], &text);
		str_addf(out, ".Ss %s\n.Bd -literal\n", all[i]->name);
		add_literal(out, str_text(&text));
		str_add(out, ".Ed\n");
	}
	str_add(out, ".Sh SEE ALSO\n.Xr bpfc 8 ,\n.Xr netsniff 8 ,\n.Xr trafgen 8\n");
	out->failed |= text.failed;
}
