FROM node:20-slim
WORKDIR /srv/harbour
COPY apps/orchestrator apps/orchestrator
USER node
CMD ["node", "apps/orchestrator/src/main.mjs"]
