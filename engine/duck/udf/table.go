package udf

import (
	"laketop/engine/dialect/javafn"
	"laketop/engine/duck/raw"
)

const (
	tBool   = raw.Boolean
	tInt    = raw.Integer
	tLong   = raw.BigInt
	tFloat  = raw.Float
	tDouble = raw.Double
	tDate   = raw.Date
	tNTZ    = raw.Timestamp
	tTZ     = raw.TimestampTZ
	tText   = raw.Varchar
	tBytes  = raw.Blob
)

// define is one row of the table.
func define(name string, returns raw.Type, run body, params ...raw.Type) raw.Scalar {
	return raw.Scalar{Name: name, Params: params, Returns: returns, Run: run}
}

// table builds every function with caches of its own.
func table() []raw.Scalar {
	zones := &javafn.Zones{}
	var all []raw.Scalar
	for _, part := range [][]raw.Scalar{
		casts(zones), dates(zones), patterns(zones), texts(), regexps(), documents(), numbers(), hashes(),
	} {
		all = append(all, part...)
	}
	return append(all, define("lt_registered", tBool, func(b *raw.Batch) error {
		return each(b, func(int) (bool, bool, error) { return true, true, nil })
	}))
}

func casts(zones *javafn.Zones) []raw.Scalar {
	return []raw.Scalar{
		define("lt_cast_bigint", tLong, some1(javafn.StringToLong), tText),
		define("lt_cast_int", tInt, some1(javafn.StringToInt), tText),
		define("lt_cast_double", tDouble, some1(javafn.StringToDouble), tText),
		define("lt_cast_float", tFloat, some1(javafn.StringToFloat), tText),
		define("lt_cast_decimal", tText, some1(javafn.DecimalText), tText),
		define("lt_cast_boolean", tBool, some1(javafn.StringToBoolean), tText),
		define("lt_cast_date", tDate, some1(javafn.StringToDate), tText),
		define("lt_cast_timestamp", tTZ, some2(func(s, zone string) (int64, bool) {
			return zones.StringToTimestamp(s, zone, nil)
		}), tText, tText),
		define("lt_cast_timestamp_now", tTZ, some3(func(s, zone string, now int64) (int64, bool) {
			return zones.StringToTimestamp(s, zone, &now)
		}), tText, tText, tTZ),
		define("lt_cast_timestamp_ntz", tNTZ, some1(zones.StringToTimestampNTZ), tText),
		define("lt_double_text", tText, all1(javafn.DoubleText), tDouble),
		define("lt_float_text", tText, all1(javafn.FloatText), tFloat),
		define("lt_decimal_text", tText, all1(javafn.DecimalJavaText), tText),
		define("lt_timestamp_text", tText, some2(zones.TimestampText), tTZ, tText),
		define("lt_timestamp_ntz_text", tText, all1(javafn.TimestampNTZText), tNTZ),
		define("lt_date_text", tText, all1(javafn.DateText), tDate),
		define("lt_utf8", tText, all1(javafn.DecodeUTF8), tBytes),
		define("lt_decimal_div", tText, some3(javafn.DecimalDivide), tText, tText, tInt),
		define("lt_wrap", tLong, some2(javafn.Wrap), tText, tInt),
		define("lt_double_bigint", tLong, all1(javafn.DoubleToLong), tDouble),
		define("lt_double_int", tInt, all1(javafn.DoubleToInt), tDouble),
	}
}

func dates(zones *javafn.Zones) []raw.Scalar {
	return []raw.Scalar{
		define("lt_from_unixtime", tText, some2(zones.FromUnixtime), tLong, tText),
		define("lt_months_between", tDouble, all3(javafn.MonthsBetween), tNTZ, tNTZ, tBool),
		define("lt_next_day", tDate, some2(javafn.NextDay), tDate, tText),
		define("lt_from_utc", tTZ, some3(zones.FromUTC), tTZ, tText, tText),
		define("lt_to_utc", tTZ, some3(zones.ToUTC), tTZ, tText, tText),
		define("lt_convert_zone", tNTZ, some3(zones.Convert), tText, tText, tNTZ),
		define("lt_local", tNTZ, some2(zones.Local), tTZ, tText),
		define("lt_instant", tTZ, some2(zones.Instant), tNTZ, tText),
	}
}

func patterns(zones *javafn.Zones) []raw.Scalar {
	java, mysql := &javafn.Patterns{}, &javafn.MySQLPatterns{}
	return []raw.Scalar{
		define("lt_date_format", tText, try3(func(t int64, pattern, zone string) (string, error) {
			return java.Format(zones, t, pattern, zone)
		}), tTZ, tText, tText),
		define("lt_date_format_ntz", tText, try2(java.FormatNTZ), tNTZ, tText),
		define("lt_to_timestamp", tTZ, on3(func(s, pattern, zone string) (int64, bool, error) {
			return java.Parse(zones, s, pattern, zone)
		}), tText, tText, tText),
		define("lt_to_timestamp_ntz", tNTZ, on2(func(s, pattern string) (int64, bool, error) {
			return java.ParseNTZ(zones, s, pattern)
		}), tText, tText),
		define("lt_mysql_format", tText, some2(mysql.Format), tNTZ, tText),
		define("lt_mysql_parse", tNTZ, some2(mysql.Parse), tText, tText),
	}
}

func texts() []raw.Scalar {
	return []raw.Scalar{
		define("lt_decode", tText, try2(javafn.Decode), tBytes, tText),
		define("lt_encode", tBytes, try2(javafn.Encode), tText, tText),
		define("lt_substring_index", tText, all3(javafn.SubstringIndex), tText, tText, tInt),
		define("lt_translate", tText, all3(javafn.Translate), tText, tText, tText),
		define("lt_reverse", tText, all1(javafn.Reverse), tText),
		define("lt_initcap", tText, all1(javafn.InitCap), tText),
		define("lt_upper", tText, all1(javafn.Upper), tText),
		define("lt_lower", tText, all1(javafn.Lower), tText),
		define("lt_lpad", tText, all3(javafn.LeftPad), tText, tInt, tText),
		define("lt_rpad", tText, all3(javafn.RightPad), tText, tInt, tText),
		define("lt_substring", tText, all3(javafn.Substring), tText, tInt, tInt),
		define("lt_substring_bytes", tBytes, all3(javafn.SubstringBytes), tBytes, tInt, tInt),
		define("lt_locate", tInt, all3(javafn.Locate), tText, tText, tInt),
		define("lt_levenshtein", tInt, all3(javafn.Levenshtein), tText, tText, tInt),
		define("lt_soundex", tText, all1(javafn.Soundex), tText),
		define("lt_find_in_set", tInt, all2(javafn.FindInSet), tText, tText),
		define("lt_mask", tText, func(b *raw.Batch) error {
			s, u, l, d, o := column[string](b, 0), column[string](b, 1), column[string](b, 2), column[string](b, 3), column[string](b, 4)
			return each(b, func(i int) (string, bool, error) {
				return javafn.Mask(s.At(i), u.At(i), l.At(i), d.At(i), o.At(i)), true, nil
			})
		}, tText, tText, tText, tText, tText),
		define("lt_luhn", tBool, all1(javafn.Luhn), tText),
		define("lt_repeat", tText, some2(javafn.Repeat), tText, tInt),
		define("lt_unhex", tBytes, some1(javafn.Unhex), tText),
		define("lt_unbase64", tBytes, some1(javafn.Unbase64), tText),
		define("lt_base64", tText, all1(javafn.Base64), tBytes),
		define("lt_base64_mime", tText, all1(javafn.Base64MIME), tBytes),
		define("lt_chr", tText, all1(javafn.Char), tLong),
		define("lt_url_encode", tText, all1(javafn.URLEncode), tText),
		define("lt_url_decode", tText, some1(javafn.URLDecode), tText),
		define("lt_parse_url", tText, some2(func(s, part string) (string, bool) {
			return javafn.ParseURL(s, part, "", false)
		}), tText, tText),
		define("lt_parse_url_key", tText, some3(func(s, part, key string) (string, bool) {
			return javafn.ParseURL(s, part, key, true)
		}), tText, tText, tText),
		define("lt_format_string", tText, func(b *raw.Batch) error {
			format, args := column[string](b, 0), raw.TextLists(b, 1)
			return each(b, func(i int) (string, bool, error) {
				var list []*string
				args.At(i, func(v string, null bool) {
					if null {
						list = append(list, nil)
					} else {
						list = append(list, &v)
					}
				})
				s, err := javafn.FormatString(format.At(i), list)
				return s, true, err
			})
		}, tText, raw.ListOf(tText)),
	}
}

func regexps() []raw.Scalar {
	re := &javafn.Regexps{}
	all := []raw.Scalar{
		define("lt_rlike", tBool, try2(re.Like), tText, tText),
		define("lt_regexp_extract", tText, try3(re.Extract), tText, tText, tInt),
		define("lt_regexp_replace", tText, try4(re.Replace), tText, tText, tText, tInt),
		define("lt_regexp_count", tInt, try2(re.Count), tText, tText),
		define("lt_regexp_instr", tInt, try2(re.Instr), tText, tText),
		define("lt_regexp_substr", tText, on2(re.Substr), tText, tText),
	}
	split := func(b *raw.Batch, i int) ([]*string, bool, error) {
		parts, err := re.Split(raw.Text(b, 0).At(i), raw.Text(b, 1).At(i), raw.Column[int32](b, 2).At(i))
		return pointers(parts), true, err
	}
	extract := func(b *raw.Batch, i int) ([]*string, bool, error) {
		found, err := re.ExtractAll(raw.Text(b, 0).At(i), raw.Text(b, 1).At(i), raw.Column[int32](b, 2).At(i))
		return pointers(found), true, err
	}
	pairs := func(key bool) body {
		return lists(func(b *raw.Batch, i int) ([]*string, bool, error) {
			keys, values, err := re.StringToMap(raw.Text(b, 0).At(i), raw.Text(b, 1).At(i), raw.Text(b, 2).At(i))
			if key {
				return pointers(keys), true, err
			}
			return values, true, err
		})
	}
	return append(all,
		define("lt_split", raw.ListOf(tText), lists(split), tText, tText, tInt),
		define("lt_regexp_extract_all", raw.ListOf(tText), lists(extract), tText, tText, tInt),
		define("lt_str_to_map_keys", raw.ListOf(tText), pairs(true), tText, tText, tText),
		define("lt_str_to_map_values", raw.ListOf(tText), pairs(false), tText, tText, tText),
	)
}

func documents() []raw.Scalar {
	paths := &javafn.Paths{}
	return []raw.Scalar{
		define("lt_get_json_object", tText, some2(paths.Get), tText, tText),
		define("lt_json_array_length", tInt, some1(javafn.ArrayLength), tText),
		define("lt_json_tuple", tText, some2(javafn.Member), tText, tText),
		define("lt_json_quote", tText, all1(javafn.QuoteJSON), tText),
		define("lt_json_object_keys", raw.ListOf(tText), lists(func(b *raw.Batch, i int) ([]*string, bool, error) {
			keys, ok := javafn.ObjectKeys(raw.Text(b, 0).At(i))
			return pointers(keys), ok, nil
		}), tText),
	}
}

func numbers() []raw.Scalar {
	formats := &javafn.DecimalFormats{}
	return []raw.Scalar{
		define("lt_round", tDouble, all2(javafn.RoundHalfUp), tDouble, tInt),
		define("lt_bround", tDouble, all2(javafn.RoundHalfEven), tDouble, tInt),
		define("lt_round_float", tFloat, all2(javafn.RoundFloat), tFloat, tInt),
		define("lt_conv", tText, some3(javafn.Conv), tText, tInt, tInt),
		define("lt_format_number", tText, some2(javafn.FormatNumber), tText, tInt),
		define("lt_format_double", tText, some2(javafn.FormatDouble), tDouble, tInt),
		define("lt_format_pattern", tText, try2(formats.Format), tText, tText),
		define("lt_format_pattern_double", tText, try2(formats.FormatDouble), tDouble, tText),
		define("lt_decimal_round", tText, some3(javafn.DecimalRound), tText, tInt, tBool),
		define("lt_decimal_step", tText, some3(javafn.DecimalStep), tText, tInt, tText),
		define("lt_shift", tLong, on4(func(op string, v int64, n, bits int32) (int64, bool, error) {
			return javafn.Shift(op, v, n, bits), true, nil
		}), tText, tLong, tInt, tInt),
		define("lt_skewness", tDouble, overList(javafn.Skewness), raw.ListOf(tDouble)),
		define("lt_kurtosis", tDouble, overList(javafn.Kurtosis), raw.ListOf(tDouble)),
		define("lt_log", tDouble, some2(javafn.Log), tDouble, tDouble),
		define("lt_pow", tDouble, all2(javafn.Pow), tDouble, tDouble),
		define("lt_math", tDouble, some2(javafn.Math), tText, tDouble),
	}
}

// overList lifts a function of all values of a list.
func overList(f func([]float64) (float64, bool)) body {
	return func(b *raw.Batch) error {
		in := raw.FixedLists[float64](b, 0)
		return each(b, func(i int) (float64, bool, error) {
			var values []float64
			in.At(i, func(v float64, null bool) {
				if !null {
					values = append(values, v)
				}
			})
			r, ok := f(values)
			return r, ok, nil
		})
	}
}

func hashes() []raw.Scalar {
	return []raw.Scalar{
		define("lt_hash_int", tInt, all2(javafn.MurmurInt), tInt, tInt),
		define("lt_hash_bigint", tInt, all2(javafn.MurmurLong), tLong, tInt),
		define("lt_hash_double", tInt, all2(javafn.MurmurDouble), tDouble, tInt),
		define("lt_hash_float", tInt, all2(javafn.MurmurFloat), tFloat, tInt),
		define("lt_hash_bytes", tInt, all2(javafn.MurmurBytes), tBytes, tInt),
		define("lt_hash_text", tInt, all2(javafn.MurmurBytes), tText, tInt),
		define("lt_xx_int", tLong, all2(javafn.XXInt), tInt, tLong),
		define("lt_xx_bigint", tLong, all2(javafn.XXLong), tLong, tLong),
		define("lt_xx_double", tLong, all2(javafn.XXDouble), tDouble, tLong),
		define("lt_xx_float", tLong, all2(javafn.XXFloat), tFloat, tLong),
		define("lt_xx_bytes", tLong, all2(javafn.XXBytes), tBytes, tLong),
		define("lt_xx_text", tLong, all2(javafn.XXBytes), tText, tLong),
		define("lt_unscaled", tBytes, some1(javafn.UnscaledBytes), tText),
		define("lt_sha2", tText, some2(javafn.SHA2), tBytes, tInt),
		define("lt_sha1", tText, all1(javafn.SHA1), tBytes),
		define("lt_md5", tText, all1(javafn.MD5), tBytes),
		define("lt_crc32", tLong, all1(javafn.CRC32), tBytes),
	}
}
