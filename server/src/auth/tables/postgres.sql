-- Hashes of passwords and of access tokens: what nobody may read over the API, and therefore no model.
CREATE TABLE IF NOT EXISTS auth_password (
    user_id BIGINT NOT NULL PRIMARY KEY REFERENCES "{users}" (id) ON DELETE CASCADE,
    hash TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS auth_token (
    hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES "{users}" (id) ON DELETE CASCADE,
    created TIMESTAMP NOT NULL,
    last_used TIMESTAMP NOT NULL,
    expires TIMESTAMP NOT NULL
);

CREATE INDEX IF NOT EXISTS auth_token_user_id ON auth_token (user_id);

-- Hashes of what may be used once: logins by an identity provider, and its JWTs.
CREATE TABLE IF NOT EXISTS auth_used (
    hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    until TIMESTAMP NOT NULL
);

CREATE INDEX IF NOT EXISTS auth_used_until ON auth_used (until);

-- Secrets of the servers of this database, such as the one that seals cursors.
CREATE TABLE IF NOT EXISTS auth_secret (
    name TEXT NOT NULL PRIMARY KEY,
    secret TEXT NOT NULL
);

INSERT INTO auth_secret (name, secret) VALUES ('cursor', replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')) ON CONFLICT (name) DO NOTHING;
