# The service in two stages: what builds it stays behind, what runs is a venv and nothing else.
#   docker build -t image-proxy .   (podman and buildah: add --format docker, OCI knows no HEALTHCHECK)

FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY proxy ./proxy
# Without pip of its own: what runs needs no installer. pip compiles the bytecode, so nothing is written later.
RUN python -m venv --without-pip /opt/image-proxy \
    && python -m pip --python /opt/image-proxy/bin/python install .

FROM python:3.13-slim
LABEL org.opencontainers.image.title="image-proxy" \
      org.opencontainers.image.description="An image proxy: fetches each picture once, keeps it, resizes it, answers it safely" \
      org.opencontainers.image.licenses="MIT"
ENV PATH=/opt/image-proxy/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    IMAGE_PROXY_SERVER__HOST=0.0.0.0 \
    IMAGE_PROXY_CACHE__DIR=/var/cache/image-proxy
COPY --from=build /opt/image-proxy /opt/image-proxy
# A new volume takes its owner from here.
RUN install -d -o 10001 -g 10001 -m 0750 /var/cache/image-proxy
VOLUME /var/cache/image-proxy
# A config.toml mounted here is found: the service looks in its working directory.
WORKDIR /etc/image-proxy
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["image-proxy", "health"]
ENTRYPOINT ["image-proxy"]
CMD ["serve"]
