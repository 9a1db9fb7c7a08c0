ARG ROOTFS
FROM ${ROOTFS} AS rootfs
# The applets are links to /usr/bin/busybox.
RUN mkdir -p /applets/bin /applets/usr /applets/tmp \
    && ln -s ../bin /applets/usr/bin \
    && cp /bin/busybox /applets/bin/ \
    && busybox --install -s /applets/bin

# Holds a pod's namespaces and reaps its orphans.
FROM scratch AS pause
COPY --from=rootfs /usr/bin/catatonit /pause
ENTRYPOINT ["/pause", "-P"]

# A shell for local-path-provisioner's helper pods and for looking around in a cluster.
FROM scratch AS helper
COPY --from=rootfs /applets/ /
ENV PATH=/bin
CMD ["sh"]
