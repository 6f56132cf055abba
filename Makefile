# SPDX-License-Identifier: GPL-2.0-or-later
# One make process builds everything; each folder says what it holds in a build.mk of data:
#   SRC-<folder> := C files      PKG-<folder> := pkg-config names      LIB-<folder> := bare -l flags
# Output goes to build/ (variants: build/san, build/tsan, build/cov, build/fuzz); O=DIR puts it elsewhere.
# `make help` lists the targets and variables.

VERSION := 0.1.0
PREFIX  ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
DATADIR ?= $(PREFIX)/share
UNITDIR ?= $(PREFIX)/lib/systemd/system
CC      ?= cc
PYTHON  ?= /usr/bin/python3
# GNU make's built-in default would hide an absent compiler behind "cc".
ifeq ($(origin CC),default)
CC := gcc
endif

# All CPUs, unless the command line says -j.
MAKEFLAGS += -j$(shell nproc)

ifneq ($(filter fuzz,$(MAKECMDGOALS)),)
FUZZ := 1
endif
FUZZ_SECONDS ?= 60

O       ?= build
VARIANT := $(if $(SAN),san,$(if $(TSAN),tsan,$(if $(COV),cov,$(if $(FUZZ),fuzz))))
B       := $(O)$(if $(VARIANT),/$(VARIANT))

LAYERS    := base proto cbpf sys pkt ui
KNOWN     := netsniff trafgen bpfc ifpps flowtop curvetun astrace
PROGRAMS  := $(patsubst %/build.mk,%,$(wildcard $(addsuffix /build.mk,$(KNOWN))))

all:

include $(foreach l,$(LAYERS),$(wildcard common/$l/build.mk))
include $(addsuffix /build.mk,$(PROGRAMS))
include tests/build.mk

WARN    := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wvla
comma   := ,
OPT     := $(if $(SAN),-O1 -fno-omit-frame-pointer -fsanitize=address$(comma)undefined -fno-sanitize-recover=all,\
           $(if $(TSAN),-O1 -fsanitize=thread,\
           $(if $(COV),-O0 --coverage,$(if $(FUZZ),-O1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link$(comma)address$(comma)undefined -fno-sanitize-recover=all,-O2))))
ifdef FUZZ
CC := clang
endif
CFLAGS  ?= -g
ALL_CFLAGS = -std=gnu11 $(WARN) $(OPT) $(CFLAGS) -D_GNU_SOURCE -DVERSION='"$(VERSION)"' \
             -pthread -Icommon -MMD -MP $(PKG_CFLAGS)

# Packages first: the goals that promise to work on a bare machine install what is missing, and
# make then starts over by itself, so that pkg-config below is asked when it can answer.
ifneq ($(filter demo check,$(MAKECMDGOALS)),)
ifeq ($(findstring n,$(firstword -$(MAKEFLAGS))),)
include $(O)/deps.mk
$(O)/deps.mk: FORCE
	$(Q).ci/deps $@ $(if $(filter check,$(MAKECMDGOALS)),build demo test,build demo)
endif
endif

PKGS       := $(sort $(foreach l,$(LAYERS),$(PKG-common/$l)) $(foreach p,$(PROGRAMS),$(PKG-$p)))
PKG_CFLAGS := $(if $(PKGS),$(shell pkg-config --cflags $(PKGS) 2>/dev/null))
PKG_LIBS   := $(if $(PKGS),$(shell pkg-config --libs $(PKGS) 2>/dev/null))
LDLIBS     := -Wl,--as-needed $(PKG_LIBS) $(foreach l,$(LAYERS),$(LIB-common/$l)) -pthread

# What the objects were built with; they are built again when it changes.
ifneq ($(or $(if $(MAKECMDGOALS),,all),$(filter-out help deps clean uninstall,$(MAKECMDGOALS))),)
FLAGS := $(CC) $(ALL_CFLAGS) / $(LDFLAGS) $(LDLIBS)
$(shell mkdir -p $B)
ifneq ($(file <$B/flags),$(FLAGS))
$(file >$B/flags,$(FLAGS))
endif
endif

COMMON_OBJ := $(foreach l,$(LAYERS),$(patsubst %.c,$B/obj/common/$l/%.o,$(SRC-common/$l)))
LIBCOMMON  := $B/libcommon.a

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' '$(1)' '$(patsubst $(CURDIR)/%,%,$@)';)

all: $(addprefix $B/bin/,$(PROGRAMS)) ## every program, to build/bin
$(PROGRAMS): %: $B/bin/% ## that program alone

$B/obj/%.o: %.c $B/flags
	$(call say,CC)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) -c -o $@ $<

$(LIBCOMMON): $(COMMON_OBJ)
	$(call say,AR)rm -f $@ && $(AR) rcs $@ $^

define program
$B/bin/$(1): $(patsubst %.c,$B/obj/$(1)/%.o,$(SRC-$(1))) $(LIBCOMMON)
	$$(call say,LINK)mkdir -p $$(@D) && $$(CC) $$(OPT) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$^ $$(LDLIBS)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$p)))

# A test of a program's own files says so in tests/build.mk (OF-NAME_test := PROGRAM) and is linked
# with all of them but main.c.
define program_lib
$B/$(1).a: $(filter-out %/main.o,$(patsubst %.c,$B/obj/$(1)/%.o,$(SRC-$(1))))
	$$(call say,AR)rm -f $$@ && $$(AR) rcs $$@ $$^
endef
$(foreach p,$(PROGRAMS),$(eval $(call program_lib,$p)))
.SECONDEXPANSION:
own = $(addprefix $B/,$(addsuffix .a,$(OF-$(@F))))

# A unit test is tests/unit/NAME_test.c, one a module, against libcommon.a and cmocka.
UNIT_BIN := $(patsubst tests/unit/%.c,$B/unit/%,$(wildcard tests/unit/*_test.c))
$B/unit/%: $B/obj/tests/unit/%.o $$(own) $(LIBCOMMON)
	$(call say,LINK)mkdir -p $(@D) && $(CC) $(OPT) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(EXTRA-$(@F)) -lcmocka $(LDLIBS)

# A fuzz target is tests/fuzz/NAME_fuzz.c; without FUZZ=1 it is linked with a driver that replays files.
FUZZ_BIN := $(patsubst tests/fuzz/%.c,$B/fuzz/%,$(wildcard tests/fuzz/*_fuzz.c))
$B/fuzz/%: $B/obj/tests/fuzz/%.o $(if $(FUZZ),,$B/obj/tests/fuzz/replay.o) $$(own) $(LIBCOMMON)
	$(call say,LINK)mkdir -p $(@D) && $(CC) $(OPT) $(CFLAGS) $(LDFLAGS) $(if $(FUZZ),-fsanitize=fuzzer) -o $@ $^ $(LDLIBS)

# A tool of the tests is a folder tests/bench/NAME, listed in tests/build.mk.
define bench_tool
$B/bench/$(1): $(patsubst %.c,$B/obj/tests/bench/$(1)/%.o,$(SRC-tests/bench/$(1))) \
		$(addprefix $B/,$(addsuffix .a,$(OF-$(1)))) $(LIBCOMMON)
	$$(call say,LINK)mkdir -p $$(@D) && $$(CC) $$(OPT) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$^ $$(LIB-tests/bench/$(1)) $$(LDLIBS)
endef
$(foreach t,$(BENCH_TOOLS),$(eval $(call bench_tool,$t)))

# curvetun that tells under which keys and numbers it seals, for a test.
$B/obj/witness/aead.o: curvetun/aead.c $B/flags
	$(call say,CC)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) -DAEAD_WITNESS -c -o $@ $<
$B/bench/curvetun-witness: $B/obj/witness/aead.o $(filter-out %/aead.o,$(SRC-curvetun:%.c=$B/obj/curvetun/%.o)) $(LIBCOMMON)
	$(call say,LINK)mkdir -p $(@D) && $(CC) $(OPT) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

unit-bin: $(UNIT_BIN) ## the unit test programs alone
fuzz-bin: $(FUZZ_BIN) ## the fuzz targets, which replay files (FUZZ=1: libFuzzer)
bench-bin: $(addprefix $B/bench/,$(BENCH_TOOLS)) $B/bench/curvetun-witness ## tools of benchmarks and tests

# --- tests ------------------------------------------------------------------------------------

# Programs under test are those of this variant; T names one test, as a failing test prints it.
TEST := BUILD=$(abspath $B) tests/run
CHECKS := unit meta netns diff golden

check: all unit-bin fuzz-bin bench-bin ## installs what is missing, builds, runs all tests (T=TEST: that one)
	$(Q)$(TEST) $(if $(filter command,$(origin T)),"$$T")

check-unit: unit-bin fuzz-bin ## unit tests and replay of the fuzz corpora
	$(Q)$(TEST) unit fuzz

$(addprefix check-,$(filter-out unit,$(CHECKS))): check-%: all unit-bin fuzz-bin bench-bin
	$(Q)$(TEST) $*

fuzz: fuzz-bin ## libFuzzer on every target for FUZZ_SECONDS each; keeps crash files in the corpus
	$(Q)BUILD=$(abspath $B) tests/fuzz/run $(FUZZ_SECONDS) $(T)

bench: all bench-bin ## our programs and their peers in turn; rewrites the tables and charts of tests/bench
	$(Q).ci/deps "" bench
	$(Q)O=$(abspath $(O)) $(PYTHON) tests/bench/run

demo: all ## installs what is missing, builds, captures real traffic before your eyes
	$(Q)BIN=$(abspath $B/bin) $(PYTHON) tests/demo

deps: ## installs the Debian packages that are missing (list: .ci/packages)
	$(Q).ci/deps "" build demo test

# --- installing -------------------------------------------------------------------------------

INSTALLED = $(addprefix $(DATADIR)/man/man7/,netsniff-protocols.7 toolkit-filter.7) $(foreach p,$(PROGRAMS),$(SBINDIR)/$p $(DATADIR)/man/man8/$p.8 \
            $(DATADIR)/bash-completion/completions/$p $(DATADIR)/zsh/site-functions/_$p) \
            $(addprefix $(UNITDIR)/,$(notdir $(UNITS)))

# Units of systemd, which name the program where it is installed.
UNITS := $(wildcard $(addsuffix /systemd/*.service,$(PROGRAMS)))
define install_unit
install -d $(DESTDIR)$(UNITDIR)
sed 's,/usr/local/sbin/,$(SBINDIR)/,' $1 >$(DESTDIR)$(UNITDIR)/$(notdir $1)

endef

define install_program
install -Dm755 $B/bin/$1 $(DESTDIR)$(SBINDIR)/$1
install -Dm644 $1/$1.8 $(DESTDIR)$(DATADIR)/man/man8/$1.8
install -Dm644 $B/completion/$1.bash $(DESTDIR)$(DATADIR)/bash-completion/completions/$1
install -Dm644 $B/completion/$1.zsh $(DESTDIR)$(DATADIR)/zsh/site-functions/_$1

endef

COMPLETIONS := $(foreach p,$(PROGRAMS),$B/completion/$p.bash $B/completion/$p.zsh)
PAGES := $B/man/netsniff-protocols.7 $B/man/toolkit-filter.7
install: all $(COMPLETIONS) $(PAGES) ## programs, manual pages, completions below DESTDIR/PREFIX
	$(foreach p,$(PROGRAMS),$(call install_program,$p))
	install -Dm644 -t $(DESTDIR)$(DATADIR)/man/man7 $(PAGES)
	$(foreach u,$(UNITS),$(call install_unit,$u))

# Completions and OPTIONS sections come from the table that parses the command line.
$B/completion/%.bash: $B/bin/%
	$(call say,GEN)mkdir -p $(@D) && $< --completion bash > $@
$B/completion/%.zsh: $B/bin/%
	$(call say,GEN)mkdir -p $(@D) && $< --completion zsh > $@

# The page of all protocols comes from their table.
$B/man/netsniff-protocols.7: $B/bin/netsniff
	$(call say,GEN)mkdir -p $(@D) && $< --proto mdoc > $@

# The page of the filter language is written by hand, but for the fields that it knows.
$B/man/toolkit-filter.7: common/cbpf/toolkit-filter.7 $B/bin/bpfc
	$(call say,GEN)mkdir -p $(@D) && { sed '/^\.\\" FIELDS$$/,$$d' $<; $B/bin/bpfc --fields; \
		sed '1,/^\.\\" FIELDS$$/d' $<; } > $@

$(addprefix man-,$(PROGRAMS)): man-%: $B/bin/%
	$(Q)$(PYTHON) -B tests/lib/man_options.py $* $<
man: $(addprefix man-,$(PROGRAMS)) ## renews the OPTIONS sections of the manual pages

uninstall: ## removes what install put there
	rm -f $(addprefix $(DESTDIR),$(INSTALLED))

clean: ## removes all output
	$(Q)rm -rf $O

help: ## this list
	@echo 'Targets:'
	@awk -F ':.*## ' '/^[a-z$$][^=]*:.*## / {sub(/^\$$\(PROGRAMS\)/, "PROGRAM", $$1); \
	  printf "  %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo '  check-KIND   one kind of tests: $(CHECKS)'
	@echo 'Programs: $(PROGRAMS)'
	@echo 'Variables:'
	@echo '  V=1          shows the commands'
	@echo '  CC=clang     another compiler; CFLAGS, LDFLAGS: more flags (CFLAGS replaces -g)'
	@echo '  SAN=1        address and undefined-behaviour sanitizers, in build/san'
	@echo '  TSAN=1       thread sanitizer, in build/tsan'
	@echo '  COV=1        coverage, in build/cov;  FUZZ=1  libFuzzer, in build/fuzz'
	@echo '  O=DIR        output folder instead of build'
	@echo '  T=TEST       with check: one test; with fuzz: one target;  FUZZ_SECONDS=60'
	@echo '  TEST_JOBS=N  tests side by side (default: CPUs);  CI=true: skips must be allowed'
	@echo '  SHELL_HERE=1 with check T=TEST: a shell inside the network set-up of that test'
	@echo '  PREFIX=/usr/local  SBINDIR=PREFIX/sbin  DATADIR=PREFIX/share  DESTDIR='
	@echo '  UNITDIR=PREFIX/lib/systemd/system'

-include $(shell find $B/obj -name '*.d' 2>/dev/null)
.PHONY: all clean unit-bin fuzz-bin bench-bin check $(addprefix check-,$(CHECKS)) fuzz bench demo deps \
        install uninstall help man $(addprefix man-,$(PROGRAMS)) FORCE $(PROGRAMS)
.SECONDARY:
.DELETE_ON_ERROR:
