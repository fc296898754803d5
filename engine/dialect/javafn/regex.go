package javafn

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"

	"laketop/engine/problem"
)

// Regexps compiles regular expressions of Java. Each is run by RE2 where RE2
// gives the same answer for the text at hand, else by a backtracking engine.
type Regexps struct {
	cache        cache[*javaRegexp]
	replacements cache[[]piece]
}

// backtrackLimit ends a search that explodes; Java would not come back.
const backtrackLimit = 10 * time.Second

type javaRegexp struct {
	*translated
	pattern string
	linear  *regexp.Regexp // nil: never right
	once    sync.Once
	deep    *regexp2.Regexp
	deepErr error
}

// CheckRegexp tells what is wrong with a pattern.
func (r *Regexps) CheckRegexp(pattern string) error {
	_, err := r.cache.get(pattern, compileRegexp)
	return err
}

// Groups is the number of groups of a pattern.
func (r *Regexps) Groups(pattern string) (int, error) {
	j, err := r.cache.get(pattern, compileRegexp)
	if err != nil {
		return 0, err
	}
	return j.groups, nil
}

// SearchRE2 gives an RE2 pattern that is found in exactly the texts in which
// Java finds pattern; ok is false where there is none.
func (r *Regexps) SearchRE2(pattern string) (re2 string, ok bool) {
	j, err := r.cache.get(pattern, compileRegexp)
	if err != nil || j.linear == nil || j.boundary || j.dollar && !j.dollarEnds {
		return "", false
	}
	return strings.ReplaceAll(j.linear.String(), endOfLine, anyTerminator+`?\z`), true
}

// MatchRE2 gives an RE2 pattern whose matches and groups are Java's in every
// text; always tells that no match is empty, which replacing needs.
func (r *Regexps) MatchRE2(pattern string) (re2 string, notEmpty, ok bool) {
	j, err := r.cache.get(pattern, compileRegexp)
	if err != nil || j.linear == nil || j.boundary || j.dollar {
		return "", false, false
	}
	return j.linear.String(), !j.canBeEmpty, true
}

func compileRegexp(pattern string) (*javaRegexp, error) {
	t, err := translateRegexp(pattern)
	if err != nil {
		return nil, err
	}
	j := &javaRegexp{translated: t, pattern: pattern}
	if !t.needsBack {
		if j.linear, err = regexp.Compile(t.re2.String()); err != nil {
			j.linear = nil
		}
	}
	if j.linear == nil {
		if _, err = j.backtracking(); err != nil {
			return nil, problem.Say("sql.fault_regexp_failed", "pattern", strconv.Quote(pattern), "why", err.Error()).ErrOf(ErrRegexp)
		}
	}
	return j, nil
}

func (j *javaRegexp) backtracking() (*regexp2.Regexp, error) {
	j.once.Do(func() {
		j.deep, j.deepErr = regexp2.Compile(j.back.String())
		if j.deepErr == nil {
			j.deep.MatchTimeout = backtrackLimit
		}
	})
	return j.deep, j.deepErr
}

// isLinear tells whether RE2 is right for s.
func (j *javaRegexp) isLinear(s string) bool {
	if j.linear == nil || j.boundary && !isASCII(s) {
		return false
	}
	return !j.dollar || !endsLine(s)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func endsLine(s string) bool {
	return strings.HasSuffix(s, "\n") || strings.HasSuffix(s, "\r") || strings.HasSuffix(s, "\u0085") ||
		strings.HasSuffix(s, "\u2028") || strings.HasSuffix(s, "\u2029")
}

// find gives the first match as byte offsets, two a group, -1 for a group that
// took no part; nil for none.
func (j *javaRegexp) find(s string) ([]int, error) {
	if j.isLinear(s) {
		return j.linear.FindStringSubmatchIndex(s), nil
	}
	re, err := j.backtracking()
	if err != nil {
		return nil, err
	}
	m, err := re.FindStringMatch(s)
	if m == nil || err != nil {
		return nil, err
	}
	return offsets(m), nil
}

func offsets(m *regexp2.Match) []int {
	var at []int
	for _, g := range m.Groups() {
		if len(g.Captures) == 0 {
			at = append(at, -1, -1)
			continue
		}
		index, length := g.ByteRange()
		at = append(at, index, index+length)
	}
	return at
}

// each calls f with every match, from the left, as Matcher.find gives them.
func (j *javaRegexp) each(s string, f func(at []int) bool) error {
	// Java lets an empty match follow a match at once, Go's RE2 does not.
	if j.isLinear(s) && !j.canBeEmpty {
		for _, at := range j.linear.FindAllStringSubmatchIndex(s, -1) {
			if !f(at) {
				return nil
			}
		}
		return nil
	}
	re, err := j.backtracking()
	if err != nil {
		return err
	}
	m, err := re.FindStringMatch(s)
	for ; m != nil && err == nil; m, err = re.FindNextMatch(m) {
		if !f(offsets(m)) {
			return nil
		}
	}
	return err
}

// Like is s RLIKE pattern: is the pattern found anywhere.
func (r *Regexps) Like(s, pattern string) (bool, error) {
	j, err := r.cache.get(pattern, compileRegexp)
	if err != nil {
		return false, err
	}
	if j.isLinear(s) {
		return j.linear.MatchString(s), nil
	}
	re, err := j.backtracking()
	if err != nil {
		return false, err
	}
	return re.MatchString(s)
}

// Extract is regexp_extract: the group of the first match, "" without one.
func (r *Regexps) Extract(s, pattern string, group int32) (string, error) {
	j, err := r.cache.get(pattern, compileRegexp)
	if err != nil {
		return "", err
	}
	at, err := j.find(s)
	if at == nil || err != nil {
		return "", err
	}
	return groupText(s, at, group), j.check(pattern, group)
}

// check tells whether the pattern has a group. Java asks only once it has found
// a match.
func (j *javaRegexp) check(pattern string, group int32) error {
	if group < 0 || int(group) > j.groups {
		return problem.Say("sql.fault_no_group", "pattern", strconv.Quote(pattern), "groups", strconv.Itoa(j.groups), "group", strconv.Itoa(int(group))).ErrOf(ErrRegexp)
	}
	return nil
}

func groupText(s string, at []int, group int32) string {
	if group < 0 || int(2*group) >= len(at) || at[2*group] < 0 {
		return ""
	}
	return s[at[2*group]:at[2*group+1]]
}

// ExtractAll is regexp_extract_all: the group of every match.
func (r *Regexps) ExtractAll(s, pattern string, group int32) ([]string, error) {
	j, err := r.cache.get(pattern, compileRegexp)
	if err != nil {
		return nil, err
	}
	var all []string
	search := j.each(s, func(at []int) bool {
		err = j.check(pattern, group)
		all = append(all, groupText(s, at, group))
		return err == nil
	})
	if err == nil {
		err = search
	}
	return all, err
}

// Count is regexp_count.
func (r *Regexps) Count(s, pattern string) (int32, error) {
	j, err := r.cache.get(pattern, compileRegexp)
	if err != nil {
		return 0, err
	}
	n := int32(0)
	err = j.each(s, func([]int) bool { n++; return true })
	return n, err
}

// Substr is regexp_substr: the first match, not ok without one.
func (r *Regexps) Substr(s, pattern string) (string, bool, error) {
	j, err := r.cache.get(pattern, compileRegexp)
	if err != nil {
		return "", false, err
	}
	at, err := j.find(s)
	if at == nil || err != nil {
		return "", false, err
	}
	return groupText(s, at, 0), true, nil
}

// Instr is regexp_instr: where the first match starts, in UTF-16 units from one.
func (r *Regexps) Instr(s, pattern string) (int32, error) {
	j, err := r.cache.get(pattern, compileRegexp)
	if err != nil {
		return 0, err
	}
	at, err := j.find(s)
	if at == nil || err != nil {
		return 0, err
	}
	return utf16Length(s[:at[0]]) + 1, nil
}

func utf16Length(s string) int32 {
	n := int32(0)
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// Replace is regexp_replace from UTF-16 position from (from one).
func (r *Regexps) Replace(s, pattern, replacement string, from int32) (string, error) {
	j, err := r.cache.get(pattern, compileRegexp)
	if err != nil {
		return "", err
	}
	pieces, err := r.replacements.get(fmt.Sprint(j.groups, " ")+replacement, func(key string) ([]piece, error) {
		_, text, _ := strings.Cut(key, " ")
		return parseReplacement(text, j.groups)
	})
	if err != nil {
		return "", err
	}
	head := utf16Prefix(s, from-1)
	if from > 1 && len(head) == len(s) {
		return s, nil
	}
	rest := s[len(head):]
	var b strings.Builder
	b.WriteString(head)
	done := 0
	err = j.each(rest, func(at []int) bool {
		b.WriteString(rest[done:at[0]])
		for _, p := range pieces {
			b.WriteString(p.text)
			if p.group >= 0 {
				b.WriteString(groupText(rest, at, int32(p.group)))
			}
		}
		done = at[1]
		return true
	})
	b.WriteString(rest[done:])
	return b.String(), err
}

// utf16Prefix is the start of s that takes n UTF-16 units.
func utf16Prefix(s string, n int32) string {
	if n <= 0 {
		return ""
	}
	for i, r := range s {
		if n <= 0 {
			return s[:i]
		}
		n--
		if r > 0xffff {
			n--
		}
	}
	return s
}

// piece is a part of a replacement: a text, then a group if it is not -1.
type piece struct {
	text  string
	group int
}

func badReplacement(replacement string, what problem.Phrase) error {
	return problem.Say("sql.fault_replacement", "replacement", strconv.Quote(replacement)).With("what", what).ErrOf(ErrRegexp)
}

func parseReplacement(s string, groups int) ([]piece, error) {
	var pieces []piece
	var text strings.Builder
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i++; i == len(s) {
				return nil, badReplacement(s, problem.Say("sql.within_ends_backslash"))
			}
			text.WriteByte(s[i])
		case '$':
			if i++; i == len(s) || !isDigit(s[i]) {
				return nil, badReplacement(s, problem.Say("sql.within_lone_dollar"))
			}
			group := int(s[i] - '0')
			if group > groups {
				return nil, badReplacement(s, problem.Say("sql.within_group_of", "group", strconv.Itoa(group), "groups", strconv.Itoa(groups)))
			}
			for i+1 < len(s) && isDigit(s[i+1]) && group*10+int(s[i+1]-'0') <= groups {
				i++
				group = group*10 + int(s[i]-'0')
			}
			pieces = append(pieces, piece{text.String(), group})
			text.Reset()
		default:
			text.WriteByte(s[i])
		}
	}
	return append(pieces, piece{text.String(), -1}), nil
}

// ReplacementRE2 turns a Java replacement into RE2's (\1 for $1).
func ReplacementRE2(replacement string, groups int) (string, bool) {
	pieces, err := parseReplacement(replacement, groups)
	if err != nil {
		return "", false
	}
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(strings.ReplaceAll(p.text, `\`, `\\`))
		if p.group > 9 {
			return "", false
		}
		if p.group >= 0 {
			fmt.Fprintf(&b, `\%d`, p.group)
		}
	}
	return b.String(), true
}

// Split is split(s, pattern, limit); by nothing, it gives the first limit
// characters, as Spark does.
func (r *Regexps) Split(s, pattern string, limit int32) ([]string, error) {
	if pattern == "" && s != "" {
		return splitPoints(s, limit), nil
	}
	j, err := r.cache.get(pattern, compileRegexp)
	if err != nil {
		return nil, err
	}
	var parts []string
	done := 0
	err = j.each(s, func(at []int) bool {
		if limit > 0 && len(parts) == int(limit)-1 {
			return false
		}
		if at[0] == 0 && at[1] == 0 {
			return true // no empty part before a match of nothing at the start
		}
		parts = append(parts, s[done:at[0]])
		done = at[1]
		return true
	})
	return append(parts, s[done:]), err
}

func splitPoints(s string, limit int32) []string {
	var parts []string
	for s != "" && (limit <= 0 || len(parts) < int(limit)) {
		_, n := utf8.DecodeRuneInString(s)
		parts = append(parts, s[:n])
		s = s[n:]
	}
	return parts
}

// StringToMap is str_to_map: keys and values; a pair without a separator has a
// NULL value.
func (r *Regexps) StringToMap(s, pairs, parts string) (keys []string, values []*string, err error) {
	list, err := r.Split(s, pairs, -1)
	if err != nil {
		return nil, nil, err
	}
	seen := map[string]bool{}
	for _, pair := range list {
		kv, err := r.Split(pair, parts, 2)
		if err != nil {
			return nil, nil, err
		}
		if seen[kv[0]] {
			return nil, nil, problem.Say("sql.fault_twice", "key", strconv.Quote(kv[0])).Err()
		}
		seen[kv[0]] = true
		keys = append(keys, kv[0])
		if len(kv) == 2 {
			values = append(values, &kv[1])
		} else {
			values = append(values, nil)
		}
	}
	return keys, values, nil
}
