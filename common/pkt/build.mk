SRC-common/pkt := pcapng_enc.c capfmt.c
