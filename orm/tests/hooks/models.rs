//! Rooms that are booked, a log of what happened, and an extension of the room.

use orm::error::Code;
use orm::prelude::*;
use orm::typed::{Filter, RelationFilter};

/// User
#[model("x.users", role = user)]
#[display_name("{name}")]
pub struct User {
    /// Name
    pub name: String,
}

/// Log
#[model("x.log")]
pub struct Log {
    /// Text
    pub text: String,
}

fn log(env: &mut Env<'_>, texts: impl Iterator<Item = String>) -> Result<()> {
    Records::<Log>::create(env, texts.map(|text| LogCreate { text }).collect()).map(|_| ())
}

/// Room
#[model("x.room")]
pub struct Room {
    /// Name
    pub name: String,
    /// Price
    #[field(default = 10)]
    pub price: i32,
    /// Keeper
    pub keeper_id: Option<Many2one<User>>,
    /// Tax
    #[field(compute, store, depends(price))]
    pub tax: i32,
    /// Bookings
    #[field(inverse = room_id)]
    pub booking_ids: One2many<Booking>,
}

#[methods]
impl Room {
    fn tax(&self) -> i32 {
        self.price / 10
    }

    /// The name is trimmed; a price that is given is at most that of the last room plus 100.
    #[before(create)]
    fn is_tidied(drafts: &mut [Draft<Self>], env: &mut Env<'_>) -> Result<()> {
        let of_all = drafts.len();
        for draft in drafts {
            let name = draft.get(Self::FIELDS.name).unwrap_or_default();
            if name.trim().is_empty() {
                return Err(Error::refused("a room has a name"));
            }
            draft.set(Self::FIELDS.name, name.trim().to_owned());
            if draft.get(Self::FIELDS.keeper_id).is_none() {
                draft.set(Self::FIELDS.keeper_id, Some(env.user));
            }
        }
        log(env, std::iter::once(format!("{of_all} to come")))
    }

    /// A price rises by at most half. A new price is told.
    #[before(write, loads(keeper_id))]
    fn rises_slowly(records: &[Self], draft: &mut Draft<Self>, env: &mut Env<'_>) -> Result<()> {
        let Some(price) = draft.get(Self::FIELDS.price) else {
            return Ok(());
        };
        if price < 0 {
            draft.set(Self::FIELDS.price, 0);
        }
        if let Some(room) = records.iter().find(|room| price > room.price + room.price / 2) {
            return Err(Error::refused(format!("{} costs {}", room.name, room.price)));
        }
        let keeper = |room: &Self| room.keeper_id.as_ref().map(|user| user.name.clone());
        log(
            env,
            records
                .iter()
                .map(|room| format!("{} of {:?} to {price}", room.name, keeper(room))),
        )
    }

    #[after(create)]
    fn has_come(records: &[Self], env: &mut Env<'_>) -> Result<()> {
        log(
            env,
            records
                .iter()
                .map(|room| format!("{} has come, tax {}", room.name, room.tax)),
        )
    }

    #[after(write)]
    fn has_changed(records: &[Self], env: &mut Env<'_>) -> Result<()> {
        log(
            env,
            records
                .iter()
                .map(|room| format!("{} has changed, tax {}", room.name, room.tax)),
        )
    }

    #[after(delete, loads(booking_ids))]
    fn is_gone(records: &[Self], env: &mut Env<'_>) -> Result<()> {
        let left = Records::<Room>::search(env, RoomFilter::default())?.len();
        let told = |room: &Self| format!("{} is gone with {}, {left} left", room.name, room.booking_ids.len());
        log(env, records.iter().map(told))
    }
}

/// Booking
#[model("x.booking")]
pub struct Booking {
    /// Room
    #[field(on_delete = cascade)]
    pub room_id: Many2one<Room>,
    /// Guests
    pub guests: i32,
}

#[methods]
impl Booking {
    #[before(create)]
    fn fits(drafts: &mut [Draft<Self>], env: &mut Env<'_>) -> Result<()> {
        for draft in drafts.iter_mut() {
            let guests = draft.get(Self::FIELDS.guests).unwrap_or(0);
            draft.set(Self::FIELDS.guests, guests.max(1));
        }
        let rooms: Vec<i64> = drafts
            .iter()
            .filter_map(|draft| draft.get(Self::FIELDS.room_id))
            .collect();
        let known = Records::<Room>::new(rooms).load(env, &[])?;
        log(env, known.iter().map(|room| format!("a booking of {}", room.name)))
    }

    #[after(delete)]
    fn is_gone(records: &[Self], _: &mut Env<'_>) -> Result<()> {
        match records.iter().any(|booking| booking.guests > 100) {
            true => Err(Error::new(Code::Conflict, "too many to send away")),
            false => Ok(()),
        }
    }
}

/// Floor
#[extend(Room)]
pub struct RoomFloor {
    /// Floor
    #[field(default = 0)]
    pub floor: i32,
}

#[methods]
impl RoomFloor {
    /// Below ground nothing costs more than 5. The field of the model itself is read and set, too.
    #[before(create)]
    fn is_cheap_below(drafts: &mut [Draft<Self>], _: &mut Env<'_>) -> Result<()> {
        for draft in drafts {
            let below = draft.get(Self::FIELDS.floor).is_some_and(|floor| floor < 0);
            if below && draft.get(Self::FIELDS.price).is_none_or(|price| price > 5) {
                draft.set(Self::FIELDS.price, 5);
            }
        }
        Ok(())
    }
}

/// Echo, which goes on for ever
#[model("x.echo")]
pub struct Echo {
    /// Number
    pub number: i32,
}

#[methods]
impl Echo {
    #[after(create)]
    fn goes_on(records: &[Self], env: &mut Env<'_>) -> Result<()> {
        let next = |echo: &Self| EchoCreate {
            number: echo.number + 1,
        };
        Records::<Echo>::create(env, records.iter().map(next).collect()).map(|_| ())
    }
}

/// Team, whose code is computed and unique: its row cannot be stored before
#[model("x.team")]
#[unique(code)]
pub struct Team {
    /// Name
    pub name: String,
    /// Code
    #[field(compute, store, depends(name))]
    pub code: String,
    /// Note
    pub note: Option<String>,
    /// Members
    #[field(inverse = team_id)]
    pub member_ids: One2many<Member>,
}

#[methods]
impl Team {
    fn code(&self) -> String {
        self.name.to_uppercase()
    }

    /// Members are not deleted with their team: they move to another one.
    #[ondelete]
    fn sends_its_members_away(records: &[Self], env: &mut Env<'_>) -> Result<()> {
        let gone: Vec<i64> = records.iter().map(|team| team.id).collect();
        let others = TeamFilter {
            id: Some(Filter::NotIn(gone.clone())),
            ..TeamFilter::default()
        };
        let Some(other) = Records::<Team>::first(env, others, "")? else {
            return Ok(());
        };
        let theirs = MemberFilter {
            team_id: Some(Box::new(RelationFilter::Id(Filter::In(gone)))),
            ..MemberFilter::default()
        };
        let members = Records::<Member>::search(env, theirs)?;
        members.write(
            env,
            MemberUpdate {
                team_id: Some(other),
                ..MemberUpdate::default()
            },
        )
    }
}

/// Member
#[model("x.member")]
pub struct Member {
    /// Name
    pub name: String,
    /// Team
    #[field(on_delete = cascade)]
    pub team_id: Many2one<Team>,
    /// Guard
    #[field(default = 0)]
    pub guard: i32,
}

#[methods]
impl Member {
    /// A member brings another one along, and is noted by the team.
    #[before(create)]
    fn brings_another(drafts: &mut [Draft<Self>], env: &mut Env<'_>) -> Result<()> {
        for draft in drafts {
            let name = draft.get(Self::FIELDS.name).unwrap_or_default();
            let Some(team_id) = draft.get(Self::FIELDS.team_id) else {
                continue;
            };
            if let Some(other) = name.strip_prefix("with ") {
                let other = MemberCreate {
                    name: other.to_owned(),
                    team_id,
                    guard: None,
                };
                Records::<Member>::create(env, vec![other])?;
                let note = TeamUpdate {
                    note: Some(Some(name)),
                    ..TeamUpdate::default()
                };
                Records::<Team>::from(team_id).write(env, note)?;
            }
        }
        Ok(())
    }

    #[after(create)]
    fn comes_or_goes(records: &[Self], env: &mut Env<'_>) -> Result<()> {
        let gone = records
            .iter()
            .filter(|member| member.name == "gone")
            .map(|member| member.id);
        Records::<Member>::new(gone.collect::<Vec<_>>()).unlink(env)?;
        if let Some(careless) = records.iter().find(|member| member.name == "careless") {
            let refused = MemberUpdate {
                guard: Some(50),
                ..MemberUpdate::default()
            };
            let _ = Records::<Member>::from(careless.id).write(env, refused);
        }
        Ok(())
    }

    #[constrains(guard, only = update)]
    fn is_guarded(&self) -> Check {
        if self.guard > 9 {
            Err("more than 9".to_owned())
        } else {
            Ok(())
        }
    }

    #[after(delete)]
    fn is_deleted(records: &[Self], env: &mut Env<'_>) -> Result<()> {
        log(env, records.iter().map(|member| format!("{} is deleted", member.name)))
    }
}

#[mixin]
mod counted {
    pub(crate) struct Counted {
        /// Writes
        #[field(default = 0)]
        pub writes: i32,
    }

    impl Counted {
        /// From what stands: of two clients at once, one has to see what the other wrote.
        #[before(write)]
        fn counts(records: &[Self], draft: &mut Draft<Self>, _: &mut Env<'_>) -> Result<()> {
            let most = records.iter().map(|record| record.writes).max().unwrap_or_default();
            draft.set(Self::FIELDS.writes, most + 1);
            Ok(())
        }
    }
}

/// Door, by a mixin with a method before a write
#[model("x.door", with(Counted))]
pub struct Door {
    /// Name
    pub name: String,
}

orm::catalogue! { User, Log, Room, RoomFloor, Booking, Echo, Team, Member, Door }
