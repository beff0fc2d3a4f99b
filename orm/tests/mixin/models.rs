//! A workshop whose models share what can be archived and who can be called.

use orm::prelude::*;

orm::catalogue! { Users, Customer, Supplier, Tool }

/// User
#[model("x.users", role = user)]
pub(crate) struct Users {
    /// Name
    pub name: String,
}

pub(crate) mod shared {
    use orm::prelude::*;

    #[mixin]
    mod archivable {
        /// What can be archived.
        pub(crate) struct Archivable {
            /// Active
            #[field(default = true)]
            pub active: bool,
        }
    }

    #[mixin]
    mod callable {
        /// Who can be called.
        #[unique(phone, message = "The number is someone else's.")]
        #[check(calls >= 0, message = "Calls are counted from 0")]
        pub(crate) struct Callable {
            /// Phone
            #[field(size = 20, index)]
            pub phone: Option<String>,
            /// Calls
            #[field(default = 0)]
            pub calls: i32,
            /// Called
            #[field(compute, store, depends(name, phone))]
            pub called: String,
        }

        impl Callable {
            fn called(&self) -> String {
                format!("{} at {}", self.name, self.phone.as_deref().unwrap_or("no number"))
            }

            #[constrains(phone)]
            fn has_digits(&self) -> Check {
                match &self.phone {
                    Some(phone) if !phone.chars().any(|c| c.is_ascii_digit()) => Err(format!("{phone} has no digit")),
                    _ => Ok(()),
                }
            }

            /// Counts a call; answers how many there were.
            #[action]
            fn call(records: &Records<Self>, env: &mut Env<'_>) -> Result<i32> {
                let mut most = 0;
                for record in records.load(env, &[])? {
                    let mut values = <Self as orm::Model>::Update::default();
                    values.calls = Some(record.calls + 1);
                    Records::<Self>::from(record.id).write(env, values)?;
                    most = most.max(record.calls + 1);
                }
                Ok(most)
            }
        }
    }
}

use shared::{Archivable, Callable};

/// Customer
#[model("x.customer", with(Archivable, Callable))]
#[read(id, name, phone)]
pub(crate) struct Customer {
    /// Name
    pub name: String,
}

#[methods]
impl Customer {
    #[constrains(name)]
    fn has_a_name(&self) -> Check {
        match self.name.as_str() {
            "" => Err("a customer has a name".into()),
            _ => Ok(()),
        }
    }
}

/// Supplier
#[model("x.supplier", order = "name", with(shared::Callable))]
#[unique(name)]
pub(crate) struct Supplier {
    /// Name
    pub name: String,
}

/// Tool
#[model("x.tool", record, with(Archivable))]
pub(crate) struct Tool {
    /// Name
    pub name: String,
}
