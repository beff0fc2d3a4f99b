-- product.template: its rules and indexes
DROP INDEX "product_template_name_trigram";

-- res.partner: its rules and indexes
DROP INDEX "res_partner_name_trigram";
DROP INDEX "res_partner_complete_name_trigram";
DROP INDEX "res_partner_ref_trigram";
DROP INDEX "res_partner_vat_trigram";
DROP INDEX "res_partner_company_registry_trigram";
DROP INDEX "res_partner_email_trigram";

-- sale.order: its rules and indexes
DROP INDEX "sale_order_name_trigram";

-- res.partner: its rules and indexes
CREATE INDEX "res_partner_complete_name_index" ON "res_partner" ("complete_name");
