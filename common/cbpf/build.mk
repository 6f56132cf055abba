SRC-common/cbpf := insn.c check.c disasm.c numeric.c vm.c vm_slow.c ebpf.c
