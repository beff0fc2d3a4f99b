//! Customers, vendors, their contacts and addresses.

use orm::field::Scalar as _;
use orm::prelude::*;

use super::group;
use orm::typed::Filter;

use super::address::{Address, DEFAULT_FORMAT, formatted_email, normalized_email};
use super::timezone::utc_offset;
use super::{ResCompany, ResCountry, ResCountryState, ResCurrency, ResPartnerCategory, ResUsers};
use crate::account::{AccountMove, AccountPaymentTerm};
use crate::crm::CrmTeam;
use crate::product::ProductPricelist;

/// Contact
#[model("res.partner", order = "complete_name, id desc")]
#[api]
#[access(group::USER: read; group::PORTAL: read; group::PUBLIC: read; group::CONTACTS: all)]
#[rule(everyone: !partner_share || company_id.is_none() || env.companies.contains(company_id))]
#[rule(group::PORTAL, read: id.child_of(env.user.commercial_partner_id))]
#[rule(group::PUBLIC, read: id.child_of(env.user.commercial_partner_id))]
#[rule(group::USER: r#type.is_none() || r#type != "private")]
#[rule(group::PRIVATE_ADDRESSES: r#type == "private")]
#[index(create_date)]
#[index(name)]
#[index(r#ref)]
#[index(vat)]
#[display_name("{complete_name}")]
#[write_response(name, id)]
#[name_search(complete_name, email, r#ref, vat, company_registry)]
pub struct ResPartner {
    /// Name
    #[field(index = "trigram")]
    pub name: String,
    /// Complete Name
    ///
    /// With the company that the partner belongs to: `Marigold Hotels, Amina Diallo`.
    #[field(
        index = "trigram",
        compute,
        store,
        depends(name, is_company, commercial_company_name, parent_id.name)
    )]
    pub complete_name: String,
    /// Date
    #[field(index)]
    pub date: Option<Date>,
    /// Related Company
    pub parent_id: Option<Many2one<ResPartner>>,
    /// Parent name
    #[field(related = parent_id.name)]
    pub parent_name: Option<String>,
    /// Contact
    #[field(inverse = parent_id)]
    pub child_ids: One2many<ResPartner>,
    /// Reference
    #[field(index = "trigram")]
    pub r#ref: Option<String>,
    /// Language
    ///
    /// Code such as `en_US`; documents for the partner are written in it.
    pub lang: Option<String>,
    /// Active Lang Count
    ///
    /// The number of installed languages. Always 1: texts are kept in one language.
    #[field(compute)]
    pub active_lang_count: i32,
    /// Timezone
    ///
    /// Name such as `Europe/Brussels`; the partner's documents print times in it.
    pub tz: Option<String>,
    /// Timezone offset
    ///
    /// The timezone's current offset from UTC, such as `+0100`; empty if the timezone is unknown.
    #[field(compute, batch)]
    pub tz_offset: Option<String>,
    /// Salesperson
    ///
    /// The internal user in charge of the partner.
    pub user_id: Option<Many2one<ResUsers>>,
    /// Tax ID
    #[field(index = "trigram")]
    pub vat: Option<String>,
    /// Company ID
    ///
    /// Number in the register of companies.
    #[field(index = "trigram")]
    pub company_registry: Option<String>,
    /// Website Link
    pub website: Option<String>,
    /// Notes
    pub comment: Option<Html>,
    /// Tags
    #[field(
        relation = "res_partner_res_partner_category_rel",
        column = "partner_id",
        target_column = "category_id"
    )]
    pub category_id: Many2many<ResPartnerCategory>,
    /// Active
    #[field(default = true)]
    pub active: bool,
    /// Employee
    pub employee: bool,
    /// Job Position
    pub function: Option<String>,
    /// Address Type
    ///
    /// What the address is used for: orders choose their invoice and delivery addresses by it.
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
    /// Country Code
    #[field(related = country_id.code)]
    pub country_code: Option<String>,
    /// Complete Address
    ///
    /// The postal address on several lines, below the company's name, in the country's layout.
    #[field(
        compute,
        depends(
            state_id.code,
            country_id.address_format,
            country_id.code,
            country_id.name,
        )
    )]
    pub contact_address: String,
    /// Contact Address Complete
    ///
    /// The address on one line, to look the place up on a map.
    #[field(compute, depends(state_id.name, country_id.name))]
    pub contact_address_complete: String,
    /// Geo Latitude
    #[field(digits = (10, 7), default = 0.0)]
    pub partner_latitude: Decimal,
    /// Geo Longitude
    #[field(digits = (10, 7), default = 0.0)]
    pub partner_longitude: Decimal,
    /// Email
    #[field(index = "trigram")]
    pub email: Option<String>,
    /// Normalized Email
    ///
    /// The address alone and in lower case, to search partners by; empty unless `email` is exactly one address.
    #[field(compute, store, depends(email))]
    pub email_normalized: Option<String>,
    /// Formatted Email
    ///
    /// Name and address in the form of a message header: `"Ann" <ann@example.com>`.
    #[field(compute)]
    pub email_formatted: Option<String>,
    /// Phone
    pub phone: Option<String>,
    /// Mobile
    pub mobile: Option<String>,
    /// Sanitized Number
    ///
    /// The number to call: the mobile number, else the phone number.
    #[field(compute, store, depends(phone, mobile))]
    pub phone_sanitized: Option<String>,
    /// Is a Company
    pub is_company: bool,
    /// Company Type
    #[field(compute, depends(is_company), search = find_company_type)]
    pub company_type: Option<ResPartnerCompanyType>,
    /// Company
    ///
    /// The only company that deals with the partner; empty for all companies.
    pub company_id: Option<Many2one<ResCompany>>,
    /// Color Index
    #[field(default = 0)]
    pub color: i32,
    /// Users
    #[field(inverse = partner_id)]
    pub user_ids: One2many<ResUsers>,
    /// Share Partner
    ///
    /// True unless the partner is an internal user: it has no user, or only external ones.
    #[field(compute, store, depends(user_ids.share))]
    pub partner_share: bool,
    /// Commercial Entity
    ///
    /// The nearest company, going up from the partner to its parents; if there is none, the topmost partner.
    #[field(compute, store, depends(is_company, parent_id.commercial_partner_id))]
    pub commercial_partner_id: Option<Many2one<ResPartner>>,
    /// Company Name Entity
    ///
    /// Name of the commercial entity if that is a company; else the company name.
    #[field(compute, store, depends(is_company, name, company_name, parent_id.commercial_company_name))]
    pub commercial_company_name: Option<String>,
    /// Company Name
    ///
    /// Name of the partner's company if that has no contact of its own.
    pub company_name: Option<String>,
    /// Self
    ///
    /// The partner itself, shown in the form of a relation.
    #[field(compute, name = "self")]
    pub self_: Option<Many2one<ResPartner>>,
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
    /// Pricelist
    ///
    /// Proposed on the partner's orders.
    pub property_product_pricelist: Option<Many2one<ProductPricelist>>,
    /// Sales Team
    pub team_id: Option<Many2one<CrmTeam>>,
    /// Signup Token
    #[field(secret, copy = false)]
    pub signup_token: Option<String>,
    /// Signup Token Type
    #[field(secret, copy = false)]
    pub signup_type: Option<String>,
    /// Signup Expiration
    #[field(secret, copy = false)]
    pub signup_expiration: Option<DateTime>,
    /// Additional info
    pub additional_info: Option<String>,
    /// Currency
    ///
    /// Currency of the company that deals with the partner, else of the caller's company.
    #[field(compute, batch, depends(company_id))]
    pub currency_id: Option<Many2one<ResCurrency>>,
    /// Total Receivable
    ///
    /// What the partner owes. Always zero: receivables are not tracked here.
    #[field(compute, currency = currency_id)]
    pub credit: Monetary,
    /// Payable Limit
    #[field(digits = (16, 2), default = 0.0)]
    pub debit_limit: Decimal,
    /// Latest Invoices & Payments Matching Date
    #[field(readonly, copy = false)]
    pub last_time_entries_checked: Option<DateTime>,
    /// Invoices
    #[field(inverse = partner_id)]
    pub invoice_ids: One2many<AccountMove>,
    /// Invoice
    ///
    /// Whether invoices for the partner show a message, as a warning or to block them.
    #[field(default = ResPartnerWarn::NoMessage)]
    pub invoice_warn: Option<ResPartnerWarn>,
    /// Message for Invoice
    pub invoice_warn_msg: Option<Text>,
    /// Customer Rank
    #[field(default = 0, copy = false)]
    pub customer_rank: i32,
    /// Supplier Rank
    #[field(default = 0, copy = false)]
    pub supplier_rank: i32,
}

#[methods]
impl ResPartner {
    fn complete_name(&self) -> String {
        let above = self.parent_id.as_ref().map(|parent| &parent.name);
        match self.commercial_company_name.as_ref().or(above) {
            Some(company) if !self.is_company => format!("{company}, {}", self.name),
            _ => self.name.clone(),
        }
    }

    fn active_lang_count(&self) -> i32 {
        1
    }

    fn tz_offset(records: &[Self], env: &mut Env<'_>) -> Result<Vec<Option<String>>> {
        Ok(records
            .iter()
            .map(|partner| utc_offset(partner.tz.as_deref(), env.now))
            .collect())
    }

    fn contact_address(&self) -> String {
        self.address()
    }

    fn contact_address_complete(&self) -> String {
        let end = self.zip.as_deref().into_iter().chain(self.city.as_deref());
        let town = end.collect::<Vec<_>>().join(" ");
        let (state, country) = (self.state_id.as_deref(), self.country_id.as_deref());
        let parts = [
            text(&self.street),
            &town,
            state.map_or("", |state| &state.name),
            country.map_or("", |country| &country.name),
        ];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(", ")
    }

    fn email_formatted(&self) -> Option<String> {
        let email = self.email.as_deref().filter(|email| !email.is_empty());
        email.map(|email| formatted_email(&self.name, email))
    }

    fn company_type(&self) -> Option<ResPartnerCompanyType> {
        Some(ResPartnerCompanyType::of(self.is_company))
    }

    fn find_company_type(op: Op, operand: &Operand, _env: &mut Env<'_>) -> Result<Domain> {
        let named: Vec<bool> = [true, false]
            .into_iter()
            .filter(|is_company| {
                let value = ResPartnerCompanyType::of(*is_company).into_value();
                match operand {
                    Operand::One(one) => *one == value,
                    Operand::Many(many) => many.contains(&value),
                }
            })
            .collect();
        let is_company = match op {
            Op::Eq | Op::In => Filter::In(named),
            Op::Ne | Op::NotIn => Filter::NotIn(named),
            _ => {
                let why = "it is a person or a company: compare it with =, !=, in or not in";
                return Err(Error::parameter("company_type", why));
            }
        };
        Ok(ResPartnerFilter {
            is_company: Some(is_company),
            ..ResPartnerFilter::default()
        }
        .into())
    }

    fn self_(&self) -> Option<i64> {
        Some(self.id)
    }

    fn currency_id(records: &[Self], env: &mut Env<'_>) -> Result<Vec<Option<i64>>> {
        let companies = records
            .iter()
            .map(|partner| partner.company_id.as_ref().map(Many2one::id));
        ResCompany::currencies(env, companies)
    }

    fn credit(&self) -> Monetary {
        Monetary::ZERO
    }

    fn phone_sanitized(&self) -> Option<String> {
        self.mobile.clone().or_else(|| self.phone.clone())
    }

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

/// The text, or an empty one for `None`.
fn text(part: &Option<String>) -> &str {
    part.as_deref().unwrap_or_default()
}

impl ResPartner {
    /// The postal address in the country's layout, below the commercial company's name; state and country must be
    /// loaded.
    pub fn address(&self) -> String {
        let (state, country) = (self.state_id.as_deref(), self.country_id.as_deref());
        Address {
            company_name: text(&self.commercial_company_name),
            street: text(&self.street),
            street2: text(&self.street2),
            zip: text(&self.zip),
            city: text(&self.city),
            state_code: state.map_or("", |state| &state.code),
            state_name: state.map_or("", |state| &state.name),
            country_code: country.map_or("", |country| text(&country.code)),
            country_name: country.map_or("", |country| &country.name),
        }
        .format(
            country
                .and_then(|country| country.address_format.as_deref())
                .unwrap_or(DEFAULT_FORMAT),
        )
    }
}

/// Whether a partner is a company or a person.
#[derive(Selection)]
pub enum ResPartnerCompanyType {
    /// Individual
    Person,
    /// Company
    Company,
}

impl ResPartnerCompanyType {
    fn of(is_company: bool) -> Self {
        if is_company { Self::Company } else { Self::Person }
    }
}

/// What a partner's address is used for.
#[derive(Selection)]
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

/// Whether documents for a partner show a message, as a warning or to block them.
#[derive(Selection)]
pub enum ResPartnerWarn {
    /// No Message
    #[selection(value = "no-message")]
    NoMessage,
    /// Warning
    Warning,
    /// Blocking Message
    Block,
}
