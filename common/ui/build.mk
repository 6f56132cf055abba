SRC-common/ui :=
