-- declarest: rewrites account_payment_term_line
-- declarest: rewrites product_pricelist_item
-- declarest: rewrites res_currency
-- declarest: rewrites res_currency_rate
-- declarest: rewrites uom_uom
-- account.payment.term.line: its rules and indexes
CREATE TABLE "account_payment_term_line__new" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "value" TEXT NOT NULL,
    "value_amount" INTEGER NOT NULL,
    "months" INTEGER NOT NULL,
    "days" INTEGER NOT NULL,
    "end_month" INTEGER NOT NULL,
    "days_after" INTEGER NOT NULL,
    "discount_percentage" INTEGER NOT NULL,
    "discount_days" INTEGER NOT NULL,
    "payment_id" INTEGER NOT NULL REFERENCES "account_payment_term" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
INSERT INTO "account_payment_term_line__new" ("id", "value", "value_amount", "months", "days", "end_month", "days_after", "discount_percentage", "discount_days", "payment_id", "create_uid", "create_date", "write_uid", "write_date")
SELECT "id", "value", "value_amount", "months", "days", "end_month", "days_after", "discount_percentage", "discount_days", "payment_id", "create_uid", "create_date", "write_uid", "write_date"
FROM "account_payment_term_line";
DELETE FROM sqlite_sequence WHERE name = 'account_payment_term_line__new';
INSERT INTO sqlite_sequence (name, seq) SELECT 'account_payment_term_line__new', seq FROM sqlite_sequence WHERE name = 'account_payment_term_line';
DROP TABLE "account_payment_term_line";
ALTER TABLE "account_payment_term_line__new" RENAME TO "account_payment_term_line";
CREATE INDEX "account_payment_term_line_payment_id_index" ON "account_payment_term_line" ("payment_id");

-- product.pricelist.item: its rules and indexes
CREATE TABLE "product_pricelist_item__new" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "product_tmpl_id" INTEGER REFERENCES "product_template" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "product_id" INTEGER REFERENCES "product_product" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "categ_id" INTEGER REFERENCES "product_category" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "min_quantity" INTEGER NOT NULL,
    "applied_on" TEXT NOT NULL,
    "base" TEXT NOT NULL,
    "base_pricelist_id" INTEGER REFERENCES "product_pricelist" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "pricelist_id" INTEGER NOT NULL REFERENCES "product_pricelist" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "price_surcharge" INTEGER NOT NULL,
    "price_discount" INTEGER NOT NULL,
    "price_round" INTEGER NOT NULL,
    "price_min_margin" INTEGER NOT NULL,
    "price_max_margin" INTEGER NOT NULL,
    "active" INTEGER NOT NULL,
    "date_start" TEXT,
    "date_end" TEXT,
    "compute_price" TEXT NOT NULL,
    "fixed_price" INTEGER NOT NULL,
    "percent_price" INTEGER NOT NULL,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT,
    CONSTRAINT "product_pricelist_item_check_1" CHECK ("date_start" < "date_end"),
    CONSTRAINT "product_pricelist_item_check_2" CHECK (("price_max_margin" = 0 OR "price_min_margin" <= "price_max_margin"))
) STRICT;
INSERT INTO "product_pricelist_item__new" ("id", "product_tmpl_id", "product_id", "categ_id", "min_quantity", "applied_on", "base", "base_pricelist_id", "pricelist_id", "price_surcharge", "price_discount", "price_round", "price_min_margin", "price_max_margin", "active", "date_start", "date_end", "compute_price", "fixed_price", "percent_price", "create_uid", "create_date", "write_uid", "write_date")
SELECT "id", "product_tmpl_id", "product_id", "categ_id", "min_quantity", "applied_on", "base", "base_pricelist_id", "pricelist_id", "price_surcharge", "price_discount", "price_round", "price_min_margin", "price_max_margin", "active", "date_start", "date_end", "compute_price", "fixed_price", "percent_price", "create_uid", "create_date", "write_uid", "write_date"
FROM "product_pricelist_item";
DELETE FROM sqlite_sequence WHERE name = 'product_pricelist_item__new';
INSERT INTO sqlite_sequence (name, seq) SELECT 'product_pricelist_item__new', seq FROM sqlite_sequence WHERE name = 'product_pricelist_item';
DROP TABLE "product_pricelist_item";
ALTER TABLE "product_pricelist_item__new" RENAME TO "product_pricelist_item";
CREATE INDEX "product_pricelist_item_product_tmpl_id_index" ON "product_pricelist_item" ("product_tmpl_id");
CREATE INDEX "product_pricelist_item_product_id_index" ON "product_pricelist_item" ("product_id");
CREATE INDEX "product_pricelist_item_categ_id_index" ON "product_pricelist_item" ("categ_id");
CREATE INDEX "product_pricelist_item_base_pricelist_id_index" ON "product_pricelist_item" ("base_pricelist_id");
CREATE INDEX "product_pricelist_item_pricelist_id_index" ON "product_pricelist_item" ("pricelist_id");
CREATE INDEX "product_pricelist_item_compute_price_index" ON "product_pricelist_item" ("compute_price");

-- res.currency: its rules and indexes
CREATE TABLE "res_currency__new" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "full_name" TEXT,
    "symbol" TEXT,
    "position" TEXT,
    "rounding" INTEGER NOT NULL,
    "decimal_places" INTEGER NOT NULL,
    "currency_unit_label" TEXT,
    "currency_subunit_label" TEXT,
    "active" INTEGER NOT NULL,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT,
    CONSTRAINT "res_currency_check_1" CHECK ("rounding" > 0)
) STRICT;
INSERT INTO "res_currency__new" ("id", "name", "full_name", "symbol", "position", "rounding", "decimal_places", "currency_unit_label", "currency_subunit_label", "active", "create_uid", "create_date", "write_uid", "write_date")
SELECT "id", "name", "full_name", "symbol", "position", "rounding", "decimal_places", "currency_unit_label", "currency_subunit_label", "active", "create_uid", "create_date", "write_uid", "write_date"
FROM "res_currency";
DELETE FROM sqlite_sequence WHERE name = 'res_currency__new';
INSERT INTO sqlite_sequence (name, seq) SELECT 'res_currency__new', seq FROM sqlite_sequence WHERE name = 'res_currency';
DROP TABLE "res_currency";
ALTER TABLE "res_currency__new" RENAME TO "res_currency";
CREATE UNIQUE INDEX "res_currency_name_unique" ON "res_currency" ("name");
CREATE INDEX "res_currency_default_order" ON "res_currency" ("active" DESC, "name");

-- res.currency.rate: its rules and indexes
CREATE TABLE "res_currency_rate__new" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "rate" INTEGER NOT NULL,
    "currency_id" INTEGER NOT NULL REFERENCES "res_currency" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "company_id" INTEGER REFERENCES "res_company" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
INSERT INTO "res_currency_rate__new" ("id", "name", "rate", "currency_id", "company_id", "create_uid", "create_date", "write_uid", "write_date")
SELECT "id", "name", "rate", "currency_id", "company_id", "create_uid", "create_date", "write_uid", "write_date"
FROM "res_currency_rate";
DELETE FROM sqlite_sequence WHERE name = 'res_currency_rate__new';
INSERT INTO sqlite_sequence (name, seq) SELECT 'res_currency_rate__new', seq FROM sqlite_sequence WHERE name = 'res_currency_rate';
DROP TABLE "res_currency_rate";
ALTER TABLE "res_currency_rate__new" RENAME TO "res_currency_rate";
CREATE INDEX "res_currency_rate_name_index" ON "res_currency_rate" ("name");
CREATE INDEX "res_currency_rate_currency_id_index" ON "res_currency_rate" ("currency_id");
CREATE INDEX "res_currency_rate_company_id_index" ON "res_currency_rate" ("company_id");
CREATE UNIQUE INDEX "res_currency_rate_name_currency_id_company_id_unique" ON "res_currency_rate" ("name", "currency_id", "company_id");
CREATE INDEX "res_currency_rate_default_order" ON "res_currency_rate" ("name" DESC, "id" DESC);

-- uom.uom: its rules and indexes
CREATE TABLE "uom_uom__new" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "category_id" INTEGER NOT NULL REFERENCES "uom_category" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "factor" REAL NOT NULL,
    "rounding" INTEGER NOT NULL,
    "active" INTEGER NOT NULL,
    "uom_type" TEXT NOT NULL,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT,
    CONSTRAINT "uom_uom_check_1" CHECK ("factor" > 0.0),
    CONSTRAINT "uom_uom_check_2" CHECK ("rounding" > 0),
    CONSTRAINT "uom_uom_check_3" CHECK (("uom_type" <> 'reference' OR "factor" = 1.0))
) STRICT;
INSERT INTO "uom_uom__new" ("id", "name", "category_id", "factor", "rounding", "active", "uom_type", "create_uid", "create_date", "write_uid", "write_date")
SELECT "id", "name", "category_id", "factor", "rounding", "active", "uom_type", "create_uid", "create_date", "write_uid", "write_date"
FROM "uom_uom";
DELETE FROM sqlite_sequence WHERE name = 'uom_uom__new';
INSERT INTO sqlite_sequence (name, seq) SELECT 'uom_uom__new', seq FROM sqlite_sequence WHERE name = 'uom_uom';
DROP TABLE "uom_uom";
ALTER TABLE "uom_uom__new" RENAME TO "uom_uom";
CREATE INDEX "uom_uom_category_id_index" ON "uom_uom" ("category_id");
CREATE UNIQUE INDEX "uom_uom_category_id_unique" ON "uom_uom" ("category_id") WHERE ("uom_type" = 'reference' AND "active" = 1);
CREATE INDEX "uom_uom_default_order" ON "uom_uom" ("factor" DESC, "id");
