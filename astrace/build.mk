SRC-astrace := main.c options.c work.c engine.c target.c sweep.c probe.c answer.c compare.c addr.c wire.c wire_user.c know.c mtu.c paths.c cycles.c record.c \
               text.c outjson.c outcsv.c outdot.c list.c words.c
SRC-astrace += payload.c hello.c quic.c
SRC-astrace += diff.c diffhear.c diffjudge.c outdiff.c
SRC-astrace += ixp.c
PKG-astrace := libcrypto jansson
SRC-astrace += watch.c watchgrid.c
