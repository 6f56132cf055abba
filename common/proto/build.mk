SRC-common/proto := linktype.c csum.c
