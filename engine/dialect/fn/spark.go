package fn

import (
	"laketop/engine/datatype"
	"laketop/engine/dialect/coerce"
)

func sparkFunctions() []Function {
	return join(
		sparkText(), sparkRegexp(), sparkTime(), sparkNumber(), sparkCondition(), sparkJSON(),
		sparkCollection(), sparkLambda(), sparkAggregate(), sparkWindow(), sparkGenerator(),
		unsupported(
			// other machinery
			"java_method", "reflect", "input_file_name", "input_file_block_start", "input_file_block_length", "monotonically_increasing_id",
			"spark_partition_id", "session_window", "window_time", "current_catalog", "current_database", "current_schema", "current_user", "user",
			"session_user", "version", "assert_true",
			// formats
			"from_json", "schema_of_json", "from_csv", "to_csv", "schema_of_csv", "from_xml", "to_xml", "schema_of_xml", "xpath", "xpath_boolean",
			"xpath_double", "xpath_int", "xpath_string", "from_avro", "to_avro", "parse_json", "variant_get", "try_variant_get", "is_variant_null",
			"to_variant_object", "schema_of_variant", "to_number", "try_to_number", "try_to_binary", "sentences", "try_parse_url", "try_url_decode",
			// bitmaps and sketches
			"bitmap_agg", "bitmap_or_agg", "bitmap_union", "bitmap_union_count", "bitmap_count", "bitmap_construct_agg", "bitmap_bit_position",
			"bitmap_bucket_number", "to_bitmap", "bitmap_from_binary", "hll_sketch_agg", "hll_sketch_estimate", "hll_union", "hll_union_agg", "count_min_sketch",
			"histogram_numeric", "bloom_filter_agg", "might_contain",
			// encryption, random
			"aes_encrypt", "aes_decrypt", "try_aes_decrypt", "randn", "randstr", "uniform", "shuffle",
			// arrays, intervals and the rest
			"make_interval", "make_dt_interval", "make_ym_interval", "try_make_interval", "make_timestamp_ltz",
			"try_make_timestamp", "collate", "collation", "is_valid_utf8", "make_valid_utf8", "validate_utf8", "try_validate_utf8", "percentile_disc",
			"try_reflect", "bitwise_not", "grouping_id",
		),
	)
}

func commonType(args []Arg) (datatype.Type, bool) { return coerce.CommonOf(types(args)...) }
