package javafn

import (
	"net/url"
	"regexp"
	"strings"
)

// URLEncode is url_encode: what HTML forms send.
func URLEncode(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case c == ' ':
			b.WriteByte('+')
		case digitValue(c) < 99 || strings.IndexByte(".-*_", c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte("0123456789ABCDEF"[c>>4])
			b.WriteByte("0123456789ABCDEF"[c&15])
		}
	}
	return b.String()
}

// URLDecode is url_decode; not ok where a % is not followed by two digits.
func URLDecode(s string) (string, bool) {
	t, err := url.QueryUnescape(s)
	return t, err == nil
}

// ParseURL is parse_url(s, part [, key]); a text that Java's URI class does not
// take has no parts.
func ParseURL(s, part, key string, hasKey bool) (string, bool) {
	if !validURI(s) {
		return "", false
	}
	u, err := url.Parse(s)
	if err != nil {
		return "", false
	}
	rest := s[strings.Index(s, ":")+1:]
	if !strings.Contains(s, ":") || u.Scheme == "" {
		rest = s
	}
	rest, fragment, hasFragment := strings.Cut(rest, "#")
	rest, query, hasQuery := strings.Cut(rest, "?")
	authority := ""
	path := rest
	if after, ok := strings.CutPrefix(rest, "//"); ok {
		n := strings.IndexByte(after, '/')
		if n < 0 {
			n = len(after)
		}
		authority, path = after[:n], after[n:]
	} else if u.Opaque != "" {
		path = "" // mailto:x has no hierarchy
		if part == "PATH" || part == "FILE" {
			return "", false
		}
	}
	if hasKey && part != "QUERY" {
		return "", false
	}
	switch part {
	case "PROTOCOL":
		return u.Scheme, u.Scheme != ""
	case "AUTHORITY":
		return authority, authority != ""
	case "USERINFO":
		info, _, ok := strings.Cut(authority, "@")
		return info, ok
	case "HOST":
		return hostOf(authority)
	case "PATH":
		return path, true
	case "FILE":
		if hasQuery {
			path += "?" + query
		}
		return path, true
	case "REF":
		return fragment, hasFragment
	case "QUERY":
		if hasQuery && hasKey {
			return queryValue(query, key)
		}
		return query, hasQuery
	}
	return "", false
}

func hostOf(authority string) (string, bool) {
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		authority = authority[i+1:]
	}
	if i := strings.LastIndexByte(authority, ':'); i >= 0 && !strings.HasSuffix(authority, "]") {
		authority = authority[:i]
	}
	return authority, authority != ""
}

// queryValue reads the key as a regular expression, as Spark does.
func queryValue(query, key string) (string, bool) {
	re, err := regexp.Compile("(?:&|^)" + key + "=([^&]*)")
	if err != nil {
		return "", false
	}
	m := re.FindStringSubmatch(query)
	if m == nil {
		return "", false
	}
	return m[1], true
}

// validURI tells whether Java's URI class takes s: no blanks, controls or
// brackets outside of a host, whole escapes.
func validURI(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c <= ' ' || c == 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0:
			return false
		case c == '%' && (i+2 >= len(s) || digitValue(s[i+1]) > 15 || digitValue(s[i+2]) > 15):
			return false
		}
	}
	return true
}
