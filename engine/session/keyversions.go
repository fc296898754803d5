package session

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"laketop/engine/catalog"
	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/filestore"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// KeyVersions is what the files of a primary-key table hold of one key, newest
// first: level, file, sequence number and row kind, then the table's columns.
// key gives each primary-key column as text. What readers see of the key is the
// table's own row.
func (s *Session) KeyVersions(ctx context.Context, id catalog.Identifier, key map[string]string) (_ duck.Result, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	table, err := s.cfg.Catalogs[s.catalog].Table(ctx, id)
	if err != nil {
		return duck.Result{}, err
	}
	sch := table.Schema()
	if len(sch.PrimaryKeys) == 0 {
		return duck.Result{}, problem.New("versions.no_key", "name", table.Identifier().String())
	}
	where, err := s.keyCondition(ctx, sch, key)
	if err != nil {
		return duck.Result{}, err
	}
	plan, err := table.Whole(ctx)
	if err != nil {
		return duck.Result{}, err
	}
	store := filestore.New(s.conn, s.cfg.Lake)
	defer func() { err = errors.Join(err, store.Close(context.WithoutCancel(ctx))) }()
	columns := append([]datatype.Field{
		{ID: -1, Name: "_LEVEL", Type: datatype.Of(datatype.Int)}, text("_FILE"),
		{ID: -1, Name: "_SEQUENCE", Type: datatype.Of(datatype.BigInt)}, text("_KIND"),
	}, plan.Schema.Fields...)
	query, err := store.Versions(ctx, table, plan)
	if err != nil {
		return duck.Result{}, err
	}
	if query == "" {
		if query, err = valuesSQL(columns, nil); err != nil {
			return duck.Result{}, err
		}
	}
	return s.cfg.DB.Results().Keep(ctx, s.conn, "SELECT * FROM ("+query+") WHERE "+where+" ORDER BY _SEQUENCE DESC, _LEVEL", columns)
}

// keyCondition is "these are the values of the primary key" as DuckDB text.
func (s *Session) keyCondition(ctx context.Context, sch *schema.Schema, key map[string]string) (string, error) {
	parts := make([]string, len(sch.PrimaryKeys))
	for i, k := range sch.PrimaryKeys {
		f, _ := sch.Field(k)
		t, err := f.Type.DuckDB()
		if err != nil {
			return "", err
		}
		given, ok := key[k]
		if !ok {
			return "", problem.New("versions.key_missing", "column", k)
		}
		value := fmt.Sprintf("TRY_CAST(%s AS %s)", duck.Literal(given), t)
		rows, _, err := s.conn.Rows(ctx, "SELECT "+value+" IS NOT NULL")
		if err != nil {
			return "", err
		}
		if rows[0][0] != true {
			return "", problem.New("versions.key_value", "value", given, "column", k, "type", f.Type.Nullable().String())
		}
		parts[i] = duck.Ident(k) + " = " + value
	}
	return strings.Join(parts, " AND "), nil
}
