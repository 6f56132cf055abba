// SPDX-License-Identifier: GPL-2.0-or-later
/* prove_faults - what goes wrong in optimisers: a program, what may be made of it, and what a fault
 * would make of it. Each fault must be refuted, each right one proved. */
#ifndef TEST_PROVE_FAULTS_H
#define TEST_PROVE_FAULTS_H

struct fault {
	const char *what, *before, *right, *wrong;
};

static const struct fault faults[] = {
	{ "a jump is led past a test that it does not decide",
	  "ldh [12]\njeq #0x800, a, no\na: ldb [23]\njeq #6, b, no\nb: ldh [12]\njeq #0x800, yes, no\n"
	  "yes: ret #1\nno: ret #0\n",
	  "ldh [12]\njeq #0x800, a, no\na: ldb [23]\njeq #6, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldh [12]\njeq #0x800, yes, no\nyes: ret #1\nno: ret #0\n" },
	{ "targets of a reversed jump are not swapped",
	  "ldb [0]\njeq #5, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldb [0]\njneq #5, no\nret #1\nno: ret #0\n", "ldb [0]\njeq #5, no\nret #1\nno: ret #0\n" },
	{ "greater and greater-or-equal are mixed up",
	  "ldh [0]\njgt #1023, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldh [0]\njge #1024, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldh [0]\njge #1023, yes, no\nyes: ret #1\nno: ret #0\n" },
	{ "a load that can fail is dropped since its value is not used",
	  "ldb [100]\nldb [0]\njeq #1, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldb [100]\nldb [0]\njneq #1, no\nret #1\nno: ret #0\n",
	  "ldb [0]\njeq #1, yes, no\nyes: ret #1\nno: ret #0\n" },
	{ "a load is moved before the test that guards it",
	  "ldb [0]\njeq #1, deep, yes\ndeep: ldb [60]\njeq #2, no, yes\nyes: ret #1\nno: ret #0\n",
	  "ldb [0]\njneq #1, yes\nldb [60]\njeq #2, no, yes\nyes: ret #1\nno: ret #0\n",
	  "ldb [60]\ntax\nldb [0]\njneq #1, yes\ntxa\njeq #2, no, yes\nyes: ret #1\nno: ret #0\n" },
	{ "A is thought to hold what another load put there",
	  "ldh [12]\njeq #1, yes\nldh [14]\njeq #2, yes\nldh [12]\njeq #3, yes, no\nyes: ret #1\n"
	  "no: ret #0\n",
	  "ldh [12]\njeq #1, yes\nldh [14]\njeq #2, yes\nldh [12]\njneq #3, no\nyes: ret #1\n"
	  "no: ret #0\n",
	  "ldh [12]\njeq #1, yes\nldh [14]\njeq #2, yes\njeq #3, yes, no\nyes: ret #1\nno: ret #0\n" },
	{ "a mask is dropped",
	  "ldh [20]\nand #0x1fff\njeq #0, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldh [20]\njset #0x1fff, no, yes\nyes: ret #1\nno: ret #0\n",
	  "ldh [20]\njeq #0, yes, no\nyes: ret #1\nno: ret #0\n" },
	{ "a mask loses a bit",
	  "ldh [20]\njset #0x1fff, no, yes\nyes: ret #1\nno: ret #0\n",
	  "ldh [20]\nand #0x1fff\njeq #0, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldh [20]\njset #0x1ffe, no, yes\nyes: ret #1\nno: ret #0\n" },
	{ "two bytes are joined in the wrong order",
	  "ldb [12]\njneq #8, no\nldb [13]\njneq #6, no\nret #1\nno: ret #0\n",
	  "ldb [12]\njneq #8, no\nldh [12]\njneq #0x806, no\nret #1\nno: ret #0\n",
	  "ldh [12]\njneq #0x608, no\nret #1\nno: ret #0\n" },
	{ "a constant is folded with the sign wrong",
	  "ldb [0]\nadd #3\nsub #1\njeq #7, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldb [0]\njeq #5, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldb [0]\njeq #9, yes, no\nyes: ret #1\nno: ret #0\n" },
	{ "a comparison is moved over an addition that wraps",
	  "ld [0]\nadd #1\njgt #5, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ld [0]\nadd #2\nsub #1\njgt #5, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ld [0]\njgt #4, yes, no\nyes: ret #1\nno: ret #0\n" },
	{ "a product becomes a shift by one too many",
	  "ldb [0]\nmul #8\njeq #64, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldb [0]\nlsh #3\njeq #64, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldb [0]\nlsh #4\njeq #64, yes, no\nyes: ret #1\nno: ret #0\n" },
	{ "a remainder becomes a mask with its modulus",
	  "ldb [0]\nmod #8\njeq #3, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldb [0]\nand #7\njeq #3, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldb [0]\nand #8\njeq #3, yes, no\nyes: ret #1\nno: ret #0\n" },
	{ "a division by X is dropped, and with it what it rejects",
	  "ldx len\nldb [0]\ntax\nld #0\ndiv x\njeq #0, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldb [0]\njeq #0, no, yes\nyes: ret #1\nno: ret #0\n",
	  "ldb [0]\nret #1\n" },
	{ "a store is dropped that one of two ways reads",
	  "ldb [0]\nst M[0]\nldb [1]\njeq #1, a, b\na: st M[0]\nb: ld M[0]\njeq #9, yes, no\nyes: ret #1\n"
	  "no: ret #0\n",
	  "ldb [0]\nst M[1]\nldb [1]\njeq #1, yes_a, b\nyes_a: ret #0\nb: ld M[1]\njeq #9, yes, no\n"
	  "yes: ret #1\nno: ret #0\n",
	  "ldb [0]\nst M[0]\nldb [1]\njeq #1, b, b\nb: ld M[0]\njeq #9, yes, no\nyes: ret #1\nno: ret #0\n" },
	{ "a word of memory is thought to be another",
	  "ldb [0]\nst M[0]\nldb [1]\nst M[1]\nld M[0]\njeq #9, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldb [1]\nldb [0]\njeq #9, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldb [0]\nldb [1]\njeq #9, yes, no\nyes: ret #1\nno: ret #0\n" },
	{ "X is not loaded again after it was overwritten",
	  "ldxb 4*([14]&0xf)\nldh [x+16]\njeq #80, yes\nldx len\ntxa\njgt #100, a, no\n"
	  "a: ldxb 4*([14]&0xf)\nldh [x+14]\njeq #80, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldxb 4*([14]&0xf)\nldh [x+16]\njeq #80, yes\nld len\njgt #100, a, no\n"
	  "a: ldh [x+14]\njeq #80, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldxb 4*([14]&0xf)\nldh [x+16]\njeq #80, yes\nldx len\ntxa\njgt #100, a, no\n"
	  "a: ldh [x+14]\njeq #80, yes, no\nyes: ret #1\nno: ret #0\n" },
	{ "the header's length is taken for 20",
	  "ldxb 4*([14]&0xf)\nldh [x+16]\njeq #80, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldxb 4*([14]&0xf)\ntxa\nadd #2\ntax\nldh [x+14]\njeq #80, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldb [14]\nldh [36]\njeq #80, yes, no\nyes: ret #1\nno: ret #0\n" },
	{ "an offset is folded into a load twice",
	  "ldxb 4*([14]&0xf)\ntxa\nadd #4\ntax\nldb [x+14]\njeq #1, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldxb 4*([14]&0xf)\nldb [x+18]\njeq #1, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldxb 4*([14]&0xf)\nldb [x+22]\njeq #1, yes, no\nyes: ret #1\nno: ret #0\n" },
	{ "a range is cut at the wrong end when tests become a tree",
	  "ldh [2]\njeq #80, yes\njeq #443, yes\njge #8000, a, no\na: jgt #8010, no, yes\nyes: ret #1\n"
	  "no: ret #0\n",
	  "ldh [2]\njgt #443, b\njeq #443, yes\njeq #80, yes, no\nb: jge #8011, no\njge #8000, yes, no\n"
	  "yes: ret #1\nno: ret #0\n",
	  "ldh [2]\njgt #443, b\njeq #443, yes\njeq #80, yes, no\nb: jge #8010, no\njge #8000, yes, no\n"
	  "yes: ret #1\nno: ret #0\n" },
	{ "two returns are merged that keep different lengths",
	  "ldb [0]\njeq #1, a, b\na: ret #96\nb: ret #262144\n",
	  "ldb [0]\njneq #1, b\nret #96\nb: ret #262144\n", "ldb [0]\nret #262144\n" },
	{ "the length on the wire is taken for that of the data",
	  "ld len\njgt #99, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldx len\ntxa\njle #99, no\nret #1\nno: ret #0\n", "ldb [99]\nret #1\n" },
	{ "a test of a word is split, and one half forgotten",
	  "ld [26]\njeq #0x0a000001, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldh [28]\njneq #1, no\nldh [26]\njeq #0x0a00, yes, no\nyes: ret #1\nno: ret #0\n",
	  "ldh [26]\njneq #0x0a00, no\nldh [28]\njset #1, yes, no\nyes: ret #1\nno: ret #0\n" },
	{ "a common tail is shared by ways with different A",
	  "ldb [0]\njeq #1, a, b\na: ldb [1]\njeq #7, yes, no\nb: ldb [2]\njeq #7, yes, no\nyes: ret #1\n"
	  "no: ret #0\n",
	  "ldb [0]\njeq #1, a, b\na: ldb [1]\nja t\nb: ldb [2]\nt: jeq #7, yes, no\nyes: ret #1\n"
	  "no: ret #0\n",
	  "ldb [0]\njeq #1, t, b\nb: ldb [2]\nt: jeq #7, yes, no\nyes: ret #1\nno: ret #0\n" },
};

#endif
