// SPDX-License-Identifier: GPL-2.0-or-later
/* progfmt - random filters through every format: written, recognised, read back, the same. Then
 * texts of other programs, and what each reader says of texts that are wrong.
 * Covers cbpf/elfobj.h and cbpf/ebpftext.h. */
#include "cbpf/progfmt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cbpf/asmout.h"
#include "cbpf/check.h"
#include "cbpf/ebpf.h"
#include "cbpf/ebpftext.h"
#include "cbpf/elfobj.h"
#include "cbpf_random.h"

#include "unit.h"

static void add_asm(struct str *s, const struct sock_fprog *prog)
{
	asmout_add(s, prog, NULL);
}

static void add_rule(struct str *s, const struct sock_fprog *prog)
{
	assert_int_equal(progfmt_add_rule(s, prog, "iptables", NULL), 0);
}

static void add_ebpf(struct str *s, const struct sock_fprog *prog)
{
	AUTO(ebpf_free) struct ebpf_prog p = { 0 };
	struct err e = { 0 };

	assert_int_equal(ebpf_gen_for(prog, EBPF_SOCKET, &p, &e), 0);
	ebpftext_add(s, p.insns, p.n, prog);
}

static void add_elf(struct str *s, const struct sock_fprog *prog)
{
	AUTO(ebpf_free) struct ebpf_prog p = { 0 };
	struct err e = { 0 };

	assert_int_equal(ebpf_gen_for(prog, EBPF_SOCKET, &p, &e), 0);
	elfobj_add(s, "socket", "filter", p.insns, p.n, prog);
}

static void add_counted(struct str *s, const struct sock_fprog *prog)
{
	str_addf(s, "%u\n", prog->len);
	progfmt_add_decimal(s, prog);
}

static void add_declared(struct str *s, const struct sock_fprog *prog)
{
	str_add(s, "static const struct sock_filter code[] = {\n");
	progfmt_add_c(s, prog);
	str_add(s, "};\n");
}

static const struct {
	const char *name;
	void (*add)(struct str *s, const struct sock_fprog *prog);
	enum progfmt format;
	bool valid_only;
} formats[] = {
	{ "C", progfmt_add_c, PROGFMT_NUMBERS, false },
	{ "decimal", progfmt_add_decimal, PROGFMT_NUMBERS, false },
	{ "decimal with count", add_counted, PROGFMT_NUMBERS, false },
	{ "xt", progfmt_add_xt, PROGFMT_NUMBERS, false },
	{ "declared C", add_declared, PROGFMT_ARRAY, false },
	{ "rust", progfmt_add_rust, PROGFMT_ARRAY, false },
	{ "go", progfmt_add_go, PROGFMT_ARRAY, false },
	{ "hex", progfmt_add_hex, PROGFMT_HEX, false },
	{ "raw", progfmt_add_raw, PROGFMT_RAW, false },
	{ "asm", add_asm, PROGFMT_ASM, false },
	{ "rule", add_rule, PROGFMT_RULE, false },
	{ "listing", progfmt_add_listing, PROGFMT_LISTING, true },
	{ "ebpf", add_ebpf, PROGFMT_EBPF, true },
	{ "elf", add_elf, PROGFMT_ELF, true },
};

/* What a listing does not show. */
static void make_plain(struct sock_fprog *prog)
{
	for (unsigned int i = 0; i < prog->len; i++) {
		struct sock_filter *f = &prog->filter[i];
		enum insn_form form = insn_op(f->code)->form;

		if (form != INSN_JK && form != INSN_JX)
			f->jt = f->jf = 0;
		if (form == INSN_NONE || form == INSN_X || form == INSN_A || form == INSN_LEN ||
		    form == INSN_JX)
			f->k = 0;
	}
}

static bool needs_netlink(const struct sock_fprog *prog)
{
	return insn_ad_mask(prog) & (1u << SKF_AD_NLATTR / 4 | 1u << SKF_AD_NLATTR_NEST / 4);
}

static void test_round_trips(void **unused UNUSED)
{
	struct sock_filter insns[60];
	struct sock_fprog prog = { .filter = insns };

	for (uint64_t seed = 1; seed <= 6000; seed++) {
		unsigned int i = seed % ARRAY_SIZE(formats);
		AUTO(asm_prog_free) struct asm_prog p = { 0 };
		AUTO(str_free) struct str s = { 0 };
		struct err e = { 0 };
		uint64_t state = seed;

		do {
			prog.len = rnd_prog(&state, insns, ARRAY_SIZE(insns));
			if (!formats[i].valid_only && seed % 2)
				rnd_spoil(&state, insns, prog.len);
		} while (formats[i].valid_only &&
			 (check_prog(&prog, NULL) || needs_netlink(&prog)));
		if (formats[i].valid_only)
			make_plain(&prog);
		formats[i].add(&s, &prog);
		if (progfmt_guess(str_text(&s), s.len) != formats[i].format)
			fail_msg("%s, seed %u: taken for %s:\n%s", formats[i].name,
				 (unsigned int)seed,
				 progfmt_name(progfmt_guess(str_text(&s), s.len)), str_text(&s));
		if (progfmt_read(formats[i].format, str_text(&s), s.len, "x", 0, &p, &e))
			fail_msg("%s, seed %u: %s\n%s", formats[i].name, (unsigned int)seed, e.text,
				 str_text(&s));
		if (p.prog.len != prog.len ||
		    memcmp(p.prog.filter, insns, prog.len * sizeof(insns[0])))
			fail_msg("%s, seed %u: other bytes from\n%s", formats[i].name,
				 (unsigned int)seed, str_text(&s));
	}
}

static const struct {
	const char *text;
	enum progfmt format;
} guesses[] = {
	{ "tcp port 80", PROGFMT_NONE },
	{ "", PROGFMT_NONE },
	{ "ether[0] & 1 = 0", PROGFMT_NONE },
	{ "tcp.dport in {80,443,1,2}", PROGFMT_NONE },
	{ "ip4.ttl == 5 and tcp.dport in { 1, 2, 3, 4 }", PROGFMT_NONE },
	{ "\n ; c\n x: ldh [12]", PROGFMT_ASM },
	{ "# comment\nRET #1", PROGFMT_ASM },
	{ ".insn 1, 2, 3, 4", PROGFMT_ASM },
	{ "40 0 0 12", PROGFMT_NUMBERS },
	{ "{ 0x28, 0, 0, 12 },", PROGFMT_NUMBERS },
	{ "(000) ret      #0", PROGFMT_LISTING },
	{ "2800 00 00", PROGFMT_NUMBERS },
	{ "280000000c000000", PROGFMT_HEX },
	{ "28 00 00 00 0C 00 00 00\n", PROGFMT_HEX },
	{ "[[6,0,0,1]]", PROGFMT_JSON },
	{ "{\"instructions\":[]}", PROGFMT_JSON },
	{ "[]unix.SockFilter{{Code: 6, Jt: 0, Jf: 0, K: 1}}", PROGFMT_ARRAY },
	{ "let f = [sock_filter { code: 6, jt: 0, jf: 0, k: 1 }];", PROGFMT_ARRAY },
};

static void test_guesses(void **unused UNUSED)
{
	for (size_t i = 0; i < ARRAY_SIZE(guesses); i++) {
		enum progfmt f = progfmt_guess(guesses[i].text, strlen(guesses[i].text));

		if (f != guesses[i].format)
			fail_msg("'%s': %s", guesses[i].text, progfmt_name(f));
	}
}

static const struct {
	enum progfmt format;
	const char *text, *error;
} bads[] = {
	{ PROGFMT_NONE, "", "x: is no filter in any known format" },
	{ PROGFMT_RAW, "1234567", "x: 7 bytes are no whole number of instructions, each of 8" },
	{ PROGFMT_RAW, "", "x: holds no filter instruction" },
	{ PROGFMT_HEX, "280000000c000000\n28 00",
	  "x:2:1: expected 8 bytes of an instruction in hexadecimal, found '28 00'" },
	{ PROGFMT_RULE, "iptables -j DROP", "x: expected --bytecode and a quoted filter" },
	{ PROGFMT_RULE, "--bytecode \"1,6 0 0 0", "x: expected a second quote behind --bytecode" },
	{ PROGFMT_RULE, "--bytecode \"2,6 0 0 0\"",
	  "x:1:1: announces 2 instructions, but the text has 1" },
	{ PROGFMT_EBPF, "0: exit",
	  "x: names no classic filter; eBPF cannot be turned back into one" },
	{ PROGFMT_ELF, "\177ELF",
	  "x: this object has no section .cbpf with a classic filter; eBPF cannot be turned back "
	  "into one" },
	{ PROGFMT_JSON, "[1", "x:1:2: no JSON: ']' expected near end of file" },
	{ PROGFMT_JSON, "{}", "x: this JSON has no array 'instructions'" },
	{ PROGFMT_JSON, "[]", "x: holds no filter instruction" },
	{ PROGFMT_JSON, "[5]", "x: instruction 0 is neither an object nor an array" },
	{ PROGFMT_JSON, "[[6,0,0]]", "x: instruction 0 has no 'k'" },
	{ PROGFMT_JSON, "[[6,256,0,0]]", "x: instruction 0: 'jt' is not between 0 and 255" },
	{ PROGFMT_JSON, "[{\"code\":6.5}]", "x: instruction 0: 'code' is no whole number" },
	{ PROGFMT_LISTING, "(000) foo      #1",
	  "x:1:1: expected an instruction, as tcpdump -d prints it" },
	{ PROGFMT_LISTING, "(000) ld       #1\n(002) ret      #1",
	  "x:2:1: expected instruction (001), found (002)" },
	{ PROGFMT_LISTING, "ret #1",
	  "x:1:1: expected a number in parentheses, as tcpdump -d prints it" },
	{ PROGFMT_LISTING, "(000) jeq      #1 jt 1",
	  "x:1:1: expected an operand, jt and jf, as tcpdump -d prints it" },
	{ PROGFMT_LISTING, "(000) ja       x",
	  "x:1:1: expected the number of an instruction, as tcpdump -d prints it" },
	{ PROGFMT_ARRAY, "f[] = { { 6, 0, 0 } }", "x:1:19: expected ',', found '}'" },
	{ PROGFMT_ARRAY, "f[] = { { 6, 0, 0, 1, 2 } }", "x:1:23: expected '}', found '2'" },
	{ PROGFMT_ARRAY, "int x;", "x: holds no filter instruction" },
};

static void test_errors(void **unused UNUSED)
{
	for (size_t i = 0; i < ARRAY_SIZE(bads); i++) {
		AUTO(asm_prog_free) struct asm_prog p = { 0 };
		struct err e = { 0 };

		if (progfmt_read(bads[i].format, bads[i].text, strlen(bads[i].text), "x", 0, &p,
				 &e) != -EINVAL)
			fail_msg("taken: %s", bads[i].text);
		assert_string_equal(e.text, bads[i].error);
	}
}

static void test_too_long_for_a_rule(void **unused UNUSED)
{
	struct sock_filter insns[65] = { 0 };
	const struct sock_fprog prog = { .filter = insns, .len = 65 };
	AUTO(str_free) struct str s = { 0 };
	struct err e = { 0 };

	assert_int_equal(progfmt_add_rule(&s, &prog, "iptables", &e), -E2BIG);
	assert_string_equal(e.text,
			    "the filter has 65 instructions, a rule of netfilter takes at most 64");
}

/* Every instruction knows its place. */
static void test_places(void **unused UNUSED)
{
	static const char text[] = "{ 0x28, 0, 0, 12 },\n\n  { 6, 0, 0, 0 },\n";
	AUTO(asm_prog_free) struct asm_prog p = { 0 };
	struct err e = { 0 };

	assert_int_equal(progfmt_read(PROGFMT_NUMBERS, text, strlen(text), "x", 0, &p, &e), 0);
	assert_int_equal(p.pos[1].line, 3);
	assert_int_equal(p.pos[1].column, 5);
	assert_string_equal(p.pos[1].file, "x");
}

/* An object that lies anywhere is no object, and never read beyond. */
static void test_damaged_objects(void **unused UNUSED)
{
	struct sock_filter insns[] = { BPF_STMT(BPF_RET | BPF_K, 1) };
	const struct sock_fprog prog = { .filter = insns, .len = 1 };
	AUTO(str_free) struct str s = { 0 };
	const uint8_t *found;
	size_t n;

	add_elf(&s, &prog);
	for (size_t i = 0; i < s.len; i++) {
		AUTO(free_p) uint8_t *copy = malloc(s.len);

		assert_non_null(copy);
		memcpy(copy, s.p, s.len);
		copy[i] ^= 0xff;
		if (elfobj_find(copy, s.len, ELFOBJ_CLASSIC, &found, &n) == 0)
			assert_true(found >= copy && n <= s.len && found + n <= copy + s.len);
	}
	for (size_t i = 0; i < s.len; i++) {
		AUTO(free_p) uint8_t *copy = malloc(i + 1);

		assert_non_null(copy);
		memcpy(copy, s.p, i);
		assert_int_equal(elfobj_find(copy, i, ELFOBJ_CLASSIC, &found, &n), -ENOENT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trips), cmocka_unit_test(test_guesses),
		cmocka_unit_test(test_errors),	    cmocka_unit_test(test_too_long_for_a_rule),
		cmocka_unit_test(test_places),	    cmocka_unit_test(test_damaged_objects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
