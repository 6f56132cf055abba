SRC-curvetun := main.c options.c work.c folder.c keytext.c lists.c \
                kdf.c noise.c msg.c aead.c window.c session.c core.c
PKG-curvetun := libsodium libcrypto
