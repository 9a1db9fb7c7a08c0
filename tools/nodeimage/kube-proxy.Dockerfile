# kube-proxy, the programs it calls and the libraries they load; nothing else.
ARG ROOTFS
FROM ${ROOTFS} AS closure
COPY files/copy-programs /usr/local/bin/
RUN copy-programs /closure iptables iptables-save iptables-restore \
    ip6tables ip6tables-save ip6tables-restore nft conntrack

FROM scratch AS kube-proxy
COPY --from=closure /closure/ /
# nft names protocols by it. Without, kube-proxy does not recognise its own entries when it reads
# them (once an hour), and removes those of every Service.
COPY --from=closure /etc/protocols /etc/protocols
COPY bin/kube-proxy /usr/local/bin/kube-proxy
ENV PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
