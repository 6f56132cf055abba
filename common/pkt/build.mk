SRC-common/pkt += capfmt.c
SRC-common/pkt += pcapng_enc.c
SRC-common/pkt += ring_rx.c
