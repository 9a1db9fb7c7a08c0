"""What takes long before there is a cluster with our images, each part beside the others.

Whoever needs a part makes it where it is missing: this only begins early.
"""

from devkit import engine, environment, golang, images, kindconfig, nodeimage, toolchain
from devkit.beside import Lanes


def begin(lanes: Lanes) -> None:
    """Start all that can be started, and return when a cluster can be made.

    Raises:
        StepError: there is no engine, or a program could not be built.

    """
    if environment.given_images():
        return
    engine.ensure()
    lanes.start("images", images.build)
    toolchain.ensure(["kind"])
    if not (kindconfig.given_image() or nodeimage.find()):
        lanes.start("node's Debian", nodeimage.ensure_base)
        golang.ensure(list(nodeimage.PROGRAMS))
    toolchain.ensure(["kubectl"])
    lanes.start("helm", lambda: toolchain.ensure(["helm"]))
