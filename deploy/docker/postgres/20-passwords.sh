#!/bin/sh
# Gives the roles of 10-provision.sql their password. One password for all is for one developer's machine only.
set -eu
for service in registration po_sync invoicing validation signing archive notifications; do
  for kind in owner api pipeline; do
    psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -v role="${service}_${kind}" \
      -v password="$NAVETTE_PASSWORD" <<'SQL'
alter role :"role" password :'password';
SQL
  done
done
