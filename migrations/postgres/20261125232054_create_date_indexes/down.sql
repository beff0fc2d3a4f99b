-- res.partner: its rules and indexes
DROP INDEX "res_partner_create_date_index";

-- sale.order: its rules and indexes
DROP INDEX "sale_order_create_date_index";

-- sale.order.line: its rules and indexes
DROP INDEX "sale_order_line_create_date_index";
