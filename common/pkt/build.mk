SRC-common/pkt += capfmt.c
SRC-common/pkt += pcapng_enc.c
SRC-common/pkt += ring_rx.c
SRC-common/pkt += dwrite.c
SRC-common/pkt += inplace.c
