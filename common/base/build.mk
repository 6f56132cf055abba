SRC-common/base := err.c bytes.c num.c str.c near.c heavy.c timebins.c hash.c arena.c log.c
SRC-common/base += leb128.c
