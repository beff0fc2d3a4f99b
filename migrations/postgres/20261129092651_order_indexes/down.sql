-- account.move: its rules and indexes
DROP INDEX "account_move_default_order";

-- account.payment.term: its rules and indexes
DROP INDEX "account_payment_term_default_order";

-- account.tax: its rules and indexes
DROP INDEX "account_tax_default_order";

-- crm.team: its rules and indexes
DROP INDEX "crm_team_default_order";

-- ir.sequence: its rules and indexes
DROP INDEX "ir_sequence_default_order";

-- product.pricelist: its rules and indexes
DROP INDEX "product_pricelist_default_order";

-- product.template: its rules and indexes
DROP INDEX "product_template_default_order";

-- res.company: its rules and indexes
DROP INDEX "res_company_default_order";

-- res.currency.rate: its rules and indexes
DROP INDEX "res_currency_rate_default_order";

-- res.partner: its rules and indexes
DROP INDEX "res_partner_default_order";

-- res.partner.category: its rules and indexes
DROP INDEX "res_partner_category_default_order";

-- sale.order: its rules and indexes
DROP INDEX "sale_order_default_order";

-- uom.uom: its rules and indexes
DROP INDEX "uom_uom_default_order";

-- account.move: its rules and indexes
CREATE INDEX "account_move_default_order" ON "account_move" ("date" DESC, "name" DESC, "id" DESC);

-- account.payment.term: its rules and indexes
CREATE INDEX "account_payment_term_default_order" ON "account_payment_term" ("sequence", "id");

-- account.tax: its rules and indexes
CREATE INDEX "account_tax_default_order" ON "account_tax" ("sequence", "id");

-- crm.team: its rules and indexes
CREATE INDEX "crm_team_default_order" ON "crm_team" ("sequence", "create_date" DESC, "id" DESC);

-- ir.sequence: its rules and indexes
CREATE INDEX "ir_sequence_default_order" ON "ir_sequence" ("name");

-- product.pricelist: its rules and indexes
CREATE INDEX "product_pricelist_default_order" ON "product_pricelist" ("sequence", "id" DESC);

-- product.template: its rules and indexes
CREATE INDEX "product_template_default_order" ON "product_template" ("priority" DESC, "name");

-- res.company: its rules and indexes
CREATE INDEX "res_company_default_order" ON "res_company" ("sequence", "name");

-- res.currency.rate: its rules and indexes
CREATE INDEX "res_currency_rate_default_order" ON "res_currency_rate" ("name" DESC, "id" DESC);

-- res.partner: its rules and indexes
CREATE INDEX "res_partner_default_order" ON "res_partner" ("complete_name", "id" DESC);

-- res.partner.category: its rules and indexes
CREATE INDEX "res_partner_category_default_order" ON "res_partner_category" ("name");

-- sale.order: its rules and indexes
CREATE INDEX "sale_order_default_order" ON "sale_order" ("date_order" DESC, "id" DESC);

-- uom.uom: its rules and indexes
CREATE INDEX "uom_uom_default_order" ON "uom_uom" ("factor" DESC, "id");
