SRC-common/base := err.c bytes.c num.c str.c near.c hash.c arena.c log.c
