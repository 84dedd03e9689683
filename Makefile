# Agon. On a machine with Go and a C compiler, `make demo` shows what it does
# and `make test` proves what it promises. Node and Python, where installed,
# serve the tests with other people's tools; their packages go into the folders
# named here and nowhere else.

GO     ?= go
NPM    ?= npm
PYTHON ?= python3

# TESTFLAGS is for `make test TESTFLAGS=-v` and the like.
TESTFLAGS ?=
# Folders with a package-lock.json, and with a requirements.txt.
NODE_ROOMS   := chain/interop guard/ground guard/browser
PYTHON_ROOMS := chain/interop sdk/python

.PHONY: help build demo test bench lab lint generate tools clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

build: ## build bin/agon
	$(GO) build -trimpath -o bin/agon ./cmd/agon

demo: build ## real questions, 100 players, a running chain, about a minute
	@bin/agon demo $(DEMOFLAGS)

test: lint tools ## everything a change must pass
	$(GO) test -timeout 20m $(TESTFLAGS) ./...

bench: build ## every target beside what this machine reaches and its floor
	@bin/agon bench $(BENCHFLAGS)

lab: build ## every experiment of docs/lab.md; AGON_DATA names the labelled data
	@bin/agon lab all --out docs/lab --doc docs/lab.md $(LABFLAGS)

lint: ## formatting and vet; the house's own rules are tests in the root
	@unformatted=$$(find . \( -name node_modules -o -name .venv \) -prune -o -name '*.go' -print \
		| xargs gofmt -l); \
	if [ -n "$$unformatted" ]; then echo "not formatted by gofmt:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...

generate: ## rewrite generated files from their sources
	$(GO) generate ./...

# The packages of the tests with other people's tools, at the versions of their
# lock files. A tool that is missing is left out here and its test says so; with
# CI=true the test fails instead.
# The guard's tests need a node of another make: it is built here, outside the time
# limits of tests.
GETH := guard/ground/geth/bin/geth
tools: $(NODE_ROOMS:%=%/node_modules/.stamp) $(PYTHON_ROOMS:%=%/.venv/.stamp) $(GETH) ## packages for tests

$(GETH): guard/ground/geth/go.mod guard/ground/geth/go.sum
	cd guard/ground/geth && GOFLAGS=-mod=mod GOWORK=off $(GO) build -o bin/geth \
		github.com/ethereum/go-ethereum/cmd/geth && touch bin/geth

%/node_modules/.stamp: %/package-lock.json
	@if command -v $(NPM) >/dev/null; then \
		cd $* && $(NPM) ci --no-audit --no-fund --loglevel=error && touch node_modules/.stamp; \
	else echo "no npm: the tests in $* that need it are left out"; fi

%/.venv/.stamp: %/requirements.txt
	@if command -v $(PYTHON) >/dev/null; then \
		cd $* && $(PYTHON) -m venv .venv \
		&& .venv/bin/pip install -q --disable-pip-version-check --no-deps -r requirements.txt \
		&& touch .venv/.stamp; \
	else echo "no python3: the tests in $* that need it are left out"; fi

clean: ## remove what the targets above made
	rm -rf bin guard/ground/geth/bin $(NODE_ROOMS:%=%/node_modules) $(PYTHON_ROOMS:%=%/.venv)
