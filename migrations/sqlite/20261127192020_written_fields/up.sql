-- product.template: written_fields comes
ALTER TABLE "product_template" ADD COLUMN "written_fields" TEXT;

-- res.company: written_fields comes
ALTER TABLE "res_company" ADD COLUMN "written_fields" TEXT;

-- res.groups: written_fields comes
ALTER TABLE "res_groups" ADD COLUMN "written_fields" TEXT;

-- sale.order: written_fields comes
ALTER TABLE "sale_order" ADD COLUMN "written_fields" TEXT;

-- sale.order.line: written_fields comes
ALTER TABLE "sale_order_line" ADD COLUMN "written_fields" TEXT;
