SRC-common/cbpf := insn.c check.c disasm.c numeric.c vm.c vm_slow.c ebpf.c
SRC-common/cbpf += asm.c asm_lex.c asm_link.c asm_words.c
