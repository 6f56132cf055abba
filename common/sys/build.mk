SRC-common/sys :=
