SRC-common/sys := fd.c clock.c sig.c loop.c cpu.c irq.c proc.c nl.c netdev.c netmon.c ethtool.c \
                  netns.c hwtstamp.c priv.c landlock.c sandbox.c uring.c restorer.c keeper.c \
                  settings.c bpf.c filter.c fairlock.c \
                  dns.c geo.c geo_mmdb.c geo_legacy.c geo_prefix.c
PKG-common/sys := libnl-3.0 libnl-route-3.0 libnl-genl-3.0 libcap-ng libseccomp libmaxminddb geoip libcares zlib
SRC-common/sys += cpp.c
SRC-common/sys += exprnames.c
SRC-common/sys += tun.c netconf.c
SRC-common/sys += skbdrop.c
LIB-common/sys += -lbpf
SRC-common/sys += wifi.c
SRC-common/sys += sshguard.c
