# make                 release binary: build/release/assay
# make VARIANT=debug   also asan, tsan; each builds beside the others
# make test            unit and command-line tests   make lint   format, layers, clang-tidy, cppcheck
# make bench           speed and memory, printed as ratios
VARIANT ?= release
CC      ?= gcc
OUT     := build/$(VARIANT)
PREFIX  ?= /usr/local

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
        -Wvla -Wformat=2 -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef
FLAGS_release := -O2 -g -DNDEBUG
FLAGS_debug   := -O0 -g3
FLAGS_asan    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
FLAGS_tsan    := -O1 -g -fsanitize=thread
VARIANT_FLAGS := $(FLAGS_$(VARIANT))
ifeq ($(VARIANT_FLAGS),)
$(error VARIANT=$(VARIANT): choose release, debug, asan or tsan)
endif

VERSION := $(shell cat VERSION)
CPPFLAGS += -I. -D_FILE_OFFSET_BITS=64 -DASSAY_VERSION='"$(VERSION)"'
CFLAGS   += -std=c11 $(WARN) $(VARIANT_FLAGS) $(if $(WERROR),-Werror)
LDFLAGS  += $(VARIANT_FLAGS)
LDLIBS   += -lrdkafka -lzstd -lz -llz4 -lsnappy -ljansson -lyaml -lmodpbase64 -lpthread -lm

LAYERS  := base codecs core scenarios reports bench cli
SOURCES := $(sort $(foreach dir,$(LAYERS),$(wildcard $(dir)/*.c $(dir)/*/*.c)))
OBJECTS := $(SOURCES:%.c=$(OUT)/%.o)
MAIN    := $(OUT)/cli/main.o
LIBRARY := $(filter-out $(MAIN),$(OBJECTS))
TESTS   := $(sort $(wildcard tests/unit/test_*.c))
TEST_BINS := $(TESTS:tests/unit/%.c=$(OUT)/tests/%)

.PHONY: all test unit lint format clean install bench
all: $(OUT)/assay

$(OUT)/assay: $(OBJECTS)
	$(CC) $(LDFLAGS) -o $@ $(OBJECTS) $(LDLIBS)

$(OUT)/%.o: %.c Makefile VERSION
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Every unit test is one cmocka program over the whole library.
$(OUT)/libassay.a: $(LIBRARY)
	@rm -f $@
	@ar rcs $@ $(LIBRARY)

$(OUT)/tests/%: tests/unit/%.c $(OUT)/libassay.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -o $@ $< $(LDFLAGS) $(OUT)/libassay.a -lcmocka $(LDLIBS)

unit: $(TEST_BINS)
	@set -e; for t in $(TEST_BINS); do echo "== $$t"; $$t; done

test: all unit
	bats tests/cli

lint:
	scripts/lint

format:
	clang-format -i $(shell git ls-files '*.c' '*.h')

clean:
	rm -rf build

-include $(OBJECTS:.o=.d) $(TEST_BINS:=.d)
