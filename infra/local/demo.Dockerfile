# syntax=docker/dockerfile:1
# The traffic of the local stack's profile `demo`, and the release that it begins. It compiles its load at the start: hence a JDK.
FROM eclipse-temurin:25-jdk-noble
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl jq \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /sluice
COPY scripts scripts
COPY models/samples models/samples
USER 10001:10001
ENTRYPOINT ["scripts/lib/stack-demo"]
