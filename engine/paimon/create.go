package paimon

import (
	"context"
	"fmt"

	"laketop/engine/paimon/schema"
)

// Create makes an empty table in folder dir of a schema that schema.New made;
// schema.ErrConflict when there is one. It refuses a table that could not be
// written afterwards.
func Create(ctx context.Context, env *Env, dir string, id Identifier, s *schema.Schema) error {
	t := &Table{env: env, id: id, dir: dir, schema: s}
	if err := t.refuseWrite(); err != nil {
		return err
	}
	if err := t.checkSchema(ctx, s); err != nil {
		return err
	}
	if s.TimeMillis == 0 {
		s = s.Clone()
		s.TimeMillis = env.Clock().UnixMilli()
	}
	if err := schema.NewManager(env.IO, dir).Create(ctx, s); err != nil {
		return fmt.Errorf("create table %s: %w", id, err)
	}
	return nil
}
