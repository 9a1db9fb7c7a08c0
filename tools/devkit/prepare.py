"""What takes long before there is a cluster with our images, each part beside the others.

Whoever needs a part makes it where it is missing: this only begins early.
"""

from devkit import engine, environment, golang, images, kindconfig, nodeimage, toolchain
from devkit.beside import Lanes


def for_cluster(lanes: Lanes) -> None:
    """Have the programs that make a cluster and run on it; begin with their nodes' Debian.

    Raises:
        StepError: there is no engine, or a program could not be built.

    """
    if environment.given_images():
        return
    engine.ensure()
    toolchain.ensure(["kind"])
    if not (kindconfig.given_image() or nodeimage.find()):
        lanes.start("node's Debian", nodeimage.ensure_base)
        golang.ensure(list(nodeimage.PROGRAMS))
    toolchain.ensure(["kubectl"])


def for_images(lanes: Lanes) -> None:
    """Do the same with our images beside it, and compile Helm while the cluster is made.

    Raises:
        StepError: there is no engine, or a program could not be built.

    """
    if environment.given_images():
        return
    engine.ensure()
    lanes.start("images", images.build)
    for_cluster(lanes)
    lanes.start("helm", lambda: toolchain.ensure(["helm"]))
