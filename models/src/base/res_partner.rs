//! Customers, vendors, their contacts and addresses.

use orm::prelude::*;

use super::{ResCompany, ResCountry, ResCountryState, ResUsers};
use crate::account::AccountPaymentTerm;
use crate::sale::SaleOrder;

/// Contact
#[model("res.partner", order = "name, id desc")]
#[api]
#[display_name("{parent_id.name}, ", "{name}")]
#[write_response(name, id)]
pub struct ResPartner {
    /// Name
    #[field(index)]
    pub name: String,
    /// Date
    #[field(index)]
    pub date: Option<Date>,
    /// Related Company
    pub parent_id: Option<Many2one<ResPartner>>,
    /// Contact
    #[field(inverse = parent_id)]
    pub child_ids: One2many<ResPartner>,
    /// Reference
    #[field(index)]
    pub r#ref: Option<String>,
    /// Language
    ///
    /// Code such as `en_US`; documents for the partner are written in it.
    pub lang: Option<String>,
    /// Timezone
    ///
    /// Name such as `Europe/Brussels`; the partner's documents print times in it.
    pub tz: Option<String>,
    /// Salesperson
    ///
    /// The colleague who looks after the partner.
    pub user_id: Option<Many2one<ResUsers>>,
    /// Tax ID
    #[field(index)]
    pub vat: Option<String>,
    /// Company ID
    ///
    /// Number in the register of companies.
    pub company_registry: Option<String>,
    /// Website Link
    pub website: Option<String>,
    /// Notes
    pub comment: Option<Html>,
    /// Active
    #[field(default = true)]
    pub active: bool,
    /// Employee
    pub employee: bool,
    /// Job Position
    pub function: Option<String>,
    /// Address Type
    ///
    /// What the address is used for: invoices and orders pick theirs by it.
    #[field(default = ResPartnerType::Contact)]
    pub r#type: Option<ResPartnerType>,
    /// Street
    pub street: Option<String>,
    /// Street2
    pub street2: Option<String>,
    /// Zip
    pub zip: Option<String>,
    /// City
    pub city: Option<String>,
    /// State
    #[field(on_delete = restrict)]
    pub state_id: Option<Many2one<ResCountryState>>,
    /// Country
    #[field(on_delete = restrict)]
    pub country_id: Option<Many2one<ResCountry>>,
    /// Geo Latitude
    #[field(digits = (10, 7), default = 0.0)]
    pub partner_latitude: Decimal,
    /// Geo Longitude
    #[field(digits = (10, 7), default = 0.0)]
    pub partner_longitude: Decimal,
    /// Email
    pub email: Option<String>,
    /// Normalized Email
    ///
    /// The bare address in lower case, to find a partner by; empty unless `email` is one address.
    #[field(compute, store, depends(email))]
    pub email_normalized: Option<String>,
    /// Phone
    pub phone: Option<String>,
    /// Mobile
    pub mobile: Option<String>,
    /// Is a Company
    pub is_company: bool,
    /// Company
    ///
    /// The only one of our companies that deals with the partner; empty: all do.
    pub company_id: Option<Many2one<ResCompany>>,
    /// Color Index
    #[field(default = 0)]
    pub color: i32,
    /// Users
    #[field(inverse = partner_id)]
    pub user_ids: One2many<ResUsers>,
    /// Share Partner
    ///
    /// No colleague: no user, or only users from outside.
    #[field(compute, store, depends(user_ids.share))]
    pub partner_share: bool,
    /// Commercial Entity
    ///
    /// The company at the top, or the partner itself.
    #[field(compute, store, depends(is_company, parent_id.commercial_partner_id))]
    pub commercial_partner_id: Option<Many2one<ResPartner>>,
    /// Company Name Entity
    ///
    /// Name of the commercial entity where that is a company, else of the company that is no partner.
    #[field(compute, store, depends(is_company, name, company_name, parent_id.commercial_company_name))]
    pub commercial_company_name: Option<String>,
    /// Company Name
    ///
    /// Name of a company that is not a partner itself.
    pub company_name: Option<String>,
    /// Barcode
    pub barcode: Option<String>,
    /// Companies that refers to partner
    #[field(inverse = partner_id)]
    pub ref_company_ids: One2many<ResCompany>,
    /// Image
    pub image_1920: Option<Binary>,
    /// Customer Payment Terms
    ///
    /// Proposed on the partner's orders.
    pub property_payment_term_id: Option<Many2one<AccountPaymentTerm>>,
    /// Customer Rank
    #[field(default = 0, copy = false)]
    pub customer_rank: i32,
    /// Supplier Rank
    #[field(default = 0, copy = false)]
    pub supplier_rank: i32,
    /// Sales Order
    #[field(inverse = partner_id)]
    pub sale_order_ids: One2many<SaleOrder>,
    /// Sales Warnings
    #[field(default = ResPartnerSaleWarn::NoMessage)]
    pub sale_warn: Option<ResPartnerSaleWarn>,
    /// Message for Sales Order
    pub sale_warn_msg: Option<Text>,
}

#[methods]
impl ResPartner {
    fn email_normalized(&self) -> Option<String> {
        self.email.as_deref().and_then(normalized_email)
    }

    fn partner_share(&self) -> bool {
        self.user_ids.iter().all(|user| user.share)
    }

    fn commercial_partner_id(&self) -> Option<i64> {
        match &self.parent_id {
            Some(parent) if !self.is_company => parent.commercial_partner_id.as_ref().map(Many2one::id),
            _ => Some(self.id),
        }
    }

    fn commercial_company_name(&self) -> Option<String> {
        match &self.parent_id {
            _ if self.is_company => Some(self.name.clone()),
            Some(parent) => parent
                .commercial_company_name
                .clone()
                .or_else(|| self.company_name.clone()),
            None => self.company_name.clone(),
        }
    }
}

/// What a partner's address is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Selection)]
pub enum ResPartnerType {
    /// Contact
    Contact,
    /// Invoice Address
    Invoice,
    /// Delivery Address
    Delivery,
    /// Private Address
    Private,
    /// Other Address
    Other,
}

/// What an order for a partner warns about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Selection)]
pub enum ResPartnerSaleWarn {
    /// No Message
    #[selection(value = "no-message")]
    NoMessage,
    /// Warning
    Warning,
    /// Blocking Message
    Block,
}

/// The one address in `text`, bare and in lower case: `ann@example.com` of `Ann <Ann@Example.com>`.
fn normalized_email(text: &str) -> Option<String> {
    let bare = match text.split_once('<') {
        Some((_, rest)) => rest.trim_end().strip_suffix('>')?,
        None => text,
    };
    let (local, domain) = bare.trim().split_once('@')?;
    let plain = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "<>@,;".contains(c));
    (plain(local) && plain(domain)).then(|| format!("{local}@{domain}").to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_normalized_and_anything_else_is_empty() {
        for text in [
            "ann@example.com",
            " Ann@Example.COM ",
            "Ann <ann@example.com>",
            "\"A, B\" <ANN@example.com> ",
        ] {
            assert_eq!(normalized_email(text).as_deref(), Some("ann@example.com"), "{text}");
        }
        for text in [
            "",
            "ann",
            "@example.com",
            "ann@",
            "ann@example.com, bob@example.com",
            "a b@example.com",
            "<ann",
        ] {
            assert_eq!(normalized_email(text), None, "{text}");
        }
    }
}
