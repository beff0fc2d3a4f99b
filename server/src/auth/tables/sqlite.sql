-- Hashes of passwords and of access tokens: what nobody may read over the API, and therefore no model.
CREATE TABLE IF NOT EXISTS auth_password (
    user_id INTEGER NOT NULL PRIMARY KEY REFERENCES "{users}" (id) ON DELETE CASCADE,
    hash TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS auth_token (
    hash TEXT NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES "{users}" (id) ON DELETE CASCADE,
    created TEXT NOT NULL,
    last_used TEXT NOT NULL,
    expires TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS auth_token_user_id ON auth_token (user_id);

-- Hashes of what may be used once: logins by an identity provider, and its JWTs.
CREATE TABLE IF NOT EXISTS auth_used (
    hash TEXT NOT NULL PRIMARY KEY,
    until TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS auth_used_until ON auth_used (until);

-- Secrets of the servers of this database, such as the one that seals cursors.
CREATE TABLE IF NOT EXISTS auth_secret (
    name TEXT NOT NULL PRIMARY KEY,
    secret TEXT NOT NULL
) STRICT;

INSERT INTO auth_secret (name, secret) VALUES ('cursor', lower(hex(randomblob(32)))) ON CONFLICT (name) DO NOTHING;
