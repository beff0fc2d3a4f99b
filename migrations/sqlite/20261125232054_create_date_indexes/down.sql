DROP INDEX "res_partner_create_date_index";
DROP INDEX "sale_order_create_date_index";
DROP INDEX "sale_order_line_create_date_index";
