-- product.template: its rules and indexes
DROP TRIGGER "product_template_name_trigram_insert";
DROP TRIGGER "product_template_name_trigram_delete";
DROP TRIGGER "product_template_name_trigram_update";
DROP TABLE "product_template_name_trigram";

-- res.partner: its rules and indexes
DROP TRIGGER "res_partner_name_trigram_insert";
DROP TRIGGER "res_partner_name_trigram_delete";
DROP TRIGGER "res_partner_name_trigram_update";
DROP TABLE "res_partner_name_trigram";
DROP TRIGGER "res_partner_complete_name_trigram_insert";
DROP TRIGGER "res_partner_complete_name_trigram_delete";
DROP TRIGGER "res_partner_complete_name_trigram_update";
DROP TABLE "res_partner_complete_name_trigram";
DROP TRIGGER "res_partner_ref_trigram_insert";
DROP TRIGGER "res_partner_ref_trigram_delete";
DROP TRIGGER "res_partner_ref_trigram_update";
DROP TABLE "res_partner_ref_trigram";
DROP TRIGGER "res_partner_vat_trigram_insert";
DROP TRIGGER "res_partner_vat_trigram_delete";
DROP TRIGGER "res_partner_vat_trigram_update";
DROP TABLE "res_partner_vat_trigram";
DROP TRIGGER "res_partner_company_registry_trigram_insert";
DROP TRIGGER "res_partner_company_registry_trigram_delete";
DROP TRIGGER "res_partner_company_registry_trigram_update";
DROP TABLE "res_partner_company_registry_trigram";
DROP TRIGGER "res_partner_email_trigram_insert";
DROP TRIGGER "res_partner_email_trigram_delete";
DROP TRIGGER "res_partner_email_trigram_update";
DROP TABLE "res_partner_email_trigram";

-- sale.order: its rules and indexes
DROP TRIGGER "sale_order_name_trigram_insert";
DROP TRIGGER "sale_order_name_trigram_delete";
DROP TRIGGER "sale_order_name_trigram_update";
DROP TABLE "sale_order_name_trigram";

-- res.partner: its rules and indexes
CREATE INDEX "res_partner_complete_name_index" ON "res_partner" ("complete_name");
