-- declarest: loses data of auth_password: the table goes
-- declarest: loses data of auth_token: the table goes
DROP TABLE auth_token;
DROP TABLE auth_password;
