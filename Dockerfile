# tlscope on the Node that it is developed with. Debian, not Alpine: the native module comes built for glibc.
ARG NODE_VERSION=26.10.0

FROM node:${NODE_VERSION}-slim AS build
WORKDIR /app
# Packages first: this layer stays until they change.
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:${NODE_VERSION}-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/web-ui/dist ./web-ui/dist
COPY --from=build /app/dist ./dist
# Inside of a container loopback is nobody's; what of this is reachable from outside, the published ports decide.
ENV TLSCOPE_HOST=0.0.0.0 TLSCOPE_UI_HOST=0.0.0.0 TLSCOPE_CERTS=/certs
RUN mkdir /certs /origin && chown node:node /certs /origin
VOLUME /certs
EXPOSE 8080 8081
USER node
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8081/api/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/main.js"]
CMD ["start"]
