SRC-common/ui := opt.c optdoc.c when.c
