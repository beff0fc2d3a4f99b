-- declarest: loses data of product_template: column written_fields goes
-- declarest: loses data of res_company: column written_fields goes
-- declarest: loses data of res_groups: column written_fields goes
-- declarest: loses data of sale_order: column written_fields goes
-- declarest: loses data of sale_order_line: column written_fields goes
-- product.template: written_fields goes
ALTER TABLE "product_template" DROP COLUMN "written_fields";

-- res.company: written_fields goes
ALTER TABLE "res_company" DROP COLUMN "written_fields";

-- res.groups: written_fields goes
ALTER TABLE "res_groups" DROP COLUMN "written_fields";

-- sale.order: written_fields goes
ALTER TABLE "sale_order" DROP COLUMN "written_fields";

-- sale.order.line: written_fields goes
ALTER TABLE "sale_order_line" DROP COLUMN "written_fields";
