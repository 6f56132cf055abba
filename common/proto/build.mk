SRC-common/proto :=
