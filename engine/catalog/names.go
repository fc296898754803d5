package catalog

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"laketop/engine/problem"
)

// maxNameBytes leaves room for ".db" and for the names of hidden folders in
// the 255 bytes that disks allow.
const maxNameBytes = 200

const (
	branchPrefix   = "branch_"
	systemDatabase = "sys"
)

// ParseTable reads the table part of a name: t, t$snapshots, t$branch_b,
// t$branch_b$snapshots.
func ParseTable(database, text string) (Identifier, error) {
	id := Identifier{Database: database}
	parts := strings.Split(text, "$")
	id.Table, parts = parts[0], parts[1:]
	if len(parts) > 0 && strings.HasPrefix(parts[0], branchPrefix) {
		id.Branch, parts = parts[0][len(branchPrefix):], parts[1:]
		if id.Branch == "main" {
			id.Branch = ""
		}
		if err := CheckBranch(id.Branch); id.Branch != "" && err != nil {
			return id, err
		}
	}
	switch {
	case id.Table == "" || len(parts) > 1 || len(parts) == 1 && parts[0] == "":
		return id, badName(aTable(), text, problem.Say("table.dollar"))
	case len(parts) == 1:
		id.System = strings.ToLower(parts[0])
	}
	return id, nil
}

// Match finds name among names: exactly, else the only one that differs in
// case alone. "" means there is none; two are the problem table.ambiguous_name.
func Match(name string, names []string) (string, error) {
	if slices.Contains(names, name) {
		return name, nil
	}
	var near []string
	for _, n := range names {
		if strings.EqualFold(n, name) {
			near = append(near, n)
		}
	}
	switch len(near) {
	case 0:
		return "", nil
	case 1:
		return near[0], nil
	}
	return "", problem.New("table.ambiguous_name", "name", name, "candidates", strings.Join(near, ", ")).Suggest(near...)
}

// CheckDatabase refuses names that a new database cannot have.
func CheckDatabase(name string) error {
	if strings.EqualFold(name, systemDatabase) {
		return badName(aDatabase(), name, problem.Say("table.reserved_name"))
	}
	return checkName(aDatabase(), name)
}

// CheckTable refuses names that a new table cannot have.
func CheckTable(name string) error { return checkName(aTable(), name) }

// CheckBranch refuses names that a branch cannot have.
func CheckBranch(name string) error {
	if name == "main" || strings.Trim(name, "0123456789") == "" {
		return badName(aBranch(), name, problem.Say("table.main_or_number"))
	}
	return checkName(aBranch(), name)
}

// checkName refuses what leads out of its folder, hides it, means something in
// a glob or a path elsewhere, or does not come back as it was.
func checkName(kind problem.Phrase, name string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return badName(kind, name, problem.Say("table.empty_name"))
	case len(name) > maxNameBytes:
		return badName(kind, name[:20]+"…", problem.Say("table.long_name", "bytes", strconv.Itoa(maxNameBytes)))
	case !utf8.ValidString(name):
		return badName(kind, strings.ToValidUTF8(name, "?"), problem.Say("table.not_utf8"))
	case strings.HasPrefix(name, "."):
		return badName(kind, name, problem.Say("table.leading_dot"))
	case strings.HasSuffix(name, ".") || strings.TrimSpace(name) != name:
		return badName(kind, name, problem.Say("table.dot_or_blank"))
	}
	for _, r := range name {
		if strings.ContainsRune(`/\$:*?"<>|[]{}`, r) || unicode.IsControl(r) || r == unicode.ReplacementChar {
			return badName(kind, strings.Map(visible, name), problem.Say("table.holds_character", "character", string(visible(r))))
		}
	}
	return nil
}

func visible(r rune) rune {
	if unicode.IsControl(r) {
		return '�'
	}
	return r
}

func badName(kind problem.Phrase, name string, why problem.Phrase) error {
	return problem.New("table.bad_name", "name", name).With("kind", kind).With("why", why)
}

func aDatabase() problem.Phrase { return problem.Say("table.database") }
func aTable() problem.Phrase    { return problem.Say("table.table") }
func aBranch() problem.Phrase   { return problem.Say("table.branch") }
