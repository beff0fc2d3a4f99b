-- library.author
CREATE TABLE "library_author" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "create_uid" INTEGER REFERENCES "library_member" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "library_member" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE VIRTUAL TABLE "library_author_name_trigram" USING fts5(folded, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1');
INSERT INTO "library_author_name_trigram" (rowid, folded) SELECT "id", declarest_fold("name", true, true) FROM "library_author" WHERE "name" IS NOT NULL;
CREATE TRIGGER "library_author_name_trigram_insert" AFTER INSERT ON "library_author" BEGIN INSERT INTO "library_author_name_trigram" (rowid, folded) SELECT "id", declarest_fold("name", true, true) FROM "library_author" WHERE "name" IS NOT NULL AND "id" = new."id"; END;
CREATE TRIGGER "library_author_name_trigram_delete" AFTER DELETE ON "library_author" BEGIN DELETE FROM "library_author_name_trigram" WHERE rowid = old."id"; END;
CREATE TRIGGER "library_author_name_trigram_update" AFTER UPDATE OF "name" ON "library_author" WHEN old."name" IS NOT new."name" BEGIN DELETE FROM "library_author_name_trigram" WHERE rowid = old."id"; INSERT INTO "library_author_name_trigram" (rowid, folded) SELECT "id", declarest_fold("name", true, true) FROM "library_author" WHERE "name" IS NOT NULL AND "id" = new."id"; END;
CREATE UNIQUE INDEX "library_author_name_unique" ON "library_author" ("name");
CREATE INDEX "library_author_default_order" ON "library_author" ("name");

-- library.book
CREATE TABLE "library_book" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "title" TEXT NOT NULL,
    "pages" INTEGER NOT NULL,
    "author_id" INTEGER NOT NULL REFERENCES "library_author" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "times_lent" INTEGER NOT NULL,
    "create_uid" INTEGER REFERENCES "library_member" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "library_member" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT,
    CONSTRAINT "library_book_check_1" CHECK ("pages" > 0)
) STRICT;
CREATE INDEX "library_book_author_id_index" ON "library_book" ("author_id");
CREATE INDEX "library_book_default_order" ON "library_book" ("title");

-- library.loan
CREATE TABLE "library_loan" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "book_id" INTEGER NOT NULL REFERENCES "library_book" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    "member_id" INTEGER NOT NULL REFERENCES "library_member" ("id") ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE,
    "due" TEXT NOT NULL,
    "create_uid" INTEGER REFERENCES "library_member" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "library_member" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE INDEX "library_loan_book_id_index" ON "library_loan" ("book_id");
CREATE INDEX "library_loan_member_id_index" ON "library_loan" ("member_id");
CREATE INDEX "library_loan_default_order" ON "library_loan" ("due", "id");

-- library.member
CREATE TABLE "library_member" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "login" TEXT NOT NULL,
    "active" INTEGER NOT NULL,
    "create_uid" INTEGER REFERENCES "library_member" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "create_date" TEXT,
    "write_uid" INTEGER REFERENCES "library_member" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    "write_date" TEXT
) STRICT;
CREATE INDEX "library_member_default_order" ON "library_member" ("name", "active");
