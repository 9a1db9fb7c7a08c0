# A static program on its own. Kubernetes names it in the pod's command.
FROM scratch AS component
ARG PROGRAM
COPY bin/${PROGRAM} /usr/local/bin/${PROGRAM}
ENV PATH=/usr/local/bin

# The same where the pod gives arguments only.
FROM scratch AS service
ARG PROGRAM
COPY bin/${PROGRAM} /program
ENTRYPOINT ["/program"]
