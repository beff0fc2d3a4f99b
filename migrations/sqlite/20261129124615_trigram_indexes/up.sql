-- res.partner: its rules and indexes
DROP INDEX "res_partner_complete_name_index";

-- product.template: its rules and indexes
CREATE VIRTUAL TABLE "product_template_name_trigram" USING fts5(folded, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1');
INSERT INTO "product_template_name_trigram" (rowid, folded) SELECT "id", declarest_fold("name", true, false) FROM "product_template" WHERE "name" IS NOT NULL;
CREATE TRIGGER "product_template_name_trigram_insert" AFTER INSERT ON "product_template" BEGIN INSERT INTO "product_template_name_trigram" (rowid, folded) SELECT "id", declarest_fold("name", true, false) FROM "product_template" WHERE "name" IS NOT NULL AND "id" = new."id"; END;
CREATE TRIGGER "product_template_name_trigram_delete" AFTER DELETE ON "product_template" BEGIN DELETE FROM "product_template_name_trigram" WHERE rowid = old."id"; END;
CREATE TRIGGER "product_template_name_trigram_update" AFTER UPDATE OF "name" ON "product_template" WHEN old."name" IS NOT new."name" BEGIN DELETE FROM "product_template_name_trigram" WHERE rowid = old."id"; INSERT INTO "product_template_name_trigram" (rowid, folded) SELECT "id", declarest_fold("name", true, false) FROM "product_template" WHERE "name" IS NOT NULL AND "id" = new."id"; END;

-- res.partner: its rules and indexes
CREATE VIRTUAL TABLE "res_partner_name_trigram" USING fts5(folded, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1');
INSERT INTO "res_partner_name_trigram" (rowid, folded) SELECT "id", declarest_fold("name", true, false) FROM "res_partner" WHERE "name" IS NOT NULL;
CREATE TRIGGER "res_partner_name_trigram_insert" AFTER INSERT ON "res_partner" BEGIN INSERT INTO "res_partner_name_trigram" (rowid, folded) SELECT "id", declarest_fold("name", true, false) FROM "res_partner" WHERE "name" IS NOT NULL AND "id" = new."id"; END;
CREATE TRIGGER "res_partner_name_trigram_delete" AFTER DELETE ON "res_partner" BEGIN DELETE FROM "res_partner_name_trigram" WHERE rowid = old."id"; END;
CREATE TRIGGER "res_partner_name_trigram_update" AFTER UPDATE OF "name" ON "res_partner" WHEN old."name" IS NOT new."name" BEGIN DELETE FROM "res_partner_name_trigram" WHERE rowid = old."id"; INSERT INTO "res_partner_name_trigram" (rowid, folded) SELECT "id", declarest_fold("name", true, false) FROM "res_partner" WHERE "name" IS NOT NULL AND "id" = new."id"; END;
CREATE VIRTUAL TABLE "res_partner_complete_name_trigram" USING fts5(folded, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1');
INSERT INTO "res_partner_complete_name_trigram" (rowid, folded) SELECT "id", declarest_fold("complete_name", true, false) FROM "res_partner" WHERE "complete_name" IS NOT NULL;
CREATE TRIGGER "res_partner_complete_name_trigram_insert" AFTER INSERT ON "res_partner" BEGIN INSERT INTO "res_partner_complete_name_trigram" (rowid, folded) SELECT "id", declarest_fold("complete_name", true, false) FROM "res_partner" WHERE "complete_name" IS NOT NULL AND "id" = new."id"; END;
CREATE TRIGGER "res_partner_complete_name_trigram_delete" AFTER DELETE ON "res_partner" BEGIN DELETE FROM "res_partner_complete_name_trigram" WHERE rowid = old."id"; END;
CREATE TRIGGER "res_partner_complete_name_trigram_update" AFTER UPDATE OF "complete_name" ON "res_partner" WHEN old."complete_name" IS NOT new."complete_name" BEGIN DELETE FROM "res_partner_complete_name_trigram" WHERE rowid = old."id"; INSERT INTO "res_partner_complete_name_trigram" (rowid, folded) SELECT "id", declarest_fold("complete_name", true, false) FROM "res_partner" WHERE "complete_name" IS NOT NULL AND "id" = new."id"; END;
CREATE VIRTUAL TABLE "res_partner_ref_trigram" USING fts5(folded, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1');
INSERT INTO "res_partner_ref_trigram" (rowid, folded) SELECT "id", declarest_fold("ref", true, false) FROM "res_partner" WHERE "ref" IS NOT NULL;
CREATE TRIGGER "res_partner_ref_trigram_insert" AFTER INSERT ON "res_partner" BEGIN INSERT INTO "res_partner_ref_trigram" (rowid, folded) SELECT "id", declarest_fold("ref", true, false) FROM "res_partner" WHERE "ref" IS NOT NULL AND "id" = new."id"; END;
CREATE TRIGGER "res_partner_ref_trigram_delete" AFTER DELETE ON "res_partner" BEGIN DELETE FROM "res_partner_ref_trigram" WHERE rowid = old."id"; END;
CREATE TRIGGER "res_partner_ref_trigram_update" AFTER UPDATE OF "ref" ON "res_partner" WHEN old."ref" IS NOT new."ref" BEGIN DELETE FROM "res_partner_ref_trigram" WHERE rowid = old."id"; INSERT INTO "res_partner_ref_trigram" (rowid, folded) SELECT "id", declarest_fold("ref", true, false) FROM "res_partner" WHERE "ref" IS NOT NULL AND "id" = new."id"; END;
CREATE VIRTUAL TABLE "res_partner_vat_trigram" USING fts5(folded, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1');
INSERT INTO "res_partner_vat_trigram" (rowid, folded) SELECT "id", declarest_fold("vat", true, false) FROM "res_partner" WHERE "vat" IS NOT NULL;
CREATE TRIGGER "res_partner_vat_trigram_insert" AFTER INSERT ON "res_partner" BEGIN INSERT INTO "res_partner_vat_trigram" (rowid, folded) SELECT "id", declarest_fold("vat", true, false) FROM "res_partner" WHERE "vat" IS NOT NULL AND "id" = new."id"; END;
CREATE TRIGGER "res_partner_vat_trigram_delete" AFTER DELETE ON "res_partner" BEGIN DELETE FROM "res_partner_vat_trigram" WHERE rowid = old."id"; END;
CREATE TRIGGER "res_partner_vat_trigram_update" AFTER UPDATE OF "vat" ON "res_partner" WHEN old."vat" IS NOT new."vat" BEGIN DELETE FROM "res_partner_vat_trigram" WHERE rowid = old."id"; INSERT INTO "res_partner_vat_trigram" (rowid, folded) SELECT "id", declarest_fold("vat", true, false) FROM "res_partner" WHERE "vat" IS NOT NULL AND "id" = new."id"; END;
CREATE VIRTUAL TABLE "res_partner_company_registry_trigram" USING fts5(folded, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1');
INSERT INTO "res_partner_company_registry_trigram" (rowid, folded) SELECT "id", declarest_fold("company_registry", true, false) FROM "res_partner" WHERE "company_registry" IS NOT NULL;
CREATE TRIGGER "res_partner_company_registry_trigram_insert" AFTER INSERT ON "res_partner" BEGIN INSERT INTO "res_partner_company_registry_trigram" (rowid, folded) SELECT "id", declarest_fold("company_registry", true, false) FROM "res_partner" WHERE "company_registry" IS NOT NULL AND "id" = new."id"; END;
CREATE TRIGGER "res_partner_company_registry_trigram_delete" AFTER DELETE ON "res_partner" BEGIN DELETE FROM "res_partner_company_registry_trigram" WHERE rowid = old."id"; END;
CREATE TRIGGER "res_partner_company_registry_trigram_update" AFTER UPDATE OF "company_registry" ON "res_partner" WHEN old."company_registry" IS NOT new."company_registry" BEGIN DELETE FROM "res_partner_company_registry_trigram" WHERE rowid = old."id"; INSERT INTO "res_partner_company_registry_trigram" (rowid, folded) SELECT "id", declarest_fold("company_registry", true, false) FROM "res_partner" WHERE "company_registry" IS NOT NULL AND "id" = new."id"; END;
CREATE VIRTUAL TABLE "res_partner_email_trigram" USING fts5(folded, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1');
INSERT INTO "res_partner_email_trigram" (rowid, folded) SELECT "id", declarest_fold("email", true, false) FROM "res_partner" WHERE "email" IS NOT NULL;
CREATE TRIGGER "res_partner_email_trigram_insert" AFTER INSERT ON "res_partner" BEGIN INSERT INTO "res_partner_email_trigram" (rowid, folded) SELECT "id", declarest_fold("email", true, false) FROM "res_partner" WHERE "email" IS NOT NULL AND "id" = new."id"; END;
CREATE TRIGGER "res_partner_email_trigram_delete" AFTER DELETE ON "res_partner" BEGIN DELETE FROM "res_partner_email_trigram" WHERE rowid = old."id"; END;
CREATE TRIGGER "res_partner_email_trigram_update" AFTER UPDATE OF "email" ON "res_partner" WHEN old."email" IS NOT new."email" BEGIN DELETE FROM "res_partner_email_trigram" WHERE rowid = old."id"; INSERT INTO "res_partner_email_trigram" (rowid, folded) SELECT "id", declarest_fold("email", true, false) FROM "res_partner" WHERE "email" IS NOT NULL AND "id" = new."id"; END;

-- sale.order: its rules and indexes
CREATE VIRTUAL TABLE "sale_order_name_trigram" USING fts5(folded, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1');
INSERT INTO "sale_order_name_trigram" (rowid, folded) SELECT "id", declarest_fold("name", true, false) FROM "sale_order" WHERE "name" IS NOT NULL;
CREATE TRIGGER "sale_order_name_trigram_insert" AFTER INSERT ON "sale_order" BEGIN INSERT INTO "sale_order_name_trigram" (rowid, folded) SELECT "id", declarest_fold("name", true, false) FROM "sale_order" WHERE "name" IS NOT NULL AND "id" = new."id"; END;
CREATE TRIGGER "sale_order_name_trigram_delete" AFTER DELETE ON "sale_order" BEGIN DELETE FROM "sale_order_name_trigram" WHERE rowid = old."id"; END;
CREATE TRIGGER "sale_order_name_trigram_update" AFTER UPDATE OF "name" ON "sale_order" WHEN old."name" IS NOT new."name" BEGIN DELETE FROM "sale_order_name_trigram" WHERE rowid = old."id"; INSERT INTO "sale_order_name_trigram" (rowid, folded) SELECT "id", declarest_fold("name", true, false) FROM "sale_order" WHERE "name" IS NOT NULL AND "id" = new."id"; END;
