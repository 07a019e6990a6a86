-- Who is called, who is on duty, what is put aside for a while, and the node's own time. As in 0001.

-- How our own people are called, by priority; none means the one that is built in.
CREATE TABLE chain (
    id       TEXT PRIMARY KEY,
    priority BIGINT NOT NULL,
    steps    TEXT NOT NULL,             -- offices and officers, comma-separated
    quorum   BIGINT NOT NULL,
    repeats  BIGINT NOT NULL,
    set_by   TEXT NOT NULL,
    set_at   BIGINT NOT NULL,
    ended_at BIGINT
) STRICT;

-- The chain of a delivery, frozen when it was sent, and how far it has run.
CREATE TABLE escalation (
    id          TEXT PRIMARY KEY,
    delivery_id TEXT NOT NULL UNIQUE REFERENCES delivery (id),
    priority    BIGINT NOT NULL,
    steps       TEXT NOT NULL,
    quorum      BIGINT NOT NULL,
    repeats     BIGINT NOT NULL,
    label       TEXT NOT NULL REFERENCES label (text),
    frozen_at   BIGINT NOT NULL,
    why         TEXT,                   -- silence, dismissal
    run         BIGINT NOT NULL,        -- 0 before anybody was called
    calls       BIGINT NOT NULL,        -- of this run
    started_at  BIGINT,                 -- of this run
    ended_at    BIGINT
) STRICT;

-- Somebody who was called took it.
CREATE TABLE call_answer (
    id            TEXT PRIMARY KEY,
    escalation_id TEXT NOT NULL REFERENCES escalation (id),
    run           BIGINT NOT NULL,
    officer_id    TEXT NOT NULL,
    words         TEXT NOT NULL,
    late_us       BIGINT NOT NULL,
    said_at       BIGINT NOT NULL,
    UNIQUE (escalation_id, run, officer_id)
) STRICT;

CREATE TABLE shift (
    id         TEXT PRIMARY KEY,
    office     TEXT NOT NULL,           -- desk, second, head, other
    officer_id TEXT NOT NULL REFERENCES officer (id),
    starts_at  BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    set_by     TEXT NOT NULL,
    set_at     BIGINT NOT NULL,
    ended_at   BIGINT
) STRICT;
CREATE INDEX shift_now ON shift (ends_at, starts_at) WHERE ended_at IS NULL;

CREATE TABLE hand_over (
    id          TEXT PRIMARY KEY,
    shift_id    TEXT NOT NULL REFERENCES shift (id),
    giver       TEXT NOT NULL REFERENCES officer (id),
    taker       TEXT NOT NULL REFERENCES officer (id),
    items       TEXT NOT NULL,          -- ids of tasks, comma-separated
    words       TEXT NOT NULL,
    ends_at     BIGINT NOT NULL,        -- of the taker's shift
    offered_at  BIGINT NOT NULL,
    accepted_at BIGINT
) STRICT;

-- A task that is out of sight until a time.
CREATE TABLE shelf (
    id         TEXT PRIMARY KEY,
    task_id    TEXT NOT NULL REFERENCES task (id),
    until      BIGINT NOT NULL,
    reason     TEXT NOT NULL,
    label      TEXT NOT NULL REFERENCES label (text),
    shelved_by TEXT NOT NULL,
    shelved_at BIGINT NOT NULL,
    ended_at   BIGINT,
    ended_by   TEXT
) STRICT;
CREATE INDEX shelf_task ON shelf (task_id) WHERE ended_at IS NULL;

-- By what a machine tells the time; comes and goes.
CREATE TABLE clock (
    id        TEXT PRIMARY KEY,         -- of the machine
    boot      TEXT NOT NULL,
    steady_us BIGINT NOT NULL,          -- since that boot
    node_at   BIGINT NOT NULL,          -- the node's time at that moment
    wall_at   BIGINT NOT NULL,          -- what the machine's clock last said
    seen_us   BIGINT NOT NULL,          -- when that was, since that boot
    asked_us  BIGINT                    -- the jump a person is asked about
) STRICT;

CREATE INDEX timer_thing ON timer (thing, kind) WHERE fired_at IS NULL;
CREATE INDEX task_floor ON task (priority, due_at, id) WHERE done_at IS NULL;
