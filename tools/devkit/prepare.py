"""What takes long before there is a cluster with our images, each part beside the others.

Whoever needs a part makes it where it is missing: this only begins early.
"""

from devkit import engine, environment, golang, images, kindconfig, nodeimage, toolchain
from devkit.beside import Lanes


def for_cluster(lanes: Lanes) -> None:
    """Have what makes a cluster and runs on it: programs are compiled while images are fetched.

    Raises:
        StepError: there is no engine, or a program could not be built.

    """
    if environment.given_images():
        return
    engine.ensure()
    given = kindconfig.given_image()
    if not given:
        lanes.start("node image", nodeimage.find)
    toolchain.ensure(["kind", "kubectl"])
    if not (given or nodeimage.find()):
        lanes.start("node's Debian", nodeimage.ensure_base)
        golang.ensure(list(nodeimage.PROGRAMS))


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
