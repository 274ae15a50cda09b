FROM node:20-slim
WORKDIR /srv/harbour
COPY apps/web apps/web
CMD ["node", "apps/web/src/main.mjs"]
