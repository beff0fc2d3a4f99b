-- product.template.attribute.value: its rules and indexes
DROP INDEX "product_template_attribute_value_product_attribute_val_75a17b57";
DROP INDEX "product_template_attribute_value_attribute_line_id_pro_e7b21190";

-- product.attribute.value.pav_attribute_line_ids: its rules and indexes
DROP INDEX "product_attribute_value_line_rel_product_template_attr_510fad3d";

-- sale.order.line.product_no_variant_attribute_value_ids: its rules and indexes
DROP INDEX "product_template_attribute_value_sale_order_line_rel_p_7799fb1f";

-- product.template.attribute.value: its rules and indexes
CREATE INDEX "product_template_attribute_value_product_attribute_value_id_index" ON "product_template_attribute_value" ("product_attribute_value_id");
CREATE UNIQUE INDEX "product_template_attribute_value_attribute_line_id_product_attribute_value_id_unique" ON "product_template_attribute_value" ("attribute_line_id", "product_attribute_value_id");

-- product.attribute.value.pav_attribute_line_ids: its rules and indexes
CREATE INDEX "product_attribute_value_line_rel_product_template_attribute_line_id_index" ON "product_attribute_value_line_rel" ("product_template_attribute_line_id");

-- sale.order.line.product_no_variant_attribute_value_ids: its rules and indexes
CREATE INDEX "product_template_attribute_value_sale_order_line_rel_product_template_attribute_value_id_index" ON "product_template_attribute_value_sale_order_line_rel" ("product_template_attribute_value_id");
