-- Tokens have a name, may be API keys, which need not expire, and may be limited in what they do.
ALTER TABLE auth_token
    ALTER COLUMN expires DROP NOT NULL,
    ADD COLUMN name TEXT NOT NULL DEFAULT '',
    ADD COLUMN api_key BOOLEAN NOT NULL DEFAULT FALSE,
    ADD COLUMN scope TEXT;

-- Failed logins, counted for each login and each address: they make further attempts wait.
CREATE TABLE auth_failure (
    subject TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_failure TIMESTAMP NOT NULL,
    waits_until TIMESTAMP,
    told BOOLEAN NOT NULL
);
CREATE INDEX auth_failure_last_failure ON auth_failure (last_failure);

-- What happened to users, passwords and tokens. It outlives them: `user_id` and `token` refer to nothing.
CREATE TABLE auth_event (
    id BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    happened TIMESTAMP NOT NULL,
    kind TEXT NOT NULL,
    user_id BIGINT,
    login TEXT,
    address TEXT,
    token TEXT,
    request TEXT
);
CREATE INDEX auth_event_user_id ON auth_event (user_id);
