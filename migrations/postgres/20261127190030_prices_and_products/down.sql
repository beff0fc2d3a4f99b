-- account.payment.term.line: its rules and indexes
ALTER TABLE "account_payment_term_line" DROP CONSTRAINT "account_payment_term_line_check_1";
ALTER TABLE "account_payment_term_line" DROP CONSTRAINT "account_payment_term_line_check_2";
ALTER TABLE "account_payment_term_line" DROP CONSTRAINT "account_payment_term_line_check_3";

-- product.pricelist.item: its rules and indexes
ALTER TABLE "product_pricelist_item" DROP CONSTRAINT "product_pricelist_item_check_3";
ALTER TABLE "product_pricelist_item" DROP CONSTRAINT "product_pricelist_item_check_4";
ALTER TABLE "product_pricelist_item" DROP CONSTRAINT "product_pricelist_item_check_5";
ALTER TABLE "product_pricelist_item" DROP CONSTRAINT "product_pricelist_item_check_6";

-- res.currency: its rules and indexes
ALTER TABLE "res_currency" DROP CONSTRAINT "res_currency_check_1";

-- res.currency.rate: its rules and indexes
ALTER TABLE "res_currency_rate" DROP CONSTRAINT "res_currency_rate_check_1";

-- uom.uom: its rules and indexes
ALTER TABLE "uom_uom" DROP CONSTRAINT "uom_uom_check_1";

-- res.currency: its rules and indexes
ALTER TABLE "res_currency" ADD CONSTRAINT "res_currency_check_1" CHECK ("rounding" > 0);

-- uom.uom: its rules and indexes
ALTER TABLE "uom_uom" ADD CONSTRAINT "uom_uom_check_1" CHECK ("factor" > 0.0);
