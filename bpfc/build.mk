SRC-bpfc += check.c
SRC-bpfc += ebpfout.c
SRC-bpfc += emit.c
SRC-bpfc += job.c
SRC-bpfc += main.c
SRC-bpfc += options.c
SRC-bpfc += source.c
PKG-bpfc := capstone
