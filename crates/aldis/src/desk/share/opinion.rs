//! Puts an approved opinion into the collections of the partner whose object it is about.
//!
//! What was withdrawn since is published with `revoked`, if the collection held it.
//!
//! Source: STIX 2.1 sections 3.6 and 4.15; `docs/reference/stix-mapping.md`.

use super::copy::{self, Copy};
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::desk::{opinions, partners};
use crate::error::{Error, Result};
use crate::seal::Sealer;
use aldis_model::gate::Gate;
use aldis_model::role::Action;
use aldis_model::{Id, Labelled};
use aldis_wire::stix::map::{Thing, View};

/// Publishes an approved opinion, or that it was withdrawn, and returns how many objects were new.
///
/// A repetition changes nothing.
///
/// # Errors
///
/// [`Error::NotFound`] if it is not approved, or if the gate does not let the partner see it.
pub fn share(tx: &mut Tx<'_>, ctx: &Ctx, sealer: &Sealer, opinion: &Id) -> Result<usize> {
    ctx.may(Action::Deliver)?;
    let found = opinions::find_to_publish(tx, opinion)?;
    let created = found.approved_at.ok_or(Error::NotFound)?;
    let recipient = partners::audience(tx, &found.audience)?;
    let mut open = copy::read_by(tx, &recipient)?;
    let Some(since) = open.first().map(|oldest| oldest.created_at) else { return Ok(0) };
    let key = sealer.audience_key(&recipient.id);
    if found.withdrawn_at.is_some() {
        let id = key.id("opinion", opinion.as_str());
        let held = super::version::held(tx, &open, &id)?;
        open.retain(|collection| held.iter().any(|(number, _)| *number == collection.number));
    }
    // STIX counts in milliseconds, and the later version must be greater.
    let modified = found.withdrawn_at.map_or(created, |at| at.max(created.plus(1_000)));
    let (tlp, revoked) = (copy::word(&found.tlp), found.withdrawn_at.is_some());
    let copy = Copy { key: &key, tlp: &tlp, created, modified, revoked, since };
    let outside = found.outside.clone();
    let released = Gate::default().release(&recipient.audience(), Labelled::new(found, outside));
    let released = released.ok_or(Error::NotFound)?;
    let said = released.get();
    let view = View::find(&said.view).ok_or_else(|| Error::broken("an opinion without a view"))?;
    let thing = Thing::Opinion { object: said.object.clone(), view, explanation: said.explanation.clone() };
    let objects = copy.write(ctx, opinion.as_str(), &thing)?;
    copy::put_into(tx, ctx, &open, opinion, &released, &objects)
}
