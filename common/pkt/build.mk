SRC-common/pkt :=
