// Command notices writes THIRD_PARTY_NOTICES.md: every library in the product,
// its version, its licence and the licence's text. It reads the modules that
// the program really links and the packages that the page really bundles, so
// the file cannot claim less or more; a licence outside the allowed list ends
// it with an error.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
)

// library is one entry of the notices.
type library struct{ name, version, licence, text string }

// allowed are the licences that the product may carry.
var allowed = []string{"MIT", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "ISC", "OFL-1.1", "CC0-1.0", "MPL-2.0", "0BSD", "Unlicense", "Zlib"}

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	libs, err := goModules(ctx)
	if err != nil {
		return err
	}
	npm, err := npmPackages("frontend")
	if err != nil {
		return err
	}
	libs = append(libs, npm...)
	for _, l := range libs {
		if !slices.Contains(allowed, l.licence) {
			return fmt.Errorf("%s %s has licence %q, which the product may not carry", l.name, l.version, l.licence)
		}
	}
	sort.Slice(libs, func(i, j int) bool {
		return libs[i].name+"\x00"+libs[i].version < libs[j].name+"\x00"+libs[j].version
	})
	return os.WriteFile("THIRD_PARTY_NOTICES.md", render(libs), 0o644)
}

// goModules lists the modules that either build links.
func goModules(ctx context.Context) ([]library, error) {
	seen := map[string]library{}
	for _, tags := range []string{"duckdb_arrow", "desktop,production,webkit2_41,duckdb_arrow"} {
		out, err := exec.CommandContext(ctx, "go", "list", "-deps", "-tags", tags, "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}", ".").Output()
		if err != nil {
			return nil, fmt.Errorf("list modules: %w", err)
		}
		lines := bufio.NewScanner(bytes.NewReader(out))
		for lines.Scan() {
			f := strings.Split(lines.Text(), "\t")
			if len(f) != 3 || seen[f[0]].name != "" {
				continue
			}
			text, err := licenceText(f[2])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", f[0], err)
			}
			seen[f[0]] = library{f[0], f[1], classify(text), text}
		}
	}
	var libs []library
	for _, l := range seen {
		libs = append(libs, l)
	}
	return libs, nil
}

// npmPackages lists what npm installs for the product, not for its build.
func npmPackages(dir string) ([]library, error) {
	data, err := os.ReadFile(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		return nil, err
	}
	var lock struct {
		Packages map[string]struct {
			Version  string `json:"version"`
			License  string `json:"license"`
			Dev      bool   `json:"dev"`
			Optional bool   `json:"optional"`
			Peer     bool   `json:"peer"`
		} `json:"packages"`
	}
	if err := json.Unmarshal(data, &lock); err != nil {
		return nil, err
	}
	var libs []library
	seen := map[string]bool{}
	for path, p := range lock.Packages {
		_, name, ok := strings.Cut(path, "node_modules/")
		if i := strings.LastIndex(path, "node_modules/"); i >= 0 {
			name = path[i+len("node_modules/"):]
		}
		if !ok || p.Dev || p.Optional || p.Peer || strings.HasPrefix(name, "@types/") || seen[name+p.Version] {
			continue
		}
		seen[name+p.Version] = true
		text, err := licenceText(filepath.Join(dir, path))
		if err != nil {
			text = "(the package carries no licence text; its manifest says " + p.License + ")"
		}
		libs = append(libs, library{"npm " + name, p.Version, spdx(p.License), text})
	}
	return libs, nil
}

// spdx picks an allowed choice out of "(MIT OR Apache-2.0)".
func spdx(expr string) string {
	for choice := range strings.SplitSeq(strings.Trim(expr, "()"), " OR ") {
		if slices.Contains(allowed, choice) {
			return choice
		}
	}
	return expr
}

var licenceName = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense)([-.].*)?$`)

func licenceText(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if !e.IsDir() && licenceName.MatchString(e.Name()) {
			data, err := os.ReadFile(filepath.Join(dir, e.Name()))
			return strings.TrimSpace(strings.ReplaceAll(string(data), "\r\n", "\n")), err
		}
	}
	return "", fmt.Errorf("no licence file in %s", dir)
}

// classify tells a licence by the words that only it has.
func classify(text string) string {
	flat := strings.Join(strings.Fields(text), " ")
	has := func(s string) bool { return strings.Contains(flat, s) }
	switch {
	case has("Mozilla Public License Version 2.0"), has("Mozilla Public License, version 2.0"):
		return "MPL-2.0"
	case has("GNU GENERAL PUBLIC LICENSE"), has("GNU AFFERO"), has("GNU LESSER"):
		return "GPL"
	case has("Apache License") && has("Version 2.0"):
		return "Apache-2.0"
	case has("Permission is hereby granted, free of charge"):
		return "MIT"
	case has("Permission to use, copy, modify, and/or distribute"), has("Permission to use, copy, modify, and distribute"):
		return "ISC"
	case has("Redistribution and use in source and binary forms") && (has("Neither the name") || has("names of its contributors") || has("name of the")):
		return "BSD-3-Clause"
	case has("Redistribution and use in source and binary forms"):
		return "BSD-2-Clause"
	case has("CC0 1.0"):
		return "CC0-1.0"
	case has("released into the public domain"):
		return "Unlicense"
	}
	return "unknown"
}

func render(libs []library) []byte {
	var b bytes.Buffer
	b.WriteString("# Third-party notices\n\nGenerated by `make gen` from what the program links and the page bundles. Fonts and map data carry their licences beside them.\n\n| library | version | licence |\n| --- | --- | --- |\n")
	for _, l := range libs {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", l.name, l.version, l.licence)
	}
	texts := map[string][]string{}
	for _, l := range libs {
		texts[l.text] = append(texts[l.text], l.name)
	}
	var order []string
	for t := range texts {
		order = append(order, t)
	}
	sort.Slice(order, func(i, j int) bool { return texts[order[i]][0] < texts[order[j]][0] })
	for _, t := range order {
		fmt.Fprintf(&b, "\n## %s\n\n```\n%s\n```\n", strings.Join(texts[t], ", "), t)
	}
	return b.Bytes()
}
