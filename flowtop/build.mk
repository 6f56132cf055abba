SRC-flowtop := acct.c app.c ct.c ctsock.c filter.c flows.c group.c job.c main.c metrics.c once.c options.c \
               owner.c procs.c show.c showjson.c sockdiag.c track.c tui.c
PKG-flowtop := libnl-3.0
