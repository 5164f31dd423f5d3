# SPDX-License-Identifier: GPL-2.0-only
# Provisional: tools and unit tests; see `make help`.
BUILD ?= build
CC ?= gcc
include tools/Makefile.inc
