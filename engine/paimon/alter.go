package paimon

import (
	"context"
	"fmt"

	"laketop/engine/fileio"
	"laketop/engine/paimon/merge"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// Alter changes the table's schema: the next schema file, or nothing when the
// changes change nothing. The Table keeps the schema that it was loaded with.
func (t *Table) Alter(ctx context.Context, changes ...schema.Change) (*schema.Schema, error) {
	snap, err := t.Latest(ctx)
	if err != nil {
		return nil, err
	}
	facts := schema.Facts{HasSnapshots: snap != nil, TimeMillis: t.env.Clock().UnixMilli(), Check: func(s *schema.Schema) error { return t.checkSchema(ctx, s) }}
	s, err := t.source.Schemas.Alter(ctx, facts, changes...)
	if err != nil {
		return nil, fmt.Errorf("alter table %s: %w", t.id, err)
	}
	return s, nil
}

// checkSchema holds what only the table knows: its merge engine's own rules,
// and that the branches that it reads are there.
func (t *Table) checkSchema(ctx context.Context, s *schema.Schema) error {
	if len(s.PrimaryKeys) > 0 {
		if _, err := merge.Of(s); err != nil {
			return err
		}
	}
	for _, option := range []string{schema.OptionFallbackBranch, schema.OptionPrimaryBranch} {
		b := s.Options[option]
		if b == "" {
			continue
		}
		other, err := schema.NewManager(t.env.IO, fileio.Join(t.dir, "branch", "branch-"+b)).Latest(ctx)
		if err != nil {
			return err
		}
		if other == nil {
			return schema.BadOption(option, b, problem.Say("table.no_such_branch"))
		}
	}
	return nil
}
