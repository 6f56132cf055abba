SRC-common/ui := opt.c optdoc.c when.c utf8.c jsonw.c fmt.c term.c progress.c table.c protodoc.c protodoc_json.c
SRC-common/ui += canvas.c screen.c grid.c grid_cols.c grid_key.c
SRC-common/ui += plot.c
SRC-common/ui += optfile.c
PKG-common/ui += ncursesw
SRC-common/ui += metrics.c serve.c record.c curves.c
LIB-common/ui += -lm
PKG-common/ui += libmicrohttpd
