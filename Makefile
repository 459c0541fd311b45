# make                 release binary: build/release/assay
# make VARIANT=debug   also asan, tsan; each builds beside the others
# make unit            unit tests; unit-NAME: those of the file test_NAME.c
# make test            unit and command-line tests   make lint   format, layers, clang-tidy, cppcheck
# make install         into PREFIX (/usr/local), with DESTDIR before it
# make bench           speed and memory, printed as ratios
# make fuzz            every fuzz target, into build/fuzz; scripts/fuzz [SECONDS] runs them
VARIANT ?= release
CC      ?= gcc
OUT     := build/$(VARIANT)
PREFIX  ?= /usr/local

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
        -Wvla -Wformat=2 -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef
FLAGS_release := -O2 -g -DNDEBUG
FLAGS_debug   := -O0 -g3
FLAGS_asan    := -O1 -g1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
FLAGS_tsan    := -O1 -g -fsanitize=thread
FLAGS_fuzz    := $(FLAGS_asan) -fsanitize=fuzzer-no-link
VARIANT_FLAGS := $(FLAGS_$(VARIANT))
ifeq ($(VARIANT_FLAGS),)
$(error VARIANT=$(VARIANT): choose release, debug, asan or tsan)
endif

VERSION := $(shell cat VERSION)
CPPFLAGS += -I. -D_FILE_OFFSET_BITS=64 -DASSAY_VERSION='"$(VERSION)"'
CFLAGS   += -std=c11 $(WARN) $(VARIANT_FLAGS) $(if $(WERROR),-Werror)
LDFLAGS  += $(VARIANT_FLAGS)

LAYERS  := base codecs core scenarios reports bench cli
SOURCES := $(sort $(foreach dir,$(LAYERS),$(wildcard $(dir)/*.c $(dir)/*/*.c $(dir)/*/*/*.c)))
OBJECTS := $(SOURCES:%.c=$(OUT)/%.o)
# A file that includes a library's header says how to link it: "/* link: -lzstd */" in a line.
LDLIBS  += $(sort $(shell sed -n 's|^/\* link: \(.*\) \*/$$|\1|p' $(SOURCES))) -lpthread -lm
MAIN    := $(OUT)/cli/main.o
LIBRARY := $(filter-out $(MAIN),$(OBJECTS))
TESTS   := $(sort $(shell find tests/unit -name 'test_*.c'))
ifneq ($(filter tests/unit/,$(dir $(TESTS))),)
$(error found $(filter tests/unit/test_%,$(foreach t,$(TESTS),$(if $(filter tests/unit/,$(dir $t)),$t))); expected tests/unit/FOLDER/test_NAME.c, FOLDER being that of the source it tests)
endif
TEST_FOLDERS := $(patsubst tests/unit/%/,%,$(sort $(dir $(TESTS))))
TEST_BINS := $(foreach folder,$(TEST_FOLDERS),$(OUT)/tests/$(subst /,-,$(folder)))
FIXTURES := $(sort $(wildcard tests/fixtures/*.c))
FIXTURE_BINS := $(FIXTURES:tests/fixtures/%.c=$(OUT)/fixtures/%)
BENCHES := $(sort $(wildcard tests/bench/*.c))
BENCH_BINS := $(BENCHES:tests/bench/%.c=$(OUT)/bench/%)
BENCH_SCRIPTS := $(sort $(wildcard tests/bench/*.sh))
FUZZERS := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_BINS := $(FUZZERS:tests/fuzz/%.c=$(OUT)/%)
FUZZ_OUT ?= build/fuzz
FUZZ_CC  ?= clang

.PHONY: all test unit objects programs lint format clean install bench fuzz fuzz-library fuzz-programs
all: $(OUT)/assay

$(OUT)/assay: $(OBJECTS)
	$(CC) $(LDFLAGS) -o $@ $(OBJECTS) $(LDLIBS)

$(OUT)/%.o: %.c Makefile VERSION
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/libassay.a: $(LIBRARY)
	@rm -f $@
	@ar rcs $@ $(LIBRARY)

# Unit tests: the files of each folder tests/unit/FOLDER become one program $(OUT)/tests/FOLDER, with
# "-" for "/" (see tests/unit/driver.c), and unit-NAME runs those of one file test_NAME.c. The program
# depends on the folder itself, too: a file that is gone must leave it.
$(OUT)/tests/unit/%.o: CPPFLAGS += -DTEST_FILE=$(basename $(@F)) -include tests/unit/entry.h
define UNIT_PROGRAM # FOLDER, FILES, PROGRAM
$(3): $(2:%.c=$(OUT)/%.o) tests/unit/driver.c $(OUT)/libassay.a tests/unit/$(1)
	$$(CC) $$(CPPFLAGS) $$(CFLAGS) -DTEST_FILES='$(foreach file,$(2),FILE($(basename $(notdir $(file)))))' \
	    -o $$@ $$(filter %.c %.o,$$^) $$(LDFLAGS) $$(OUT)/libassay.a -lcmocka $$(LDLIBS)
.PHONY: $(patsubst test_%.c,unit-%,$(notdir $(2)))
$(patsubst test_%.c,unit-%,$(notdir $(2))):: unit-%: $(3)
	$(3) $$*
endef
$(foreach folder,$(TEST_FOLDERS),$(eval $(call UNIT_PROGRAM,$(folder),$(sort $(wildcard tests/unit/$(folder)/test_*.c)),$(OUT)/tests/$(subst /,-,$(folder)))))

# Programs that make input for the command-line tests, which find them in $$FIXTURES.
$(OUT)/fixtures/%: tests/fixtures/%.c $(OUT)/libassay.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -o $@ $< $(LDFLAGS) $(OUT)/libassay.a $(LDLIBS)

# Whoever reads results needs no client and no codec: reports/, base/, the tables of claims and the
# names of dimensions alone
# make this program.
REPORT_OBJECTS := $(filter $(OUT)/base/%.o $(OUT)/reports/%.o $(OUT)/scenarios/claim.o $(OUT)/scenarios/dimension.o,$(OBJECTS))
$(OUT)/fixtures/made_up_run: tests/fixtures/made_up_run.c $(REPORT_OBJECTS)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -o $@ $< $(LDFLAGS) $(REPORT_OBJECTS) -ljansson -lz -lm

unit: $(TEST_BINS)
	@set -e; for t in $(TEST_BINS); do echo "== $$t"; $$t; done

# Compiles everything and links nothing: for another compiler's warnings.
objects: $(OBJECTS) $(TESTS:%.c=$(OUT)/%.o)

# Everything scripts/test runs beside assay itself.
programs: $(TEST_BINS) $(FIXTURE_BINS)

test: all unit $(FIXTURE_BINS)
	ASSAY=$(abspath $(OUT))/assay FIXTURES=$(abspath $(OUT))/fixtures bats tests/cli

# Benchmarks run one after another, on an otherwise idle machine; scripts find the binary in $$ASSAY.
# All are run; those that fail are named at the end.
$(OUT)/bench/%: tests/bench/%.c $(OUT)/libassay.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -o $@ $< $(LDFLAGS) $(OUT)/libassay.a $(LDLIBS)

bench: all $(BENCH_BINS)
	@missed=; for b in $(BENCH_BINS); do echo "== $$b"; $$b || missed="$$missed $$b"; done; \
	for s in $(BENCH_SCRIPTS); do test -x $$s || continue; \
	    echo "== $$s"; ASSAY=$(OUT)/assay OUT=$(OUT) $$s || missed="$$missed $$s"; done; \
	test -z "$$missed" || { echo "make bench: goals missed or not measured:$$missed" >&2; exit 1; }

# Fuzz targets need the whole library instrumented: a build of its own, with clang.
fuzz: fuzz-library
	$(MAKE) VARIANT=fuzz CC=$(FUZZ_CC) OUT=$(FUZZ_OUT) fuzz-programs

fuzz-library:
	@mkdir -p $(FUZZ_OUT)
	@echo 'int LLVMFuzzerTestOneInput(void); int LLVMFuzzerTestOneInput(void) { return 0; }' | \
	$(FUZZ_CC) -x c -fsanitize=fuzzer,address,undefined -o $(FUZZ_OUT)/probe - 2>/dev/null || { \
	    echo "make fuzz: $(FUZZ_CC) cannot link with -fsanitize=fuzzer; install clang and its" \
	         "run-time library (Debian 12: apt-get install clang libclang-rt-14-dev)" >&2; exit 1; }

fuzz-programs: $(FUZZ_BINS)

$(OUT)/fuzz_%: tests/fuzz/fuzz_%.c $(OUT)/libassay.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -fsanitize=fuzzer -MMD -MP -o $@ $< $(LDFLAGS) -fsanitize=fuzzer \
	    $(OUT)/libassay.a $(LDLIBS)

# What an installed assay finds beside itself (base/home.h); the broker only if it was fetched.
SHARE := $(DESTDIR)$(PREFIX)/share
install: $(OUT)/assay
	install -D -m 755 $(OUT)/assay $(DESTDIR)$(PREFIX)/bin/assay
	install -D -m 644 docs/assay.1 $(SHARE)/man/man1/assay.1
	install -d $(SHARE)/assay/scenarios/claims/measure $(SHARE)/assay/scripts/data $(SHARE)/assay/scripts/kafka
	install -m 644 $(wildcard scenarios/*.yaml) $(SHARE)/assay/scenarios
	install -m 644 $(wildcard scenarios/claims/*.yaml) $(SHARE)/assay/scenarios/claims
	install -m 644 $(wildcard scenarios/claims/measure/*.yaml) $(SHARE)/assay/scenarios/claims/measure
	install -d $(SHARE)/assay/scripts/clients/requirements
	install scripts/clients/run $(SHARE)/assay/scripts/clients
	install -m 644 $(wildcard scripts/clients/*.py) $(SHARE)/assay/scripts/clients
	install -m 644 $(wildcard scripts/clients/requirements/*.txt) $(SHARE)/assay/scripts/clients/requirements
	install -m 644 scripts/data/manifest.tsv $(SHARE)/assay/scripts/data
	install -m 644 scripts/kafka/jars.sha256 $(SHARE)/assay/scripts/kafka
	if [ -d var/kafka/template ]; then \
	    install -d $(SHARE)/assay/kafka/lib $(SHARE)/assay/kafka/template && \
	    install -m 644 var/kafka/lib/*.jar $(SHARE)/assay/kafka/lib && \
	    install -m 644 var/kafka/template/* $(SHARE)/assay/kafka/template; \
	fi

lint:
	scripts/lint

format:
	clang-format -i $(shell git ls-files '*.c' '*.h')

clean:
	rm -rf build

-include $(OBJECTS:.o=.d) $(TESTS:%.c=$(OUT)/%.d) $(FIXTURE_BINS:=.d) $(BENCH_BINS:=.d) $(FUZZ_BINS:=.d)
