# The whole program of one machine: API, workers, readers, PostgreSQL and the simulator in one container.
# docker build -f machine.Dockerfile -t fincore . && docker run --init -p 4000:4000 -v fincore:/data fincore
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc build.mjs tsconfig.json ./
COPY bin bin
COPY lib lib
COPY simulators simulators
COPY src src
# With its scripts: they build dist/ and link the libraries of PostgreSQL.
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
WORKDIR /app
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY --from=build /build/package.json package.json
RUN ln -s /app/dist/cli.js /usr/local/bin/fincore && install -d -o node -g node -m 0700 /data
ENV NODE_ENV=production FINCORE_HOST=0.0.0.0 FINCORE_DATA_DIR=/data
VOLUME /data
EXPOSE 4000
USER node
STOPSIGNAL SIGTERM
HEALTHCHECK --start-period=60s CMD ["node", "-e", "fetch('http://127.0.0.1:4000/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-old-space-size=1024", "--enable-source-maps", "dist/local.js"]
