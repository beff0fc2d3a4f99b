-- api.access
CREATE TABLE "api_access" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "model" TEXT NOT NULL,
    "operation" TEXT,
    "enabled" INTEGER NOT NULL,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE UNIQUE INDEX "api_access_model_operation_unique" ON "api_access" ("model", COALESCE("operation", ''), ("operation" IS NULL));
CREATE INDEX "api_access_default_order" ON "api_access" ("model", "operation");

-- audit.entry
CREATE TABLE "audit_entry" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "model" TEXT NOT NULL,
    "record_id" INTEGER,
    "operation" TEXT NOT NULL,
    "method" TEXT,
    "login" TEXT,
    "token" TEXT,
    "request" TEXT,
    "changes" TEXT NOT NULL,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE INDEX "audit_entry_model_record_id_index" ON "audit_entry" ("model", "record_id");
CREATE INDEX "audit_entry_create_date_index" ON "audit_entry" ("create_date");
