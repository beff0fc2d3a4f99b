-- Tokens have a name, may be API keys, which need not expire, and may be limited in what they do. SQLite cannot make
-- `expires` optional in place: the table is copied.
CREATE TABLE auth_token_new (
    hash TEXT NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES "{users}" (id) ON DELETE CASCADE,
    created TEXT NOT NULL,
    last_used TEXT NOT NULL,
    expires TEXT,
    name TEXT NOT NULL DEFAULT '',
    api_key INTEGER NOT NULL DEFAULT 0,
    scope TEXT
) STRICT, WITHOUT ROWID;
INSERT INTO auth_token_new (hash, user_id, created, last_used, expires)
SELECT hash, user_id, created, last_used, expires FROM auth_token;
DROP TABLE auth_token;
ALTER TABLE auth_token_new RENAME TO auth_token;
CREATE INDEX auth_token_user_id ON auth_token (user_id);

-- Failed logins, counted for each login and each address: they make further attempts wait.
CREATE TABLE auth_failure (
    subject TEXT NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_failure TEXT NOT NULL,
    waits_until TEXT,
    told INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX auth_failure_last_failure ON auth_failure (last_failure);

-- What happened to users, passwords and tokens. It outlives them: `user_id` and `token` refer to nothing.
CREATE TABLE auth_event (
    id INTEGER NOT NULL PRIMARY KEY,
    happened TEXT NOT NULL,
    kind TEXT NOT NULL,
    user_id INTEGER,
    login TEXT,
    address TEXT,
    token TEXT,
    request TEXT
) STRICT;
CREATE INDEX auth_event_user_id ON auth_event (user_id);
