-- declarest: loses data of library_author: the table goes
-- declarest: loses data of library_book: the table goes
-- declarest: loses data of library_loan: the table goes
-- declarest: loses data of library_member: the table goes
DROP TRIGGER "library_author_name_trigram_insert";
DROP TRIGGER "library_author_name_trigram_delete";
DROP TRIGGER "library_author_name_trigram_update";
DROP TABLE "library_author_name_trigram";
DROP TABLE "library_author";
DROP TABLE "library_book";
DROP TABLE "library_loan";
DROP TABLE "library_member";
