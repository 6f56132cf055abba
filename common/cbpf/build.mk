SRC-common/cbpf :=
