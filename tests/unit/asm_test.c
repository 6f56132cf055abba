// SPDX-License-Identifier: GPL-2.0-or-later
/* asm - every instruction, addressing mode, extension and alias; every error with its line and
 * column; far jumps; line markers; and that asmout's text of any instructions assembles to them.
 * Covers cbpf/asm_lex.h, cbpf/asm_link.h, cbpf/asm_words.h and cbpf/asmout.h. */
#include "cbpf/asm.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "cbpf/asm_words.h"
#include "cbpf/asmout.h"
#include "cbpf/check.h"
#include "cbpf/vm.h"
#include "cbpf_random.h"

#include "unit.h"

#define AD(x) ((uint32_t)SKF_AD_OFF + SKF_AD_##x)

struct good {
	const char *text; /* alone, or followed by "t: ret #0 f: ret #0" if it names labels */
	struct sock_filter f;
};

static const struct good goods[] = {
	{ "ld [12]", { 0x20, 0, 0, 12 } },
	{ "ld [0x10]", { 0x20, 0, 0, 16 } },
	{ "ld [-4]", { 0x20, 0, 0, -4 } },
	{ "ld[12]", { 0x20, 0, 0, 12 } },
	{ "ld [x + 12]", { 0x40, 0, 0, 12 } },
	{ "ld [x+12]", { 0x40, 0, 0, 12 } },
	{ "ld [%x + 12]", { 0x40, 0, 0, 12 } },
	{ "ld [X + 12]", { 0x40, 0, 0, 12 } },
	{ "ld [x - 2]", { 0x40, 0, 0, -2 } },
	{ "ld [x + -2]", { 0x40, 0, 0, -2 } },
	{ "ld [x + 4294967295]", { 0x40, 0, 0, -1 } },
	{ "ld [x]", { 0x40, 0, 0, 0 } },
	{ "ld [12 + x]", { 0x40, 0, 0, 12 } },
	{ "ld M[3]", { 0x60, 0, 0, 3 } },
	{ "ld m[15]", { 0x60, 0, 0, 15 } },
	{ "ld #5", { 0, 0, 0, 5 } },
	{ "ld # 5", { 0, 0, 0, 5 } },
	{ "ld #-1", { 0, 0, 0, -1 } },
	{ "ld #-2147483648", { 0, 0, 0, 0x80000000 } },
	{ "ld #017", { 0, 0, 0, 15 } },
	{ "ld #0b101", { 0, 0, 0, 5 } },
	{ "ld #0XFF", { 0, 0, 0, 255 } },
	{ "ld #len", { 0x80, 0, 0, 0 } },
	{ "ld len", { 0x80, 0, 0, 0 } },
	{ "ld #pktlen", { 0x80, 0, 0, 0 } },
	{ "ldi #5", { 0, 0, 0, 5 } },
	{ "ldi 5", { 0, 0, 0, 5 } },
	{ "ldh [12]", { 0x28, 0, 0, 12 } },
	{ "ldh [x + 1]", { 0x48, 0, 0, 1 } },
	{ "ldb [12]", { 0x30, 0, 0, 12 } },
	{ "ldb [x + 1]", { 0x50, 0, 0, 1 } },
	{ "ldh proto", { 0x28, 0, 0, AD(PROTOCOL) } },
	{ "ldb #type", { 0x30, 0, 0, AD(PKTTYPE) } },
	{ "ldx M[3]", { 0x61, 0, 0, 3 } },
	{ "ldx #5", { 1, 0, 0, 5 } },
	{ "ldx len", { 0x81, 0, 0, 0 } },
	{ "ldx #pktlen", { 0x81, 0, 0, 0 } },
	{ "ldxi 5", { 1, 0, 0, 5 } },
	{ "ldxb 4*([14]&0xf)", { 0xb1, 0, 0, 14 } },
	{ "ldxb 4 * ( [ 14 ] & 15 )", { 0xb1, 0, 0, 14 } },
	{ "ldx 4*([14]&0xf)", { 0xb1, 0, 0, 14 } },
	{ "st M[15]", { 2, 0, 0, 15 } },
	{ "stx M[0]", { 3, 0, 0, 0 } },
	{ "ja f", { 5, 0, 0, 1 } },
	{ "jmp t", { 5, 0, 0, 0 } },
	{ "jeq #1, t, f", { 0x15, 0, 1, 1 } },
	{ "jeq #1, f", { 0x15, 1, 0, 1 } },
	{ "jeq x, f, t", { 0x1d, 1, 0, 0 } },
	{ "jeq %x, f", { 0x1d, 1, 0, 0 } },
	{ "jneq #1, f", { 0x15, 0, 1, 1 } },
	{ "jne #1, f", { 0x15, 0, 1, 1 } },
	{ "jne x, f", { 0x1d, 0, 1, 0 } },
	{ "jne #1, f, t", { 0x15, 0, 1, 1 } },
	{ "jlt #1, f", { 0x35, 0, 1, 1 } },
	{ "jlt x, f", { 0x3d, 0, 1, 0 } },
	{ "jle #1, f", { 0x25, 0, 1, 1 } },
	{ "jle x, f", { 0x2d, 0, 1, 0 } },
	{ "jgt #1, t, f", { 0x25, 0, 1, 1 } },
	{ "jgt x, f", { 0x2d, 1, 0, 0 } },
	{ "jge #1, f", { 0x35, 1, 0, 1 } },
	{ "jge x, f", { 0x3d, 1, 0, 0 } },
	{ "jset #0x1fff, f", { 0x45, 1, 0, 0x1fff } },
	{ "jset x, t, f", { 0x4d, 0, 1, 0 } },
	{ "add #1", { 0x04, 0, 0, 1 } },
	{ "add x", { 0x0c, 0, 0, 0 } },
	{ "sub #1", { 0x14, 0, 0, 1 } },
	{ "sub %x", { 0x1c, 0, 0, 0 } },
	{ "mul #1", { 0x24, 0, 0, 1 } },
	{ "mul x", { 0x2c, 0, 0, 0 } },
	{ "div #1", { 0x34, 0, 0, 1 } },
	{ "div x", { 0x3c, 0, 0, 0 } },
	{ "mod #1", { 0x94, 0, 0, 1 } },
	{ "mod x", { 0x9c, 0, 0, 0 } },
	{ "neg", { 0x84, 0, 0, 0 } },
	{ "and #1", { 0x54, 0, 0, 1 } },
	{ "and x", { 0x5c, 0, 0, 0 } },
	{ "or #1", { 0x44, 0, 0, 1 } },
	{ "or x", { 0x4c, 0, 0, 0 } },
	{ "xor #1", { 0xa4, 0, 0, 1 } },
	{ "xor x", { 0xac, 0, 0, 0 } },
	{ "lsh #1", { 0x64, 0, 0, 1 } },
	{ "lsh x", { 0x6c, 0, 0, 0 } },
	{ "rsh #1", { 0x74, 0, 0, 1 } },
	{ "rsh x", { 0x7c, 0, 0, 0 } },
	{ "tax", { 0x07, 0, 0, 0 } },
	{ "txa", { 0x87, 0, 0, 0 } },
	{ "ret #-1", { 0x06, 0, 0, -1 } },
	{ "ret a", { 0x16, 0, 0, 0 } },
	{ "ret %A", { 0x16, 0, 0, 0 } },
	{ "ret x", { 0x0e, 0, 0, 0 } },
	{ "RET A", { 0x16, 0, 0, 0 } },
	{ ".insn 0x28, 1, 2, 12", { 0x28, 1, 2, 12 } },
	{ "; comment\n ld #1 ; another", { 0, 0, 0, 1 } },
	{ "/* a\n * b **/ ld #1", { 0, 0, 0, 1 } },
	{ "// a\n# b\nld #1", { 0, 0, 0, 1 } },
	{ "a: b: ld #1", { 0, 0, 0, 1 } },
	{ "ld:\n ld #1\r\n", { 0, 0, 0, 1 } },
};

static void test_instructions(void **unused UNUSED)
{
	for (size_t i = 0; i < ARRAY_SIZE(goods); i++) {
		AUTO(asm_prog_free) struct asm_prog p = { 0 };
		AUTO(str_free) struct str text = { 0 };
		struct err e = { 0 };

		str_addf(&text, "%s\nt: ret #0 f: ret #0", goods[i].text);
		if (asm_parse(str_text(&text), text.len, "x", 0, &p, &e))
			fail_msg("%s: %s", goods[i].text, e.text);
		assert_int_equal(p.prog.len, 3);
		if (memcmp(&p.prog.filter[0], &goods[i].f, sizeof(goods[i].f)))
			fail_msg("%s: { 0x%x, %u, %u, 0x%x }", goods[i].text, p.prog.filter[0].code,
				 p.prog.filter[0].jt, p.prog.filter[0].jf, p.prog.filter[0].k);
	}
}

static void test_every_mnemonic_is_tried(void **unused UNUSED)
{
	const struct asm_word *w;

	for (unsigned int i = 0; (w = asm_word_at(i)); i++) {
		bool found = false;

		for (size_t j = 0; j < ARRAY_SIZE(goods); j++)
			found |= strncmp(goods[j].text, w->name, strlen(w->name)) == 0 &&
				 !strchr("abcdefghijklmnopqrstuvwxyz",
					 goods[j].text[strlen(w->name)] ?: ' ');
		if (!found)
			fail_msg("no test of '%s'", w->name);
	}
}

/* Each alias with and without '#', in each size. */
static void test_extensions(void **unused UNUSED)
{
	static const struct {
		const char *text;
		uint32_t k;
	} all[] = {
		{ "pto", AD(PROTOCOL) },
		{ "proto", AD(PROTOCOL) },
		{ "type", AD(PKTTYPE) },
		{ "poff", AD(PAY_OFFSET) },
		{ "ifx", AD(IFINDEX) },
		{ "ifidx", AD(IFINDEX) },
		{ "nla", AD(NLATTR) },
		{ "nlan", AD(NLATTR_NEST) },
		{ "mark", AD(MARK) },
		{ "que", AD(QUEUE) },
		{ "queue", AD(QUEUE) },
		{ "Q", AD(QUEUE) },
		{ "hat", AD(HATYPE) },
		{ "hatype", AD(HATYPE) },
		{ "rxh", AD(RXHASH) },
		{ "rxhash", AD(RXHASH) },
		{ "cpu", AD(CPU) },
		{ "vlant", AD(VLAN_TAG) },
		{ "vlan_tci", AD(VLAN_TAG) },
		{ "vlan_avail", AD(VLAN_TAG) },
		{ "vlanp", AD(VLAN_TAG_PRESENT) },
		{ "vlan_pr", AD(VLAN_TAG_PRESENT) },
		{ "vlan_tpid", AD(VLAN_TPID) },
		{ "vlan_proto", AD(VLAN_TPID) },
		{ "rand", AD(RANDOM) },
		{ "random", AD(RANDOM) },
		{ "xor_x", AD(ALU_XOR_X) },
		{ "PROTO", AD(PROTOCOL) },
	};
	static const char *const sizes[] = { "ld", "ldh", "ldb" };
	static const uint16_t codes[] = { 0x20, 0x28, 0x30 };

	for (size_t i = 0; i < ARRAY_SIZE(all) * 6; i++) {
		AUTO(asm_prog_free) struct asm_prog p = { 0 };
		AUTO(str_free) struct str text = { 0 };
		unsigned int size = i % 3;
		struct err e = { 0 };

		str_addf(&text, "%s %s%s", sizes[size], i % 6 < 3 ? "" : "#", all[i / 6].text);
		if (asm_parse(str_text(&text), text.len, "x", 0, &p, &e))
			fail_msg("%s: %s", str_text(&text), e.text);
		assert_int_equal(p.prog.filter[0].code, codes[size]);
		assert_int_equal(p.prog.filter[0].k, all[i / 6].k);
	}
}

static const struct {
	const char *text, *error;
} bads[] = {
	{ "", "x:1:1: expected an instruction, but the source ends" },
	{ "; only\n /* comments */ ", "x:2:17: expected an instruction, but the source ends" },
	{ "foo", "x:1:1: expected an instruction or a label, found 'foo'" },
	{ "ret #1\n  bar #1", "x:2:3: expected an instruction or a label, found 'bar'" },
	{ "ret #1x", "x:1:6: expected a number, but '1x' is no number (10, 0x1f, 017, 0b11)" },
	{ "ret #08", "x:1:6: expected a number, but '08' is no number (10, 0x1f, 017, 0b11)" },
	{ "ret #4294967296", "x:1:6: expected a number of 32 bits, but 4294967296 needs more" },
	{ "ret #-2147483649", "x:1:6: expected a number of 32 bits, but -2147483649 needs more" },
	{ "ret 5", "x:1:5: expected '#' and a number, 'a' or 'x', found '5'" },
	{ "ret", "x:1:4: expected '#' and a number, 'a' or 'x', but the source ends" },
	{ "ret \001", "x:1:5: expected '#' and a number, 'a' or 'x', found byte 0x01" },
	{ "ld 5", "x:1:4: expected '[k]', '[x + k]', 'M[k]', '#k' or an extension, found '5'" },
	{ "ld #foo",
	  "x:1:5: expected '[k]', '[x + k]', 'M[k]', '#k' or an extension, found 'foo'" },
	{ "ld [", "x:1:5: expected an offset or 'x', but the source ends" },
	{ "ld [y]", "x:1:5: expected an offset or 'x', found 'y'" },
	{ "ld [x 4]", "x:1:7: expected '+' and an offset, found '4'" },
	{ "ld [x + y]", "x:1:9: expected an offset, found 'y'" },
	{ "ld [4 + 5]", "x:1:9: expected 'x', found '5'" },
	{ "ld [4", "x:1:6: expected ']', but the source ends" },
	{ "ld M[16]", "x:1:6: expected a number from 0 to 15, found 16" },
	{ "ld M[x]", "x:1:6: expected a number from 0 to 15, found 'x'" },
	{ "ld M 3", "x:1:6: expected '[', found '3'" },
	{ "ldh #4", "x:1:6: expected '[k]', '[x + k]' or an extension other than len, found '4'" },
	{ "ldh len",
	  "x:1:5: expected '[k]', '[x + k]' or an extension other than len, found 'len'" },
	{ "ldx [4]", "x:1:5: expected 'M[k]', '#k', '4*([k]&0xf)' or 'len', found '['" },
	{ "ldx proto", "x:1:5: expected 'M[k]', '#k', '4*([k]&0xf)' or 'len', found 'proto'" },
	{ "ldxb 2*([14]&0xf)", "x:1:6: expected '4' of 4*([k]&0xf), found '2'" },
	{ "ldxb 4*([14]&0x1f)", "x:1:14: expected '0xf' of 4*([k]&0xf), found '0x1f'" },
	{ "ldxb 4*[14]", "x:1:8: expected '(' of 4*([k]&0xf), found '['" },
	{ "ldi x", "x:1:5: expected a number, found 'x'" },
	{ "st #3", "x:1:5: expected 'M[k]', found '3'" },
	{ "st 3", "x:1:4: expected 'M[k]', found '3'" },
	{ "add 1", "x:1:5: expected '#' and a number, or 'x', found '1'" },
	{ "neg x\nret a", "x:1:5: expected an instruction or a label, found 'x'" },
	{ "ja 5", "x:1:4: expected a label, found '5'" },
	{ "ja out\nret #0", "x:1:4: expected a label, but there is no 'out:'" },
	{ "jeq #1", "x:1:7: expected ',' and a label, but the source ends" },
	{ "jeq #1, #2", "x:1:9: expected a label, found '#'" },
	{ "jeq #1,,l", "x:1:8: expected a label, found ','" },
	{ "jeq a, l", "x:1:5: expected '#' and a number, or 'x', found 'a'" },
	{ "jeq #1, a, b\na: ret #0", "x:1:12: expected a label, but there is no 'b:'" },
	{ "a: ret #0\na: ret #1", "x:2:1: expected a new label, but 'a' stands in line 1 already" },
	{ "ret #0\nend:",
	  "x:2:1: expected an instruction behind label 'end', but the source ends" },
	{ "a: ret #0\nja a\nret #1", "x:2:4: expected a label further on, but 'a' stands in line "
				     "1: classic BPF only jumps forward" },
	{ "a: jeq #1, a\nret #1", "x:1:12: expected a label further on, but 'a' stands in line 1: "
				  "classic BPF only jumps forward" },
	{ "ret #0 /* x", "x:1:8: expected '*/', but the comment has no end" },
	{ "#define A 1\nret #A", "x:1:1: '#define' is for the C preprocessor, which --cpp runs" },
	{ "# 7 \"y.h\"\nret #A", "y.h:7:6: expected a number, found 'A'" },
	{ "#line 9\nret b", "x:9:5: expected '#' and a number, 'a' or 'x', found 'b'" },
	{ ".insn 0x10000, 0, 0, 0",
	  "x:1:7: expected an operation code of at most 65535, found 65536" },
	{ ".insn 1, 256, 0, 0", "x:1:10: expected a jump distance of at most 255, found 256" },
	{ ".insn 1 2", "x:1:9: expected ',', found '2'" },
};

static void test_errors(void **unused UNUSED)
{
	for (size_t i = 0; i < ARRAY_SIZE(bads); i++) {
		AUTO(asm_prog_free) struct asm_prog p = { 0 };
		struct err e = { 0 };

		if (asm_parse(bads[i].text, strlen(bads[i].text), "x", 0, &p, &e) != -EINVAL)
			fail_msg("taken: %s", bads[i].text);
		assert_string_equal(e.text, bads[i].error);
	}
}

static void test_bypass(void **unused UNUSED)
{
	static const char text[] = "a: ld M[16]\nja a\nret #0";
	AUTO(asm_prog_free) struct asm_prog p = { 0 };
	struct err e = { 0 };

	assert_int_equal(asm_parse(text, strlen(text), "x", ASM_ANY_WORD, &p, &e), 0);
	assert_int_equal(p.prog.filter[0].k, 16);
	assert_int_equal(p.prog.filter[1].k, (uint32_t)-2);
	assert_int_equal(p.pos[1].line, 2);
	assert_int_equal(p.pos[1].column, 1);
}

static void test_limits(void **unused UNUSED)
{
	AUTO(asm_prog_free) struct asm_prog p = { 0 };
	AUTO(str_free) struct str text = { 0 };
	struct err e = { 0 };

	for (int i = 0; i < BPF_MAXINSNS - 1; i++)
		str_add(&text, "ld #1\n");
	str_add(&text, "ret a\n");
	assert_int_equal(asm_parse(str_text(&text), text.len, "x", 0, &p, &e), 0);
	assert_int_equal(p.prog.len, BPF_MAXINSNS);
	asm_prog_free(&p);
	str_add(&text, "ret a\n");
	assert_int_equal(asm_parse(str_text(&text), text.len, "x", 0, &p, &e), -EINVAL);
	assert_string_equal(e.text, "x:4097:1: expected at most 4096 instructions, found more");
	assert_int_equal(asm_parse("", ASM_MAX_BYTES + 1, "x", 0, &p, &e), -EINVAL);
	assert_non_null(strstr(e.text, "too many"));
}

/* The packet's byte 0 chooses one of many jumps, near and far, both labels too far for some. */
static void test_far_jumps(void **unused UNUSED)
{
	AUTO(asm_prog_free) struct asm_prog p = { 0 };
	AUTO(str_free) struct str text = { 0 };
	AUTO(vm_free_p) struct vm *vm = NULL;
	struct err e = { 0 };

	str_add(&text, "ldb [0]\n");
	for (int i = 0; i < 200; i++)
		str_addf(&text, "jeq #%d, r%d\n", i, i);
	str_add(&text, "jge #250, r250, r200\n");
	for (int i = 0; i < 300; i++)
		str_add(&text, "ld #7\n");
	for (int i = 0; i <= 250; i++)
		str_addf(&text, "r%d: ret #%d\n", i, i + 1);
	assert_int_equal(asm_parse(str_text(&text), text.len, "x", 0, &p, &e), 0);
	assert_true(p.n_far == 202);
	assert_int_equal(check_prog(&p.prog, &e), 0);
	assert_int_equal(vm_new(&p.prog, &vm, &e), 0);
	for (int i = 0; i < 256; i++) {
		uint8_t byte = i;

		assert_int_equal(vm_run(vm, &byte, 1, 1, NULL), i < 200	  ? i + 1
								: i < 250 ? 201
									  : 251);
	}
	/* A ja belongs to the line of its jump. */
	assert_int_equal(p.pos[1].line, 2);
	assert_int_equal(p.pos[2].line, 2);
	assert_int_equal(p.prog.filter[2].code, BPF_JMP | BPF_JA);
}

static void test_too_long_by_far_jumps(void **unused UNUSED)
{
	AUTO(asm_prog_free) struct asm_prog p = { 0 };
	AUTO(str_free) struct str text = { 0 };
	struct err e = { 0 };

	for (int i = 0; i < BPF_MAXINSNS - 1; i++)
		str_add(&text, "jeq #1, out\n");
	str_add(&text, "out: ret a\n");
	assert_int_equal(asm_parse(str_text(&text), text.len, "x", 0, &p, &e), -EINVAL);
	assert_non_null(strstr(e.text, "lead jumps that are too far, are more than 4096"));
}

static void same_after_text(const struct sock_fprog *prog, uint64_t seed)
{
	AUTO(asm_prog_free) struct asm_prog p = { 0 };
	AUTO(str_free) struct str text = { 0 };
	struct err e = { 0 };

	asmout_add(&text, prog, NULL);
	if (asm_parse(str_text(&text), text.len, "x", 0, &p, &e))
		fail_msg("seed %llu: %s\n%s", (unsigned long long)seed, e.text, str_text(&text));
	if (p.prog.len != prog->len ||
	    memcmp(p.prog.filter, prog->filter, prog->len * sizeof(prog->filter[0])))
		fail_msg("seed %llu: other bytes from\n%s", (unsigned long long)seed,
			 str_text(&text));
}

static void test_round_trip(void **unused UNUSED)
{
	struct sock_filter insns[300];
	struct sock_fprog prog = { .filter = insns };

	for (uint64_t seed = 1; seed <= 3000; seed++) {
		uint64_t state = seed;

		prog.len = rnd_prog(&state, insns, ARRAY_SIZE(insns));
		for (unsigned int i = 0; i < seed % 5; i++)
			rnd_spoil(&state, insns, prog.len);
		same_after_text(&prog, seed);
		for (unsigned int i = 0; i < prog.len; i++)
			insns[i] = (struct sock_filter){ rnd(&state), rnd(&state), rnd(&state),
							 rnd(&state) };
		same_after_text(&prog, seed);
	}
}

static void test_describe(void **unused UNUSED)
{
	AUTO(str_free) struct str s = { 0 };
	const struct asm_ext *x;

	asm_describe(&s);
	for (unsigned int i = 0; (x = asm_ext_at(i)); i++)
		assert_non_null(strstr(str_text(&s), x->names));
	assert_non_null(strstr(str_text(&s), "4*([k]&0xf)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_instructions), cmocka_unit_test(test_every_mnemonic_is_tried),
		cmocka_unit_test(test_extensions),   cmocka_unit_test(test_errors),
		cmocka_unit_test(test_bypass),	     cmocka_unit_test(test_limits),
		cmocka_unit_test(test_far_jumps),    cmocka_unit_test(test_too_long_by_far_jumps),
		cmocka_unit_test(test_round_trip),   cmocka_unit_test(test_describe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
