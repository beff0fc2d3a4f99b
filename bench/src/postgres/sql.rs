//! Every statement of the baseline over PostgreSQL, and nothing else: this is what to adjust when the schema changes.
//!
//! Related records are read with one statement for each relation, except for the to-one targets of an order, which are
//! joined in the statement that reads the order. `LATERAL (… LIMIT 1)` makes the planner look up each target by index;
//! otherwise it would read whole tables into hashes.

/// The setting of every connection. Plans do not depend on bound values: planning again for a smaller number of ids
/// than the planner assumes would take longer than running most of the statements.
pub(super) const SETTINGS: &str = "SET plan_cache_mode = force_generic_plan";

/// Begins a transaction in which all statements see one snapshot.
pub(super) const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// User and company of a token that is neither expired (`$2`: now) nor idle for a day (`$3`: now less a day).
pub(super) const TOKEN: &str = "SELECT t.user_id, u.company_id FROM auth_token t JOIN res_users u ON u.id = t.user_id \
     WHERE t.hash = $1 AND t.expires > $2 AND t.last_used > $3 AND u.active";

/// The columns of orders: their own, then partner, user and payment term, each with its id.
macro_rules! orders {
    ($which:literal) => {
        concat!(
            "SELECT o.id, o.name, o.date_order, o.create_date, o.amount_tax, o.amount_total, o.state, o.partner_id, \
             o.user_id, o.payment_term_id, p.id, p.name, p.city, u.id, n.name, t.id, t.name FROM sale_order o \
             LEFT JOIN LATERAL (SELECT id, name, city FROM res_partner WHERE id = o.partner_id LIMIT 1) p ON true \
             LEFT JOIN LATERAL (SELECT id, partner_id FROM res_users WHERE id = o.user_id LIMIT 1) u ON true \
             LEFT JOIN LATERAL (SELECT name FROM res_partner WHERE id = u.partner_id LIMIT 1) n ON true \
             LEFT JOIN LATERAL (SELECT id, name FROM account_payment_term WHERE id = o.payment_term_id LIMIT 1) t \
             ON true WHERE ",
            $which
        )
    };
}

/// A page of orders in the model's order. The inner query reads the index only: rows before the page are never looked
/// up.
pub(super) const ORDER_PAGE: &str = orders!(
    "o.id = ANY(ARRAY(SELECT id FROM sale_order ORDER BY date_order DESC, id DESC LIMIT $1 OFFSET $2)) \
     ORDER BY o.date_order DESC, o.id DESC"
);

/// Orders by id, in the order of their ids.
pub(super) const ORDER_MANY: &str = orders!("o.id = ANY($1) ORDER BY o.id");

/// The latest orders of customers in a country (`$1`). The customers are an array that is made once, so that the index
/// gives the orders in the order of the answer, and reading stops at the limit.
pub(super) const ORDERS_OF: &str = "SELECT o.id, o.name, o.amount_total, p.id, p.name FROM (SELECT id, name, \
     amount_total, partner_id, date_order FROM sale_order WHERE partner_id = ANY(ARRAY(SELECT r.id FROM res_country c \
     JOIN res_partner r ON r.country_id = c.id WHERE c.code = $1)) ORDER BY date_order DESC, id DESC LIMIT $2) o \
     JOIN LATERAL (SELECT id, name FROM res_partner WHERE id = o.partner_id LIMIT 1) p ON true \
     ORDER BY o.date_order DESC, o.id DESC";

/// Number and total of the orders in a currency, by month.
pub(super) const MONTHS: &str = "SELECT to_char(month, 'YYYY-MM'), orders, total FROM (SELECT date_trunc('month', \
     date_order) AS month, count(*) AS orders, sum(amount_total) AS total FROM sale_order WHERE currency_id = $1 \
     GROUP BY 1) months ORDER BY month";

/// Lines of orders.
pub(super) const LINES: &str = "SELECT order_id, sequence::int8, id, product_id, name, product_uom_qty, price_unit, \
     price_subtotal FROM sale_order_line WHERE order_id = ANY($1)";

/// Products with values of their templates, and their categories.
pub(super) const PRODUCTS: &str = "SELECT p.id, t.name, t.type, p.barcode, c.id, c.name FROM product_product p \
     JOIN product_template t ON t.id = p.product_tmpl_id LEFT JOIN product_category c ON c.id = t.categ_id \
     WHERE p.id = ANY($1)";

/// Attribute lines of products, which belong to the products' templates.
pub(super) const ATTRIBUTE_LINES: &str = "SELECT p.id, l.id, a.name FROM product_product p \
     JOIN product_template_attribute_line l ON l.product_tmpl_id = p.product_tmpl_id \
     JOIN product_attribute a ON a.id = l.attribute_id WHERE p.id = ANY($1) ORDER BY p.id, a.sequence, a.id, l.id";

/// Taxes of lines, in the model's order.
pub(super) const TAXES: &str = "SELECT t.id, t.name, r.sale_order_line_id FROM account_tax_sale_order_line_rel r \
     JOIN account_tax t ON t.id = r.account_tax_id WHERE r.sale_order_line_id = ANY($1) ORDER BY t.sequence, t.id";

/// A page of partners in the model's order, which is the order of an index.
pub(super) const PARTNER_PAGE: &str = "SELECT id, name, city, email FROM res_partner WHERE active \
     ORDER BY complete_name, id DESC LIMIT $1 OFFSET $2";

/// One partner.
pub(super) const PARTNER_ONE: &str = "SELECT id, name, city, email, phone FROM res_partner WHERE id = $1";

/// The values that new orders take from their customers (`$1`), their callers (`$2`) and the companies of those (`$3`).
/// Columns: index of the order, salesperson, team, payment term, pricelist, its currency, its discount policy, the
/// company's currency. The team is the salesperson's, else the customer's, else the one that the salesperson leads, else the first one that the company may
/// use. The pricelist is the customer's, else the first one that the company may use.
pub(super) const CUSTOMERS: &str = "SELECT g.place - 1, s.id, coalesce(s.sale_team_id, p.team_id, \
     (SELECT id FROM crm_team WHERE active AND (user_id = s.id OR company_id IS NULL OR company_id = g.company) \
     ORDER BY coalesce(user_id = s.id, false) DESC, sequence, create_date DESC, id DESC LIMIT 1)), \
     p.property_payment_term_id, l.id, l.currency_id, l.discount_policy, h.currency_id \
     FROM unnest($1::int8[], $2::int8[], $3::int8[]) WITH ORDINALITY g (partner, caller, company, place) \
     JOIN res_partner p ON p.id = g.partner LEFT JOIN res_partner c ON c.id = p.commercial_partner_id \
     JOIN res_users s ON s.id = coalesce(p.user_id, c.user_id, g.caller) \
     LEFT JOIN product_pricelist l ON l.id = coalesce(p.property_product_pricelist, \
     (SELECT id FROM product_pricelist WHERE active AND (company_id IS NULL OR company_id = g.company) \
     ORDER BY sequence, id DESC LIMIT 1)) JOIN res_company h ON h.id = g.company";

/// All active partners that belong to the companies of partners (`$1`), in the model's order.
pub(super) const CONTACTS: &str = "SELECT id, parent_id, type, is_company FROM res_partner \
     WHERE commercial_partner_id = ANY(ARRAY(SELECT commercial_partner_id FROM res_partner WHERE id = ANY($1))) \
     AND active ORDER BY complete_name, id DESC";

/// Columns: index of the line, unit of measure of its product (`$1`), whether its company (`$2`) charges taxes on it.
pub(super) const PRODUCTS_SOLD: &str = "SELECT g.place - 1, t.uom_id, EXISTS (SELECT 1 FROM product_taxes_rel r \
     JOIN account_tax x ON x.id = r.tax_id WHERE r.prod_id = t.id AND x.company_id = g.company) \
     FROM unnest($1::int8[], $2::int8[]) WITH ORDINALITY g (product, company, place) \
     JOIN product_product p ON p.id = g.product JOIN product_template t ON t.id = p.product_tmpl_id";

/// Takes ids for `$1` new orders from the sequence of the table.
pub(super) const ORDER_IDS: &str =
    "SELECT nextval(pg_get_serial_sequence('sale_order', 'id')) FROM generate_series(1, $1::int8)";

/// Inserts orders. Parameters: ids, names, date, totals, partners, companies, creators, time; then the defaults:
/// invoice and delivery addresses, salespersons, teams, pricelists, payment terms, currencies. Amounts are bound in
/// ten-thousandths.
pub(super) const INSERT_ORDERS: &str = "INSERT INTO sale_order (id, name, date_order, amount_untaxed, amount_tax, \
     amount_total, currency_rate, state, invoice_status, partner_id, company_id, require_signature, require_payment, \
     create_uid, create_date, write_uid, write_date, partner_invoice_id, partner_shipping_id, user_id, team_id, \
     pricelist_id, payment_term_id, currency_id) SELECT g.id, g.name, $3::timestamp, g.total * 0.0001, 0, \
     g.total * 0.0001, 1, 'draft', 'no', g.partner, g.company, true, true, g.creator, $8::timestamp, g.creator, \
     $8::timestamp, g.invoice, g.delivery, g.salesperson, g.team, g.pricelist, g.term, g.currency \
     FROM unnest($1::int8[], $2::text[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], $9::int8[], $10::int8[], \
     $11::int8[], $12::int8[], $13::int8[], $14::int8[], $15::int8[]) \
     g (id, name, total, partner, company, creator, invoice, delivery, salesperson, team, pricelist, term, currency)";

/// Inserts lines. Parameters: orders, products, names, quantities, prices, subtotals, subtotals per unit, creators,
/// time, units of measure, companies, customers, salespersons, currencies. Quantities and prices are bound in
/// hundredths, amounts in ten-thousandths.
pub(super) const INSERT_LINES: &str = "INSERT INTO sale_order_line (order_id, sequence, product_id, name, \
     product_uom_qty, price_unit, discount, price_subtotal, price_tax, price_total, price_reduce, price_reduce_taxexcl, \
     price_reduce_taxinc, product_packaging_qty, qty_delivered_method, qty_delivered, qty_invoiced, qty_to_invoice, \
     untaxed_amount_invoiced, untaxed_amount_to_invoice, invoice_status, state, customer_lead, is_expense, \
     is_downpayment, create_uid, create_date, write_uid, write_date, product_uom, company_id, order_partner_id, \
     salesman_id, currency_id) SELECT g.sale, 10, g.product, g.name, g.quantity * 0.01, g.price * 0.01, 0, \
     g.subtotal * 0.0001, 0, g.subtotal * 0.0001, g.price * 0.01, g.each * 0.0001, g.each * 0.0001, 0, 'manual', 0, 0, 0, \
     0, 0, 'no', 'draft', 0, false, false, g.creator, $9::timestamp, g.creator, $9::timestamp, g.unit, g.company, \
     g.customer, g.salesperson, g.currency \
     FROM unnest($1::int8[], $2::int8[], $3::text[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], $8::int8[], \
     $10::int8[], $11::int8[], $12::int8[], $13::int8[], $14::int8[]) \
     g (sale, product, name, quantity, price, subtotal, each, creator, unit, company, customer, salesperson, currency)";

/// Locks an order that is about to be updated.
pub(super) const HOLD_ORDER: &str = "SELECT id FROM sale_order WHERE id = $1 FOR NO KEY UPDATE";

/// Updates a line (`$2`) of an order (`$1`), if it has neither discount nor taxes: its quantity (`$3`, in hundredths),
/// the amounts that follow from it, and who changed it when.
pub(super) const CHANGE_LINE: &str = "UPDATE sale_order_line l SET product_uom_qty = $3::int8 * 0.01, \
     price_subtotal = round(price_unit * $3::int8 * 0.01, 2), price_total = round(price_unit * $3::int8 * 0.01, 2), \
     price_reduce_taxexcl = coalesce(round(round(price_unit * $3::int8 * 0.01, 2) / nullif($3::int8 * 0.01, 0), 2), 0), \
     price_reduce_taxinc = coalesce(round(round(price_unit * $3::int8 * 0.01, 2) / nullif($3::int8 * 0.01, 0), 2), 0), \
     write_uid = $4, write_date = $5::timestamp WHERE id = $2 AND order_id = $1 AND discount = 0 \
     AND NOT EXISTS (SELECT 1 FROM account_tax_sale_order_line_rel r WHERE r.sale_order_line_id = l.id) RETURNING id";

/// Gives an order (`$1`) another reference of the customer, and notes which user changed the order, and when.
pub(super) const CHANGE_REFERENCE: &str = "UPDATE sale_order SET client_order_ref = $2, write_uid = $3, \
     write_date = $4::timestamp WHERE id = $1 RETURNING id";

/// Sets the amounts of an order (`$1`) to the sums of its lines, and who changed it when.
pub(super) const CHANGE_ORDER: &str = "UPDATE sale_order SET amount_untaxed = s.subtotal, amount_tax = s.total - s.subtotal, \
     amount_total = s.total, write_uid = $2, write_date = $3::timestamp FROM (SELECT sum(price_subtotal) subtotal, \
     sum(price_total) total FROM sale_order_line WHERE order_id = $1) s WHERE id = $1";
