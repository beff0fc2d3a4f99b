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
