SRC-curvetun := main.c options.c work.c folder.c keytext.c lists.c \
                kdf.c noise.c msg.c aead.c window.c session.c core.c \
                inner.c ecn.c mtu.c cut.c join.c owners.c udp.c stun.c burst.c trial.c ctl.c tunnel.c link.c run.c harden.c \
                tcp.c tunnel_tcp.c helper.c device.c resolver.c roster.c stamps.c control.c report.c status.c numbers.c
PKG-curvetun := libsodium libcrypto jansson
