-- res.currency: its rules and indexes
ALTER TABLE "res_currency" DROP CONSTRAINT "res_currency_check_1";

-- uom.uom: its rules and indexes
ALTER TABLE "uom_uom" DROP CONSTRAINT "uom_uom_check_1";

-- account.payment.term.line: its rules and indexes
ALTER TABLE "account_payment_term_line" ADD CONSTRAINT "account_payment_term_line_check_1" CHECK (("value" <> 'percent' OR ("value_amount" >= 0 AND "value_amount" <= 100)));
ALTER TABLE "account_payment_term_line" ADD CONSTRAINT "account_payment_term_line_check_2" CHECK (("discount_percentage" >= 0 AND "discount_percentage" <= 100));
ALTER TABLE "account_payment_term_line" ADD CONSTRAINT "account_payment_term_line_check_3" CHECK ("discount_days" >= 0);

-- product.pricelist.item: its rules and indexes
ALTER TABLE "product_pricelist_item" ADD CONSTRAINT "product_pricelist_item_check_3" CHECK (("applied_on" <> '2_product_category' OR "categ_id" IS NOT NULL));
ALTER TABLE "product_pricelist_item" ADD CONSTRAINT "product_pricelist_item_check_4" CHECK (("applied_on" <> '1_product' OR "product_tmpl_id" IS NOT NULL));
ALTER TABLE "product_pricelist_item" ADD CONSTRAINT "product_pricelist_item_check_5" CHECK (("applied_on" <> '0_product_variant' OR "product_id" IS NOT NULL));
ALTER TABLE "product_pricelist_item" ADD CONSTRAINT "product_pricelist_item_check_6" CHECK (("base" <> 'pricelist' OR "base_pricelist_id" IS NOT NULL));

-- res.currency: its rules and indexes
ALTER TABLE "res_currency" ADD CONSTRAINT "res_currency_check_1" CHECK ("rounding" >= 0.0001);

-- res.currency.rate: its rules and indexes
ALTER TABLE "res_currency_rate" ADD CONSTRAINT "res_currency_rate_check_1" CHECK ("rate" > 0);

-- uom.uom: its rules and indexes
ALTER TABLE "uom_uom" ADD CONSTRAINT "uom_uom_check_1" CHECK (("factor" >= 1e-9 AND "factor" <= 1000000000.0));
