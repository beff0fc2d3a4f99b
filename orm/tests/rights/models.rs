//! A clinic: patients of doctors, their visits, and what only doctors see.

use orm::prelude::*;

pub(crate) mod group {
    use orm::def::Group;

    pub(crate) const STAFF: Group = Group::new("Staff");
    pub(crate) const DOCTOR: Group = Group::new("Doctor").implying(&[&STAFF]);
    pub(crate) const CHIEF: Group = Group::new("Chief").implying(&[&DOCTOR]);
}

#[model("x.users", role = user)]
#[access(everyone: read)]
pub(crate) struct User {
    pub(crate) name: String,
}

#[model("x.group", role = group)]
pub(crate) struct GroupRecord {
    pub(crate) full_name: String,
}

/// Patient
#[model("x.patient", order = "name, id")]
#[access(group::STAFF: read; group::DOCTOR: read, create, write; group::CHIEF: all)]
#[rule(everyone: !archived)]
#[rule(group::DOCTOR: doctor_id == env.user || doctor_id.is_none())]
#[rule(group::CHIEF: true)]
#[read(id, name, diagnosis, doctor_id(id, name), visit_ids(id, reason, notes))]
pub(crate) struct Patient {
    pub(crate) name: String,
    #[field(groups(group::DOCTOR))]
    pub(crate) diagnosis: Option<String>,
    pub(crate) doctor_id: Option<Many2one<User>>,
    pub(crate) age: Option<i32>,
    pub(crate) archived: bool,
    #[field(inverse = patient_id)]
    pub(crate) visit_ids: One2many<Visit>,
    /// Of all visits, whoever may see them.
    #[field(compute, store, depends(visit_ids.cost))]
    pub(crate) cost: i64,
    #[field(compute, batch)]
    pub(crate) others: i64,
}

#[methods]
impl Patient {
    fn cost(&self) -> i64 {
        self.visit_ids.iter().map(|visit| visit.cost).sum()
    }

    /// The number of all patients.
    fn others(records: &[Self], env: &mut Env<'_>) -> Result<Vec<i64>> {
        let all = Records::<Patient>::search(env, PatientFilter::default())?;
        Ok(vec![all.len() as i64; records.len()])
    }

    /// Takes files, and tells how many there are.
    #[action(readonly)]
    fn with_files(_: &Records<Self>, _: &mut Env<'_>, files: Records<File>) -> Result<i64> {
        Ok(files.ids().len() as i64)
    }

    /// The number of patients that the caller finds.
    #[action(readonly)]
    fn found(_: &Records<Self>, env: &mut Env<'_>) -> Result<i64> {
        Ok(Records::<Patient>::search(env, PatientFilter::default())?.len() as i64)
    }
}

/// Visit
#[model("x.visit", order = "id")]
#[access(group::DOCTOR: all; group::STAFF: read)]
#[rule(group::DOCTOR: patient_id.doctor_id == env.user || patient_id.doctor_id.is_none())]
#[rule(group::CHIEF: true)]
pub(crate) struct Visit {
    pub(crate) patient_id: Option<Many2one<Patient>>,
    pub(crate) reason: String,
    #[field(groups(group::DOCTOR))]
    pub(crate) notes: Option<String>,
    #[field(default = 0)]
    pub(crate) cost: i64,
}

/// A file that only the chief reads.
#[model("x.file")]
#[access(group::CHIEF: all)]
pub(crate) struct File {
    pub(crate) name: String,
}

orm::catalogue! { User, GroupRecord, Patient, Visit, File }
