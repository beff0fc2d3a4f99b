-- declarest: loses data of auth_event: the table goes
-- API keys go: the version before does not know what they are limited to, nor that some never expire.
DROP TABLE auth_event;
DROP TABLE auth_failure;
CREATE TABLE auth_token_old (
    hash TEXT NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES res_users (id) ON DELETE CASCADE,
    created TEXT NOT NULL,
    last_used TEXT NOT NULL,
    expires TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO auth_token_old (hash, user_id, created, last_used, expires)
SELECT hash, user_id, created, last_used, expires FROM auth_token WHERE api_key = 0;
DROP TABLE auth_token;
ALTER TABLE auth_token_old RENAME TO auth_token;
CREATE INDEX auth_token_user_id ON auth_token (user_id);
