# SPDX-License-Identifier: Apache-2.0
#
# tarsier: GNU make, no configure step. `make help` lists the targets.
# CC, CFLAGS, CPPFLAGS, LDFLAGS, PREFIX and DESTDIR are yours to set.

BUILD ?= build
MODE ?= release

PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
MANDIR ?= $(PREFIX)/share/man
DATADIR ?= $(PREFIX)/share
PKG_CONFIG ?= pkg-config
INSTALL ?= install
CFLAGS ?= -O2 -g

OUT = $(BUILD)/$(MODE)
GEN = $(BUILD)/gen

# --- libraries ---------------------------------------------------------------

PKGS := libarchive jansson yaml-0.1 libcrypto libpcre2-8 libzstd liblzma zlib sqlite3 libhs
# These need no library.
NOBUILD := clean help format uninstall
GOALS := $(or $(MAKECMDGOALS),all)
ifneq ($(filter-out $(NOBUILD),$(GOALS)),)
MISSING := $(shell for p in $(PKGS); do $(PKG_CONFIG) --exists $$p || echo $$p; done)
ifneq ($(MISSING),)
$(error pkg-config does not know: $(MISSING) (see ci/setup for the packages))
endif
endif

HAVE_ISAL := $(shell $(PKG_CONFIG) --exists libisal && echo 1)
ifeq ($(HAVE_ISAL),1)
PKGS += libisal
ISAL_DEFS := -DTSR_HAVE_ISAL=1
endif
LIB_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PKGS) 2>/dev/null) $(ISAL_DEFS)
LIB_LIBS := $(shell $(PKG_CONFIG) --libs $(PKGS) 2>/dev/null) -lbz2 -lm

# --- flags -------------------------------------------------------------------

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wcast-qual \
	-Wpointer-arith -Wformat=2 -Wundef -Wvla -Wimplicit-fallthrough
# Criterion's Test() and assertions are not clean under these.
TEST_WARN_OFF := -Wno-missing-prototypes -Wno-write-strings
ifeq ($(WERROR),1)
WARN += -Werror
endif

comma := ,
# Hardening: what this compiler takes. _FORTIFY_SOURCE wants optimisation and
# gets in the way of sanitizers.
try = $(shell printf 'int main(void){return 0;}' | \
	$(CC) -Werror $(1) -x c -o /dev/null - >/dev/null 2>&1 && printf '%s' '$(1)')
ifneq ($(filter-out $(NOBUILD),$(GOALS)),)
HARDEN_BOTH := $(call try,-fstack-protector-strong) $(call try,-fstack-clash-protection) \
	$(call try,-fcf-protection=full) $(call try,-ftrivial-auto-var-init=zero) \
	$(call try,-fstrict-flex-arrays=3)
HARDEN_LD := $(call try,-Wl$(comma)-z$(comma)relro$(comma)-z$(comma)now) \
	$(call try,-Wl$(comma)-z$(comma)noexecstack) $(call try,-Wl$(comma)--as-needed)
endif

SAN := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

ifeq ($(MODE),asan)
MODE_CFLAGS := $(SAN) -fPIE
MODE_LDFLAGS := $(SAN) -pie
else ifeq ($(MODE),fuzz)
MODE_CFLAGS := $(SAN) -fsanitize=fuzzer-no-link -fPIE
MODE_LDFLAGS := $(SAN) -pie
else
ifneq ($(filter -O1 -O2 -O3 -Os -Og,$(CFLAGS)),)
FORTIFY := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$(if $(call try,-O2 -D_FORTIFY_SOURCE=3),3,2)
endif
MODE_CFLAGS = $(FORTIFY) $(HARDEN_BOTH) -fPIE
MODE_LDFLAGS = -pie $(HARDEN_LD)
endif

ALL_CPPFLAGS = -Isrc -Iinclude -D_GNU_SOURCE $(LIB_CFLAGS) $(CPPFLAGS)
ALL_CFLAGS = -std=gnu11 -pthread $(WARN) $(MODE_CFLAGS) $(CFLAGS)
ALL_LDFLAGS = -pthread $(MODE_LDFLAGS) $(LDFLAGS)
# V=1 shows the commands.
Q := $(if $(V),,@)
say = @printf '  %-4s%s\n'

COMPILE = $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP

# --- sources -----------------------------------------------------------------

# src/rule/mkcatalogue.c is a program of its own that turns rules/ into C, and
# src/rule/catalogue_none.c is the empty catalogue that it is linked with.
SRCS := $(sort $(wildcard src/*/*.c))
MAIN_SRC := $(filter src/cli/main.c,$(SRCS))
MKCAT_SRC := $(filter src/rule/mkcatalogue.c,$(SRCS))
NONE_SRC := $(filter src/rule/catalogue_none.c,$(SRCS))
LIB_SRCS := $(filter-out $(MAIN_SRC) $(MKCAT_SRC) $(NONE_SRC),$(SRCS))
BOOT_DIRS := base finding source archive image layer rootfs rule scan
BOOT_SRCS := $(foreach d,$(BOOT_DIRS),$(filter src/$(d)/%,$(LIB_SRCS))) $(NONE_SRC)
PROFILES := $(sort $(wildcard rules/profiles/*.yaml))
RULES := $(sort $(filter-out rules/schema/% $(PROFILES),$(wildcard rules/*/*.yaml)))
UNIT_SRCS := $(sort $(wildcard tests/unit/test_*.c))
ifdef ONLY
UNIT_SRCS := $(filter tests/unit/$(ONLY).c,$(UNIT_SRCS))
endif

obj = $(patsubst src/%.c,$(OUT)/obj/%.o,$(1))
CATALOGUE := $(if $(MKCAT_SRC),$(GEN)/catalogue_data.c)
CATALOGUE_OBJ = $(if $(CATALOGUE),$(OUT)/gen/catalogue_data.o)
LIB_OBJS = $(call obj,$(LIB_SRCS)) $(CATALOGUE_OBJ)
LIB = $(OUT)/libtarsier.a
BIN = $(OUT)/tarsier
UNITS = $(patsubst tests/unit/%.c,$(OUT)/unit/%,$(UNIT_SRCS))

.PHONY: all check unit asan check-asan fuzz fuzz-smoke run-fuzz lint bench eval check-corpus install uninstall format clean help e2e
.DELETE_ON_ERROR:
.SUFFIXES:

all: $(LIB) $(if $(MAIN_SRC),$(BIN))
ifeq ($(MODE),release)
	$(if $(MAIN_SRC),@ln -sf release/tarsier $(BUILD)/tarsier)
endif

# Objects depend on the flags they were made with.
FLAGS_NOW = $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS)
$(OUT)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(FLAGS_NOW))' | cmp -s - $@ || \
		printf '%s\n' '$(subst ','\'',$(FLAGS_NOW))' >$@
FORCE:

$(OUT)/obj/%.o: src/%.c $(OUT)/flags
	@mkdir -p $(@D)
	$(say) CC $@
	$(Q)$(COMPILE) -c -o $@ $<

$(OUT)/obj/scan/published.o: data/published-keys.spki8
$(OUT)/obj/policy/profiles.o: $(PROFILES)

$(OUT)/gen/%.o: $(GEN)/%.c $(OUT)/flags
	@mkdir -p $(@D)
	$(say) CC $@
	$(Q)$(COMPILE) -c -o $@ $<

# The list of members is part of what the library depends on: a removed source
# must leave the archive.
$(LIB): $(LIB_OBJS) $(OUT)/members
	@rm -f $@
	$(say) AR $@
	$(Q)$(AR) rcs $@ $(LIB_OBJS)

$(OUT)/members: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(LIB_OBJS)' | cmp -s - $@ || printf '%s\n' '$(LIB_OBJS)' >$@

$(BIN): $(call obj,$(MAIN_SRC)) $(LIB)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS)

# --- the rule catalogue ------------------------------------------------------

BOOT = $(OUT)/libboot.a

$(BOOT): $(call obj,$(BOOT_SRCS))
	@rm -f $@
	$(say) AR $@
	$(Q)$(AR) rcs $@ $^

$(OUT)/mkcatalogue: $(call obj,$(MKCAT_SRC)) $(BOOT)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS)

# Made by the release build's generator whatever the mode, so that it is made once.
$(GEN)/catalogue_data.c: $(RULES) | $(GEN)
ifeq ($(MODE),release)
$(GEN)/catalogue_data.c: $(OUT)/mkcatalogue $(GEN)/rules
	$(say) GEN $@
	$(Q)$(OUT)/mkcatalogue $@.tmp $(RULES)
	@mv $@.tmp $@
else
$(GEN)/catalogue_data.c: FORCE
	@$(MAKE) --no-print-directory MODE=release CC='$(CC)' $@
endif

$(GEN)/rules: FORCE | $(GEN)
	@printf '%s\n' '$(RULES)' | cmp -s - $@ || printf '%s\n' '$(RULES)' >$@

$(GEN):
	@mkdir -p $@

# --- tests -------------------------------------------------------------------

CRITERION := $(shell $(PKG_CONFIG) --exists criterion && echo 1)
CRITERION_LIBS := $(or $(shell $(PKG_CONFIG) --libs criterion 2>/dev/null),-lcriterion)

# Criterion and the sanitizers' allocator need a fork() that waits.
UNIT_OBJS := $(if $(filter asan,$(MODE)),$(OUT)/unit/quiet_fork.o)

$(OUT)/unit/quiet_fork.o: tests/tool/quiet_fork.c $(OUT)/flags
	@mkdir -p $(@D)
	$(say) CC $@
	$(Q)$(COMPILE) -c -o $@ $<

$(OUT)/unit/%: tests/unit/%.c $(LIB) $(UNIT_OBJS)
	@mkdir -p $(@D)
	$(say) CC $@
	$(Q)$(COMPILE) -Itests $(TEST_WARN_OFF) $(ALL_LDFLAGS) -MF $@.d -o $@ $< $(UNIT_OBJS) $(LIB) $(LIB_LIBS) $(CRITERION_LIBS)

# Every binary runs, also after a failure; a tests/unit binary finds fixtures
# relative to the top of the tree and the program in $$TARSIER.
unit: $(if $(CRITERION),$(UNITS) $(if $(MAIN_SRC),$(BIN)))
ifneq ($(CRITERION),1)
	@echo 'make: Criterion is not installed: the unit tests cannot run (see ci/setup)' >&2; exit 1
endif
	@TARSIER='$(abspath $(BIN))' $(TEST_ENV) sh tests/units $(UNITS)

e2e: all
	@if [ -f tests/run ]; then TARSIER='$(abspath $(BIN))' BUILD='$(BUILD)' $(TEST_ENV) sh tests/run; \
	else echo 'tests/run is not there: no end-to-end tests'; fi

check: unit e2e lint

# The same tests with every object instrumented. Criterion passes a run that
# leaked unless the sanitizer aborts.
asan:
	@$(MAKE) --no-print-directory MODE=asan check-asan
check-asan: TEST_ENV = CRITERION_JOBS=1 ASAN_OPTIONS=abort_on_error=1$(if $(ASAN_OPTIONS),:$(ASAN_OPTIONS)) UBSAN_OPTIONS=print_stacktrace=1
check-asan: unit e2e

# The targets of tests/fuzz with libFuzzer, where clang has it (ONLY=fuzz_shell: one; FUZZ_SECONDS each; what it
# finds of use is kept in FUZZ_CORPUS), else with a driver of our own. The smoke test is that driver for a few seconds.
FUZZ_SRCS := $(sort $(wildcard tests/fuzz/$(or $(filter fuzz_%,$(ONLY)),fuzz_*).c))
FUZZERS = $(patsubst tests/fuzz/%.c,$(OUT)/fuzz/%,$(FUZZ_SRCS))
FUZZ_SECONDS ?= 60
FUZZ_CORPUS ?= $(BUILD)/corpus
LIBFUZZER = $(shell printf 'int LLVMFuzzerTestOneInput(const void *p, unsigned long n){return !p && n;}' | \
	clang -fsanitize=fuzzer,address,undefined -x c -o /dev/null - >/dev/null 2>&1 && echo 1)

fuzz:
	@$(MAKE) --no-print-directory $(if $(LIBFUZZER),MODE=fuzz CC='$(CLANG)',MODE=asan) run-fuzz
fuzz-smoke:
	@$(MAKE) --no-print-directory MODE=asan FUZZ_SECONDS=4 run-fuzz
CLANG = $(if $(findstring ccache,$(CC)),ccache )clang

$(OUT)/fuzz/driver.o: tests/fuzz/driver.c $(OUT)/flags
	@mkdir -p $(@D)
	$(say) CC $@
	$(Q)$(COMPILE) -Itests -c -o $@ $<

$(OUT)/fuzz/%: tests/fuzz/%.c $(OUT)/fuzz/driver.o $(LIB)
	@mkdir -p $(@D)
	$(say) CC $@
	$(Q)$(COMPILE) -Itests $(ALL_LDFLAGS) -MF $@.d -o $@ $< $(OUT)/fuzz/driver.o $(LIB) $(LIB_LIBS)
ifeq ($(MODE),fuzz)
	$(Q)$(COMPILE) -Itests $(ALL_LDFLAGS) -fsanitize=fuzzer -MF $@.d -o $@-clang $< $(LIB) $(LIB_LIBS)
endif

run-fuzz: $(FUZZERS)
	@FUZZ_SECONDS='$(FUZZ_SECONDS)' FUZZ_CORPUS='$(FUZZ_CORPUS)' FUZZ_CRASHES='$(BUILD)/crashes' \
		ASAN_OPTIONS=abort_on_error=1$(if $(ASAN_OPTIONS),:$(ASAN_OPTIONS)) UBSAN_OPTIONS=print_stacktrace=1 \
		sh tests/fuzz/run $(FUZZERS)

lint: $(LIB)
	@LIB='$(LIB)' CC='$(CC)' HEADER_CFLAGS='$(LIB_CFLAGS)' sh ci/lint

# Its own judge stands in front of the library's: see there.
$(OUT)/bench/scan: tests/bench/scan.c $(LIB)
	@mkdir -p $(@D)
	$(say) CC $@
	$(Q)$(COMPILE) $(ALL_LDFLAGS) -Wl,--wrap=tsr_judge -MF $@.d -o $@ $< $(LIB) $(LIB_LIBS)

bench: all $(OUT)/bench/scan
	TARSIER='$(abspath $(BIN))' BENCH_SCAN='$(abspath $(OUT)/bench/scan)' sh tests/bench/run

# Recall and precision on images of its own: tests/eval/run says what is asked of the network.
eval: all
	TARSIER='$(abspath $(BIN))' EVAL_DIR='$(or $(EVAL_DIR),$(BUILD)/eval)' sh tests/eval/run

check-corpus: all
	TARSIER='$(abspath $(BIN))' CORPUS='$(CORPUS)' sh tests/e2e/corpus.sh

# --- installation ------------------------------------------------------------

MAN_PAGES := $(wildcard man/*.[0-9])
SCHEMAS := $(wildcard rules/schema/*.json)

install: all
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(DATADIR)/tarsier
	$(if $(MAIN_SRC),$(INSTALL) -m 755 $(BIN) $(DESTDIR)$(BINDIR)/tarsier)
	set -e; for m in $(MAN_PAGES); do \
		$(INSTALL) -d $(DESTDIR)$(MANDIR)/man$${m##*.}; \
		$(INSTALL) -m 644 $$m $(DESTDIR)$(MANDIR)/man$${m##*.}/; \
	done
	set -e; for f in $(RULES) $(PROFILES) $(SCHEMAS); do \
		$(INSTALL) -d $(DESTDIR)$(DATADIR)/tarsier/$${f%/*}; \
		$(INSTALL) -m 644 $$f $(DESTDIR)$(DATADIR)/tarsier/$$f; \
	done
	$(INSTALL) -d $(DESTDIR)$(INCLUDEDIR)/tarsier $(DESTDIR)$(LIBDIR)/pkgconfig
	$(INSTALL) -m 644 include/tarsier/tarsier.h $(DESTDIR)$(INCLUDEDIR)/tarsier/tarsier.h
	$(INSTALL) -m 644 $(LIB) $(DESTDIR)$(LIBDIR)/libtarsier.a
	printf '%s\n' 'Name: tarsier' 'Description: audits saved container images' \
		"Version: $$(sed -n 's/^#define TSR_VERSION "\(.*\)"/\1/p' include/tarsier/tarsier.h)" \
		'Cflags: -I$(INCLUDEDIR)' 'Libs: -L$(LIBDIR) -ltarsier $(LIB_LIBS) -pthread' >$(DESTDIR)$(LIBDIR)/pkgconfig/tarsier.pc
	$(INSTALL) -d $(DESTDIR)$(DATADIR)/tarsier/contrib
	$(INSTALL) -m 755 contrib/docker-push $(DESTDIR)$(DATADIR)/tarsier/contrib/docker-push

uninstall:
	rm -f $(DESTDIR)$(BINDIR)/tarsier
	for m in $(MAN_PAGES); do rm -f $(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/}; done
	rm -rf $(DESTDIR)$(DATADIR)/tarsier $(DESTDIR)$(INCLUDEDIR)/tarsier
	rm -f $(DESTDIR)$(LIBDIR)/libtarsier.a $(DESTDIR)$(LIBDIR)/pkgconfig/tarsier.pc

# --- the rest ----------------------------------------------------------------

format:
	clang-format -i $(wildcard src/*/*.[ch] include/*/*.h tests/*/*.[ch])

clean:
	rm -rf $(BUILD)

help:
	@echo 'all           build $(BUILD)/tarsier (WERROR=1: warnings are errors; V=1: show commands)'
	@echo 'check         unit tests, end-to-end tests, lint'
	@echo 'unit          unit tests; ONLY=test_buf runs one'
	@echo 'e2e           end-to-end tests'
	@echo 'asan          the tests with address and undefined-behaviour sanitizers, built apart'
	@echo 'fuzz          the fuzz targets, FUZZ_SECONDS each (ONLY=fuzz_shell runs one); fuzz-smoke: briefly'
	@echo 'lint          conventions that a script can check'
	@echo 'bench         time and memory on a synthetic image'
	@echo 'eval          recall and precision (EVAL_DIR=DIR keeps what is fetched; EVAL_FETCH=no asks no registry)'
	@echo 'check-corpus  audit the images in CORPUS=DIR'
	@echo 'install       to PREFIX ($(PREFIX)) under DESTDIR; uninstall undoes it'
	@echo 'format        clang-format over the sources'
	@echo 'clean'

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
