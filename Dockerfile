FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 CALLCENTER_VAR=/app/var
WORKDIR /app
COPY requirements.txt constraints.txt ./
RUN pip install --no-cache-dir -r requirements.txt -c constraints.txt
COPY . .
COPY --from=packages /app/node_modules node_modules
# The values only let the settings load; nothing is connected to while the image is made.
RUN export DATABASE_URL=postgres://build/build REDIS_URL=redis://build SECRET_KEY=build \
        TELEPHONY_KEY=build ALLOWED_HOSTS=build EMAIL_HOST=build \
    && python manage.py vendor_static \
    && python manage.py compile_catalogues \
    && python manage.py collectstatic --noinput \
    && rm -rf node_modules \
    && mkdir -p var/media && useradd --system callcenter && chown -R callcenter var
USER callcenter
EXPOSE 8000
CMD ["uvicorn", "callcenter.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--lifespan", "off", "--timeout-keep-alive", "60", "--ws-ping-interval", "10", "--ws-ping-timeout", "10"]
