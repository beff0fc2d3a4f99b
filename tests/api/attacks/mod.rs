//! Attacks, each as a test. `docs/attacks.md` lists what each sends and what is answered, together with attacks that
//! other files test.

mod amounts_of_work;
mod document;
mod foreign_ids;
mod heads;
mod hidden_fields;
mod injection;
mod mass_assignment;
mod numbers_and_dates;
mod sessions;
mod slow_clients;
mod texts;
