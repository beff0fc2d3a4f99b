-- declarest: loses data of product_template: column written_fields goes
-- declarest: loses data of res_company: column written_fields goes
-- declarest: loses data of res_groups: column written_fields goes
-- declarest: loses data of sale_order: column written_fields goes
-- declarest: loses data of sale_order_line: column written_fields goes
-- declarest: rewrites product_template
-- declarest: rewrites res_company
-- declarest: rewrites res_groups
-- declarest: rewrites sale_order
-- declarest: rewrites sale_order_line
-- product.template: written_fields goes
CREATE TABLE "product_template__new" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "priority" TEXT NOT NULL,
    "description" TEXT,
    "description_purchase" TEXT,
    "description_sale" TEXT,
    "detailed_type" TEXT NOT NULL,
    "type" TEXT,
    "categ_id" INTEGER NOT NULL REFERENCES "product_category" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "list_price" INTEGER NOT NULL,
    "sale_ok" INTEGER NOT NULL,
    "purchase_ok" INTEGER NOT NULL,
    "uom_id" INTEGER REFERENCES "uom_uom" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "uom_po_id" INTEGER REFERENCES "uom_uom" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "company_id" INTEGER REFERENCES "res_company" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "active" INTEGER NOT NULL,
    "color" INTEGER NOT NULL,
    "default_code" TEXT,
    "standard_price" INTEGER NOT NULL,
    "volume" INTEGER NOT NULL,
    "weight" INTEGER NOT NULL,
    "has_configurable_attributes" INTEGER NOT NULL,
    "invoice_policy" TEXT,
    "service_type" TEXT,
    "expense_policy" TEXT,
    "sale_line_warn_msg" TEXT,
    "sale_line_warn" TEXT NOT NULL,
    "image_1920" BLOB,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
INSERT INTO "product_template__new" ("id", "name", "sequence", "priority", "description", "description_purchase", "description_sale", "detailed_type", "type", "categ_id", "list_price", "sale_ok", "purchase_ok", "uom_id", "uom_po_id", "company_id", "active", "color", "default_code", "standard_price", "volume", "weight", "has_configurable_attributes", "invoice_policy", "service_type", "expense_policy", "sale_line_warn_msg", "sale_line_warn", "image_1920", "create_uid", "create_date", "write_uid", "write_date")
SELECT "id", "name", "sequence", "priority", "description", "description_purchase", "description_sale", "detailed_type", "type", "categ_id", "list_price", "sale_ok", "purchase_ok", "uom_id", "uom_po_id", "company_id", "active", "color", "default_code", "standard_price", "volume", "weight", "has_configurable_attributes", "invoice_policy", "service_type", "expense_policy", "sale_line_warn_msg", "sale_line_warn", "image_1920", "create_uid", "create_date", "write_uid", "write_date"
FROM "product_template";
DELETE FROM sqlite_sequence WHERE name = 'product_template__new';
INSERT INTO sqlite_sequence (name, seq) SELECT 'product_template__new', seq FROM sqlite_sequence WHERE name = 'product_template';
DROP TABLE "product_template";
ALTER TABLE "product_template__new" RENAME TO "product_template";
CREATE INDEX "product_template_name_index" ON "product_template" ("name");
CREATE INDEX "product_template_categ_id_index" ON "product_template" ("categ_id");
CREATE INDEX "product_template_uom_id_index" ON "product_template" ("uom_id");
CREATE INDEX "product_template_uom_po_id_index" ON "product_template" ("uom_po_id");
CREATE INDEX "product_template_company_id_index" ON "product_template" ("company_id");
CREATE INDEX "product_template_default_order" ON "product_template" ("priority" DESC, "name");

-- res.company: written_fields goes
CREATE TABLE "res_company__new" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "active" INTEGER NOT NULL,
    "partner_id" INTEGER REFERENCES "res_partner" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "parent_id" INTEGER REFERENCES "res_company" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "currency_id" INTEGER REFERENCES "res_currency" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "country_id" INTEGER REFERENCES "res_country" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "email" TEXT,
    "phone" TEXT,
    "mobile" TEXT,
    "tax_calculation_rounding_method" TEXT,
    "account_sale_tax_id" INTEGER REFERENCES "account_tax" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "account_purchase_tax_id" INTEGER REFERENCES "account_tax" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "portal_confirmation_sign" INTEGER NOT NULL,
    "portal_confirmation_pay" INTEGER NOT NULL,
    "quotation_validity_days" INTEGER NOT NULL,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
INSERT INTO "res_company__new" ("id", "name", "sequence", "active", "partner_id", "parent_id", "currency_id", "country_id", "email", "phone", "mobile", "tax_calculation_rounding_method", "account_sale_tax_id", "account_purchase_tax_id", "portal_confirmation_sign", "portal_confirmation_pay", "quotation_validity_days", "create_uid", "create_date", "write_uid", "write_date")
SELECT "id", "name", "sequence", "active", "partner_id", "parent_id", "currency_id", "country_id", "email", "phone", "mobile", "tax_calculation_rounding_method", "account_sale_tax_id", "account_purchase_tax_id", "portal_confirmation_sign", "portal_confirmation_pay", "quotation_validity_days", "create_uid", "create_date", "write_uid", "write_date"
FROM "res_company";
DELETE FROM sqlite_sequence WHERE name = 'res_company__new';
INSERT INTO sqlite_sequence (name, seq) SELECT 'res_company__new', seq FROM sqlite_sequence WHERE name = 'res_company';
DROP TABLE "res_company";
ALTER TABLE "res_company__new" RENAME TO "res_company";
CREATE INDEX "res_company_partner_id_index" ON "res_company" ("partner_id");
CREATE INDEX "res_company_parent_id_index" ON "res_company" ("parent_id");
CREATE INDEX "res_company_currency_id_index" ON "res_company" ("currency_id");
CREATE INDEX "res_company_country_id_index" ON "res_company" ("country_id");
CREATE INDEX "res_company_account_sale_tax_id_index" ON "res_company" ("account_sale_tax_id");
CREATE INDEX "res_company_account_purchase_tax_id_index" ON "res_company" ("account_purchase_tax_id");
CREATE UNIQUE INDEX "res_company_name_unique" ON "res_company" ("name");
CREATE INDEX "res_company_default_order" ON "res_company" ("sequence", "name");

-- res.groups: written_fields goes
CREATE TABLE "res_groups__new" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "full_name" TEXT NOT NULL,
    "comment" TEXT,
    "color" INTEGER NOT NULL,
    "share" INTEGER NOT NULL,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
INSERT INTO "res_groups__new" ("id", "name", "full_name", "comment", "color", "share", "create_uid", "create_date", "write_uid", "write_date")
SELECT "id", "name", "full_name", "comment", "color", "share", "create_uid", "create_date", "write_uid", "write_date"
FROM "res_groups";
DELETE FROM sqlite_sequence WHERE name = 'res_groups__new';
INSERT INTO sqlite_sequence (name, seq) SELECT 'res_groups__new', seq FROM sqlite_sequence WHERE name = 'res_groups';
DROP TABLE "res_groups";
ALTER TABLE "res_groups__new" RENAME TO "res_groups";
CREATE UNIQUE INDEX "res_groups_full_name_unique" ON "res_groups" ("full_name");
CREATE INDEX "res_groups_default_order" ON "res_groups" ("name");

-- sale.order: written_fields goes
CREATE TABLE "sale_order__new" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "client_order_ref" TEXT,
    "origin" TEXT,
    "reference" TEXT,
    "state" TEXT NOT NULL,
    "date_order" TEXT NOT NULL,
    "validity_date" TEXT,
    "commitment_date" TEXT,
    "partner_id" INTEGER NOT NULL REFERENCES "res_partner" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "partner_invoice_id" INTEGER REFERENCES "res_partner" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "partner_shipping_id" INTEGER REFERENCES "res_partner" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "user_id" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "team_id" INTEGER REFERENCES "crm_team" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "company_id" INTEGER NOT NULL REFERENCES "res_company" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "pricelist_id" INTEGER REFERENCES "product_pricelist" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "payment_term_id" INTEGER REFERENCES "account_payment_term" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "currency_id" INTEGER REFERENCES "res_currency" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "currency_rate" INTEGER NOT NULL,
    "amount_untaxed" INTEGER NOT NULL,
    "amount_tax" INTEGER NOT NULL,
    "amount_total" INTEGER NOT NULL,
    "invoice_status" TEXT,
    "note" TEXT,
    "access_token" TEXT,
    "require_signature" INTEGER NOT NULL,
    "require_payment" INTEGER NOT NULL,
    "signature" BLOB,
    "signed_by" TEXT,
    "signed_on" TEXT,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
INSERT INTO "sale_order__new" ("id", "name", "client_order_ref", "origin", "reference", "state", "date_order", "validity_date", "commitment_date", "partner_id", "partner_invoice_id", "partner_shipping_id", "user_id", "team_id", "company_id", "pricelist_id", "payment_term_id", "currency_id", "currency_rate", "amount_untaxed", "amount_tax", "amount_total", "invoice_status", "note", "access_token", "require_signature", "require_payment", "signature", "signed_by", "signed_on", "create_uid", "create_date", "write_uid", "write_date")
SELECT "id", "name", "client_order_ref", "origin", "reference", "state", "date_order", "validity_date", "commitment_date", "partner_id", "partner_invoice_id", "partner_shipping_id", "user_id", "team_id", "company_id", "pricelist_id", "payment_term_id", "currency_id", "currency_rate", "amount_untaxed", "amount_tax", "amount_total", "invoice_status", "note", "access_token", "require_signature", "require_payment", "signature", "signed_by", "signed_on", "create_uid", "create_date", "write_uid", "write_date"
FROM "sale_order";
DELETE FROM sqlite_sequence WHERE name = 'sale_order__new';
INSERT INTO sqlite_sequence (name, seq) SELECT 'sale_order__new', seq FROM sqlite_sequence WHERE name = 'sale_order';
DROP TABLE "sale_order";
ALTER TABLE "sale_order__new" RENAME TO "sale_order";
CREATE INDEX "sale_order_name_index" ON "sale_order" ("name");
CREATE INDEX "sale_order_state_index" ON "sale_order" ("state");
CREATE INDEX "sale_order_date_order_index" ON "sale_order" ("date_order");
CREATE INDEX "sale_order_partner_id_index" ON "sale_order" ("partner_id");
CREATE INDEX "sale_order_partner_invoice_id_index" ON "sale_order" ("partner_invoice_id");
CREATE INDEX "sale_order_partner_shipping_id_index" ON "sale_order" ("partner_shipping_id");
CREATE INDEX "sale_order_user_id_index" ON "sale_order" ("user_id");
CREATE INDEX "sale_order_team_id_index" ON "sale_order" ("team_id");
CREATE INDEX "sale_order_company_id_index" ON "sale_order" ("company_id");
CREATE INDEX "sale_order_pricelist_id_index" ON "sale_order" ("pricelist_id");
CREATE INDEX "sale_order_payment_term_id_index" ON "sale_order" ("payment_term_id");
CREATE INDEX "sale_order_currency_id_index" ON "sale_order" ("currency_id");
CREATE INDEX "sale_order_create_date_index" ON "sale_order" ("create_date");
CREATE INDEX "sale_order_default_order" ON "sale_order" ("date_order" DESC, "id" DESC);

-- sale.order.line: written_fields goes
CREATE TABLE "sale_order_line__new" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "order_id" INTEGER NOT NULL REFERENCES "sale_order" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "sequence" INTEGER NOT NULL,
    "display_type" TEXT,
    "product_id" INTEGER REFERENCES "product_product" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "name" TEXT NOT NULL,
    "product_uom_qty" INTEGER NOT NULL,
    "product_uom" INTEGER REFERENCES "uom_uom" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "price_unit" INTEGER NOT NULL,
    "discount" INTEGER NOT NULL,
    "company_id" INTEGER REFERENCES "res_company" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "order_partner_id" INTEGER REFERENCES "res_partner" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "salesman_id" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "state" TEXT,
    "currency_id" INTEGER REFERENCES "res_currency" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "price_subtotal" INTEGER NOT NULL,
    "price_tax" INTEGER NOT NULL,
    "price_total" INTEGER NOT NULL,
    "price_reduce" INTEGER NOT NULL,
    "price_reduce_taxexcl" INTEGER NOT NULL,
    "price_reduce_taxinc" INTEGER NOT NULL,
    "product_packaging_qty" REAL NOT NULL,
    "qty_delivered_method" TEXT,
    "qty_delivered" INTEGER NOT NULL,
    "qty_invoiced" INTEGER NOT NULL,
    "qty_to_invoice" INTEGER NOT NULL,
    "untaxed_amount_invoiced" INTEGER NOT NULL,
    "untaxed_amount_to_invoice" INTEGER NOT NULL,
    "invoice_status" TEXT,
    "customer_lead" REAL NOT NULL,
    "is_expense" INTEGER NOT NULL,
    "is_downpayment" INTEGER NOT NULL,
    "analytic_distribution" TEXT,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
INSERT INTO "sale_order_line__new" ("id", "order_id", "sequence", "display_type", "product_id", "name", "product_uom_qty", "product_uom", "price_unit", "discount", "company_id", "order_partner_id", "salesman_id", "state", "currency_id", "price_subtotal", "price_tax", "price_total", "price_reduce", "price_reduce_taxexcl", "price_reduce_taxinc", "product_packaging_qty", "qty_delivered_method", "qty_delivered", "qty_invoiced", "qty_to_invoice", "untaxed_amount_invoiced", "untaxed_amount_to_invoice", "invoice_status", "customer_lead", "is_expense", "is_downpayment", "analytic_distribution", "create_uid", "create_date", "write_uid", "write_date")
SELECT "id", "order_id", "sequence", "display_type", "product_id", "name", "product_uom_qty", "product_uom", "price_unit", "discount", "company_id", "order_partner_id", "salesman_id", "state", "currency_id", "price_subtotal", "price_tax", "price_total", "price_reduce", "price_reduce_taxexcl", "price_reduce_taxinc", "product_packaging_qty", "qty_delivered_method", "qty_delivered", "qty_invoiced", "qty_to_invoice", "untaxed_amount_invoiced", "untaxed_amount_to_invoice", "invoice_status", "customer_lead", "is_expense", "is_downpayment", "analytic_distribution", "create_uid", "create_date", "write_uid", "write_date"
FROM "sale_order_line";
DELETE FROM sqlite_sequence WHERE name = 'sale_order_line__new';
INSERT INTO sqlite_sequence (name, seq) SELECT 'sale_order_line__new', seq FROM sqlite_sequence WHERE name = 'sale_order_line';
DROP TABLE "sale_order_line";
ALTER TABLE "sale_order_line__new" RENAME TO "sale_order_line";
CREATE INDEX "sale_order_line_order_id_index" ON "sale_order_line" ("order_id");
CREATE INDEX "sale_order_line_product_id_index" ON "sale_order_line" ("product_id");
CREATE INDEX "sale_order_line_product_uom_index" ON "sale_order_line" ("product_uom");
CREATE INDEX "sale_order_line_company_id_index" ON "sale_order_line" ("company_id");
CREATE INDEX "sale_order_line_order_partner_id_index" ON "sale_order_line" ("order_partner_id");
CREATE INDEX "sale_order_line_salesman_id_index" ON "sale_order_line" ("salesman_id");
CREATE INDEX "sale_order_line_currency_id_index" ON "sale_order_line" ("currency_id");
CREATE INDEX "sale_order_line_create_date_index" ON "sale_order_line" ("create_date");
