SRC-flowtop := acct.c app.c ct.c ctsock.c filter.c flows.c group.c job.c main.c metrics.c once.c options.c \
               owner.c procs.c show.c showjson.c sockdiag.c track.c tui.c
PKG-flowtop := libnl-3.0
SRC-flowtop += filter_match.c
SRC-flowtop += helper.c scout.c spaces.c
SRC-flowtop += ctstat.c choose.c
SRC-flowtop += player.c pack.c side.c plotter.c
SRC-flowtop += kinds.c fill.c tui_draw.c tui_grids.c
