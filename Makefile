# Laketop: `make` lists the targets. The scripts behind them stand in build/scripts.
SHELL := bash
TAGS := duckdb_arrow
DESKTOP_TAGS := desktop,production,webkit2_41,$(TAGS)
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
GO := go
CACHE := .cache
DEMO ?= demo
export GOFLAGS := -tags=$(TAGS)

.DEFAULT_GOAL := help
.PHONY: help run test test-short build build-headless frontend dev bench gen golden soak dist lint judges prepare

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 18

run: ## build, make the demo, run its ETL, export the dashboard, open the window (OPEN=no: stop after the export)
	@build/scripts/run.sh "$(DEMO)" "$(OPEN)"

build: frontend ## the program with its window: build/bin/laketop
	GOFLAGS= $(GO) build -trimpath -tags $(DESKTOP_TAGS) -ldflags "$(LDFLAGS)" -o build/bin/laketop .

build-headless: frontend ## the same program without the window's libraries: build/bin/laketop-headless
	GOFLAGS= $(GO) build -trimpath -tags $(TAGS) -ldflags "$(LDFLAGS)" -o build/bin/laketop-headless .

frontend: frontend/dist/index.html

frontend/dist/index.html: frontend/node_modules/.package-lock.json $(shell find frontend -path frontend/node_modules -prune -o -path frontend/dist -prune -o -path frontend/e2e -prune -o -type f -print)
	cd frontend && npm run --silent build && npm run --silent bundle
	@touch $@

frontend/node_modules/.package-lock.json: frontend/package-lock.json
	cd frontend && npm ci --no-audit --no-fund
	@touch $@

test: ## everything CI runs, the real engines included
	@build/scripts/test.sh all

test-short: ## the inner loop, under a minute: no JVM, Spark, pypaimon, browser or window
	@build/scripts/test.sh short

lint: ## golangci-lint, eslint, tsc
	@build/scripts/test.sh lint

prepare: ## install what the tests and the window need on this machine (apt, judges, linters)
	@build/scripts/prepare.sh all

judges: ## install real Paimon, Spark and pypaimon for the interchange tests
	@build/scripts/prepare.sh judges

dev: frontend ## serve the demo with a rebuild of the page on every change
	@build/scripts/dev.sh "$(DEMO)"

bench: frontend ## ratios against a baseline in the same run (docs/benchmarks.md)
	@build/scripts/bench.sh

gen: ## regenerate what is generated and committed
	@build/scripts/gen.sh

golden: ## rewrite the golden files of the packages that have them
	$(GO) test $$(grep -rl 'cockroachdb/datadriven' --include=*_test.go engine app | xargs -n1 dirname | sort -u | sed 's,^,./,') -rewrite

soak: ## the long lists: random operations, kills, fuzzing
	@build/scripts/soak.sh

dist: build build-headless ## dist/: a tar with the window, one without, and a .deb
	@build/scripts/dist.sh "$(VERSION)"
