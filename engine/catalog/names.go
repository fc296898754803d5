package catalog

import (
	"slices"
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
		return id, badName("table", text, "a $ stands before branch_<name> or a system table", "$ 之后须是 branch_<名称> 或系统表")
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
		return badName("database", name, "it is reserved", "该名称是保留的")
	}
	return checkName("database", name)
}

// CheckTable refuses names that a new table cannot have.
func CheckTable(name string) error { return checkName("table", name) }

// CheckBranch refuses names that a branch cannot have.
func CheckBranch(name string) error {
	if name == "main" || strings.Trim(name, "0123456789") == "" {
		return badName("branch", name, "it is main, or a number", "不能是 main 或纯数字")
	}
	return checkName("branch", name)
}

// checkName refuses what leads out of its folder, hides it, means something in
// a glob or a path elsewhere, or does not come back as it was.
func checkName(kind, name string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return badName(kind, name, "it is empty", "名称为空")
	case len(name) > maxNameBytes:
		return badName(kind, name[:20]+"…", "it is longer than 200 bytes", "长度超过 200 字节")
	case !utf8.ValidString(name):
		return badName(kind, strings.ToValidUTF8(name, "?"), "it is not UTF-8", "不是 UTF-8 文本")
	case strings.HasPrefix(name, "."):
		return badName(kind, name, "it starts with a dot", "不能以点开头")
	case strings.HasSuffix(name, ".") || strings.TrimSpace(name) != name:
		return badName(kind, name, "it ends with a dot, or starts or ends with a blank", "不能以点结尾，首尾不能有空白")
	}
	for _, r := range name {
		if strings.ContainsRune(`/\$:*?"<>|[]{}`, r) || unicode.IsControl(r) || r == unicode.ReplacementChar {
			return badName(kind, strings.Map(visible, name), "it holds "+string(visible(r)), "含有字符 "+string(visible(r)))
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

func badName(kind, name, why, whyZh string) error {
	kinds := map[string]string{"database": "数据库", "table": "表", "branch": "分支"}
	return problem.New("table.bad_name", "kind", kind, "kind_zh", kinds[kind], "name", name, "why", why, "why_zh", whyZh)
}
