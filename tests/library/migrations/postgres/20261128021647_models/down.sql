-- declarest: loses data of library_author: the table goes
-- declarest: loses data of library_book: the table goes
-- declarest: loses data of library_loan: the table goes
-- declarest: loses data of library_member: the table goes
DROP TABLE "library_author", "library_book", "library_loan", "library_member";
