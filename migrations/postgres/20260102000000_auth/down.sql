DROP TABLE auth_token;
DROP TABLE auth_password;
