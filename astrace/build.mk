SRC-astrace := main.c options.c work.c engine.c target.c sweep.c probe.c answer.c addr.c wire.c know.c \
               text.c outjson.c words.c
