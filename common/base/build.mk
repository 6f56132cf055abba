SRC-common/base := err.c bytes.c num.c str.c hash.c arena.c log.c
