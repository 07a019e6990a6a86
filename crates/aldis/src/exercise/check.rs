//! Checks what an exercise expects, at a step and at the end.

use super::format::{Mark, Measure};
use super::obtain::ANYBODY;
use super::play::Play;
use super::search::{alternatives, stands_in};
use super::steps::{Expect, Step};
use crate::ctx::{Actor, Ctx};
use crate::desk::review::Happened;
use crate::desk::screen::Hit;
use crate::desk::{case, deliver, determine, gather, inbound, questions, review, screen, watch};
use crate::error::Result;
use crate::log;
use crate::node::Node;
use aldis_model::role::Role;
use aldis_model::time::MINUTE_US;
use aldis_model::{Time, Tlp};
use aldis_wire::cap;
use serde::Serialize;
use serde_json::Value;

/// Something that did not hold.
#[derive(Clone, Debug, Serialize)]
pub struct Failure {
    /// At which step; 0 for the end.
    pub step: usize,
    /// What was expected and what was found.
    pub says: String,
    /// The bytes around it, if it is about bytes.
    pub bytes: String,
}

impl Play<'_> {
    /// Checks everything an `expect` step gives.
    pub(super) fn expect(&mut self, step: &Step, expect: &Expect) -> Result<()> {
        let node = self.node_of(step)?;
        let ctx = watcher(&node);
        self.expect_duty(step, expect, &node, &ctx)?;
        self.expect_delivery(step, expect, &node, &ctx)?;
        self.expect_task(step, expect, &node, &ctx)?;
        self.expect_report(step, expect, &node, &ctx)?;
        self.expect_threshold(step, expect, &node, &ctx)?;
        self.expect_protection(step, expect, &node, &ctx)?;
        self.expect_record(step, expect, &node, &ctx)?;
        self.expect_bytes(step, expect);
        Ok(())
    }

    fn same<T: PartialEq + std::fmt::Debug>(&mut self, step: &Step, what: &str, expected: &T, found: &T) {
        self.checked += 1;
        if expected != found {
            self.fail(step.number, format!("{what}: expected {expected:?}, found {found:?}"));
        }
    }

    fn expect_duty(&mut self, step: &Step, expect: &Expect, node: &Node, ctx: &Ctx) -> Result<()> {
        let Some(name) = &expect.duty else { return Ok(()) };
        let id = self.named(name)?;
        let duty = node.db.read(|tx| determine::find(tx, ctx, &id))?.into_inner();
        if let Some(state) = &expect.state {
            self.same(step, &format!("state of {name}"), state, &duty.state.as_str().to_owned());
        }
        if let Some(ttl) = &expect.ttl {
            self.same(step, &format!("threat-to-life grade of {name}"), ttl, &duty.ttl);
        }
        if !expect.path.is_empty() {
            let passed: Vec<String> = duty.path.iter().map(|(state, _)| state.as_str().to_owned()).collect();
            let mut rest = passed.iter();
            let in_order = expect.path.iter().all(|state| rest.any(|passed| passed == state));
            self.checked += 1;
            if !in_order {
                self.fail(
                    step.number,
                    format!("{name} passed {passed:?}, not {:?} in this order", expect.path),
                );
            }
        }
        Ok(())
    }

    fn expect_delivery(&mut self, step: &Step, expect: &Expect, node: &Node, ctx: &Ctx) -> Result<()> {
        if let Some(count) = expect.inbound {
            let found = node.db.read(|tx| inbound::list(tx, ctx))?.get().len();
            self.same(step, "warnings received", &count, &found);
        }
        let Some(name) = &expect.delivery else { return Ok(()) };
        let id = self.named(name)?;
        let found = node.db.read(|tx| deliver::find(tx, ctx, &id))?.into_inner();
        if let Some(progress) = &expect.progress {
            self.same(step, &format!("progress of {name}"), progress, &found.progress);
        }
        if let Some(answer) = &expect.answer {
            self.same(step, &format!("answer to {name}"), answer, &found.answer.unwrap_or_default());
        }
        if let Some(ladder) = expect.ladder_step {
            self.same(step, &format!("ladder step of {name}"), &ladder, &found.ladder_step);
        }
        Ok(())
    }

    fn expect_task(&mut self, step: &Step, expect: &Expect, node: &Node, ctx: &Ctx) -> Result<()> {
        if let Some(name) = expect.case.as_ref().filter(|_| expect.is_open.is_some()) {
            let id = self.named(name)?;
            let found = node.db.read(|tx| case::find(tx, ctx, &id))?.into_inner();
            let is_open = found.closed_at.is_none();
            self.same(step, &format!("{name} is open"), &expect.is_open.unwrap_or(true), &is_open);
        }
        let Some(kind) = &expect.task else { return Ok(()) };
        let about = expect.about.as_ref().map(|name| self.named(name)).transpose()?;
        let floor = node.db.read(|tx| watch::floor(tx, ctx))?.into_inner();
        let task = floor.waiting.iter().find(|task| {
            task.kind == *kind && about.as_ref().is_none_or(|about| about.as_str() == task.thing)
        });
        self.same(step, &format!("task {kind} waits"), &expect.waits.unwrap_or(true), &task.is_some());
        if let (Some(task), Some(minutes)) = (task, expect.due_within_min) {
            let left = task.due_at.since(task.opened_at) / MINUTE_US;
            self.checked += 1;
            if left > minutes {
                self.fail(
                    step.number,
                    format!("task {kind} is due {left} min after it opened, not within {minutes}"),
                );
            }
        }
        if let (Some(task), Some(overdue)) = (task, expect.overdue) {
            self.same(step, &format!("task {kind} is overdue"), &overdue, &task.is_overdue(ctx.now));
        }
        Ok(())
    }

    fn expect_report(&mut self, step: &Step, expect: &Expect, node: &Node, ctx: &Ctx) -> Result<()> {
        let Some(name) = &expect.report else { return Ok(()) };
        let id = self.named(name)?;
        let report = node.db.read(|tx| gather::find(tx, ctx, &id))?.into_inner();
        if let Some(grade) = &expect.grade {
            self.same(step, &format!("grade of {name}"), grade, &report.grade.unwrap_or_default());
        }
        let hits = node.db.read(|tx| screen::hits(tx, ctx, &id))?.into_inner();
        for (alias, wanted) in [(&expect.hit, true), (&expect.no_hit, false)] {
            let Some(alias) = alias else { continue };
            let cover = self.stage.cover(alias);
            let found = hits.iter().any(|hit| hit.subject == cover);
            self.same(step, &format!("{name} hits {alias}"), &wanted, &found);
        }
        if let Some(alias) = &expect.hit {
            self.expect_hit(step, expect, alias, &hits);
        }
        let proposals = node.db.read(|tx| gather::proposals(tx, ctx, &id))?.into_inner();
        for quoted in &expect.proposes {
            let found = proposals.iter().any(|proposal| proposal.quoted == *quoted);
            self.same(step, &format!("{name} proposes {quoted:?}"), &true, &found);
        }
        Ok(())
    }

    /// Checks the best hit of an entry: where it is, whether it is whole, and why.
    fn expect_hit(&mut self, step: &Step, expect: &Expect, alias: &str, hits: &[Hit]) {
        let cover = self.stage.cover(alias);
        let best = hits.iter().filter(|hit| hit.subject == cover).max_by_key(|hit| (hit.full, hit.score));
        let Some(hit) = best else { return };
        if let Some(quoted) = &expect.quoted {
            self.same(step, &format!("words that may mean {alias}"), quoted, &hit.quoted);
        }
        if let Some(full) = expect.full {
            self.same(step, &format!("the whole name of {alias} was seen"), &Some(full), &hit.full);
        }
        for words in &expect.why {
            let says = format!("why {alias} says {words:?}, as {:?}", hit.why);
            self.same(step, &says, &true, &hit.why.contains(words.as_str()));
        }
    }

    fn expect_record(&mut self, step: &Step, expect: &Expect, node: &Node, ctx: &Ctx) -> Result<()> {
        if let Some(whole) = expect.whole {
            let verdict = log::verify(&node.db, node.log.folder(), &node.verifier())?;
            self.same(step, "the ledger is whole", &whole, &verdict.findings.is_empty());
        }
        if let Some(kind) = &expect.entry {
            let timeline = self.record(node, ctx, expect)?;
            let found = timeline.iter().filter(|entry| entry.kind == *kind).count();
            match expect.entries {
                Some(count) => self.same(step, &format!("entries {kind}"), &count, &found),
                None => self.same(step, &format!("there is an entry {kind}"), &true, &(found > 0)),
            }
        }
        let Some(question) = &expect.question else { return Ok(()) };
        let timeline = self.record(node, ctx, expect)?;
        let answers = questions::answer(&timeline);
        let answer = answers.iter().find(|answer| answer.id == *question);
        let text = answer.map(|answer| answer.answer.join("\n")).unwrap_or_default();
        self.checked += 1;
        if text.is_empty() && !expect.contains.is_empty() {
            self.fail(step.number, format!("{question} is not answered"));
        }
        for words in &expect.contains {
            self.same(
                step,
                &format!("{question} says {words:?}, as {text:?}"),
                &true,
                &text.contains(words.as_str()),
            );
        }
        for words in &expect.lacks {
            self.same(step, &format!("{question} says {words:?}"), &false, &text.contains(words.as_str()));
        }
        Ok(())
    }

    fn record(&self, node: &Node, ctx: &Ctx, expect: &Expect) -> Result<Vec<Happened>> {
        match &expect.case {
            Some(name) => {
                let id = self.named(name)?;
                Ok(node.db.read(|tx| review::timeline(tx, ctx, &id, expect.as_of))?.into_inner())
            }
            None => Ok(node.db.read(|tx| review::tail(tx, ctx, 500))?.into_inner()),
        }
    }

    fn expect_bytes(&mut self, step: &Step, expect: &Expect) {
        let Some(audience) = &expect.audience else { return };
        self.must(step.number, audience, &expect.obtains);
        self.must_not(step.number, audience, &expect.never);
    }

    fn must(&mut self, step: usize, audience: &str, phrases: &[String]) {
        let obtained = self.obtained.own(audience);
        for phrase in phrases {
            self.checked += 1;
            let any = |bytes: &[u8]| alternatives(phrase).iter().any(|one| stands_in(bytes, one).is_some());
            if !obtained.iter().any(|(_, bytes)| any(bytes)) {
                self.fail(step, format!("{audience} was not told {phrase:?}"));
            }
        }
    }

    fn must_not(&mut self, step: usize, audience: &str, phrases: &[String]) {
        let obtained = self.obtained.everything(audience);
        for phrase in phrases {
            self.checked += 1;
            for (what, bytes) in &obtained {
                if let Some(excerpt) = stands_in(bytes, phrase) {
                    let says = format!("{audience} can read {phrase:?} in its {what}");
                    self.failures.push(Failure { step, says, bytes: excerpt });
                    break;
                }
            }
        }
    }

    /// Checks what the scenario expects as a whole: words, time limits, the public alert.
    pub(super) fn check_whole_scenario(&mut self) -> Result<()> {
        let expected = self.exercise.expected.clone();
        for release in &expected.releases {
            for audience in self.audiences_of(&release.audience) {
                self.must(0, &audience, &release.must);
                self.must_not(0, &audience, &release.must_not);
            }
        }
        for (name, limit) in &expected.timings {
            self.check_timing(name, limit)?;
        }
        for risk in &expected.risk {
            self.check_risk(risk)?;
        }
        if let Some(cap) = &expected.cap {
            self.check_cap(cap);
        }
        for (name, node) in self.stage.nodes.clone() {
            self.checked += 1;
            let verdict = log::verify(&node.db, node.log.folder(), &node.verifier())?;
            for finding in verdict.findings {
                self.fail(0, format!("ledger of {name}: {}: {}", finding.place, finding.says));
            }
        }
        Ok(())
    }

    /// Translates a scenario's audience to those of the exercise; several are comma-separated.
    fn audiences_of(&mut self, name: &str) -> Vec<String> {
        let here = self.exercise.audiences.get(name).map_or(name, String::as_str);
        let names: Vec<String> = here.split(',').map(|name| name.trim().to_owned()).collect();
        for name in &names {
            if !self.stage.audiences.iter().any(|(_, plan)| plan.name == *name) {
                self.fail(0, format!("the scenario's audience {name:?} is nobody in this exercise"));
            }
        }
        names
    }

    fn check_timing(&mut self, name: &str, limit: &str) -> Result<()> {
        self.checked += 1;
        let Some(measure) = self.exercise.measures.get(name).cloned() else {
            self.fail(0, format!("the timing {name:?} ({limit}) is not measured: say between which entries"));
            return Ok(());
        };
        let Some((at_least, limit_us)) = read_limit(limit) else {
            self.fail(0, format!("the limit {limit:?} of {name:?} cannot be read"));
            return Ok(());
        };
        let Measure { from, to } = &measure;
        match (self.time_of(from)?, self.time_of(to)?) {
            (Some(from), Some(to)) => {
                let took = to.since(from);
                let within = match read_spread(limit) {
                    Some(spread) => (took - limit_us).abs() <= spread,
                    None => (at_least && took >= limit_us) || (!at_least && took <= limit_us),
                };
                if took < 0 || !within {
                    self.fail(0, format!("{name}: {} min, but the limit is {limit}", took / MINUTE_US));
                }
            }
            (None, _) => self.fail(0, format!("{name}: no entry {from:?}")),
            (_, None) => self.fail(0, format!("{name}: no entry {to:?}")),
        }
        Ok(())
    }

    fn time_of(&self, mark: &Mark) -> Result<Option<Time>> {
        if mark.time.is_some() {
            return Ok(mark.time);
        }
        let node = self.stage.node(mark.node.as_deref().unwrap_or(&self.exercise.desk))?;
        let ctx = watcher(&node);
        let mut entries = node.db.read(|tx| review::tail(tx, &ctx, usize::MAX))?.into_inner();
        entries.reverse();
        let is_it = |entry: &&Happened| {
            mark.kind.as_deref().is_none_or(|kind| kind == entry.kind)
                && mark.fields.iter().all(|(name, value)| {
                    let id = self.named(value).or_else(|_| self.subject(value));
                    let value = id.map_or_else(|_| value.clone(), |id| id.to_string());
                    entry.field(name) == value
                })
        };
        Ok(entries.iter().find(is_it).map(|entry| entry.at))
    }

    fn check_cap(&mut self, expected: &serde_json::Map<String, Value>) {
        let published = self.obtained.own(ANYBODY);
        let alerts =
            published.iter().filter(|(what, _)| what.starts_with("/cap/") && !what.contains("00000000"));
        let readings: Vec<cap::Alert> = alerts
            .filter_map(|(_, bytes)| {
                let start = bytes.iter().position(|byte| *byte == b'<')?;
                cap::read(bytes.get(start..)?, &aldis_wire::Limits::default())
                    .ok()
                    .map(|reading| reading.alert)
            })
            .collect();
        let Some(alert) = readings.into_iter().min_by_key(|alert| alert.sent.unix_us()) else {
            self.fail(0, "no CAP alert was published".to_owned());
            return;
        };
        for (name, value) in expected {
            self.checked += 1;
            if !cap_says(&alert, name, value) {
                self.fail(0, format!("the CAP alert does not say {name} = {value}"));
            }
        }
    }
}

/// Says whether an alert has a value; a list means any of it, or all of it for sets.
fn cap_says(alert: &cap::Alert, name: &str, value: &Value) -> bool {
    let Some(info) = alert.infos.first() else { return false };
    let words: Vec<&str> = match value {
        Value::String(text) => vec![text.as_str()],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => return false,
    };
    let is = |found: &str| words.contains(&found);
    let all = |found: Vec<&str>| words.iter().all(|word| found.contains(word));
    match name {
        "status" => is(alert.status.as_str()),
        "msgType" => is(alert.msg_type.as_str()),
        "scope" => is(alert.scope.as_str()),
        "category" => all(info.categories.iter().map(|word| word.as_str()).collect()),
        "event" => is(&info.event),
        "responseType" => all(info.response_types.iter().map(|word| word.as_str()).collect()),
        "urgency" => is(info.urgency.as_str()),
        "severity" => is(info.severity.as_str()),
        "certainty" => is(info.certainty.as_str()),
        "expires" => {
            let took = info.expires.map(|end| end.unix_us() - alert.sent.unix_us());
            let wanted = words.first().and_then(|text| read_limit(text.trim_start_matches("sent +")));
            matches!((took, wanted), (Some(took), Some((_, wanted))) if (took - wanted).abs() < MINUTE_US)
        }
        "area" => {
            let place = words.first().and_then(|text| text.split(',').next()).unwrap_or_default();
            info.areas.iter().any(|area| {
                let drawn =
                    !area.polygons.is_empty() || !area.circles.is_empty() || !area.geocodes.is_empty();
                area.description.contains(place) && drawn
            })
        }
        _ => false,
    }
}

/// Reads `<= 60 min`, `>= 2 h before …` or `24 h`: whether it is a lower limit, and microseconds.
fn read_limit(text: &str) -> Option<(bool, i64)> {
    let text = text.trim();
    if text.starts_with("automatic") {
        return Some((false, 0));
    }
    let at_least = text.starts_with(">=");
    let mut words = text.trim_start_matches(['<', '>', '=', ' ']).split_whitespace();
    let number: i64 = words.next()?.parse().ok()?;
    let unit = match words.next()? {
        "s" => MINUTE_US / 60,
        "min" => MINUTE_US,
        "h" => 60 * MINUTE_US,
        "d" | "days" => 24 * 60 * MINUTE_US,
        _ => return None,
    };
    Some((at_least, number * unit))
}

/// Reads the spread of `24 h +- 1 h`, in microseconds; none for any other limit.
fn read_spread(text: &str) -> Option<i64> {
    let (_, spread) = text.split_once("+-")?;
    read_limit(spread).map(|(_, spread)| spread)
}

/// Whoever checks: may read everything and do nothing else.
pub(super) fn watcher(node: &Node) -> Ctx {
    let org = &node.config.org;
    let all = Default::default();
    node.ctx(Actor::officer("exercise-staff", "exercise staff", Role::Senior, org, Tlp::Red, all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_as_scenarios_write_them() {
        assert_eq!(read_limit("<= 60 min"), Some((false, 60 * MINUTE_US)));
        assert_eq!(read_limit(">= 2 h before E1"), Some((true, 120 * MINUTE_US)));
        assert_eq!(read_limit(" 48 h"), Some((false, 48 * 60 * MINUTE_US)));
        assert_eq!(read_limit("same time class as a miss"), None);
        assert_eq!(read_spread("24 h +- 1 h"), Some(60 * MINUTE_US));
        assert_eq!(read_spread("<= 24 h while T5"), None);
    }
}
