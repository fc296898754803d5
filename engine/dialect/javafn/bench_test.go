package javafn_test

import (
	"testing"

	"laketop/engine/dialect/javafn"
)

func BenchmarkFunctions(b *testing.B) {
	zones, re, paths, patterns := &javafn.Zones{}, &javafn.Regexps{}, &javafn.Paths{}, &javafn.Patterns{}
	for name, f := range map[string]func(){
		"DecodeUTF8":             func() { javafn.DecodeUTF8("广东省深圳市") },
		"StringToLong":           func() { _, _ = javafn.StringToLong("1714999999999") },
		"StringToDouble":         func() { javafn.StringToDouble("123.45") },
		"StringToDate":           func() { javafn.StringToDate("2024-05-06") },
		"StringToTimestamp":      func() { zones.StringToTimestamp("2024-05-06 12:34:56", shanghai, nil) },
		"StringToTimestamp/slow": func() { zones.StringToTimestamp("2024-5-6T12:34:56.789+08:00", shanghai, nil) },
		"FromUnixtime":           func() { zones.FromUnixtime(1714999999, shanghai) },
		"Format":                 func() { _, _ = patterns.Format(zones, 1714999999000000, "yyyy-MM-dd HH:mm", shanghai) },
		"Parse":                  func() { _, _, _ = patterns.Parse(zones, "2024-05-06 12:34", "yyyy-MM-dd HH:mm", shanghai) },
		"Get":                    func() { paths.Get(`{"item":"sword_7","amount":12.5,"currency":"CNY"}`, "$.amount") },
		"Like":                   func() { _, _ = re.Like("1714999999999", "^[0-9]{13}$") },
		"Like/backtracking":      func() { _, _ = re.Like("foobar", "foo(?=bar)") },
		"DoubleText":             func() { javafn.DoubleText(1234567.891) },
		"RoundHalfUp":            func() { javafn.RoundHalfUp(1234.5678, 2) },
		"RoundHalfUp/tie":        func() { javafn.RoundHalfUp(1.005, 2) },
		"MurmurBytes":            func() { _ = javafn.MurmurBytes("a text of some length", 42) },
		"Substring":              func() { javafn.Substring("广东省深圳市", -3, 2) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f()
			}
		})
	}
}
