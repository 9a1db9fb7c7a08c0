# An image to build on: one with Debian's Python, and pip.
ARG BASE_IMAGE
FROM ${BASE_IMAGE}
COPY pip /usr/lib/python3/dist-packages/pip
