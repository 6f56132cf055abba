SRC-common/cbpf := insn.c check.c disasm.c numeric.c vm.c vm_slow.c ebpf.c
SRC-common/cbpf += asm.c asm_lex.c asm_link.c asm_words.c
SRC-common/cbpf += progfmt_write.c progfmt_read.c progfmt_list.c progfmt_json.c elfobj.c
PKG-common/cbpf += jansson
SRC-common/cbpf += asmout.c fieldname.c
SRC-common/cbpf += sim.c
SRC-common/cbpf += ebpf_xdp.c
SRC-common/cbpf += ebpftext.c
