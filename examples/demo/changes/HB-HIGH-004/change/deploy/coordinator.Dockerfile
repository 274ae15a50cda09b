FROM node:20-slim
WORKDIR /srv/harbour
COPY apps/coordinator apps/coordinator
USER node
CMD ["node", "apps/coordinator/src/main.mjs"]
