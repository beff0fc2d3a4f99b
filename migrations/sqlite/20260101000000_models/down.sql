-- declarest: loses data of account_move: the table goes
-- declarest: loses data of account_payment_term: the table goes
-- declarest: loses data of account_payment_term_line: the table goes
-- declarest: loses data of account_tax: the table goes
-- declarest: loses data of account_tax_filiation_rel: the table goes
-- declarest: loses data of account_tax_group: the table goes
-- declarest: loses data of account_tax_sale_order_line_rel: the table goes
-- declarest: loses data of crm_tag: the table goes
-- declarest: loses data of crm_team: the table goes
-- declarest: loses data of ir_sequence: the table goes
-- declarest: loses data of product_attribute: the table goes
-- declarest: loses data of product_attribute_value: the table goes
-- declarest: loses data of product_attribute_value_line_rel: the table goes
-- declarest: loses data of product_category: the table goes
-- declarest: loses data of product_optional_rel: the table goes
-- declarest: loses data of product_pricelist: the table goes
-- declarest: loses data of product_pricelist_item: the table goes
-- declarest: loses data of product_product: the table goes
-- declarest: loses data of product_supplier_taxes_rel: the table goes
-- declarest: loses data of product_taxes_rel: the table goes
-- declarest: loses data of product_template: the table goes
-- declarest: loses data of product_template_attribute_line: the table goes
-- declarest: loses data of product_template_attribute_value: the table goes
-- declarest: loses data of product_template_attribute_value_sale_order_line_rel: the table goes
-- declarest: loses data of product_variant_combination: the table goes
-- declarest: loses data of res_company: the table goes
-- declarest: loses data of res_company_users_rel: the table goes
-- declarest: loses data of res_country: the table goes
-- declarest: loses data of res_country_state: the table goes
-- declarest: loses data of res_currency: the table goes
-- declarest: loses data of res_currency_rate: the table goes
-- declarest: loses data of res_groups: the table goes
-- declarest: loses data of res_groups_implied_rel: the table goes
-- declarest: loses data of res_groups_users_rel: the table goes
-- declarest: loses data of res_partner: the table goes
-- declarest: loses data of res_partner_category: the table goes
-- declarest: loses data of res_partner_res_partner_category_rel: the table goes
-- declarest: loses data of res_users: the table goes
-- declarest: loses data of sale_order: the table goes
-- declarest: loses data of sale_order_invoice_rel: the table goes
-- declarest: loses data of sale_order_line: the table goes
-- declarest: loses data of sale_order_tag_rel: the table goes
-- declarest: loses data of uom_category: the table goes
-- declarest: loses data of uom_uom: the table goes
DROP TABLE "account_move";
DROP TABLE "account_payment_term";
DROP TABLE "account_payment_term_line";
DROP TABLE "account_tax";
DROP TABLE "account_tax_filiation_rel";
DROP TABLE "account_tax_group";
DROP TABLE "account_tax_sale_order_line_rel";
DROP TABLE "crm_tag";
DROP TABLE "crm_team";
DROP TABLE "ir_sequence";
DROP TABLE "product_attribute";
DROP TABLE "product_attribute_value";
DROP TABLE "product_attribute_value_line_rel";
DROP TABLE "product_category";
DROP TABLE "product_optional_rel";
DROP TABLE "product_pricelist";
DROP TABLE "product_pricelist_item";
DROP TABLE "product_product";
DROP TABLE "product_supplier_taxes_rel";
DROP TABLE "product_taxes_rel";
DROP TABLE "product_template";
DROP TABLE "product_template_attribute_line";
DROP TABLE "product_template_attribute_value";
DROP TABLE "product_template_attribute_value_sale_order_line_rel";
DROP TABLE "product_variant_combination";
DROP TABLE "res_company";
DROP TABLE "res_company_users_rel";
DROP TABLE "res_country";
DROP TABLE "res_country_state";
DROP TABLE "res_currency";
DROP TABLE "res_currency_rate";
DROP TABLE "res_groups";
DROP TABLE "res_groups_implied_rel";
DROP TABLE "res_groups_users_rel";
DROP TABLE "res_partner";
DROP TABLE "res_partner_category";
DROP TABLE "res_partner_res_partner_category_rel";
DROP TABLE "res_users";
DROP TABLE "sale_order";
DROP TABLE "sale_order_invoice_rel";
DROP TABLE "sale_order_line";
DROP TABLE "sale_order_tag_rel";
DROP TABLE "uom_category";
DROP TABLE "uom_uom";
