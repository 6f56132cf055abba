// SPDX-License-Identifier: GPL-2.0-or-later
/* asm_words - see asm_words.h. */
#include "cbpf/asm_words.h"

#include <linux/filter.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "base/str.h"
#include "cbpf/asm.h"

#define JUMP(name, code, inv, does)                                                     \
	{                                                                               \
		name, BPF_JMP | code, ASM_BRANCH, inv, "'#' and a number, or 'x'", does \
	}
#define ALU(name, code, does)                                                                  \
	{                                                                                      \
		name, BPF_ALU | code, ASM_IMM | ASM_REG_X, 0, "'#' and a number, or 'x'", does \
	}

static const struct asm_word words[] = {
	{ "ld", BPF_LD | BPF_W, ASM_ABS | ASM_IND | ASM_MEM | ASM_IMM | ASM_LEN | ASM_EXT, 0,
	  "'[k]', '[x + k]', 'M[k]', '#k' or an extension", "load a word into A" },
	{ "ldi", BPF_LD, ASM_IMM | ASM_BARE, 0, "a number", "load a number into A" },
	{ "ldh", BPF_LD | BPF_H, ASM_ABS | ASM_IND | ASM_EXT, 0,
	  "'[k]', '[x + k]' or an extension other than len", "load a half-word into A" },
	{ "ldb", BPF_LD | BPF_B, ASM_ABS | ASM_IND | ASM_EXT, 0,
	  "'[k]', '[x + k]' or an extension other than len", "load a byte into A" },
	{ "ldx", BPF_LDX | BPF_W, ASM_MEM | ASM_IMM | ASM_MSH | ASM_LEN, 0,
	  "'M[k]', '#k', '4*([k]&0xf)' or 'len'", "load a word into X" },
	{ "ldxi", BPF_LDX, ASM_IMM | ASM_BARE, 0, "a number", "load a number into X" },
	{ "ldxb", BPF_LDX | BPF_B, ASM_MSH, 0, "'4*([k]&0xf)'",
	  "load the length of an IPv4 header into X" },
	{ "st", BPF_ST, ASM_MEM, 0, "'M[k]'", "store A" },
	{ "stx", BPF_STX, ASM_MEM, 0, "'M[k]'", "store X" },
	{ "jmp", BPF_JMP | BPF_JA, ASM_LABEL, 0, "a label", "jump" },
	{ "ja", BPF_JMP | BPF_JA, ASM_LABEL, 0, "a label", "jump" },
	JUMP("jeq", BPF_JEQ, 0, "jump if A == k"),
	JUMP("jneq", BPF_JEQ, 1, "jump if A != k"),
	JUMP("jne", BPF_JEQ, 1, "jump if A != k"),
	JUMP("jlt", BPF_JGE, 1, "jump if A < k"),
	JUMP("jle", BPF_JGT, 1, "jump if A <= k"),
	JUMP("jgt", BPF_JGT, 0, "jump if A > k"),
	JUMP("jge", BPF_JGE, 0, "jump if A >= k"),
	JUMP("jset", BPF_JSET, 0, "jump if A & k"),
	ALU("add", BPF_ADD, "A + k"),
	ALU("sub", BPF_SUB, "A - k"),
	ALU("mul", BPF_MUL, "A * k"),
	ALU("div", BPF_DIV, "A / k"),
	ALU("mod", BPF_MOD, "A % k"),
	{ "neg", BPF_ALU | BPF_NEG, ASM_NONE, 0, NULL, "-A" },
	ALU("and", BPF_AND, "A & k"),
	ALU("or", BPF_OR, "A | k"),
	ALU("xor", BPF_XOR, "A ^ k"),
	ALU("lsh", BPF_LSH, "A << k"),
	ALU("rsh", BPF_RSH, "A >> k"),
	{ "tax", BPF_MISC | BPF_TAX, ASM_NONE, 0, NULL, "copy A into X" },
	{ "txa", BPF_MISC | BPF_TXA, ASM_NONE, 0, NULL, "copy X into A" },
	{ "ret", BPF_RET, ASM_IMM | ASM_REG_A | ASM_REG_X, 0, "'#' and a number, 'a' or 'x'",
	  "accept so many bytes; 0 rejects" },
};

static const struct asm_ext exts[] = {
	{ "len pktlen", ASM_AD_LEN, "length of the packet" },
	{ "proto pto", SKF_AD_PROTOCOL, "Ethernet type" },
	{ "type", SKF_AD_PKTTYPE,
	  "packet type: 0 to us, 1 broadcast, 2 multicast, 3 to others, 4 out" },
	{ "poff", SKF_AD_PAY_OFFSET, "where the payload starts" },
	{ "ifidx ifx", SKF_AD_IFINDEX, "index of the interface" },
	{ "nla", SKF_AD_NLATTR, "netlink attribute of type X from offset A on" },
	{ "nlan", SKF_AD_NLATTR_NEST, "nested netlink attribute of type X in the one at A" },
	{ "mark", SKF_AD_MARK, "packet mark" },
	{ "queue que Q", SKF_AD_QUEUE, "queue of the network card" },
	{ "hatype hat", SKF_AD_HATYPE, "hardware type of the interface (linux/if_arp.h)" },
	{ "rxhash rxh", SKF_AD_RXHASH, "receive hash" },
	{ "cpu", SKF_AD_CPU, "number of the CPU" },
	{ "vlan_tci vlant vlan_avail", SKF_AD_VLAN_TAG, "tag that the kernel took off" },
	{ "vlanp vlan_pr", SKF_AD_VLAN_TAG_PRESENT, "whether it took one off" },
	{ "vlan_tpid vlan_proto", SKF_AD_VLAN_TPID, "Ethernet type of that tag" },
	{ "rand random", SKF_AD_RANDOM, "a random number" },
	{ "xor_x", SKF_AD_ALU_XOR_X, "A ^ X, as old programs say it" },
};

const struct asm_word *asm_word_at(unsigned int i)
{
	return i < ARRAY_SIZE(words) ? &words[i] : NULL;
}

const struct asm_ext *asm_ext_at(unsigned int i)
{
	return i < ARRAY_SIZE(exts) ? &exts[i] : NULL;
}

static bool is(const char *name, size_t n, const char *text, size_t n_text)
{
	return n == n_text && strncasecmp(name, text, n) == 0;
}

const struct asm_word *asm_word_find(const char *name, size_t n_bytes)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(words); i++)
		if (is(words[i].name, strlen(words[i].name), name, n_bytes))
			return &words[i];
	return NULL;
}

const struct asm_ext *asm_ext_find(const char *name, size_t n_bytes)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(exts); i++) {
		const char *p = exts[i].names;

		while (*p) {
			size_t n = strcspn(p, " ");

			if (is(p, n, name, n_bytes))
				return &exts[i];
			p += n;
			p += *p == ' ';
		}
	}
	return NULL;
}

static void describe_word(const struct asm_word *w, struct str *out)
{
	static const struct {
		enum asm_mode mode;
		const char *text;
	} modes[] = {
		{ ASM_ABS, "[k]" },
		{ ASM_IND, "[x + k]" },
		{ ASM_MEM, "M[k]" },
		{ ASM_MSH, "4*([k]&0xf)" },
		{ ASM_IMM, "#k" },
		{ ASM_REG_A, "a" },
		{ ASM_REG_X, "x" },
		{ ASM_LEN, "len" },
		{ ASM_EXT, "extension" },
		{ ASM_LABEL, "L" },
		{ ASM_BRANCH, "#k, L | #k, Lt, Lf | x, L | x, Lt, Lf" },
	};
	size_t begin = out->len;
	bool first = true;

	str_addf(out, "  %-5s ", w->name);
	for (unsigned int i = 0; i < ARRAY_SIZE(modes); i++) {
		if (!(w->modes & modes[i].mode))
			continue;
		str_addf(out, "%s%s", first ? "" : " | ", modes[i].text);
		first = false;
	}
	if (out->len - begin < 46)
		str_pad(out, ' ', 46 - (out->len - begin));
	str_addf(out, " %s\n", w->does);
}

void asm_describe(struct str *out)
{
	str_add(out, "Instructions\n");
	for (unsigned int i = 0; i < ARRAY_SIZE(words); i++)
		describe_word(&words[i], out);
	str_add(out, "\nExtensions, with or without '#' before the name\n");
	for (unsigned int i = 0; i < ARRAY_SIZE(exts); i++)
		str_addf(out, "  %-27s%s\n", exts[i].names, exts[i].does);
}
