# SPDX-License-Identifier: GPL-2.0-only
#
# Builds hfreplay.ko and hfctl, and runs their tests. The text of `make help`
# is taken from this file: a target's from the "##" behind it, a variable's
# from the "#?" in front of it.

#? V=1           print the commands
V ?= 0
#? W=1           extra warnings in the module's build
W ?=
#? C=1           check the module's source with sparse
C ?=
#? D=asan,ubsan  build hfctl with sanitizers; D=gcov: with coverage counters
D ?=
#? BUILD=DIR     where build products go (build)
BUILD ?= build
#? KDIR=DIR      kernel to build the module for: the running one, else Debian's 6.1
KDIR ?= $(firstword $(wildcard /lib/modules/$(shell uname -r)/build) \
	$(call newest,/lib/modules/6.1.*/build) \
	$(call newest,/usr/src/linux-headers-6.1.*-amd64))
#? VM_KERNEL=R   release of the kernel in the virtual machine (6.1)
VM_KERNEL ?= 6.1
#? PREFIX=DIR    where `make install` puts things (/usr/local)
PREFIX ?= /usr/local
#? DESTDIR=DIR   put in front of every path that `make install` writes
DESTDIR ?=
#? CC=COMPILER   compiler of the tools (gcc)
ifeq ($(origin CC),default)
CC := gcc
endif

# Every build folder uses the same downloads.
CACHE := $(or $(HFR_CACHE),$(CURDIR)/build/cache)
export V BUILD VM_KERNEL CC BOOTS
export HFR_CACHE := $(CACHE)

newest = $(shell ls -d $(1) 2>/dev/null | sort -V | tail -n 1)
ifeq ($(V),1)
Q :=
say :=
else
Q := @
say = @printf '  %-7s %s\n' '$(1)' '$(2)'
endif

comma := ,
SAN_asan := -fsanitize=address -fno-omit-frame-pointer
SAN_ubsan := -fsanitize=undefined -fno-sanitize-recover=undefined
SAN_gcov := --coverage -O0
SAN := $(foreach d,$(subst $(comma), ,$(D)),$(SAN_$(d)))
ifneq ($(filter-out asan ubsan gcov,$(subst $(comma), ,$(D))),)
$(error D=$(D): know asan, ubsan and gcov, separated by commas)
endif

.DEFAULT_GOAL := all
all: tools module ## hfctl and hfreplay.ko

include tools/Makefile.inc

help: ## this list
	@echo 'Targets:'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile tools/Makefile.inc | \
		awk -F'|' '{ printf "%-16s%s\n", $$1, $$2 }'
	@echo 'Variables:'
	@sed -n 's/^#? /  /p' Makefile

deps: ## install what is missing from Debian (asks for root only then)
	@selftests/deps all

# The list of source files is made anew by each build; kbuild writes its
# objects beside the links, so kernels do not share any.
module: ## hfreplay.ko for the kernel in KDIR
	$(Q)ko=$$(selftests/build-module $(if $(W),-W) $(if $(C),-C) '$(KDIR)') && \
		cp "$$ko" hfreplay.ko

demo: ## capture and replay a real workload in a virtual machine
	@selftests/deps demo
	@selftests/demo/demo

check: ## all tests; ends with their sum
	@selftests/deps all
	@selftests/check/run unit cli style uapi docs kernel time

check-unit: ## unit tests
	@selftests/check/run unit

check-cli: ## tests of hfctl's command line
	@selftests/check/run cli

check-style: ## checkpatch, sparse, shellcheck, licence lines, file lengths
	@selftests/check/run style

check-docs: ## help against man pages, the protocol's header against its spec
	@selftests/check/run docs

check-uapi: ## layout of shared structures, 64 and 32 bits
	@selftests/check/run uapi

check-kernel: ## tests of the module, in a virtual machine
	@selftests/check/run kernel

#? HFR_MATRIX=LIST  kernels of `make check-matrix` (6.1 6.12 newest)
check-matrix: ## builds and tests of the module on all kernels; see Documentation/kernels.rst
	@selftests/deps all
	@selftests/check/run matrix

#? HFR_DEBUG=short  of `make check-debug` only the most important, a few minutes
check-debug: ## the same, faults and fuzzing on a kernel with KASAN, lockdep, kmemleak
	@selftests/deps all
	@selftests/check/run debug

fuzz: fuzz-readers ## fuzz the readers; the module for 5 minutes, print lines that ran, find planted bugs
	@selftests/deps all
	@selftests/fuzz/run

#? FUZZ=FORMAT    the only reader of `make fuzz-readers`
#? FUZZ_SECONDS=N for each of them (60)
fuzz-readers: ## fuzz the reader of each trace format with libFuzzer, ASan and UBSan
	@selftests/deps fuzz
	@tools/tests/fuzz/run $(or $(FUZZ),all) $(or $(FUZZ_SECONDS),60) $(BUILD)/fuzz-readers

check-time: ## how well due times are met, and ten minutes of a stream, in virtual time
	@selftests/check/run time

#? BENCH=ROW     the only rows of `make bench`, see selftests/bench/table
#? BOOTS=N       boots of the virtual machine that `make bench` takes (3)
bench: ## cost and timing of the engine, in virtual time; see Documentation/benchmarks.rst
	@selftests/deps all
	@selftests/bench/run $(BENCH)

bench-tools: tools ## cost of reading, shaping and analysing traces; BENCH=ROW: see selftests/bench-tools/table
	@selftests/deps all
	@selftests/bench-tools/run $(BENCH)

shell: ## a shell in the virtual machine
	@selftests/deps demo
	@selftests/vm/run --kernel '$(VM_KERNEL)' --shell || [ $$? -lt 123 ]

install: tools module ## hfctl, its man pages and completion, the headers, the module
	$(Q)selftests/install '$(DESTDIR)' '$(PREFIX)'

clean: ## remove what was built, keep downloads
	$(Q)rm -f hfreplay.ko
	$(Q)[ ! -d $(BUILD) ] || find $(BUILD) -mindepth 1 -maxdepth 1 \
		! -name cache -exec rm -rf {} +

distclean: clean ## remove downloads as well
	$(Q)rm -rf $(BUILD) $(CACHE)

.PHONY: all help deps module demo check check-unit check-cli check-style \
	check-docs check-uapi check-kernel check-matrix check-debug fuzz fuzz-readers check-time bench bench-tools shell install \
	clean distclean
