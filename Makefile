# Every command of the project in one list; `.ci/run` calls `make test` and nothing more.
#
# Needed beforehand: Rust, Node.js 20.19 or newer, and make. Everything else is a Debian package, which
# `scripts/needs.sh` installs when it is missing.

.DEFAULT_GOAL := help
.PHONY: help run build test check bench mutants types web services clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

run: build ## Build everything and serve the demo shop on SQLite
	target/release/xiaoer serve

build: web ## Build the pages and the program that carries them
	cargo build --release --locked

test: ## Run every check and test on both engines, as CI does
	scripts/test.sh

check: web ## Look without running: format, lints, docs, pages
	scripts/check.sh

bench: ## Measure the paths that buyers wait for
	cargo bench --locked

mutants: services ## Prove that the tests notice deliberate mistakes
	set -a; . target/services/addresses; cargo test --locked --test mutants -- --nocapture

types: ## Renew the pages' TypeScript types from the Rust ones
	UPDATE=1 cargo test --locked --lib typescript

web: ## Build the pages alone
	scripts/needs.sh build
	scripts/web.sh build

services: ## Start PostgreSQL and NATS for running tests by hand, and print their addresses
	@scripts/needs.sh services
	@scripts/services.sh start

clean: ## Remove what was built, and stop the services
	scripts/services.sh stop
	cargo clean
	rm -rf web/node_modules web/*/node_modules web/*/dist
