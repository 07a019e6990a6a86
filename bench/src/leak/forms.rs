//! Every form of the console, filled in: about things of one world only, and about things of both.
//!
//! Whoever sends the first sees neither world's thing, so the refusal must be the same. The second do
//! what they say, in both worlds alike; what comes after them is compared, too.

use super::pool::Pool;
use crate::dice::Dice;
use aldis_model::Id;

/// A form as it is sent.
pub struct Sent {
    /// Where to.
    pub path: String,
    /// Its fields, encoded.
    pub fields: String,
}

/// Lists the forms about things that are in one world only.
pub fn of_one_world(pool: &Pool, dice: &mut Dice) -> Vec<Sent> {
    let mut sent = Vec::new();
    for (path, fields) in FORMS {
        let Some(kind) = kind(path) else { continue };
        let ids: Vec<Id> = pool.of_one_world().filter(|id| id.prefix() == kind).take(4).cloned().collect();
        for id in ids {
            let own = |text: &str| text.replacen(&format!("{{{kind}}}"), id.as_str(), 1);
            let fill =
                |text: String, dice: &mut Dice| filled(&text, &mut |kind| pool.one(kind, dice).cloned());
            sent.push(Sent { path: fill(own(path), dice), fields: fill(fields.to_owned(), dice) });
        }
    }
    sent
}

/// Lists each form, some more than once, about things that are in both worlds where there are any.
pub fn of_both(pool: &Pool, dice: &mut Dice) -> Vec<Sent> {
    let tried = |(path, _): &&(&str, &str)| kind(path).is_some_and(|kind| TRIED.contains(&kind));
    let mut forms: Vec<&(&str, &str)> = FORMS.iter().collect();
    for _ in 0..9 {
        forms.extend(FORMS.iter().filter(tried));
    }
    let fill = |text: &str, dice: &mut Dice| filled(text, &mut |kind| pool.shared(kind, dice).cloned());
    let sent = |(path, fields): &(&str, &str)| Sent { path: fill(path, dice), fields: fill(fields, dice) };
    forms.into_iter().map(sent).collect()
}

/// Returns the kind of id that a path names first.
fn kind(path: &str) -> Option<&str> {
    path.split_once('{')?.1.split_once('}').map(|(kind, _)| kind)
}

/// Puts an id of its kind in each place that is open.
fn filled(text: &str, pick: &mut dyn FnMut(&str) -> Option<Id>) -> String {
    let mut text = text.to_owned();
    while let Some(kind) = kind(&text).map(str::to_owned) {
        let id = pick(&kind).map_or_else(|| format!("{kind}-00000000"), |id| id.to_string());
        text = text.replacen(&format!("{{{kind}}}"), &id, 1);
    }
    text
}

/// What may be done once, and only in its turn, is tried about several things of these kinds.
const TRIED: [&str; 7] = ["R", "C", "W", "L", "LA", "V", "VH"];

/// Forms whose first place in the path is what they are about. `{R}` is the id of a report, and so on;
/// `{LA}` and `{VH}` are those of [`Pool::shared`].
const FORMS: [(&str, &str); 68] = [
    ("/reports/{R}/open", ""),
    ("/reports/{R}/proposals/{P}", "decide=accept"),
    ("/reports/{R}/hits/{H}", "decide=confirm&reason=seen+before"),
    ("/reports/{R}/ties/{TE}", "decide=confirm&reason=the+same+words"),
    ("/reports/{R}/grade", "source=B&info=2&reasons=known"),
    ("/reports/{R}/case", "title=A+case"),
    ("/reports/{R}/link", "case={C}&relation=context"),
    ("/cases/{C}/victims", "kind=location&victim=Mill"),
    (
        "/cases/{C}/duties/{D}",
        "event=triage&to=TRIAGED&harm_types=intentional_killing&first_impression_ttl=TTL-HIGH",
    ),
    ("/cases/{C}/duties/{D}", "event=stand_down&to=STOOD_DOWN&reason=it+is+over"),
    ("/cases/{C}/consents", "originator=ALLY&audience=CORVUS&text=Keep+away+from+the+mill."),
    ("/cases/{C}/consented", "consent={CO}&answer=yes&words=by+telephone"),
    ("/cases/{C}/basis", "do=element&duty={D}&finding=harm+intentional_killing&statement=a+fire+is+near"),
    (
        "/cases/{C}/basis",
        "do=element&duty={D}&finding=harm+intentional_killing&report={R}&statement=a+fire&quoted=mill",
    ),
    ("/cases/{C}/basis", "do=ttl&duty={D}&ttl=TTL-HIGH&reasons=known"),
    ("/cases/{C}/basis", "do=read&duty={D}&agrees=ask&reasons=look"),
    ("/cases/{C}/basis", "do=read&duty={D}&agrees=yes&reasons=looked"),
    ("/cases/{C}/basis", "do=ratify&duty={D}&result=ratified&reasons=right"),
    ("/cases/{C}/basis", "do=suspect&name=A+group&likelihood=likely&chain={R}&reasons=said+so"),
    (
        "/cases/{C}/basis",
        "do=expedite&duty={D}&reason=minutes+count&tried=Ines+%7C+2031-05-04T08:00&subject=Fire\
         &text=Keep+away+from+the+mill.&audience=STAFF&approver=Ines",
    ),
    ("/cases/{C}/basis", "do=forecast&question=Will+it+burn&likelihood=icd203+likely&reasons=dry"),
    ("/cases/{C}/basis", "do=resolve&forecast={FC}&outcome=happened"),
    ("/cases/{C}/board", "do=suppose&body=It+was+them"),
    ("/cases/{C}/board", "do=add&body=A+letter&report={R}"),
    ("/cases/{C}/board", "do=add&body=A+claim&claimed=A+group"),
    ("/cases/{C}/board", "do=rate&evidence={EV}&{HY}=consistent"),
    ("/duties/{D}/write", "do=more&subject=A+warning&tlp1=TLP:CLEAR&text1=Keep+away"),
    (
        "/duties/{D}/write",
        "do=save&subject=A+warning&ends_at=2031-05-08T08:00&event=Security+Alert&category=Security\
         &response=Avoid&urgency=Expected&severity=Severe&certainty=Likely&language=en&area=Lowtown\
         &geocode=LOCAL%3D7&tlp1=TLP:CLEAR&rest1=&text1=Keep+away+from+the+mill.&basis1={R}",
    ),
    ("/warnings/{W}/propose", "audience=STAFF&purpose=alert"),
    ("/warnings/{W}/propose", "audience=PUBLIC&purpose=update"),
    ("/warnings/{W}/lapse", "decision=let-lapse&reason=it+is+over"),
    ("/warnings/{W}/public", "decision=delay&reason=not+yet"),
    ("/releases/{L}/approve", ""),
    ("/releases/{L}/reject", "reason=not+this+one"),
    ("/releases/{L}/send", "not_before="),
    ("/releases/{LA}/send", "not_before="),
    ("/deliveries/{V}/hand", "words=read+out"),
    ("/deliveries/{VH}/hand", "words=read+out"),
    ("/deliveries/{V}/told", "answer=do_not_accept&note=not+credible&by=them"),
    ("/deliveries/{V}/settle", "kind=dismissed&decision=told+again"),
    ("/deliveries/{V}/retry", ""),
    ("/duty", "do=take&thing={V}&words=I+call+them"),
    ("/duty", "do=shelve&thing={T}&hours=4&reason=they+call+back"),
    ("/people/{PR}", "do=tier&tier=T2&reasons=asked+again"),
    ("/people/{PR}", "do=propose&measure=M03&owner=the+desk&reasons=asked+for"),
    ("/people/{PR}", "do=change&id={M}&status=accepted&words=said+yes"),
    ("/people/{PR}", "do=protector&audience=GUARD&basis=asked+for"),
    ("/people/{PR}", "do=ask-name&reasons=to+be+told"),
    ("/people/{PR}", "do=agree&id={NA}"),
    ("/people/{PR}", "do=read-name&id={NA}"),
    ("/people/{PR}", "do=unprotect&id={PT}&reasons=moved+away"),
    (
        "/reports/{R}/opinions",
        "do=propose&audience=ALLY&view=agree&explanation=We+saw+the+same.&tlp=TLP:GREEN",
    ),
    ("/releases/{L}/settle", "decision=told+them+what+was+wrong"),
    ("/people/{PR}/describe", "birth_year=1971&places=Lowtown"),
    ("/people", "kind=person&names=Ada+Quill&category=witness&tier=T1&purpose=asked&tlp=TLP:GREEN&noisy=yes"),
    ("/briefing/{B}", ""),
    ("/lists/{LO}", "how=by+telephone"),
    ("/lists/{LO}", "words=send+it+back"),
    ("/partners", "name=NORDEN&title=Norden&ceiling=TLP:GREEN"),
    ("/audiences", "name=SQUARE&ladder=public&channel=cap&ceiling=TLP:CLEAR&language=en"),
    ("/audiences", "name={PR}&ladder=person&channel=hand&ceiling=TLP:RED&language=en"),
    ("/audiences/{PR}/phrase", "phrase=three+green+apples"),
    ("/audiences/{PR}/phrase", ""),
    ("/audiences/GUARD/phrase", "phrase=three+green+apples"),
    ("/inbound/consents/{CI}", "answer=yes&words="),
    ("/inbound/{IN}/open", ""),
    ("/inbound/{IN}/answer", "answer=read&words="),
    ("/inbound/{IN}/answer", "answer=acted&words=we+locked+the+doors"),
];
