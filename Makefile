# SPDX-License-Identifier: GPL-2.0-or-later
# One make process builds everything; each folder says what it holds in a build.mk of data:
#   SRC-<folder> := C files      PKG-<folder> := pkg-config names      LIB-<folder> := bare -l flags
# Output goes to build/ (variants: build/san, build/cov, build/fuzz); O=DIR puts it elsewhere.

VERSION := 0.1.0
PREFIX  ?= /usr/local
CC      ?= cc
PYTHON  ?= /usr/bin/python3
# GNU make's built-in default would hide an absent compiler behind "cc".
ifeq ($(origin CC),default)
CC := gcc
endif

O       ?= build
VARIANT := $(if $(SAN),san,$(if $(COV),cov,$(if $(FUZZ),fuzz)))
B       := $(O)$(if $(VARIANT),/$(VARIANT))

LAYERS    := base proto cbpf sys pkt ui
KNOWN     := netsniff trafgen bpfc ifpps flowtop curvetun astrace
PROGRAMS  := $(patsubst %/build.mk,%,$(wildcard $(addsuffix /build.mk,$(KNOWN))))

all:

include $(foreach l,$(LAYERS),$(wildcard common/$l/build.mk))
include $(addsuffix /build.mk,$(PROGRAMS))
include tests/build.mk

WARN    := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wvla
OPT     := $(if $(SAN),-O1 -fno-omit-frame-pointer -fsanitize=address$(comma)undefined -fno-sanitize-recover=all,\
           $(if $(COV),-O0 --coverage,$(if $(FUZZ),-O1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link$(comma)address$(comma)undefined -fno-sanitize-recover=all,-O2)))
comma   := ,
ifdef FUZZ
CC := clang
endif
CFLAGS  ?= -g
ALL_CFLAGS = -std=gnu11 $(WARN) $(OPT) $(CFLAGS) -D_GNU_SOURCE -DVERSION='"$(VERSION)"' \
             -pthread -Icommon -MMD -MP $(PKG_CFLAGS)

PKGS       := $(sort $(foreach l,$(LAYERS),$(PKG-common/$l)) $(foreach p,$(PROGRAMS),$(PKG-$p)))
PKG_CFLAGS := $(if $(PKGS),$(shell pkg-config --cflags $(PKGS) 2>/dev/null))
PKG_LIBS   := $(if $(PKGS),$(shell pkg-config --libs $(PKGS) 2>/dev/null))
LDLIBS     := -Wl,--as-needed $(PKG_LIBS) $(foreach l,$(LAYERS),$(LIB-common/$l)) -pthread

COMMON_OBJ := $(foreach l,$(LAYERS),$(patsubst %.c,$B/obj/common/$l/%.o,$(SRC-common/$l)))
LIBCOMMON  := $B/libcommon.a

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' '$(1)' '$(patsubst $(CURDIR)/%,%,$@)';)

all: $(addprefix $B/bin/,$(PROGRAMS))
$(PROGRAMS): %: $B/bin/%

$B/obj/%.o: %.c
	$(call say,CC)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) -c -o $@ $<

$(LIBCOMMON): $(COMMON_OBJ)
	$(call say,AR)rm -f $@ && $(AR) rcs $@ $^

define program
$B/bin/$(1): $(patsubst %.c,$B/obj/$(1)/%.o,$(SRC-$(1))) $(LIBCOMMON)
	$$(call say,LINK)mkdir -p $$(@D) && $$(CC) $$(OPT) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$^ $$(LDLIBS)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$p)))

# A unit test is tests/unit/NAME_test.c, one a module, against libcommon.a and cmocka.
UNIT_BIN := $(patsubst tests/unit/%.c,$B/unit/%,$(wildcard tests/unit/*_test.c))
$B/unit/%: $B/obj/tests/unit/%.o $(LIBCOMMON)
	$(call say,LINK)mkdir -p $(@D) && $(CC) $(OPT) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(EXTRA-$(@F)) -lcmocka $(LDLIBS)

# A fuzz target is tests/fuzz/NAME_fuzz.c; without FUZZ=1 it is linked with a driver that replays files.
FUZZ_BIN := $(patsubst tests/fuzz/%.c,$B/fuzz/%,$(wildcard tests/fuzz/*_fuzz.c))
$B/fuzz/%: $B/obj/tests/fuzz/%.o $(if $(FUZZ),,$B/obj/tests/fuzz/replay.o) $(LIBCOMMON)
	$(call say,LINK)mkdir -p $(@D) && $(CC) $(OPT) $(CFLAGS) $(LDFLAGS) $(if $(FUZZ),-fsanitize=fuzzer) -o $@ $^ $(LDLIBS)

# A tool of the tests is a folder tests/bench/NAME, listed in tests/build.mk.
define bench_tool
$B/bench/$(1): $(patsubst %.c,$B/obj/tests/bench/$(1)/%.o,$(SRC-tests/bench/$(1))) $(LIBCOMMON)
	$$(call say,LINK)mkdir -p $$(@D) && $$(CC) $$(OPT) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$^ $$(LIB-tests/bench/$(1)) $$(LDLIBS)
endef
$(foreach t,$(BENCH_TOOLS),$(eval $(call bench_tool,$t)))

unit-bin: $(UNIT_BIN)
fuzz-bin: $(FUZZ_BIN)
bench-bin: $(addprefix $B/bench/,$(BENCH_TOOLS))

clean:
	$(Q)rm -rf $O

-include $(shell find $B -name '*.d' 2>/dev/null)
.PHONY: all clean unit-bin fuzz-bin bench-bin $(PROGRAMS)
.SECONDARY:
.DELETE_ON_ERROR:
