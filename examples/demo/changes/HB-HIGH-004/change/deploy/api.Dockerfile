FROM node:20-slim
WORKDIR /srv/harbour
COPY apps/api apps/api
USER node
CMD ["node", "apps/api/src/main.mjs"]
