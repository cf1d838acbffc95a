# The GPU backend with the CUDA and WebGPU providers; src/gpu/README.md says how to run it.

FROM node:24-trixie-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY scripts ./scripts
COPY src ./src
COPY models ./models
RUN npm ci && npm prune --omit=dev --ignore-scripts
# .npmrc skips this download, which would fail an installation where it is not reachable. Here it is wanted.
RUN ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js

# CUDA 12 and cuDNN 9 for the CUDA provider; glibc 2.39 for Dawn, which wants at least 2.38.
FROM nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04
RUN apt-get update \
  && apt-get install -y --no-install-recommends libvulkan1 \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /app /app
RUN useradd --system --create-home tessera && mkdir /models && chown tessera /models
USER tessera
WORKDIR /app

# `graphics` among the capabilities brings the Vulkan driver, which WebGPU needs.
ENV NODE_ENV=production \
  NVIDIA_VISIBLE_DEVICES=all \
  NVIDIA_DRIVER_CAPABILITIES=all \
  GPU_HOST=0.0.0.0 \
  GPU_PORT=8788 \
  GPU_MODELS=/models
VOLUME /models
EXPOSE 8788
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.GPU_PORT}/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/gpu/main.ts"]
