SRC-common/cbpf := insn.c check.c disasm.c vm.c vm_slow.c
