# The sandbox in a container: one static program, no shell, a user without rights. compose.yaml is an example of its use.
#
#   docker build --tag gofive-sandbox .
#   docker run --rm --publish 127.0.0.1:4010:4010 gofive-sandbox --log
#
# `tests/container/run` runs the same program in the same way without Docker.

FROM rust:1.95-alpine AS build
WORKDIR /gofive
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/gofive/target \
    cargo build --release --locked -p gofive-sandbox --features cli \
    && mkdir -p /image/state \
    && cp target/release/gofive-sandbox LICENSE-APACHE LICENSE-MIT /image/

FROM scratch
COPY --from=build /image/gofive-sandbox /image/LICENSE-APACHE /image/LICENSE-MIT /
# The only folder that the sandbox can write: for `--state /state/sandbox.json`.
COPY --from=build --chown=65532:65532 /image/state /state
USER 65532:65532
EXPOSE 4010
HEALTHCHECK --interval=5s --timeout=5s --start-period=10s CMD ["/gofive-sandbox", "--health"]
ENTRYPOINT ["/gofive-sandbox", "--host", "0.0.0.0"]
