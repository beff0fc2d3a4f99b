-- declarest: loses data of library_author: the table goes
-- declarest: loses data of library_book: the table goes
-- declarest: loses data of library_loan: the table goes
-- declarest: loses data of library_member: the table goes
DROP TABLE "library_author";
DROP TABLE "library_book";
DROP TABLE "library_loan";
DROP TABLE "library_member";
