-- res.partner: its rules and indexes
CREATE INDEX "res_partner_create_date_index" ON "res_partner" ("create_date");

-- sale.order: its rules and indexes
CREATE INDEX "sale_order_create_date_index" ON "sale_order" ("create_date");

-- sale.order.line: its rules and indexes
CREATE INDEX "sale_order_line_create_date_index" ON "sale_order_line" ("create_date");
