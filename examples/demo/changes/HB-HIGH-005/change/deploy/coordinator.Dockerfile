FROM node:20-slim@sha256:3f1c5b0d9ae24786b1c4e7a05d92f83bc6714ea8d0359bf2617c48e5ad03b96f
WORKDIR /srv/harbour
COPY apps/coordinator apps/coordinator
USER node
CMD ["node", "apps/coordinator/src/main.mjs"]
