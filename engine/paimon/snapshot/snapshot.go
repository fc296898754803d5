// Package snapshot reads and publishes the snapshots of one Paimon table.
//
// A snapshot is one small JSON file. It names the manifest lists that together
// hold every data file of the table at that moment:
//
//	<table>/                    or <table>/branch/branch-<name>/
//	├── snapshot/
//	│   ├── EARLIEST            hint: smallest id kept, may be stale
//	│   ├── LATEST              hint: newest id, may be stale
//	│   └── snapshot-<id>       JSON, written once, ids without holes from 1
//	└── tag/
//	    └── tag-<name>          JSON, a snapshot that expiry keeps
//
// Creating snapshot-<id> is the commit: whoever creates the file first wins.
// LATEST is written after, so a reader who trusts it still looks for id+1, and
// nobody trusts it alone: a rollback or a crash leaves it wrong, and a reader
// who finds it wrong lists the folder.
//
// This package knows no manifest, no SQL and no DuckDB.
//
// Source: Paimon specification, "Snapshot"; PAIMON.md 2.1, 2.2, 7.7.
package snapshot

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"laketop/engine/problem"
)

// Version is the snapshot format that this package writes and the newest one
// that it reads.
const Version = 3

// Kind says what a commit did to the table.
type Kind string

// The kinds of Paimon. Append is only for a commit that removes nothing.
const (
	Append    Kind = "APPEND"
	Compact   Kind = "COMPACT"
	Overwrite Kind = "OVERWRITE"
	Analyze   Kind = "ANALYZE"
)

// Snapshot is snapshot-<id>. Pointers are nil where the file has no value.
type Snapshot struct {
	Version                   int               `json:"version"`
	UUID                      string            `json:"uuid,omitempty"`
	ID                        int64             `json:"id"`
	SchemaID                  int64             `json:"schemaId"`
	BaseManifestList          string            `json:"baseManifestList"`
	BaseManifestListSize      *int64            `json:"baseManifestListSize,omitempty"`
	DeltaManifestList         string            `json:"deltaManifestList"`
	DeltaManifestListSize     *int64            `json:"deltaManifestListSize,omitempty"`
	ChangelogManifestList     string            `json:"changelogManifestList,omitempty"`
	ChangelogManifestListSize *int64            `json:"changelogManifestListSize,omitempty"`
	IndexManifest             string            `json:"indexManifest,omitempty"`
	CommitUser                string            `json:"commitUser"`
	WriterVersion             string            `json:"writerVersion,omitempty"`
	CommitIdentifier          int64             `json:"commitIdentifier"`
	CommitKind                Kind              `json:"commitKind"`
	TimeMillis                int64             `json:"timeMillis"`
	TotalRecordCount          int64             `json:"totalRecordCount"` // physical rows, unmerged
	DeltaRecordCount          int64             `json:"deltaRecordCount"`
	ChangelogRecordCount      *int64            `json:"changelogRecordCount,omitempty"`
	Watermark                 *int64            `json:"watermark,omitempty"`
	Statistics                string            `json:"statistics,omitempty"`
	Properties                map[string]string `json:"properties,omitempty"`
	NextRowID                 *int64            `json:"nextRowId,omitempty"`
	Operation                 string            `json:"operation,omitempty"` // WRITE, DELETE, UPDATE, MERGE
}

// Same tells whether two snapshots are one, of which a tag or a branch may have a
// copy: numbers are given again after a rollback, manifest lists never.
func (s *Snapshot) Same(other *Snapshot) bool {
	return s.ID == other.ID && s.DeltaManifestList == other.DeltaManifestList
}

// Decode parses the bytes of a snapshot file; path is for messages.
//
// It ignores fields it does not know, because newer writers add them, and
// refuses a newer format version, an id below one and missing manifest lists.
func Decode(path string, b []byte) (*Snapshot, error) {
	s := &Snapshot{}
	if err := json.Unmarshal(b, s); err != nil {
		return nil, corrupt(path, err)
	}
	switch {
	case s.Version > Version:
		return nil, problem.New("table.snapshot_version", "path", path, "version", strconv.Itoa(s.Version))
	case s.ID < 1:
		return nil, corrupt(path, fmt.Errorf("id %d, want at least 1", s.ID))
	case s.SchemaID < 0:
		return nil, corrupt(path, fmt.Errorf("schemaId %d, want at least 0", s.SchemaID))
	case s.BaseManifestList == "" || s.DeltaManifestList == "":
		return nil, corrupt(path, errors.New("a manifest list is not named"))
	}
	if len(s.Properties) == 0 {
		s.Properties = nil
	}
	return s, nil
}

// Encode is the inverse of Decode: pretty JSON with the fields in Java's order.
func Encode(s *Snapshot) []byte {
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic("encode snapshot: " + err.Error()) // a struct of strings and integers
	}
	return b
}

// ManifestList is a manifest list that a snapshot names.
type ManifestList struct {
	Name      string // "": none
	SizeBytes int64  // 0 where it is not known
}

// Lists are the lists of the manifests that hold the snapshot's files: those of
// the snapshot before, and what came with this one.
func (s *Snapshot) Lists() []ManifestList {
	return []ManifestList{manifestList(s.BaseManifestList, s.BaseManifestListSize), s.DeltaList()}
}

// DeltaList is the list of what came with this snapshot.
func (s *Snapshot) DeltaList() ManifestList {
	return manifestList(s.DeltaManifestList, s.DeltaManifestListSize)
}

// ChangelogList is the list of its changelog files.
func (s *Snapshot) ChangelogList() ManifestList {
	return manifestList(s.ChangelogManifestList, s.ChangelogManifestListSize)
}

func manifestList(name string, size *int64) ManifestList {
	l := ManifestList{Name: name}
	if size != nil {
		l.SizeBytes = *size
	}
	return l
}

// SameCommit tells whether s is the outcome of the commit that other was made
// for: same user, identifier and kind, and the same uuid where both have one.
func (s *Snapshot) SameCommit(other *Snapshot) bool {
	return s.CommitUser == other.CommitUser && s.CommitIdentifier == other.CommitIdentifier &&
		s.CommitKind == other.CommitKind && (s.UUID == "" || other.UUID == "" || s.UUID == other.UUID)
}

func corrupt(path string, err error) error {
	return problem.New("table.corrupt", "path", path, "why", err.Error()).Because(err)
}
