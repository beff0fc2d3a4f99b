-- declarest: loses data of api_access: the table goes
-- declarest: loses data of audit_entry: the table goes
DROP TABLE "api_access";
DROP TABLE "audit_entry";
