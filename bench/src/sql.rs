//! Every statement of the baseline, and nothing else: what to adjust when the schema changes.
//!
//! Related records are read with one statement per relation. The ids come as one JSON array, so that the statement's
//! text never varies and stays prepared; `key` is the id's place in that array. `CROSS JOIN` keeps SQLite from turning
//! the loops round.

/// What every connection is set to: the settings of the server that is measured against.
pub(crate) const SETTINGS: &str = "PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = NORMAL; PRAGMA mmap_size = 1073741824; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;";

/// User and company of a token that is neither expired (`?2`: now) nor idle for a day (`?3`: now less a day).
pub(crate) const TOKEN: &str = "SELECT t.user_id, u.company_id FROM auth_token t JOIN res_users u ON u.id = t.user_id \
     WHERE t.hash = ?1 AND t.expires > ?2 AND t.last_used > ?3 AND u.active";

/// A page of orders in the model's order. The inner query runs over the index alone: rows before the page are never
/// looked up. `CROSS JOIN` takes the page in the order that the inner query gives.
pub(crate) const ORDER_PAGE: &str = "SELECT o.id, o.name, o.date_order, o.create_date, o.amount_tax, o.amount_total, \
     o.state, o.partner_id, o.user_id, o.payment_term_id FROM (SELECT id FROM sale_order ORDER BY date_order DESC, \
     id DESC LIMIT ?1 OFFSET ?2) page CROSS JOIN sale_order o ON o.id = page.id";

/// One order; the columns of [`ORDER_PAGE`].
pub(crate) const ORDER_ONE: &str = "SELECT id, name, date_order, create_date, amount_tax, amount_total, state, partner_id, \
     user_id, payment_term_id FROM sale_order WHERE id = ?1";

/// Orders by id; the columns of [`ORDER_PAGE`].
pub(crate) const ORDER_MANY: &str = "SELECT o.id, o.name, o.date_order, o.create_date, o.amount_tax, o.amount_total, o.state, \
     o.partner_id, o.user_id, o.payment_term_id FROM json_each(?1) j CROSS JOIN sale_order o ON o.id = j.value";

/// Lines of orders.
pub(crate) const LINES: &str = "SELECT j.key, l.sequence, l.id, l.product_id, l.name, l.product_uom_qty, l.price_unit, \
     l.price_subtotal FROM json_each(?1) j CROSS JOIN sale_order_line l ON l.order_id = j.value";

/// Products with what they have from their templates, and their categories.
pub(crate) const PRODUCTS: &str = "SELECT j.key, p.id, t.name, t.type, p.barcode, c.id, c.name FROM json_each(?1) j \
     CROSS JOIN product_product p ON p.id = j.value CROSS JOIN product_template t ON t.id = p.product_tmpl_id \
     LEFT JOIN product_category c ON c.id = t.categ_id";

/// Attribute lines of products, by way of their templates.
pub(crate) const ATTRIBUTE_LINES: &str = "SELECT j.key, l.id, a.name FROM json_each(?1) j \
     CROSS JOIN product_product p ON p.id = j.value \
     CROSS JOIN product_template_attribute_line l ON l.product_tmpl_id = p.product_tmpl_id \
     CROSS JOIN product_attribute a ON a.id = l.attribute_id ORDER BY j.key, a.sequence, a.id, l.id";

/// Taxes of lines.
pub(crate) const LINE_TAXES: &str = "SELECT j.key, r.account_tax_id FROM json_each(?1) j \
     CROSS JOIN account_tax_sale_order_line_rel r ON r.sale_order_line_id = j.value";

/// Taxes in the model's order.
pub(crate) const TAXES: &str = "SELECT j.key, t.id, t.name FROM json_each(?1) j CROSS JOIN account_tax t ON t.id = j.value \
     ORDER BY t.sequence, t.id";

/// Partners of orders.
pub(crate) const PARTNERS: &str =
    "SELECT j.key, p.id, p.name, p.city FROM json_each(?1) j CROSS JOIN res_partner p ON p.id = j.value";

/// Users of orders; a user's name is its partner's.
pub(crate) const USERS: &str = "SELECT j.key, u.id, p.name FROM json_each(?1) j CROSS JOIN res_users u ON u.id = j.value \
     CROSS JOIN res_partner p ON p.id = u.partner_id";

/// Payment terms of orders.
pub(crate) const TERMS: &str =
    "SELECT j.key, t.id, t.name FROM json_each(?1) j CROSS JOIN account_payment_term t ON t.id = j.value";

/// A page of partners in the model's order; an index has it.
pub(crate) const PARTNER_PAGE: &str = "SELECT id, name, city, email FROM res_partner WHERE active \
     ORDER BY complete_name, id DESC LIMIT ?1 OFFSET ?2";

/// One partner.
pub(crate) const PARTNER_ONE: &str = "SELECT id, name, city, email, phone FROM res_partner WHERE id = ?1";

/// The company of some user who may log in.
pub(crate) const SOME_USER: &str = "SELECT id, company_id FROM res_users WHERE active LIMIT 1";

/// Whether a partner exists.
pub(crate) const PARTNER_EXISTS: &str = "SELECT 1 FROM res_partner WHERE id = ?1";

/// Which of the products exist.
pub(crate) const PRODUCTS_EXIST: &str =
    "SELECT j.key FROM json_each(?1) j CROSS JOIN product_product p ON p.id = j.value";

/// Adds an order: name, date, total, partner, user, company, time.
pub(crate) const INSERT_ORDER: &str = "INSERT INTO sale_order (name, date_order, amount_untaxed, amount_tax, \
     amount_total, currency_rate, state, partner_id, user_id, company_id, require_signature, require_payment, create_uid, \
     create_date, write_uid, write_date) VALUES (?1, ?2, ?3, 0, ?3, 1000000, 'draft', ?4, ?5, ?6, 1, 1, ?5, ?7, ?5, ?7)";

/// Adds a line: order, product, name, quantity, price, subtotal, amount per unit, user, time.
pub(crate) const INSERT_LINE: &str = "INSERT INTO sale_order_line (order_id, sequence, product_id, name, \
     product_uom_qty, price_unit, discount, price_subtotal, price_tax, price_total, price_reduce, price_reduce_taxexcl, \
     price_reduce_taxinc, product_packaging_qty, qty_delivered, qty_invoiced, qty_to_invoice, untaxed_amount_invoiced, \
     untaxed_amount_to_invoice, customer_lead, is_expense, is_downpayment, create_uid, create_date, write_uid, \
     write_date) VALUES (?1, 10, ?2, ?3, ?4, ?5, 0, ?6, 0, ?6, ?5, ?7, ?7, 0.0, 0, 0, 0, 0, 0, 0.0, 0, 0, ?8, ?9, ?8, ?9)";
