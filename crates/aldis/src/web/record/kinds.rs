//! What each kind of entry is called on a page, and which of its fields tell the story.

use crate::desk::review::Happened;
use crate::web::words::channel_words;
use aldis_model::answer::Answer;
use aldis_model::event::Kind;

/// Returns the strong words for an entry; a kind nobody has named is called by its own word.
pub(in crate::web) fn words(entry: &Happened) -> &str {
    find(&entry.kind).map_or(entry.kind.as_str(), |(_, words, _)| words)
}

/// Writes the line of the fields that tell the story; a part whose field is empty is left out.
pub(in crate::web) fn says(entry: &Happened) -> String {
    let Some((_, _, pattern)) = find(&entry.kind) else { return String::new() };
    let parts = pattern.split('|').filter_map(|part| filled(part, entry));
    parts.collect::<Vec<_>>().join(", ")
}

/// Says whether the entry tells of something that went wrong or was not believed.
pub(super) fn is_bad(entry: &Happened) -> bool {
    let kind = Kind::find(&entry.kind);
    kind.is_some_and(|kind| BAD.contains(&kind))
}

/// Says whether the entry may be left out of a picture that would be too full.
pub(super) fn is_quiet(entry: &Happened) -> bool {
    let kind = Kind::find(&entry.kind);
    kind.is_some_and(|kind| QUIET.contains(&kind))
}

fn find(word: &str) -> Option<&'static (Kind, &'static str, &'static str)> {
    KINDS.iter().find(|(kind, _, _)| kind.as_str() == word)
}

fn filled(part: &str, entry: &Happened) -> Option<String> {
    let (mut text, mut rest) = (String::new(), part);
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        let value = entry.field(name);
        if value.is_empty() {
            return None;
        }
        text.push_str(before);
        text.push_str(&shown(name, value));
        rest = after;
    }
    Some(text + rest)
}

fn shown(name: &str, value: &str) -> String {
    match Answer::find(value) {
        Some(answer) if name == "answer" => answer.words().to_owned(),
        _ if name == "channel" => channel_words(value).to_owned(),
        _ if name == "state" => value.replace('_', " "),
        _ if value.chars().count() > VALUE_MAX => value.chars().take(VALUE_MAX).chain(['…']).collect(),
        _ => value.to_owned(),
    }
}

const VALUE_MAX: usize = 200;

const BAD: [Kind; 12] = [
    Kind::LimitMissed,
    Kind::ReportRefused,
    Kind::ReleaseRejected,
    Kind::TransportFailed,
    Kind::AckTimeout,
    Kind::DismissalReceived,
    Kind::WaiverExpired,
    Kind::WindowLapsed,
    Kind::ErasureDone,
    Kind::ClockJump,
    Kind::EscalationEnded,
    Kind::ActionMissing,
];

const QUIET: [Kind; 11] = [
    Kind::TieProposed,
    Kind::ReportOpened,
    Kind::ReportLinked,
    Kind::ProposalDecided,
    Kind::ScreenRun,
    Kind::ScreenHit,
    Kind::ScreenDecided,
    Kind::ScreenAsked,
    Kind::CaseState,
    Kind::ReleaseDrafted,
    Kind::ReleaseChecked,
];

const KINDS: &[(Kind, &str, &str)] = &[
    (Kind::ReportReceived, "Gathered", "{report}|“{title}”|from {source}|originator {originator}"),
    (Kind::ReportOpened, "First read", "{report}|by {by}"),
    (Kind::ReportGraded, "Graded", "{report}|{grade}|{likelihood}|{confidence} confidence|by {by}|{reasons}"),
    (Kind::ReportRegraded, "Graded again", "{report}|{grade}|was {before}|{likelihood}|by {by}|{reasons}"),
    (Kind::ReportLinked, "Report tied to the case", "{report}|“{title}”|as {relation}|by {by}"),
    (Kind::ReportRefused, "Report refused", "{reason}|by {by}"),
    (Kind::ReportImported, "Report came from another tool", "{report}|made by {maker}|follows {follows}"),
    (Kind::ProposalDecided, "Proposal decided", "{report}|{decided}"),
    (Kind::ScreenRun, "Compared with the register", "{report}"),
    (Kind::ScreenHit, "May mean somebody in the register", "{subject}|{why}"),
    (Kind::ScreenDecided, "Match decided", "{subject}|{decided}|{reason}|by {by}"),
    (Kind::ScreenAsked, "A text of their own compared with the register", "by {by}"),
    (Kind::WorkStuck, "The program could not do its work", "{work}|{thing}|{why}|{attempts} attempts"),
    (Kind::WorkBack, "The program's work goes on", "{work}|{thing}|by {by}"),
    (Kind::CaseOpened, "Case opened", "“{title}”|on {report}|by {by}"),
    (Kind::CaseState, "Duty moved on", "{victim}|{state}|answer wanted by {answer_wanted_by}|by {by}"),
    (Kind::StatementAttached, "Said later", "{report}|“{title}”|from {source}"),
    (
        Kind::ThresholdElement,
        "Threshold assessed",
        "{victim}|{state}|{element}: {finding}|“{quoted}”|{statement}|by {by}",
    ),
    (Kind::ConsentRequested, "Consent asked for", "of {originator}|for {audience}|by {by}"),
    (Kind::ConsentAnswered, "Consent answered", "{originator}: {answer}|{words}"),
    (Kind::ConsentAsked, "A partner asks for consent", "{partner}|for {audience}|“{text}”"),
    (Kind::ConsentSaid, "Answered a partner on consent", "{partner}: {answer}|{words}|by {by}"),
    (Kind::DecisionWarn, "Decided to warn", "{victim}|by {by}"),
    (Kind::DecisionWaive, "Decided not to warn", "{victim}|by {by}"),
    (Kind::WaiverExpired, "Decision not to warn ran out", "{victim}"),
    (Kind::ExpediteUsed, "Warned before the decision", "{victim}|by {by}"),
    (Kind::ExpediteRatified, "Early warning reviewed", "{victim}|{result}|{reasons}|by {by}"),
    (Kind::ReleaseDrafted, "Warning written", "{warning}|{subject}|by {by}"),
    (Kind::ReleaseChecked, "Version checked", "for {audience}|problems: {problems}|by {by}"),
    (Kind::ReleaseExported, "Version written to a file", "for {audience}|{form}|by {by}"),
    (Kind::ReleaseApproved, "Version approved", "for {audience}|{tlp}|by {by}|“{text}”"),
    (Kind::ReleaseRejected, "Version sent back", "{reason}|by {by}"),
    (Kind::ReleaseSent, "Sent", "to {audience}|by {channel}|not before {not_before}|by {by}"),
    (Kind::TransportReceipt, "Delivered (receipt)", "to {audience}|by {channel}|{statement}|{place}"),
    (Kind::TransportFailed, "Delivery failed", "to {audience}|by {channel}|attempt {attempt}|{error}"),
    (Kind::DeliveryOpened, "Opened by a person", "{audience}"),
    (Kind::AckReceived, "Answered", "{audience}: {answer}|{note}|said by {said_by}"),
    (Kind::AckTimeout, "No answer in time", "{audience}|step {step}|{notified} called|{outcome}"),
    (Kind::EscalationStep, "Escalated", "{audience} silent|step {step}|{notified} called|{outcome}"),
    (
        Kind::EscalationCalled,
        "Called",
        "{audience}: {why}|call {call}|{called}|on duty {on_duty}|nobody on duty: {nobody_on_duty}",
    ),
    (Kind::EscalationTaken, "Call taken", "by {by}|{words}|{late_s} s late|{outcome}"),
    (Kind::EscalationEnded, "Calling ended", "{audience}|{calls} calls|{outcome}"),
    (Kind::ActionMissing, "Acknowledged, no action reported", "{audience}|{outcome}"),
    (Kind::HandOverItem, "Handed over", "{thing}|from {from}|to {to}"),
    (Kind::ChainSet, "Chain set", "priority {priority}|{steps}|{quorum} people|{repeats} repeats|by {by}"),
    (Kind::ShiftSet, "Shift set", "{office}|{officer}|{from} to {to}|by {by}"),
    (Kind::ShiftEnded, "Shift ended", "{shift}|by {by}"),
    (Kind::HandOverOffered, "Hand-over offered", "{office}|from {from}|to {to}"),
    (Kind::HandOverAccepted, "Hand-over accepted", "{office}|from {from}|to {to}"),
    (Kind::TaskShelved, "Put on the shelf", "{thing}|until {until}|{reason}|by {by}"),
    (Kind::TaskReturned, "Back from the shelf", "by {by}"),
    (Kind::ClockDecided, "Decided about the clock", "{decision}|{moved_s} s|{reason}|by {by}"),
    (Kind::DismissalReceived, "Not accepted", "{audience}|“{note}”|said by {said_by}"),
    (Kind::DismissalReviewed, "Refusal reviewed", "{decision}|by {by}"),
    (Kind::QuestionReceived, "Asks for a call", "{audience}|{note}|said by {said_by}"),
    (Kind::QuestionAnswered, "Question answered", "{decision}|by {by}"),
    (Kind::ActionReported, "Acted", "{audience}|{note}|said by {said_by}"),
    (Kind::InboundReceived, "Warning from a partner", "{subject}|from {partner}"),
    (Kind::InboundOpened, "Partner's warning opened", "{inbound}|by {by}"),
    (Kind::InboundAnswered, "Partner's warning answered", "{answer}|{note}|to {partner}|by {by}"),
    (Kind::InboundPassedOn, "Partner's warning passed on", "{audience}|{rung}|from {partner}|by {by}"),
    (
        Kind::ReleasePassedOn,
        "A partner passed it on",
        "{partner}|to {audience}|{rung}|within its label: {within_label}",
    ),
    (Kind::PassingOnSettled, "Passing on beyond the label settled", "{decision}|by {by}"),
    (Kind::CapPublished, "Published to everybody", "{audience}"),
    (Kind::CapUpdated, "Public alert updated", "{audience}"),
    (Kind::CapCancelled, "Public alert cancelled", "{audience}"),
    (Kind::CapReceipt, "Receiver of the public alert", "{sender}: {receipt}|{note}"),
    (Kind::LapsePrompted, "Asked: does the threat still stand?", "{warning}|ends {ends_at}"),
    (Kind::LapseDecided, "Decided what happens at the end", "{decision}|{reason}|by {by}"),
    (Kind::WindowLapsed, "Warning ran out", "{warning}|decided before: {decided}"),
    (Kind::PublicationDelayed, "Publication put off", "{reason}|by {by}"),
    (Kind::NdsOpened, "Must the public be told too?", "because {because} is told"),
    (Kind::NdsDecision, "Decided about the public", "{decision}|{reason}|by {by}"),
    (Kind::IdentityAsked, "Sealed name asked for", "{subject}|{reason}|by {by}"),
    (Kind::IdentityAgreed, "Agreed that a name is opened", "{subject}|by {by}"),
    (Kind::IdentityRefused, "Name stays sealed", "{subject}|{words}|by {by}"),
    (Kind::IdentityRead, "Sealed name opened", "{subject}|{reason}|by {by}|agreed by {agreed_by}"),
    (Kind::IdentityReleased, "Name told to the protector", "{subject}|to {audience}|{release}|by {by}"),
    (Kind::ProtectorNamed, "Protector named", "{audience} for {subject}|{reasons}|by {by}"),
    (Kind::ProtectorEnded, "Protector ended", "{audience} for {subject}|{reasons}|by {by}"),
    (Kind::ListEntryCreated, "Entered in the register", "{subject}|{list}|{tier}|{purpose}|by {by}"),
    (Kind::ListEntryDescribed, "Told from namesakes", "{subject}|{count} discriminators|by {by}"),
    (Kind::CircleAdded, "Circle of readers added", "{circle}|{title}|by {by}"),
    (Kind::CircleJoined, "Circle of readers changed", "{circle}|{officer}|in: {joins}|by {by}"),
    (
        Kind::BriefWritten,
        "Brief written",
        "{brief}|“{title}”|for {circle}|could be read by {could_read}|by {by}",
    ),
    (Kind::BriefOpened, "Brief opened", "{brief}|by {by}"),
    (Kind::ListOffered, "List offered", "{list}|{row_count} rows from {source}|{state}|by {by}"),
    (
        Kind::ListRefused,
        "List refused",
        "{list}|{refused} rows refused|{flagged} rest on blocked grounds|{complete} complete",
    ),
    (Kind::ListNoticed, "Sender told why", "{list}|{source}|{how}|by {by}"),
    (Kind::ListReviewed, "List reviewed", "{list}|{review}|by {by}"),
    (Kind::MetricAlarm, "Alarm on the register", "{metric}|{share_pct} %, limit {limit_pct} %|{list}"),
    (Kind::TierSuggested, "Danger rated", "{subject}|{risk}|suggests {suggested}|{why}|by {by}"),
    (Kind::TierSet, "Tier set", "{subject}|{tier}|was {before}|suggested {suggested}|{reasons}|by {by}"),
    (Kind::MeasureStatus, "Measure", "{subject}|{measure} {title}|{status}|{words}|by {owner}"),
    (Kind::CorrectionSent, "Correction sent", "{audience}|by {channel}"),
    (Kind::TieProposed, "May rest on an earlier report", "{report}|{relation} {upstream}|{why}"),
    (
        Kind::TieDecided,
        "Where a report is from",
        "{report}|{relation} {upstream}|{relation} {named}|{decided}|{reason}|by {by}",
    ),
    (Kind::SourceDescribed, "Source described", "{report}|{factors}|by {by}"),
    (Kind::ActorNamed, "Suspect named", "{name}|{likelihood}|{reasons}|by {by}"),
    (Kind::SecondReaderAsked, "Second reader asked for", "{victim}|{reasons}|by {by}"),
    (Kind::SecondRead, "Read by a second person", "{victim}|agrees: {agrees}|{reasons}|by {by}"),
    (Kind::TtlSet, "Threat to life graded", "{victim}|{ttl}|was {before}|{reasons}|by {by}"),
    (
        Kind::LimitMissed,
        "Limit missed",
        "{victim}|{limit}|{audience}|{late_min} min late|{state}|step {step}|{notified} called",
    ),
    (Kind::ForecastGiven, "Forecast", "{question}|{likelihood}|by {forecaster}|{reasons}"),
    (Kind::ForecastResolved, "Forecast resolved", "{question}|{outcome}|by {by}"),
    (Kind::BoardExtended, "Added to the board", "{what}|“{body}”|by {by}"),
    (Kind::BoardRated, "Rated", "{evidence}|{hypothesis}|{rating}|by {by}"),
    (Kind::ErasureDone, "Erased", "{reason}|by {by}"),
    (Kind::OutcomeRecorded, "Outcome", "{outcome}|{reason}|by {by}"),
    (Kind::ClockJump, "The clock jumped", ""),
    (Kind::PhraseSet, "Phrase set", "for {audience}|by {by}"),
    (Kind::PhraseGiven, "Right phrase given", "{audience}"),
    (Kind::PhraseWrong, "Wrong phrase given", "{audience}"),
    (Kind::PhraseLocked, "Phrase locked", "{audience}"),
    (Kind::PhraseEnded, "Phrase taken away", "from {audience}|by {by}"),
    (Kind::PartnerAdded, "Partner added", "{partner}|up to {ceiling}|key checked: {verified_how}"),
    (Kind::AudienceAdded, "Audience added", "{audience}|{ladder}|by {channel}"),
    (Kind::UserGranted, "Officer added", "{name}|{role_granted}|up to {ceiling}"),
    (Kind::UserInvited, "Sign-in link made", "{officer}"),
    (Kind::UserSignedIn, "Signed in", "{officer}"),
    (Kind::NodeStarted, "Node started", ""),
    (Kind::TaxiiCollectionAdded, "Collection added", "{title}|for {partner}"),
    (Kind::TaxiiCredentialAdded, "Credential added", "{credential}|for {partner}|{way}"),
    (Kind::TaxiiCredentialRevoked, "Credential revoked", "{credential}|of {partner}"),
    (Kind::TaxiiTaken, "Objects taken in", "{objects} from {partner}"),
    (Kind::TaxiiPublished, "Objects published", "{objects} to {partner}"),
    (Kind::TaxiiDeleted, "Objects deleted", "{objects} at the wish of {partner}"),
    (Kind::TaxiiPolled, "Collection read", "{partner} up to {up_to}"),
    (Kind::FeedRead, "Feed read", "{feed}|{taken} new, {known} known, {left_out} left out|{why}"),
    (Kind::FeedFailed, "Feed not read", "{feed}|{why}"),
    (Kind::FeedBack, "Feed read again", "{feed}|since {since}"),
    (Kind::OpinionProposed, "Opinion written", "{report}|for {audience}|{view}|by {by}"),
    (Kind::OpinionApproved, "Opinion approved", "{report}|for {audience}|{view}|by {by}|“{explanation}”"),
    (Kind::OpinionRejected, "Opinion sent back", "{report}|{reason}|by {by}"),
    (Kind::OpinionWithdrawn, "Opinion withdrawn", "{report}|for {audience}|{reason}|by {by}"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_words_of_its_own() {
        for kind in Kind::ALL {
            assert_eq!(KINDS.iter().filter(|(named, _, _)| named == kind).count(), 1, "{kind}");
        }
        let words: std::collections::BTreeSet<_> = KINDS.iter().map(|(_, words, _)| words).collect();
        assert_eq!(words.len(), KINDS.len());
    }
}
