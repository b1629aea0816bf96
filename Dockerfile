# One image for every process of Dropgate; the command chooses which: gateway, worker or migrate.
# To pin an exact image: --build-arg NODE_IMAGE=node:22-bookworm-slim@sha256:…
ARG NODE_IMAGE=node:22-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build \
  && npm prune --omit=dev \
  # A library names the compiler as an optional peer, for its types; npm keeps it for that.
  && rm -rf node_modules/typescript node_modules/@typescript

FROM ${NODE_IMAGE}
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY docker/entrypoint.sh /usr/local/bin/dropgate
USER node
EXPOSE 3000
ENTRYPOINT ["/bin/sh", "/usr/local/bin/dropgate"]
CMD ["gateway"]
