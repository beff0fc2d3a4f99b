//! Every statement of the baseline over SQLite, and nothing else: this is what to adjust when the schema changes.
//!
//! Related records are read with one statement for each relation. The ids are bound as one JSON array, so that the text
//! of the statement never varies and stays prepared. `key` is the index of an id in that array. Rows come in the order
//! of the array, because `CROSS JOIN` keeps SQLite from exchanging the outer and the inner loop.

/// The settings of every connection. They are those of declarest, the server that is compared.
pub(super) const SETTINGS: &str = "PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = NORMAL; PRAGMA mmap_size = 0; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;";

/// User and company of a token that is neither expired (`?2`: now) nor idle for a day (`?3`: now less a day).
pub(super) const TOKEN: &str = "SELECT t.user_id, u.company_id FROM auth_token t JOIN res_users u ON u.id = t.user_id \
     WHERE t.hash = ?1 AND t.expires > ?2 AND t.last_used > ?3 AND u.active";

/// A page of orders in the model's order. The inner query reads the index only: rows before the page are never looked
/// up. `CROSS JOIN` keeps the order of the inner query.
pub(super) const ORDER_PAGE: &str = "SELECT o.id, o.name, o.date_order, o.create_date, o.amount_tax, o.amount_total, \
     o.state, o.partner_id, o.user_id, o.payment_term_id FROM (SELECT id FROM sale_order ORDER BY date_order DESC, \
     id DESC LIMIT ?1 OFFSET ?2) page CROSS JOIN sale_order o ON o.id = page.id";

/// One order; the columns of [`ORDER_PAGE`].
pub(super) const ORDER_ONE: &str = "SELECT id, name, date_order, create_date, amount_tax, amount_total, state, partner_id, \
     user_id, payment_term_id FROM sale_order WHERE id = ?1";

/// Orders by id; the columns of [`ORDER_PAGE`].
pub(super) const ORDER_MANY: &str = "SELECT o.id, o.name, o.date_order, o.create_date, o.amount_tax, o.amount_total, o.state, \
     o.partner_id, o.user_id, o.payment_term_id FROM json_each(?1) j CROSS JOIN sale_order o ON o.id = j.value";

/// The latest orders of customers in a country (`?1`). The index gives the orders in the order of the answer, so that
/// reading stops at the limit; the customers are a list that is made once.
pub(super) const ORDERS_OF: &str = "SELECT o.id, o.name, o.amount_total, p.id, p.name FROM sale_order o \
     INDEXED BY sale_order_default_order CROSS JOIN res_partner p ON p.id = o.partner_id WHERE +o.partner_id IN \
     (SELECT r.id FROM res_country c JOIN res_partner r ON r.country_id = c.id WHERE c.code = ?1) \
     ORDER BY o.date_order DESC, o.id DESC LIMIT ?2";

/// Number and total of the orders in a currency, by month.
pub(super) const MONTHS: &str = "SELECT substr(date_order, 1, 7), count(*), sum(amount_total) FROM sale_order \
     WHERE currency_id = ?1 GROUP BY 1 ORDER BY 1";

/// Lines of orders.
pub(super) const LINES: &str = "SELECT j.key, l.sequence, l.id, l.product_id, l.name, l.product_uom_qty, l.price_unit, \
     l.price_subtotal FROM json_each(?1) j CROSS JOIN sale_order_line l ON l.order_id = j.value";

/// Products with values of their templates, and their categories.
pub(super) const PRODUCTS: &str = "SELECT p.id, t.name, t.type, p.barcode, c.id, c.name FROM json_each(?1) j \
     CROSS JOIN product_product p ON p.id = j.value CROSS JOIN product_template t ON t.id = p.product_tmpl_id \
     LEFT JOIN product_category c ON c.id = t.categ_id";

/// Attribute lines of products, which belong to the products' templates.
pub(super) const ATTRIBUTE_LINES: &str = "SELECT p.id, l.id, a.name FROM json_each(?1) j \
     CROSS JOIN product_product p ON p.id = j.value \
     CROSS JOIN product_template_attribute_line l ON l.product_tmpl_id = p.product_tmpl_id \
     CROSS JOIN product_attribute a ON a.id = l.attribute_id ORDER BY j.key, a.sequence, a.id, l.id";

/// Taxes of lines.
pub(super) const LINE_TAXES: &str = "SELECT j.key, r.account_tax_id FROM json_each(?1) j \
     CROSS JOIN account_tax_sale_order_line_rel r ON r.sale_order_line_id = j.value";

/// Taxes in the model's order.
pub(super) const TAXES: &str = "SELECT t.id, t.name FROM json_each(?1) j CROSS JOIN account_tax t ON t.id = j.value \
     ORDER BY t.sequence, t.id";

/// Partners of orders.
pub(super) const PARTNERS: &str =
    "SELECT p.id, p.name, p.city FROM json_each(?1) j CROSS JOIN res_partner p ON p.id = j.value";

/// Users of orders. A user's name is that of its partner.
pub(super) const USERS: &str = "SELECT u.id, p.name FROM json_each(?1) j CROSS JOIN res_users u ON u.id = j.value \
     CROSS JOIN res_partner p ON p.id = u.partner_id";

/// Payment terms of orders.
pub(super) const TERMS: &str =
    "SELECT t.id, t.name FROM json_each(?1) j CROSS JOIN account_payment_term t ON t.id = j.value";

/// A page of partners in the model's order, which is the order of an index.
pub(super) const PARTNER_PAGE: &str = "SELECT id, name, city, email FROM res_partner WHERE active \
     ORDER BY complete_name, id DESC LIMIT ?1 OFFSET ?2";

/// One partner.
pub(super) const PARTNER_ONE: &str = "SELECT id, name, city, email, phone FROM res_partner WHERE id = ?1";

/// The defaults from an order's customer: company, salesperson, team, pricelist, payment term.
pub(super) const CUSTOMER: &str = "SELECT p.commercial_partner_id, coalesce(p.user_id, c.user_id), p.team_id, \
     p.property_product_pricelist, p.property_payment_term_id FROM res_partner p \
     LEFT JOIN res_partner c ON c.id = p.commercial_partner_id WHERE p.id = ?1";

/// All active partners that belong to a company, in the model's order.
pub(super) const CONTACTS: &str = "SELECT id, parent_id, type, is_company FROM res_partner \
     WHERE commercial_partner_id = ?1 AND active ORDER BY complete_name, id DESC";

/// The team of a user.
pub(super) const SALES_TEAM: &str = "SELECT sale_team_id FROM res_users WHERE id = ?1";

/// The team that a user (`?1`) leads, else the first one that a company (`?2`) may use.
pub(super) const TEAM: &str = "SELECT id FROM crm_team WHERE active AND (user_id = ?1 OR company_id IS NULL OR \
     company_id = ?2) ORDER BY coalesce(user_id = ?1, 0) DESC, sequence, create_date DESC, id DESC LIMIT 1";

/// A pricelist's currency and whether it shows discounts.
pub(super) const PRICELIST: &str = "SELECT id, currency_id, discount_policy FROM product_pricelist WHERE id = ?1";

/// The first pricelist that a company may use, with the same columns.
pub(super) const FIRST_PRICELIST: &str = "SELECT id, currency_id, discount_policy FROM product_pricelist \
     WHERE active AND (company_id IS NULL OR company_id = ?1) ORDER BY sequence, id DESC LIMIT 1";

/// A company's currency.
pub(super) const COMPANY: &str = "SELECT currency_id FROM res_company WHERE id = ?1";

/// The units of products, and whether a company (`?2`) charges taxes on them.
pub(super) const PRODUCTS_SOLD: &str = "SELECT j.key, t.uom_id, EXISTS (SELECT 1 FROM product_taxes_rel r \
     JOIN account_tax x ON x.id = r.tax_id WHERE r.prod_id = t.id AND x.company_id = ?2) FROM json_each(?1) j \
     CROSS JOIN product_product p ON p.id = j.value CROSS JOIN product_template t ON t.id = p.product_tmpl_id";

/// Inserts an order. Parameters: name, date, total, partner, company, creator, time; then the defaults: invoice and
/// delivery address, salesperson, team, pricelist, payment term, currency.
pub(super) const INSERT_ORDER: &str = "INSERT INTO sale_order (name, date_order, amount_untaxed, amount_tax, \
     amount_total, currency_rate, state, invoice_status, partner_id, company_id, require_signature, require_payment, \
     create_uid, create_date, write_uid, write_date, partner_invoice_id, partner_shipping_id, user_id, team_id, \
     pricelist_id, payment_term_id, currency_id) VALUES (?1, ?2, ?3, 0, ?3, 1000000, 'draft', 'no', ?4, ?5, 1, 1, \
     ?6, ?7, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";

/// Inserts a line. Parameters: order, product, name, quantity, price, subtotal, subtotal per unit, creator, time, unit
/// of measure, company, customer, salesperson, currency.
pub(super) const INSERT_LINE: &str = "INSERT INTO sale_order_line (order_id, sequence, product_id, name, \
     product_uom_qty, price_unit, discount, price_subtotal, price_tax, price_total, price_reduce, price_reduce_taxexcl, \
     price_reduce_taxinc, product_packaging_qty, qty_delivered_method, qty_delivered, qty_invoiced, qty_to_invoice, \
     untaxed_amount_invoiced, untaxed_amount_to_invoice, invoice_status, state, customer_lead, is_expense, \
     is_downpayment, create_uid, create_date, write_uid, write_date, product_uom, company_id, order_partner_id, \
     salesman_id, currency_id) VALUES (?1, 10, ?2, ?3, ?4, ?5, 0, ?6, 0, ?6, ?5, ?7, ?7, 0.0, 'manual', 0, 0, 0, 0, 0, \
     'no', 'draft', 0.0, 0, 0, ?8, ?9, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";

/// The price of an order's (`?1`) line (`?2`) that has neither discount nor taxes.
pub(super) const PRICE: &str = "SELECT price_unit FROM sale_order_line l WHERE id = ?2 AND order_id = ?1 \
     AND discount = 0 AND NOT EXISTS (SELECT 1 FROM account_tax_sale_order_line_rel r WHERE r.sale_order_line_id = l.id)";

/// Updates a line (`?1`): its quantity, subtotal and subtotal per unit, and who changed it when.
pub(super) const CHANGE_LINE: &str = "UPDATE sale_order_line SET product_uom_qty = ?2, price_subtotal = ?3, \
     price_total = ?3, price_reduce_taxexcl = ?4, price_reduce_taxinc = ?4, write_uid = ?5, write_date = ?6 WHERE id = ?1";

/// Gives an order (`?1`) another reference of the customer, and notes which user changed the order, and when.
pub(super) const CHANGE_REFERENCE: &str =
    "UPDATE sale_order SET client_order_ref = ?2, write_uid = ?3, write_date = ?4 WHERE id = ?1";

/// Sets the amounts of an order (`?1`) to the sums of its lines, and who changed it when.
pub(super) const CHANGE_ORDER: &str = "UPDATE sale_order SET amount_untaxed = s.subtotal, amount_tax = s.total - s.subtotal, \
     amount_total = s.total, write_uid = ?2, write_date = ?3 FROM (SELECT sum(price_subtotal) subtotal, \
     sum(price_total) total FROM sale_order_line WHERE order_id = ?1) s WHERE id = ?1";
