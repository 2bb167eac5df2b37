# The image of the API, the relay and the migrations: the task says which of them runs.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY build.mjs tsconfig.json ./
COPY bin bin
COPY lambdas lambdas
COPY lib lib
COPY simulators simulators
COPY src src
# The optional packages are the PostgreSQL and the compiler of one machine: a third of the image.
RUN npm run build && npm prune --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund
# The authorities of Aurora's certificates, which Node.js does not know.
ADD --chmod=444 https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem /build/rds-certificates.pem

# Hands traces to X-Ray, in a container of its own beside the program. It lies in the one image, so that one tag says
# what runs, and a task starts without asking another registry.
FROM public.ecr.aws/aws-observability/aws-otel-collector:v0.48.0 AS collector

# No shell, no package manager, no user with rights.
FROM gcr.io/distroless/nodejs24-debian12:nonroot
WORKDIR /app
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/package.json package.json
COPY --from=build /build/rds-certificates.pem rds-certificates.pem
# With their source maps, by which a stack names the line of the source.
COPY --from=build /build/dist/aws-*.js /build/dist/aws-*.js.map ./
COPY --from=collector /awscollector awscollector
COPY lib/constructs/collector.yaml collector.yaml
ENV NODE_ENV=production
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node", "--enable-source-maps"]
CMD ["aws-api.js"]
