//! Deals with people: what of them the audit trail keeps.

use orm::prelude::*;

#[model("x.users", role = user)]
pub(crate) struct User {
    pub(crate) name: String,
}

/// What happened
#[model("x.entry", role = audit, order = "id")]
#[api]
pub(crate) struct Entry {
    pub(crate) model: String,
    pub(crate) record_id: Option<i64>,
    pub(crate) operation: Operation,
    pub(crate) method: Option<String>,
    pub(crate) login: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) request: Option<String>,
    pub(crate) changes: Json,
}

#[derive(Selection)]
pub(crate) enum Operation {
    Create,
    Write,
    Delete,
    Call,
}

#[model("x.tag")]
pub(crate) struct Tag {
    pub(crate) name: String,
}

/// A person, of whom the trail keeps the name, and the city that another area adds.
#[model("x.person")]
#[audit(name)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) phone: Option<String>,
}

#[extend(Person)]
#[audit(city)]
pub(crate) struct PersonPlaces {
    pub(crate) city: Option<String>,
}

/// A deal, of which it keeps everything.
#[model("x.deal")]
#[audit]
pub(crate) struct Deal {
    pub(crate) name: String,
    #[field(secret)]
    pub(crate) pin: Option<String>,
    pub(crate) photo: Option<Binary>,
    pub(crate) price: Option<f64>,
    /// Empties when the person is deleted.
    pub(crate) person_id: Option<Many2one<Person>>,
    pub(crate) tag_ids: Many2many<Tag>,
    #[field(inverse = deal_id)]
    pub(crate) line_ids: One2many<DealLine>,
    #[field(compute, store, depends(line_ids.amount))]
    pub(crate) total: i64,
    #[field(compute, store, writable, depends(total))]
    pub(crate) discount: i64,
}

#[methods]
impl Deal {
    fn total(&self) -> i64 {
        self.line_ids.iter().map(|line| line.amount).sum()
    }

    fn discount(&self) -> i64 {
        self.total / 10
    }

    /// Writes the deal itself, and a person.
    #[after(write)]
    fn after_write(deals: &[Self], env: &mut Env<'_>) -> Result<()> {
        for deal in deals.iter().filter(|deal| deal.name == "twice") {
            let again = DealUpdate {
                name: Some("thrice".to_owned()),
                ..DealUpdate::default()
            };
            Records::<Self>::new([deal.id]).write(env, again)?;
        }
        Ok(())
    }

    #[after(create)]
    fn after_create(deals: &[Self], env: &mut Env<'_>) -> Result<()> {
        let met = deals.iter().filter(|deal| deal.name == "met");
        for person in met.filter_map(|deal| deal.person_id.as_ref()) {
            let named = PersonUpdate {
                name: Some("Met".to_owned()),
                ..PersonUpdate::default()
            };
            Records::<Person>::new([person.id()]).write(env, named)?;
        }
        Ok(())
    }
}

#[model("x.deal.line")]
pub(crate) struct DealLine {
    #[field(on_delete = cascade)]
    pub(crate) deal_id: Many2one<Deal>,
    pub(crate) amount: i64,
}

orm::catalogue! { User, Entry, Tag, Person, PersonPlaces, Deal, DealLine }
