//! Bookings of rooms: small models with unique constraints, checks, constraint methods and sequences.

use orm::prelude::*;

orm::catalogue! { Company, Users, Partner, Room, Booking, Extra, Bill, Yearly, Numbering, Member, Owner }

/// Company
#[model("res.company", role = company)]
pub(crate) struct Company {
    /// Name
    pub name: String,
}

/// User
#[model("res.users", role = user)]
pub(crate) struct Users {
    /// Partner
    #[field(delegate)]
    pub partner_id: Many2one<Partner>,
}

/// Partner
#[model("res.partner")]
pub(crate) struct Partner {
    /// Name
    pub name: String,
    /// Parent
    pub parent_id: Option<Many2one<Partner>>,
}

/// Room
#[model("x.room")]
#[unique(code, where = active, message = "This code is in use.")]
#[unique(name, floor, nulls = equal)]
#[unique(door, floor)]
#[unique(mail, kind, ignore_case)]
#[unique(nick, nulls = equal, where = nicked, ignore_case, message = "This nick is in use.")]
pub(crate) struct Room {
    /// Name
    pub name: String,
    /// Code
    pub code: Option<String>,
    /// Door
    pub door: Option<i32>,
    /// Floor
    pub floor: Option<i32>,
    /// Active
    #[field(default = true)]
    pub active: bool,
    /// Mail
    pub mail: Option<String>,
    /// Kind
    #[field(default = RoomKind::Large)]
    pub kind: RoomKind,
    /// Nick
    pub nick: Option<Text>,
    /// Nicked
    pub nicked: bool,
}

/// Two values that differ in case: those of a selection are never folded.
#[derive(Selection)]
pub(crate) enum RoomKind {
    /// Large
    #[selection(value = "L")]
    Large,
    /// Little
    #[selection(value = "l")]
    Little,
}

/// Booking
#[model("x.booking")]
#[check(discount >= 0 && discount <= 100, message = "A discount is a percentage")]
#[check(date_start <= date_end)]
#[check(total < 5000)]
pub(crate) struct Booking {
    /// Name
    pub name: String,
    /// Discount
    #[field(default = 0)]
    pub discount: Decimal,
    /// From
    pub date_start: Option<Date>,
    /// To
    pub date_end: Option<Date>,
    /// Closed
    pub closed: bool,
    /// Extras
    #[field(inverse = booking_id)]
    pub extra_ids: One2many<Extra>,
    /// Total
    #[field(compute, store, depends(extra_ids.price))]
    pub total: Decimal,
}

#[methods]
impl Booking {
    fn total(&self) -> Decimal {
        self.extra_ids.iter().map(|extra| extra.price).sum()
    }

    #[constrains(total, extra_ids.price)]
    fn has_a_limit(&self) -> Check {
        match self.extra_ids.len() > 1 && self.total > Decimal::from(1000) {
            true => Err("several extras come to at most 1000".to_owned()),
            false => Ok(()),
        }
    }

    #[ondelete]
    fn is_open(&self) -> Check {
        match self.closed {
            true => Err("it is closed".to_owned()),
            false => Ok(()),
        }
    }
}

/// Extra
#[model("x.extra")]
pub(crate) struct Extra {
    /// Booking
    #[field(on_delete = cascade)]
    pub booking_id: Many2one<Booking>,
    /// Price
    #[field(default = 0)]
    pub price: Decimal,
}

/// Bill
#[model("x.bill")]
pub(crate) struct Bill {
    /// Number
    #[field(default = sequence("x.bill", prefix = "B", padding = 3, gapless))]
    pub name: String,
}

/// Yearly
#[model("x.yearly")]
pub(crate) struct Yearly {
    /// Number
    #[field(default = sequence("x.yearly", prefix = "Y{year}/", suffix = "-{month}", padding = 2, range = year))]
    pub name: String,
}

/// Sequence
#[model("ir.sequence", role = sequence)]
pub(crate) struct Numbering {
    /// Name
    pub name: String,
    /// Code
    pub code: Option<String>,
    /// Implementation
    #[field(default = Implementation::Standard)]
    pub implementation: Implementation,
    /// Prefix
    pub prefix: Option<String>,
    /// Suffix
    pub suffix: Option<String>,
    /// Size
    #[field(default = 0)]
    pub padding: i32,
    /// Next
    #[field(default = 1)]
    pub number_next: i64,
    /// Period
    pub period: Option<String>,
}

/// Whether numbers may be missing.
#[derive(Selection)]
pub(crate) enum Implementation {
    /// Standard
    Standard,
    /// No gap
    NoGap,
}

/// Member
#[model("x.member")]
#[api]
pub(crate) struct Member {
    /// Name
    #[field(pattern = r"\p{Lu}[\w -]*")]
    pub name: String,
    /// Age
    #[field(min = 18, max = 130)]
    pub age: Option<i32>,
    /// Points
    #[field(min = -9000000000)]
    pub points: Option<i64>,
    /// Share
    #[field(min = 0, max = 0.5)]
    pub share: Option<f64>,
    /// Fee
    #[field(digits = (10, 3), min = 0.005, max = 100, default = 1.5)]
    pub fee: Decimal,
    /// Joined
    #[field(min = "2000-01-01")]
    pub joined: Option<Date>,
    /// Seen
    #[field(max = "2030-12-31 23:59:59")]
    pub seen: Option<DateTime>,
    /// Since
    #[field(default = "2020-02-29", min = "2020-02-29")]
    pub since: Option<Date>,
    /// Woken
    #[field(default = "2024-01-31 13:30:00")]
    pub woken: Option<DateTime>,
    /// E-mail
    #[field(email)]
    pub email: Option<String>,
    /// Website
    #[field(url)]
    pub website: Option<Text>,
    /// Word
    #[field(secret, pattern = "[a-z]{8,}")]
    pub word: Option<String>,
    /// Login
    #[field(compute, store, depends(name), pattern = "[a-z]+")]
    pub login: String,
    /// Ten fees
    #[field(compute, store, depends(fee), max = 500)]
    pub ten_fees: Decimal,
    /// Level
    #[field(min = 0, default = method(some_level))]
    pub level: Option<i32>,
    /// Nick
    #[field(pattern = "[A-Z]+", default = method(some_nick))]
    pub nick: Option<String>,
}

#[methods]
impl Member {
    fn login(&self) -> String {
        self.name.to_lowercase()
    }

    fn ten_fees(&self) -> Decimal {
        self.fee * Decimal::TEN
    }

    fn some_level(env: &mut Env<'_>) -> Result<Option<i32>> {
        Ok((env.now.and_utc().timestamp() > 0).then_some(-1))
    }

    fn some_nick(env: &mut Env<'_>) -> Result<Option<String>> {
        Ok((env.now.and_utc().timestamp() < 0).then(|| "nick".to_owned()))
    }
}

/// Owner
#[model("x.owner")]
#[api]
pub(crate) struct Owner {
    /// Member
    #[field(delegate)]
    pub member_id: Many2one<Member>,
    /// Fee
    #[field(related = member_id.fee, writable, digits = (10, 3))]
    pub paid: Decimal,
}
