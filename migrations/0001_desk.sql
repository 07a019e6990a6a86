-- The desk: one text for SQLite and PostgreSQL.
-- Only TEXT, BIGINT and BLOB. Times are microseconds UTC. Ids and enums are text. JSON is text and is not
-- searched. A boolean is a date: `answered_at`, not `is_answered`. SQLite reads BIGINT as INTEGER and keeps
-- STRICT; PostgreSQL reads BLOB as BYTEA and drops STRICT.

-- Every distinct label in use. A list asks the gate which of these its reader may see.
CREATE TABLE label (
    text TEXT PRIMARY KEY               -- canonical form, e.g. TLP:RED REL LIAISON
) STRICT;

CREATE TABLE officer (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL UNIQUE,  -- as colleagues know them; never leaves the house
    role         TEXT NOT NULL,
    ceiling      TEXT NOT NULL,         -- highest TLP label they may read
    compartments TEXT NOT NULL,         -- comma-separated, may be empty
    email        TEXT,
    created_at   BIGINT NOT NULL,
    disabled_at  BIGINT
) STRICT;

-- One-time sign-in links; only the hash is kept.
CREATE TABLE login (
    id         TEXT PRIMARY KEY,        -- SHA-256 of the token, hexadecimal
    officer_id TEXT NOT NULL REFERENCES officer (id),
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
) STRICT;

CREATE TABLE session (
    id         TEXT PRIMARY KEY,        -- SHA-256 of the cookie's token, hexadecimal
    officer_id TEXT NOT NULL REFERENCES officer (id),
    csrf       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
) STRICT;

CREATE TABLE partner (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL UNIQUE,  -- key form, e.g. ALLY
    title        TEXT NOT NULL,         -- as shown
    url          TEXT,                  -- where its node listens; none: no node
    verifier     TEXT,                  -- signed-note verifier key of its node
    verified_how TEXT,                  -- how a human checked the key
    ceiling      TEXT NOT NULL,         -- highest TLP label it may receive
    created_at   BIGINT NOT NULL,
    suspended_at BIGINT
) STRICT;

-- Who versions are cut for.
CREATE TABLE audience (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,    -- key form, named by labels
    title      TEXT NOT NULL,           -- as shown
    ladder     TEXT NOT NULL,           -- own, officers, partner, clients, community, person, public
    org        TEXT NOT NULL,
    ceiling    TEXT NOT NULL,
    channel    TEXT NOT NULL,           -- node, mail, hand, cap
    address    TEXT NOT NULL,           -- partner name, e-mail address or empty
    language   TEXT NOT NULL,           -- language of the recipient page, e.g. en
    created_at BIGINT NOT NULL
) STRICT;

CREATE TABLE case_file (
    id        TEXT PRIMARY KEY,
    title     TEXT NOT NULL,
    label     TEXT NOT NULL REFERENCES label (text),
    opened_by TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT
) STRICT;

CREATE TABLE report (
    id          TEXT PRIMARY KEY,
    received_at BIGINT NOT NULL,
    channel     TEXT NOT NULL,          -- manual, file, mail, feed, node
    source      TEXT NOT NULL,          -- who gave it, as written
    originator  TEXT NOT NULL,          -- key form of the organisation it came from
    origin      TEXT NOT NULL,          -- key form of the root the information goes back to
    title       TEXT NOT NULL,
    language    TEXT,
    kind        TEXT NOT NULL,          -- text, html, feed, mail, cap
    original    BLOB NOT NULL,          -- verbatim
    sha256      TEXT NOT NULL,          -- of `original`
    body        TEXT NOT NULL,          -- canonical text the spans point into
    dates       TEXT NOT NULL,          -- JSON: candidates with their origin
    label       TEXT NOT NULL REFERENCES label (text),
    opened_by   TEXT,
    opened_at   BIGINT,
    screened_at BIGINT
) STRICT;
CREATE INDEX report_received ON report (received_at, id);
CREATE INDEX report_hash ON report (sha256);

-- What the machine proposes about a report; a person accepts or rejects.
CREATE TABLE proposal (
    id         TEXT PRIMARY KEY,
    report_id  TEXT NOT NULL REFERENCES report (id),
    kind       TEXT NOT NULL,           -- person, organisation, place, date
    quoted     TEXT NOT NULL,           -- exactly body[span_start..span_end]
    span_start BIGINT NOT NULL,         -- byte offsets into report.body
    span_end   BIGINT NOT NULL,
    note       TEXT NOT NULL,
    decided    TEXT,                    -- accepted, rejected
    decided_by TEXT,
    decided_at BIGINT
) STRICT;
CREATE INDEX proposal_report ON proposal (report_id, span_start, id);

-- People, groups and places at risk, under their cover names. Their names are in `sealed_name` only.
CREATE TABLE subject (
    id         TEXT PRIMARY KEY,        -- the cover name, e.g. PR-7K2MQ4ZD
    kind       TEXT NOT NULL,           -- person, group, place
    category   TEXT NOT NULL,
    tier       TEXT NOT NULL,           -- T0 to T5
    purpose    TEXT NOT NULL,           -- why the entry exists
    label      TEXT NOT NULL REFERENCES label (text),
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL
) STRICT;

CREATE TABLE sealed_name (
    id         TEXT PRIMARY KEY,
    subject_id TEXT NOT NULL REFERENCES subject (id),
    sealed     BLOB NOT NULL            -- 24-byte nonce and XChaCha20-Poly1305, bound to the subject
) STRICT;
CREATE INDEX sealed_name_subject ON sealed_name (subject_id);

CREATE TABLE hit (
    id         TEXT PRIMARY KEY,
    report_id  TEXT NOT NULL REFERENCES report (id),
    subject_id TEXT NOT NULL REFERENCES subject (id),
    span_start BIGINT NOT NULL,
    span_end   BIGINT NOT NULL,
    score      BIGINT NOT NULL,         -- thousandths
    why        TEXT NOT NULL,           -- reasons, without the registered name
    label      TEXT NOT NULL REFERENCES label (text),
    decided    TEXT,                    -- confirmed, rejected
    decided_by TEXT,
    decided_at BIGINT
) STRICT;
CREATE INDEX hit_report ON hit (report_id, span_start, id);

CREATE TABLE grade (
    id         TEXT PRIMARY KEY,
    report_id  TEXT NOT NULL REFERENCES report (id),
    grade      TEXT NOT NULL,           -- A1 to F6
    likelihood TEXT,                    -- ICD 203 word
    confidence TEXT,                    -- low, moderate, high
    reasons    TEXT NOT NULL,
    label      TEXT NOT NULL REFERENCES label (text),
    graded_by  TEXT NOT NULL,
    graded_at  BIGINT NOT NULL
) STRICT;
CREATE INDEX grade_report ON grade (report_id, graded_at, id);

CREATE TABLE case_report (
    id        TEXT PRIMARY KEY,
    case_id   TEXT NOT NULL REFERENCES case_file (id),
    report_id TEXT NOT NULL REFERENCES report (id),
    relation  TEXT NOT NULL,            -- basis, context, statement
    linked_by TEXT NOT NULL,
    linked_at BIGINT NOT NULL,
    UNIQUE (case_id, report_id)
) STRICT;

-- The duty to warn one victim in one case.
CREATE TABLE duty (
    id          TEXT PRIMARY KEY,
    case_id     TEXT NOT NULL REFERENCES case_file (id),
    victim_kind TEXT NOT NULL,
    victim      TEXT NOT NULL,          -- cover name, place or group
    state       TEXT NOT NULL,
    machine     TEXT NOT NULL,          -- JSON of the state machine
    ttl         TEXT NOT NULL,          -- threat-to-life grade
    author      TEXT NOT NULL,          -- who assessed; may not waive
    label       TEXT NOT NULL REFERENCES label (text),
    changed_at  BIGINT NOT NULL
) STRICT;
CREATE INDEX duty_case ON duty (case_id, id);

CREATE TABLE warning (
    id          TEXT PRIMARY KEY,
    case_id     TEXT NOT NULL REFERENCES case_file (id),
    duty_id     TEXT NOT NULL REFERENCES duty (id),
    subject     TEXT NOT NULL,          -- the line above every version; itself CLEAR
    author      TEXT NOT NULL,
    label       TEXT NOT NULL REFERENCES label (text), -- join of its portions
    ends_at     BIGINT,                 -- when the window ends
    targeted    TEXT NOT NULL,          -- yes, no: aimed at one victim or at anybody there
    cap         TEXT NOT NULL,          -- JSON: what CAP needs beside the text
    created_at  BIGINT NOT NULL,
    lapsed_at   BIGINT                  -- when the window ended without a decision
) STRICT;
CREATE INDEX warning_case ON warning (case_id, id);

CREATE TABLE portion (
    id         TEXT PRIMARY KEY,
    warning_id TEXT NOT NULL REFERENCES warning (id),
    position   BIGINT NOT NULL,
    body       TEXT NOT NULL,
    label      TEXT NOT NULL REFERENCES label (text),
    basis      TEXT NOT NULL,           -- comma-separated report ids
    UNIQUE (warning_id, position)
) STRICT;

-- One version for one audience: hashed and frozen once approved.
CREATE TABLE release (
    id          TEXT PRIMARY KEY,       -- random for this audience
    warning_id  TEXT NOT NULL REFERENCES warning (id),
    audience_id TEXT NOT NULL REFERENCES audience (id),
    kind        TEXT NOT NULL,          -- alert, update, cancel
    body        TEXT NOT NULL,
    text_hash   TEXT NOT NULL,
    tlp         TEXT NOT NULL,          -- printed on the version
    label       TEXT NOT NULL REFERENCES label (text), -- who here may read this row
    dropped     TEXT NOT NULL,          -- positions, comma-separated; private
    declassified TEXT NOT NULL,         -- positions less restricted than their basis; private
    code_words  TEXT NOT NULL,          -- "is this real?" words
    replaces    TEXT REFERENCES release (id),
    drafted_by  TEXT NOT NULL,
    drafted_at  BIGINT NOT NULL,
    approved_by TEXT,
    approved_at BIGINT,
    rejected_at BIGINT,
    reason      TEXT,
    not_before  BIGINT,
    sent_at     BIGINT,
    lapse_at    BIGINT                  -- for the public: CAP expires
) STRICT;
CREATE INDEX release_warning ON release (warning_id, drafted_at, id);

-- One release on its way by one channel.
CREATE TABLE delivery (
    id           TEXT PRIMARY KEY,
    release_id   TEXT NOT NULL REFERENCES release (id),
    channel      TEXT NOT NULL,
    progress     TEXT NOT NULL,
    label        TEXT NOT NULL REFERENCES label (text),
    attempts     BIGINT NOT NULL,
    token_hash   TEXT UNIQUE,           -- of the recipient link
    token_until  BIGINT,
    message      TEXT UNIQUE,           -- envelope id for a partner's node
    evidence     TEXT,                  -- receipt or officer's statement, verbatim
    error        TEXT,
    ladder_step  BIGINT NOT NULL,       -- 0 before the first escalation
    queued_at    BIGINT NOT NULL,
    sent_at      BIGINT,
    delivered_at BIGINT,
    opened_at    BIGINT,
    answered_at  BIGINT,
    acted_at     BIGINT,
    failed_at    BIGINT
) STRICT;
CREATE INDEX delivery_release ON delivery (release_id, id);

CREATE TABLE answer (
    id          TEXT PRIMARY KEY,
    delivery_id TEXT NOT NULL REFERENCES delivery (id),
    answer      TEXT NOT NULL,          -- read, call_me, do_not_accept, not_me, acted
    note        TEXT NOT NULL,
    said_by     TEXT NOT NULL,
    key_id      TEXT,                   -- key over the text hash, when there is one
    text_hash   TEXT NOT NULL,
    evidence    TEXT,                   -- signed note, verbatim
    late_us     BIGINT NOT NULL,        -- past its limit by this much, else 0
    label       TEXT NOT NULL REFERENCES label (text),
    said_at     BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL
) STRICT;
CREATE INDEX answer_delivery ON answer (delivery_id, recorded_at, id);

-- A warning from a partner's node.
CREATE TABLE inbound (
    id          TEXT PRIMARY KEY,
    partner_id  TEXT NOT NULL REFERENCES partner (id),
    message     TEXT NOT NULL,          -- the partner's message id
    replaces    TEXT,
    kind        TEXT NOT NULL,
    subject     TEXT NOT NULL,
    body        TEXT NOT NULL,
    label       TEXT NOT NULL REFERENCES label (text),
    text_hash   TEXT NOT NULL,
    note        TEXT NOT NULL,          -- the envelope, verbatim
    receipt     TEXT NOT NULL,          -- what our machine signed, verbatim
    answer_by   BIGINT,
    received_at BIGINT NOT NULL,
    opened_at   BIGINT,
    answered_at BIGINT,
    UNIQUE (partner_id, message)        -- per partner: nobody learns whether another used an id
) STRICT;

CREATE TABLE consent (
    id          TEXT PRIMARY KEY,
    originator  TEXT NOT NULL,
    audience    TEXT NOT NULL,
    text_hash   TEXT NOT NULL,
    case_id     TEXT NOT NULL REFERENCES case_file (id),
    asked_by    TEXT NOT NULL,
    asked_at    BIGINT NOT NULL,
    answer      TEXT,                   -- yes, no
    words       TEXT,
    answered_at BIGINT
) STRICT;

-- What waits for a person.
CREATE TABLE task (
    id        TEXT PRIMARY KEY,
    kind      TEXT NOT NULL,
    priority  BIGINT NOT NULL,          -- 1, 2, 3
    case_id   TEXT,
    thing     TEXT NOT NULL,            -- id of the report, duty, release, delivery …
    note      TEXT NOT NULL,
    step      BIGINT NOT NULL,          -- of the escalation ladder
    label     TEXT NOT NULL REFERENCES label (text),
    opened_at BIGINT NOT NULL,
    due_at    BIGINT NOT NULL,
    done_at   BIGINT,
    done_by   TEXT
) STRICT;
CREATE INDEX task_open ON task (due_at, id) WHERE done_at IS NULL;
CREATE INDEX task_thing ON task (thing, kind);

-- What the machine must do at a time, surviving restarts.
CREATE TABLE timer (
    id       TEXT PRIMARY KEY,
    kind     TEXT NOT NULL,             -- ack, waiver, lapse, window, ratify
    thing    TEXT NOT NULL,
    step     BIGINT NOT NULL,
    due_at   BIGINT NOT NULL,
    fired_at BIGINT
) STRICT;
CREATE INDEX timer_due ON timer (due_at, id) WHERE fired_at IS NULL;

-- Work that follows a commit: screening, sending, publishing.
CREATE TABLE outbox (
    id       TEXT PRIMARY KEY,
    kind     TEXT NOT NULL,             -- screen, send, answer
    thing    TEXT NOT NULL,
    due_at   BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    leased_until BIGINT NOT NULL,
    done_at  BIGINT
) STRICT;
CREATE INDEX outbox_due ON outbox (due_at, id) WHERE done_at IS NULL;

-- The ledger's leaves with what they commit to.
CREATE TABLE entry (
    idx     BIGINT PRIMARY KEY,
    leaf    BLOB NOT NULL,              -- 36 bytes
    fields  TEXT NOT NULL,              -- JSON: salted fields, any of them erasable
    kind    TEXT NOT NULL,              -- copies of fields, for reading; verified against them
    case_id TEXT,
    label   TEXT NOT NULL REFERENCES label (text),
    at      BIGINT NOT NULL
) STRICT;
CREATE INDEX entry_case ON entry (case_id, idx);
CREATE INDEX entry_label ON entry (label, idx);
CREATE INDEX entry_number ON entry (substr(leaf, 5, 6)); -- by which people call it: not its place

CREATE TABLE checkpoint (
    size BIGINT PRIMARY KEY,
    root BLOB NOT NULL,
    note TEXT NOT NULL,                 -- signed
    at   BIGINT NOT NULL
) STRICT;
