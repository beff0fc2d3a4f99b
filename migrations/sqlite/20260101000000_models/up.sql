-- res.country: Country
CREATE TABLE "res_country" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "code" TEXT,
    "currency_id" INTEGER REFERENCES "res_currency" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "phone_code" INTEGER,
    "address_format" TEXT,
    "name_position" TEXT,
    "vat_label" TEXT,
    "state_required" INTEGER NOT NULL,
    "zip_required" INTEGER NOT NULL,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE INDEX "res_country_currency_id_index" ON "res_country" ("currency_id");
CREATE UNIQUE INDEX "res_country_name_unique" ON "res_country" ("name");
CREATE UNIQUE INDEX "res_country_code_unique" ON "res_country" ("code");
CREATE INDEX "res_country_default_order" ON "res_country" ("name");

-- res.country.state: Country State
CREATE TABLE "res_country_state" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "country_id" INTEGER NOT NULL REFERENCES "res_country" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE INDEX "res_country_state_country_id_index" ON "res_country_state" ("country_id");
CREATE UNIQUE INDEX "res_country_state_code_country_id_unique" ON "res_country_state" ("code", "country_id");
CREATE INDEX "res_country_state_default_order" ON "res_country_state" ("code");

-- res.currency: Currency
CREATE TABLE "res_currency" (
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
CREATE UNIQUE INDEX "res_currency_name_unique" ON "res_currency" ("name");
CREATE INDEX "res_currency_default_order" ON "res_currency" ("active" DESC, "name");

-- res.currency.rate: Currency Rate
CREATE TABLE "res_currency_rate" (
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
CREATE INDEX "res_currency_rate_name_index" ON "res_currency_rate" ("name");
CREATE INDEX "res_currency_rate_currency_id_index" ON "res_currency_rate" ("currency_id");
CREATE INDEX "res_currency_rate_company_id_index" ON "res_currency_rate" ("company_id");
CREATE UNIQUE INDEX "res_currency_rate_name_currency_id_company_id_unique" ON "res_currency_rate" ("name", "currency_id", "company_id");
CREATE INDEX "res_currency_rate_default_order" ON "res_currency_rate" ("name" DESC, "id" DESC);

-- res.partner.category: Partner Tags
CREATE TABLE "res_partner_category" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "complete_name" TEXT NOT NULL,
    "color" INTEGER NOT NULL,
    "parent_id" INTEGER REFERENCES "res_partner_category" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "parent_path" TEXT NOT NULL,
    "active" INTEGER NOT NULL,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE INDEX "res_partner_category_parent_id_index" ON "res_partner_category" ("parent_id");
CREATE INDEX "res_partner_category_parent_path_index" ON "res_partner_category" ("parent_path");
CREATE INDEX "res_partner_category_default_order" ON "res_partner_category" ("name");

-- res.partner: Contact
CREATE TABLE "res_partner" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "complete_name" TEXT NOT NULL,
    "date" TEXT,
    "parent_id" INTEGER REFERENCES "res_partner" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "ref" TEXT,
    "lang" TEXT,
    "tz" TEXT,
    "user_id" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "vat" TEXT,
    "company_registry" TEXT,
    "website" TEXT,
    "comment" TEXT,
    "active" INTEGER NOT NULL,
    "employee" INTEGER NOT NULL,
    "function" TEXT,
    "type" TEXT,
    "street" TEXT,
    "street2" TEXT,
    "zip" TEXT,
    "city" TEXT,
    "state_id" INTEGER REFERENCES "res_country_state" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "country_id" INTEGER REFERENCES "res_country" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "partner_latitude" INTEGER NOT NULL,
    "partner_longitude" INTEGER NOT NULL,
    "email" TEXT,
    "email_normalized" TEXT,
    "phone" TEXT,
    "mobile" TEXT,
    "phone_sanitized" TEXT,
    "is_company" INTEGER NOT NULL,
    "company_id" INTEGER REFERENCES "res_company" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "color" INTEGER NOT NULL,
    "partner_share" INTEGER NOT NULL,
    "commercial_partner_id" INTEGER REFERENCES "res_partner" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "commercial_company_name" TEXT,
    "company_name" TEXT,
    "barcode" TEXT,
    "image_1920" BLOB,
    "property_payment_term_id" INTEGER REFERENCES "account_payment_term" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "property_product_pricelist" INTEGER REFERENCES "product_pricelist" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "team_id" INTEGER REFERENCES "crm_team" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "signup_token" TEXT,
    "signup_type" TEXT,
    "signup_expiration" TEXT,
    "additional_info" TEXT,
    "debit_limit" INTEGER NOT NULL,
    "last_time_entries_checked" TEXT,
    "invoice_warn" TEXT,
    "invoice_warn_msg" TEXT,
    "customer_rank" INTEGER NOT NULL,
    "supplier_rank" INTEGER NOT NULL,
    "sale_warn" TEXT,
    "sale_warn_msg" TEXT,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE INDEX "res_partner_name_index" ON "res_partner" ("name");
CREATE INDEX "res_partner_complete_name_index" ON "res_partner" ("complete_name");
CREATE INDEX "res_partner_date_index" ON "res_partner" ("date");
CREATE INDEX "res_partner_parent_id_index" ON "res_partner" ("parent_id");
CREATE INDEX "res_partner_ref_index" ON "res_partner" ("ref");
CREATE INDEX "res_partner_user_id_index" ON "res_partner" ("user_id");
CREATE INDEX "res_partner_vat_index" ON "res_partner" ("vat");
CREATE INDEX "res_partner_state_id_index" ON "res_partner" ("state_id");
CREATE INDEX "res_partner_country_id_index" ON "res_partner" ("country_id");
CREATE INDEX "res_partner_company_id_index" ON "res_partner" ("company_id");
CREATE INDEX "res_partner_commercial_partner_id_index" ON "res_partner" ("commercial_partner_id");
CREATE INDEX "res_partner_property_payment_term_id_index" ON "res_partner" ("property_payment_term_id");
CREATE INDEX "res_partner_property_product_pricelist_index" ON "res_partner" ("property_product_pricelist");
CREATE INDEX "res_partner_team_id_index" ON "res_partner" ("team_id");
CREATE INDEX "res_partner_default_order" ON "res_partner" ("complete_name", "id" DESC);

-- res.company: Company
CREATE TABLE "res_company" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "active" INTEGER NOT NULL,
    "partner_id" INTEGER REFERENCES "res_partner" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "parent_id" INTEGER REFERENCES "res_company" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "currency_id" INTEGER REFERENCES "res_currency" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
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
CREATE INDEX "res_company_partner_id_index" ON "res_company" ("partner_id");
CREATE INDEX "res_company_parent_id_index" ON "res_company" ("parent_id");
CREATE INDEX "res_company_currency_id_index" ON "res_company" ("currency_id");
CREATE INDEX "res_company_account_sale_tax_id_index" ON "res_company" ("account_sale_tax_id");
CREATE INDEX "res_company_account_purchase_tax_id_index" ON "res_company" ("account_purchase_tax_id");
CREATE UNIQUE INDEX "res_company_name_unique" ON "res_company" ("name");
CREATE INDEX "res_company_default_order" ON "res_company" ("sequence", "name");

-- res.groups: Access Groups
CREATE TABLE "res_groups" (
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
CREATE UNIQUE INDEX "res_groups_full_name_unique" ON "res_groups" ("full_name");
CREATE INDEX "res_groups_default_order" ON "res_groups" ("name");

-- res.users: User
CREATE TABLE "res_users" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "partner_id" INTEGER NOT NULL REFERENCES "res_partner" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "login" TEXT NOT NULL,
    "active" INTEGER NOT NULL,
    "signature" TEXT,
    "share" INTEGER NOT NULL,
    "company_id" INTEGER REFERENCES "res_company" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "login_date" TEXT,
    "sale_team_id" INTEGER REFERENCES "crm_team" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE INDEX "res_users_partner_id_index" ON "res_users" ("partner_id");
CREATE INDEX "res_users_company_id_index" ON "res_users" ("company_id");
CREATE INDEX "res_users_sale_team_id_index" ON "res_users" ("sale_team_id");
CREATE UNIQUE INDEX "res_users_login_unique" ON "res_users" ("login");

-- ir.sequence: Sequence
CREATE TABLE "ir_sequence" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "code" TEXT,
    "implementation" TEXT NOT NULL,
    "active" INTEGER NOT NULL,
    "prefix" TEXT,
    "suffix" TEXT,
    "number_next" INTEGER NOT NULL,
    "period" TEXT,
    "padding" INTEGER NOT NULL,
    "company_id" INTEGER REFERENCES "res_company" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE INDEX "ir_sequence_company_id_index" ON "ir_sequence" ("company_id");
CREATE INDEX "ir_sequence_default_order" ON "ir_sequence" ("name");

-- crm.tag: CRM Tag
CREATE TABLE "crm_tag" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "color" INTEGER NOT NULL,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE UNIQUE INDEX "crm_tag_name_unique" ON "crm_tag" ("name");

-- crm.team: Sales Team
CREATE TABLE "crm_team" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "active" INTEGER NOT NULL,
    "company_id" INTEGER REFERENCES "res_company" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "user_id" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "color" INTEGER NOT NULL,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE INDEX "crm_team_company_id_index" ON "crm_team" ("company_id");
CREATE INDEX "crm_team_user_id_index" ON "crm_team" ("user_id");
CREATE INDEX "crm_team_default_order" ON "crm_team" ("sequence", "create_date" DESC, "id" DESC);

-- uom.category: Product UoM Category
CREATE TABLE "uom_category" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;

-- uom.uom: Product Unit of Measure
CREATE TABLE "uom_uom" (
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
    "write_date" TEXT
) STRICT;
CREATE INDEX "uom_uom_category_id_index" ON "uom_uom" ("category_id");
CREATE INDEX "uom_uom_default_order" ON "uom_uom" ("factor" DESC, "id");

-- account.tax.group: Tax Group
CREATE TABLE "account_tax_group" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "preceding_subtotal" TEXT,
    "country_id" INTEGER REFERENCES "res_country" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE INDEX "account_tax_group_country_id_index" ON "account_tax_group" ("country_id");
CREATE INDEX "account_tax_group_default_order" ON "account_tax_group" ("sequence", "id");

-- account.tax: Tax
CREATE TABLE "account_tax" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "type_tax_use" TEXT NOT NULL,
    "tax_scope" TEXT,
    "amount_type" TEXT NOT NULL,
    "amount" INTEGER NOT NULL,
    "active" INTEGER NOT NULL,
    "company_id" INTEGER NOT NULL REFERENCES "res_company" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "sequence" INTEGER NOT NULL,
    "real_amount" INTEGER NOT NULL,
    "description" TEXT,
    "price_include" INTEGER NOT NULL,
    "include_base_amount" INTEGER NOT NULL,
    "is_base_affected" INTEGER NOT NULL,
    "analytic" INTEGER NOT NULL,
    "tax_group_id" INTEGER REFERENCES "account_tax_group" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "tax_exigibility" TEXT,
    "country_id" INTEGER NOT NULL REFERENCES "res_country" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE INDEX "account_tax_company_id_index" ON "account_tax" ("company_id");
CREATE INDEX "account_tax_tax_group_id_index" ON "account_tax" ("tax_group_id");
CREATE INDEX "account_tax_country_id_index" ON "account_tax" ("country_id");
CREATE UNIQUE INDEX "account_tax_name_company_id_type_tax_use_tax_scope_unique" ON "account_tax" ("name", "company_id", "type_tax_use", "tax_scope");
CREATE INDEX "account_tax_default_order" ON "account_tax" ("sequence", "id");

-- account.payment.term: Payment Terms
CREATE TABLE "account_payment_term" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "active" INTEGER NOT NULL,
    "note" TEXT,
    "display_on_invoice" INTEGER NOT NULL,
    "company_id" INTEGER REFERENCES "res_company" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "sequence" INTEGER NOT NULL,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE INDEX "account_payment_term_company_id_index" ON "account_payment_term" ("company_id");
CREATE INDEX "account_payment_term_default_order" ON "account_payment_term" ("sequence", "id");

-- account.payment.term.line: Payment Terms Line
CREATE TABLE "account_payment_term_line" (
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
CREATE INDEX "account_payment_term_line_payment_id_index" ON "account_payment_term_line" ("payment_id");

-- account.move: Journal Entry
CREATE TABLE "account_move" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "ref" TEXT,
    "date" TEXT NOT NULL,
    "partner_id" INTEGER REFERENCES "res_partner" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "company_id" INTEGER REFERENCES "res_company" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "currency_id" INTEGER REFERENCES "res_currency" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "amount_total" INTEGER NOT NULL,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE INDEX "account_move_name_index" ON "account_move" ("name");
CREATE INDEX "account_move_date_index" ON "account_move" ("date");
CREATE INDEX "account_move_partner_id_index" ON "account_move" ("partner_id");
CREATE INDEX "account_move_company_id_index" ON "account_move" ("company_id");
CREATE INDEX "account_move_currency_id_index" ON "account_move" ("currency_id");
CREATE INDEX "account_move_default_order" ON "account_move" ("date" DESC, "name" DESC, "id" DESC);

-- product.category: Product Category
CREATE TABLE "product_category" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "complete_name" TEXT NOT NULL,
    "parent_id" INTEGER REFERENCES "product_category" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "parent_path" TEXT NOT NULL,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE INDEX "product_category_name_index" ON "product_category" ("name");
CREATE INDEX "product_category_parent_id_index" ON "product_category" ("parent_id");
CREATE INDEX "product_category_parent_path_index" ON "product_category" ("parent_path");
CREATE INDEX "product_category_default_order" ON "product_category" ("complete_name");

-- product.attribute: Product Attribute
CREATE TABLE "product_attribute" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "create_variant" TEXT NOT NULL,
    "display_type" TEXT NOT NULL,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE INDEX "product_attribute_sequence_index" ON "product_attribute" ("sequence");
CREATE INDEX "product_attribute_default_order" ON "product_attribute" ("sequence", "id");

-- product.attribute.value: Attribute Value
CREATE TABLE "product_attribute_value" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "attribute_id" INTEGER NOT NULL REFERENCES "product_attribute" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "is_custom" INTEGER NOT NULL,
    "html_color" TEXT,
    "color" INTEGER NOT NULL,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE INDEX "product_attribute_value_sequence_index" ON "product_attribute_value" ("sequence");
CREATE INDEX "product_attribute_value_attribute_id_index" ON "product_attribute_value" ("attribute_id");
CREATE UNIQUE INDEX "product_attribute_value_name_attribute_id_unique" ON "product_attribute_value" ("name", "attribute_id");

-- product.template: Product
CREATE TABLE "product_template" (
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
CREATE INDEX "product_template_name_index" ON "product_template" ("name");
CREATE INDEX "product_template_categ_id_index" ON "product_template" ("categ_id");
CREATE INDEX "product_template_uom_id_index" ON "product_template" ("uom_id");
CREATE INDEX "product_template_uom_po_id_index" ON "product_template" ("uom_po_id");
CREATE INDEX "product_template_company_id_index" ON "product_template" ("company_id");
CREATE INDEX "product_template_default_order" ON "product_template" ("priority" DESC, "name");

-- product.template.attribute.line: Product Template Attribute Line
CREATE TABLE "product_template_attribute_line" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "active" INTEGER NOT NULL,
    "product_tmpl_id" INTEGER NOT NULL REFERENCES "product_template" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "attribute_id" INTEGER NOT NULL REFERENCES "product_attribute" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "value_count" INTEGER NOT NULL,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE INDEX "product_template_attribute_line_product_tmpl_id_index" ON "product_template_attribute_line" ("product_tmpl_id");
CREATE INDEX "product_template_attribute_line_attribute_id_index" ON "product_template_attribute_line" ("attribute_id");

-- product.template.attribute.value: Product Template Attribute Value
CREATE TABLE "product_template_attribute_value" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "ptav_active" INTEGER NOT NULL,
    "name" TEXT,
    "attribute_line_id" INTEGER REFERENCES "product_template_attribute_line" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "product_attribute_value_id" INTEGER REFERENCES "product_attribute_value" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "price_extra" INTEGER NOT NULL,
    "product_tmpl_id" INTEGER REFERENCES "product_template" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "attribute_id" INTEGER REFERENCES "product_attribute" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "color" INTEGER NOT NULL,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE INDEX "product_template_attribute_value_attribute_line_id_index" ON "product_template_attribute_value" ("attribute_line_id");
CREATE INDEX "product_template_attribute_value_product_attribute_value_id_index" ON "product_template_attribute_value" ("product_attribute_value_id");
CREATE INDEX "product_template_attribute_value_product_tmpl_id_index" ON "product_template_attribute_value" ("product_tmpl_id");
CREATE INDEX "product_template_attribute_value_attribute_id_index" ON "product_template_attribute_value" ("attribute_id");
CREATE UNIQUE INDEX "product_template_attribute_value_attribute_line_id_product_attribute_value_id_unique" ON "product_template_attribute_value" ("attribute_line_id", "product_attribute_value_id");

-- product.product: Product Variant
CREATE TABLE "product_product" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "product_tmpl_id" INTEGER NOT NULL REFERENCES "product_template" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "default_code" TEXT,
    "barcode" TEXT,
    "combination_indices" TEXT,
    "combination_name" TEXT,
    "active" INTEGER NOT NULL,
    "standard_price" INTEGER NOT NULL,
    "volume" INTEGER NOT NULL,
    "weight" INTEGER NOT NULL,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE INDEX "product_product_product_tmpl_id_index" ON "product_product" ("product_tmpl_id");
CREATE INDEX "product_product_default_code_index" ON "product_product" ("default_code");
CREATE INDEX "product_product_barcode_index" ON "product_product" ("barcode");
CREATE INDEX "product_product_combination_indices_index" ON "product_product" ("combination_indices");

-- product.pricelist: Pricelist
CREATE TABLE "product_pricelist" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "active" INTEGER NOT NULL,
    "sequence" INTEGER NOT NULL,
    "currency_id" INTEGER REFERENCES "res_currency" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "company_id" INTEGER REFERENCES "res_company" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "discount_policy" TEXT NOT NULL,
    "create_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "res_users" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE INDEX "product_pricelist_currency_id_index" ON "product_pricelist" ("currency_id");
CREATE INDEX "product_pricelist_company_id_index" ON "product_pricelist" ("company_id");
CREATE INDEX "product_pricelist_default_order" ON "product_pricelist" ("sequence", "id" DESC);

-- product.pricelist.item: Pricelist Rule
CREATE TABLE "product_pricelist_item" (
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
CREATE INDEX "product_pricelist_item_product_tmpl_id_index" ON "product_pricelist_item" ("product_tmpl_id");
CREATE INDEX "product_pricelist_item_product_id_index" ON "product_pricelist_item" ("product_id");
CREATE INDEX "product_pricelist_item_categ_id_index" ON "product_pricelist_item" ("categ_id");
CREATE INDEX "product_pricelist_item_base_pricelist_id_index" ON "product_pricelist_item" ("base_pricelist_id");
CREATE INDEX "product_pricelist_item_pricelist_id_index" ON "product_pricelist_item" ("pricelist_id");
CREATE INDEX "product_pricelist_item_compute_price_index" ON "product_pricelist_item" ("compute_price");

-- sale.order: Sales Order
CREATE TABLE "sale_order" (
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
CREATE INDEX "sale_order_default_order" ON "sale_order" ("date_order" DESC, "id" DESC);

-- sale.order.line: Sales Order Line
CREATE TABLE "sale_order_line" (
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
CREATE INDEX "sale_order_line_order_id_index" ON "sale_order_line" ("order_id");
CREATE INDEX "sale_order_line_product_id_index" ON "sale_order_line" ("product_id");
CREATE INDEX "sale_order_line_product_uom_index" ON "sale_order_line" ("product_uom");
CREATE INDEX "sale_order_line_company_id_index" ON "sale_order_line" ("company_id");
CREATE INDEX "sale_order_line_order_partner_id_index" ON "sale_order_line" ("order_partner_id");
CREATE INDEX "sale_order_line_salesman_id_index" ON "sale_order_line" ("salesman_id");
CREATE INDEX "sale_order_line_currency_id_index" ON "sale_order_line" ("currency_id");

CREATE TABLE "account_tax_filiation_rel" (
    "parent_tax" INTEGER NOT NULL REFERENCES "account_tax" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "child_tax" INTEGER NOT NULL REFERENCES "account_tax" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    PRIMARY KEY ("parent_tax", "child_tax")
) STRICT, WITHOUT ROWID;
CREATE INDEX "account_tax_filiation_rel_child_tax_index" ON "account_tax_filiation_rel" ("child_tax");

CREATE TABLE "account_tax_sale_order_line_rel" (
    "sale_order_line_id" INTEGER NOT NULL REFERENCES "sale_order_line" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "account_tax_id" INTEGER NOT NULL REFERENCES "account_tax" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    PRIMARY KEY ("sale_order_line_id", "account_tax_id")
) STRICT, WITHOUT ROWID;
CREATE INDEX "account_tax_sale_order_line_rel_account_tax_id_index" ON "account_tax_sale_order_line_rel" ("account_tax_id");

CREATE TABLE "product_attribute_value_line_rel" (
    "product_attribute_value_id" INTEGER NOT NULL REFERENCES "product_attribute_value" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "product_template_attribute_line_id" INTEGER NOT NULL REFERENCES "product_template_attribute_line" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    PRIMARY KEY ("product_attribute_value_id", "product_template_attribute_line_id")
) STRICT, WITHOUT ROWID;
CREATE INDEX "product_attribute_value_line_rel_product_template_attribute_line_id_index" ON "product_attribute_value_line_rel" ("product_template_attribute_line_id");

CREATE TABLE "product_optional_rel" (
    "src_id" INTEGER NOT NULL REFERENCES "product_template" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "dest_id" INTEGER NOT NULL REFERENCES "product_template" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    PRIMARY KEY ("src_id", "dest_id")
) STRICT, WITHOUT ROWID;
CREATE INDEX "product_optional_rel_dest_id_index" ON "product_optional_rel" ("dest_id");

CREATE TABLE "product_supplier_taxes_rel" (
    "prod_id" INTEGER NOT NULL REFERENCES "product_template" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "tax_id" INTEGER NOT NULL REFERENCES "account_tax" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    PRIMARY KEY ("prod_id", "tax_id")
) STRICT, WITHOUT ROWID;
CREATE INDEX "product_supplier_taxes_rel_tax_id_index" ON "product_supplier_taxes_rel" ("tax_id");

CREATE TABLE "product_taxes_rel" (
    "prod_id" INTEGER NOT NULL REFERENCES "product_template" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "tax_id" INTEGER NOT NULL REFERENCES "account_tax" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    PRIMARY KEY ("prod_id", "tax_id")
) STRICT, WITHOUT ROWID;
CREATE INDEX "product_taxes_rel_tax_id_index" ON "product_taxes_rel" ("tax_id");

CREATE TABLE "product_template_attribute_value_sale_order_line_rel" (
    "sale_order_line_id" INTEGER NOT NULL REFERENCES "sale_order_line" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "product_template_attribute_value_id" INTEGER NOT NULL REFERENCES "product_template_attribute_value" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    PRIMARY KEY ("sale_order_line_id", "product_template_attribute_value_id")
) STRICT, WITHOUT ROWID;
CREATE INDEX "product_template_attribute_value_sale_order_line_rel_product_template_attribute_value_id_index" ON "product_template_attribute_value_sale_order_line_rel" ("product_template_attribute_value_id");

CREATE TABLE "product_variant_combination" (
    "product_template_attribute_value_id" INTEGER NOT NULL REFERENCES "product_template_attribute_value" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "product_product_id" INTEGER NOT NULL REFERENCES "product_product" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    PRIMARY KEY ("product_template_attribute_value_id", "product_product_id")
) STRICT, WITHOUT ROWID;
CREATE INDEX "product_variant_combination_product_product_id_index" ON "product_variant_combination" ("product_product_id");

CREATE TABLE "res_company_users_rel" (
    "cid" INTEGER NOT NULL REFERENCES "res_company" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "user_id" INTEGER NOT NULL REFERENCES "res_users" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    PRIMARY KEY ("cid", "user_id")
) STRICT, WITHOUT ROWID;
CREATE INDEX "res_company_users_rel_user_id_index" ON "res_company_users_rel" ("user_id");

CREATE TABLE "res_groups_implied_rel" (
    "gid" INTEGER NOT NULL REFERENCES "res_groups" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "hid" INTEGER NOT NULL REFERENCES "res_groups" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    PRIMARY KEY ("gid", "hid")
) STRICT, WITHOUT ROWID;
CREATE INDEX "res_groups_implied_rel_hid_index" ON "res_groups_implied_rel" ("hid");

CREATE TABLE "res_groups_users_rel" (
    "gid" INTEGER NOT NULL REFERENCES "res_groups" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "uid" INTEGER NOT NULL REFERENCES "res_users" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    PRIMARY KEY ("gid", "uid")
) STRICT, WITHOUT ROWID;
CREATE INDEX "res_groups_users_rel_uid_index" ON "res_groups_users_rel" ("uid");

CREATE TABLE "res_partner_res_partner_category_rel" (
    "category_id" INTEGER NOT NULL REFERENCES "res_partner_category" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "partner_id" INTEGER NOT NULL REFERENCES "res_partner" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    PRIMARY KEY ("category_id", "partner_id")
) STRICT, WITHOUT ROWID;
CREATE INDEX "res_partner_res_partner_category_rel_partner_id_index" ON "res_partner_res_partner_category_rel" ("partner_id");

CREATE TABLE "sale_order_invoice_rel" (
    "order_id" INTEGER NOT NULL REFERENCES "sale_order" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "move_id" INTEGER NOT NULL REFERENCES "account_move" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    PRIMARY KEY ("order_id", "move_id")
) STRICT, WITHOUT ROWID;
CREATE INDEX "sale_order_invoice_rel_move_id_index" ON "sale_order_invoice_rel" ("move_id");

CREATE TABLE "sale_order_tag_rel" (
    "order_id" INTEGER NOT NULL REFERENCES "sale_order" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "tag_id" INTEGER NOT NULL REFERENCES "crm_tag" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    PRIMARY KEY ("order_id", "tag_id")
) STRICT, WITHOUT ROWID;
CREATE INDEX "sale_order_tag_rel_tag_id_index" ON "sale_order_tag_rel" ("tag_id");

