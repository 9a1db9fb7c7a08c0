# Every target says what it does in `make help`. Tools are pinned and live in
# .tools (links into the cache, ~/.cache/cardano-forge-manager, safe to delete).

PYTHON ?= python3
# Bytecode is kept in the cache, not beside the sources (tools/bootstrap.py makes the link).
export PYTHONPYCACHEPREFIX := $(CURDIR)/.tools/bytecode
export PYTHONPATH := $(CURDIR)/tools:$(CURDIR):$(CURDIR)/sidecar/src
export PATH := $(CURDIR)/.tools/venv/bin:$(CURDIR)/.tools/bin:$(PATH)

CHART := charts/cardano-node
PYTEST := .tools/venv/bin/python -m pytest
DEVKIT := .tools/venv/bin/python -m devkit
UNIT_TESTS := tests/sidecar tests/standin tests/devkit tests/release tests/bench
SOURCES := sidecar/assemble.py sidecar/src tools tests bench test-startup-endpoint.py

.DEFAULT_GOAL := help
.PHONY: help venv tools up test check timeline docs lint format types unit render render-sweeps test-alerts test-mutation test-mutants mutants histories chart-lint locks sbom lock release-images audit tools-release login release test-release test-install test-pulled cluster images e2e test-values test-security test-migration test-monitoring dashboard test-faults test-failsafe test-random test-random-clusters test-rotation test-versions test-clusters test-model test-model-fresh bench scale soak test-soak cold down clean

help: ## list every target
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name what; do printf '  make %-20s %s\n' "$$name" "$$what"; done

venv:
	@PYTHONPYCACHEPREFIX= $(PYTHON) -B tools/bootstrap.py

tools: venv ## build the pinned tools (helm, helm3, kind, kubectl, ct, kubeconform, vale) that are missing
	@$(DEVKIT) tools

# Without `tools`: most of them are for tests of the sources.
up: export RUN_STARTED := $(shell date +%s)
up: ## create a real cluster, install the chart on it, and print the evidence as a timeline
	@PYTHONPYCACHEPREFIX= $(PYTHON) -B tools/bootstrap.py --headstart
	@$(DEVKIT) images
	@.tools/venv/bin/python -m tests.e2e.demo

test: venv ## run `check`, then the core end-to-end tests on the cluster, within a time budget
	@.tools/venv/bin/python tools/stages.py

check: lint types chart-lint ## the inner loop: lint, types, unit and rendering tests
	@$(PYTEST) -q -n 8 --dist worksteal $(UNIT_TESTS) tests/chart tests/alerts tests/docs

NAMESPACE ?= demo-gate
RELEASE ?= producer
timeline: venv ## show a release's start-up, its last hand-overs and its state now (NAMESPACE, RELEASE, KUBECONFIG, SVG)
	@$(DEVKIT) tools --only kubectl
	@kubeconfig="$${KUBECONFIG:-$$(.tools/venv/bin/python -m devkit.kubeconfig)}" && KUBECONFIG="$$kubeconfig" \
		.tools/venv/bin/python -m forge_manager timeline --namespace $(NAMESPACE) --release $(RELEASE) $(if $(SVG),--svg $(SVG))

docs: venv ## write what is generated: comments and fall-back of values.yaml, docs/values.md, docs/messages.md, docs/state-diagram.md, docs/measurements.md with its charts, the drawing in docs/house.md, addresses of ours
	@.tools/venv/bin/python tools/addresses.py
	@.tools/venv/bin/python tools/valuesdefaults.py
	@.tools/venv/bin/python tools/valuescomments.py
	@.tools/venv/bin/python tools/valuespage.py > docs/values.md
	@.tools/venv/bin/python tools/messagespage.py > docs/messages.md
	@.tools/venv/bin/python -m forge_manager.forging.diagram > docs/state-diagram.md
	@.tools/venv/bin/python tools/house.py
	@.tools/venv/bin/python -m bench.report.page

lint: venv ## formatting and lint of the Python sources, which room imports which, what nothing uses; the prose
	@ruff format --check --quiet $(SOURCES) || { echo "run: make format"; exit 1; }
	@ruff check --quiet $(SOURCES)
	@vulture
	@found=$$(lint-imports --no-cache) || { echo "$$found"; exit 1; }
	@.tools/venv/bin/python -m prose

format: venv ## format the Python sources and sort their imports
	@ruff check --quiet --select I --fix $(SOURCES)
	@ruff format --quiet $(SOURCES)

types: venv ## strict type check
	@mypy --no-error-summary $(SOURCES)

unit: venv ## unit tests of the sidecar, the stand-in node and the tools
	@$(PYTEST) -q -n 8 --dist worksteal $(UNIT_TESTS)

render: tools ## rendering tests of the chart, without `render-sweeps` (a minute)
	@$(PYTEST) -q -n auto --dist worksteal -m "not sweep" tests/chart

render-sweeps: tools ## rendering tests that take each value, or each Helm, in turn (`check` runs both)
	@$(PYTEST) -q -n auto --dist worksteal -m sweep tests/chart

test-alerts: tools ## test the alerts with promtool: each fires on its fault, and is silent otherwise
	@$(PYTEST) -q -n 2 --dist worksteal tests/alerts

MUTANTS ?= 150
test-mutation: tools ## break lines of the templates in turn: the share that a rendering test notices
	@.tools/venv/bin/python -m tests.chart.mutation --count $(MUTANTS) --seed $${SEED:-1}

test-mutants: venv ## break the sidecar's deciding code in COUNT places by SEED: what no test notices (an hour or two)
	@nice .tools/venv/bin/python -m tests.sidecar.mutation --count $${COUNT:-400} --seed $${SEED:-1} $(if $(RECORD),--record)

mutants: venv ## this week's 40 of the mutants that unit tests are known to notice
	@.tools/venv/bin/python -m tests.sidecar.mutation --week

histories: venv ## 200,000 simulated steps of one cluster, 100,000 of several (`test-model`: millions)
	@printf '%s\0' '--steps 200000' '--clusters --steps 100000' | \
		xargs -0 -P 2 -I{} sh -c '.tools/venv/bin/python -m tests.sidecar.simulation {}'

chart-lint: tools ## helm lint --strict and ct lint
	@helm lint --strict --quiet $(CHART)
	@ct lint --config ct.yaml --chart-yaml-schema .tools/etc/ct/chart_schema.yaml --lint-conf .tools/etc/ct/lintconf.yaml

locks: venv ## check that every locked dependency has wheels for Python 3.11 and 3.13, x86-64 and arm64
	@.tools/venv/bin/python tools/locks.py check

sbom: venv ## list the packages of the sidecar's image with their hashes, as CycloneDX
	@.tools/venv/bin/python -m release.bom

lock: venv ## lock the newest dependencies that the .in files allow
	@.tools/venv/bin/python tools/locks.py write

# Passed to the recipes in the environment, so that a shell never reads them as its own text.
export REGISTRY VERSION KEY USERNAME
OUT ?= release-images
release-images: venv ## write the sidecar's image for amd64 and arm64 to the folder OUT, an OCI layout (root on Debian)
	@.tools/venv/bin/python -m release images $(OUT)

audit: venv ## list known vulnerabilities of the sidecar's locked packages, except accepted ones (needs the internet)
	@.tools/venv/bin/python tools/audit.py

tools-release: venv ## also build the tools that a release needs
	@$(DEVKIT) tools --release

login: tools-release ## log in to REGISTRY as USERNAME, with the password in TOKEN
	@printenv TOKEN | .tools/bin/crane auth login "$${REGISTRY%%/*}" --username "$$USERNAME" --password-stdin

release: venv ## push image and chart to REGISTRY and sign them (KEY=cosign.key; VERSION= the version you mean to release)
	@test -n "$$REGISTRY" || { echo "name the registry: make release REGISTRY=ghcr.io/OWNER (docs/release.md)"; exit 1; }
	@.tools/venv/bin/python -m release publish "$$REGISTRY" --version="$$VERSION" --key="$$KEY"

test-release: venv ## check that two builds of these images give one digest, and each program is for its processor
	@$(PYTEST) -q -rP tests/release/check_images.py

test-pulled: venv ## check that images are pulled, not built, where a registry has them (root, with dockerd)
	@$(PYTEST) -q -rP tests/devkit/check_pulled.py

cluster: tools ## create or reuse the kind cluster, nothing else
	@$(DEVKIT) cluster

images: cluster ## build the images and load them into the cluster
	@$(DEVKIT) images

e2e: images ## the core end-to-end tests
	@$(PYTEST) -q -n 4 -m "not timed" tests/e2e/values tests/e2e/core
	@$(PYTEST) -q -m timed -rP tests/e2e/core

VALUES ?= 20000
test-values: images ## try the objects of VALUES random sets of values, by SEED, on the API server (half an hour)
	@.tools/venv/bin/python -m tests.e2e.values --sets $(VALUES) $(if $(SEED),--seed $(SEED))

test-install: images ## release a clone into a registry on this machine, install from it, and verify it
	@$(PYTEST) -q -rP tests/e2e/release

test-security: images ## what an intruder in the node's container can reach, on the cluster
	@$(PYTEST) -q tests/e2e/security

test-migration: images ## the commands of docs/upgrade.md: from the earlier chart, between versions, from a host
	@$(PYTEST) -q -rP --durations=0 --durations-min=5 tests/e2e/migration

test-monitoring: images ## a real Prometheus: panels have data, an alert fires; helm test; the documents' commands
	@$(PYTEST) -q -n 2 --dist loadfile -rP tests/e2e/monitoring tests/e2e/reader

dashboard: images ## the dashboard as a picture, light and dark, of a run on the cluster: docs/dashboard-*.png
	@DASHBOARD_PICTURES=docs $(PYTEST) -q -rP tests/e2e/monitoring/test_dashboard.py

test-faults: images ## every fault on the cluster, one after another (70 minutes); a table of figures
	@$(PYTEST) -v -s tests/e2e/faults

test-failsafe: images ## the only replica while the API server is unreachable, or its pod is lost (half an hour)
	@$(PYTEST) -v -s tests/e2e/failsafe

MINUTES ?= 20
test-random: images ## MINUTES of random faults by SEED on the cluster (ONLY: kinds, comma-separated), each judged
	@.tools/venv/bin/python -m tests.e2e.chaos --minutes $(MINUTES) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only "$(ONLY)")

test-rotation: images ## KES rotation on three replicas whose kubelets deliver at different times
	@$(PYTEST) -v -s tests/e2e/rotation

test-versions: images ## each supported version of the node, and a slow metrics page (half an hour)
	@$(PYTEST) -v -s tests/e2e/versions

# Name and pod network of each; they share a machine, a Docker network and a clock.
CLUSTERS := forge-hub:10.247.0.0/16 forge-east:10.245.0.0/16 forge-west:10.246.0.0/16
.PHONY: clusters
clusters: tools
	@for each in $(CLUSTERS); do \
		$(DEVKIT) images --name $${each%%:*} --nodes 1 --pod-network $${each#*:} || exit 1; \
	done

test-clusters: clusters ## two clusters and a hub of their own: every move and fault; a table of figures
	@$(PYTEST) -v -s tests/e2e/clusters

test-random-clusters: clusters ## `test-random` on two clusters and a hub of their own
	@.tools/venv/bin/python -m tests.e2e.chaos --clusters --minutes $(MINUTES) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only "$(ONLY)")

MODEL_STEPS ?= 5000000
test-model: venv ## millions of simulated steps of the election, also with each of its rules broken in turn
	@.tools/venv/bin/python -m tests.sidecar.simulation --steps $(MODEL_STEPS) --seed $${SEED:-1}
	@.tools/venv/bin/python -m tests.sidecar.simulation --hubs --steps $(MODEL_STEPS) --seed $${SEED:-1}
	@.tools/venv/bin/python -m tests.sidecar.crowd --steps $(MODEL_STEPS) --seed $${SEED:-1}
	@.tools/venv/bin/python -m tests.sidecar.crowd --uniform --steps $(MODEL_STEPS) --seed $${SEED:-1}
	@.tools/venv/bin/python -m tests.sidecar.simulation --clusters --steps $(MODEL_STEPS) --seed $${SEED:-1}
	@$(PYTEST) -q tests/sidecar/simulation/check_sabotages.py

test-model-fresh: venv ## 300 new histories of each kind (nightly; SEED, by default from the date)
	@for each in "" --clusters; do \
		.tools/venv/bin/python -m tests.sidecar.simulation $$each --histories 300 --seed $${SEED:-$$(date +%Y%m%d)000} || exit 1; \
	done

bench: images ## start-up, hand-over and cost, each beside its limit: a table, and docs/measurements.md (45 minutes)
	@.tools/venv/bin/python -m bench

soak: images ## MINUTES of random faults by each of SEEDS, beside a release that none hits: I1 to I3, and memory stays flat
	@.tools/venv/bin/python -m bench.soak --minutes $(MINUTES) --seeds $(or $(SEEDS),1 2 3)

test-soak: images ## five minutes of `soak` by the day's seed (or SEEDS), on a machine that does other work
	@.tools/venv/bin/python -m bench.soak --beside-others --minutes 5 --seeds $(or $(SEEDS),$$(date -u +%Y%m%d))

cold: venv ## how long `make up` takes from nothing, and where that goes (after `make down`; a quarter of an hour)
	@.tools/venv/bin/python -m bench.cold

POOLS ?= 50
REST ?= 300
scale: tools ## POOLS pools of four managers on one API server: REST seconds of their requests and cost, and a storm (a quarter of an hour)
	@.tools/venv/bin/python -m bench.scale --pools $(POOLS) --seconds $(REST)

down: venv ## delete the cluster; stop the Docker engine if make started it
	@$(DEVKIT) down

clean: venv ## run `down`, then remove images, caches and .tools
	@$(DEVKIT) clean
