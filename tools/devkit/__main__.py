"""Command line: python -m devkit COMMAND."""

import argparse
import signal
import sys
import time
from types import FrameType

from devkit import (
    beside,
    cluster,
    images,
    kindconfig,
    paths,
    prepare,
    steps,
    teardown,
    toolchain,
)
from devkit.environment import Cluster
from devkit.lock import exclusive
from devkit.steps import StepError


def _tools(arguments: argparse.Namespace) -> None:
    toolchain.ensure(arguments.only)
    if arguments.release:
        toolchain.ensure([*toolchain.RELEASE_PROGRAMS])


def _cluster(arguments: argparse.Namespace) -> None:
    with beside.lanes() as lanes:
        prepare.for_cluster(lanes)
        _made(arguments)


def _made(arguments: argparse.Namespace) -> Cluster:
    made = cluster.ensure(
        name=arguments.name, nodes=arguments.nodes, pod_network=arguments.pod_network
    )
    steps.say(f"cluster {made.name}: export KUBECONFIG={made.kubeconfig}")
    return made


def _images(arguments: argparse.Namespace) -> None:
    with beside.lanes() as lanes:
        prepare.for_images(lanes)
        made = images.ensure(_made(arguments))
        toolchain.ensure(["helm", "kubectl"])
    steps.say(f"images: {made.forge_manager} {made.standin}")


def _down(_: argparse.Namespace) -> None:
    teardown.down()


def _clean(_: argparse.Namespace) -> None:
    teardown.clean()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="devkit", description=__doc__)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for action, text in (
        (_tools, "build the tools that are missing in .tools/bin"),
        (_cluster, "create a cluster, or reuse or repair the one there is"),
        (_images, "create or reuse a cluster with the images under test on every node"),
        (_down, "delete the clusters and stop the Docker engine if we started it"),
        (_clean, "run down, then remove images, cache and .tools"),
    ):
        command = commands.add_parser(action.__name__.removeprefix("_"), help=text)
        command.set_defaults(action=action)
        if action is _tools:
            known = [*toolchain.PROGRAMS]
            command.add_argument("--only", action="append", choices=known, help="one tool")
            command.add_argument("--release", action="store_true", help="also what a release needs")
        if action in (_cluster, _images):
            _add_cluster_options(command)
    return parser


def _add_cluster_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--name", help="name of the cluster (default: CLUSTER_NAME or cardano-forge)"
    )
    parser.add_argument("--nodes", type=int, help="number of nodes (default: CLUSTER_NODES or 3)")
    parser.add_argument(
        "--pod-network",
        default=kindconfig.DEFAULT_POD_NETWORK,
        help="network of its pods; each of several clusters needs its own (default: %(default)s)",
    )


def _terminate(number: int, frame: FrameType | None) -> None:
    del frame
    raise SystemExit(128 + number)


def main() -> int:
    """Run one command; return its exit code."""
    arguments = _parser().parse_args()
    # As an exception, so that a step's child processes are ended too.
    signal.signal(signal.SIGTERM, _terminate)
    started = time.monotonic()
    try:
        if (
            arguments.action is _tools
            and not arguments.release
            and toolchain.is_complete(arguments.only)
        ):
            return 0  # whatever another command is at
        with exclusive(paths.cache()):
            arguments.action(arguments)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except (StepError, ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    steps.say(f"ready in {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
