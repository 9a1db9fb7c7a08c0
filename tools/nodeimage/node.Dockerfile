# A kind node without the images of the control plane, which devkit/nodeimage.py adds.
# In the build context: kind/ (kind's own files, from its module), files/ (ours), bin/ (programs).
ARG ROOTFS
FROM ${ROOTFS} AS node
COPY kind/ /
COPY files/default-cni.yaml files/default-storage.yaml /kind/manifests/
COPY files/pod-network /usr/local/bin/
COPY files/pod-network.service /etc/systemd/system/
COPY files/import-images /kind/bin/
COPY bin/kubelet bin/kubeadm bin/kubectl /usr/bin/
ARG KUBERNETES_VERSION
RUN echo "${KUBERNETES_VERSION}" > /kind/version \
    # where kind and its units look for what Debian keeps elsewhere
    && ln -sf /usr/bin/containerd /usr/bin/ctr /usr/bin/containerd-shim-runc-v2 /usr/local/bin/ \
    && mkdir -p /opt/cni /etc/kubernetes/manifests \
    && ln -sfn /usr/lib/cni /opt/cni/bin \
    && ln -sf /lib/systemd/systemd /sbin/init \
    # a container's systemd starts what a node needs and nothing that touches the machine
    && rm -f /lib/systemd/system/multi-user.target.wants/* /etc/systemd/system/*.wants/* \
       /lib/systemd/system/local-fs.target.wants/* /lib/systemd/system/basic.target.wants/* \
       /lib/systemd/system/sockets.target.wants/*udev* \
       /lib/systemd/system/sockets.target.wants/*initctl* \
       /lib/systemd/system/sysinit.target.wants/systemd-tmpfiles-setup.service \
    && echo "ReadKMsg=no" >> /etc/systemd/journald.conf \
    && systemctl enable kubelet.service containerd.service undo-mount-hacks.service \
       pod-network.service \
    && systemctl mask systemd-binfmt.service \
    # lowering an oom score below its parent's needs a capability that may be lacking
    && sed -i 's/restrict_oom_score_adj = false/restrict_oom_score_adj = true/' \
       /etc/containerd/config.toml \
    && ctr oci spec \
       | jq '.hooks.createContainer += [{path: "/kind/bin/mount-product-files.sh"}] | del(.process.rlimits)' \
       > /etc/containerd/cri-base.json
ENV container=docker
# What systemd takes as "shut down"; SIGTERM would make it start anew.
STOPSIGNAL SIGRTMIN+3
ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]
