package api

import (
	"context"
	"net/http"
	"slices"

	"laketop/app/api/gen"
	"laketop/app/workspace"
)

// GetCatalog implements gen.ServerInterface.
func (s *Server) GetCatalog(w http.ResponseWriter, r *http.Request) {
	s.onDesk(w, r, func(ctx context.Context, d *desk) (any, error) {
		dbs, err := d.ws.Databases(ctx)
		if err != nil {
			return nil, err
		}
		out := gen.Catalog{Databases: make([]gen.Database, len(dbs))}
		for i, db := range dbs {
			out.Databases[i] = gen.Database{Name: db.Name, Tables: make([]gen.TableEntry, len(db.Tables))}
			for j, t := range db.Tables {
				kind := gen.TableEntryKindTable
				if t.View {
					kind = gen.TableEntryKindView
				}
				out.Databases[i].Tables[j] = gen.TableEntry{Name: t.Name, Kind: kind, Layer: gen.TableEntryLayer(t.Layer), Problem: s.problemOf(t.Err)}
			}
		}
		return out, nil
	})
}

// GetTable implements gen.ServerInterface.
func (s *Server) GetTable(w http.ResponseWriter, r *http.Request, database gen.DatabaseName, table gen.TableName, params gen.GetTableParams) {
	s.onDesk(w, r, func(ctx context.Context, d *desk) (any, error) {
		t, err := d.ws.Table(ctx, database, table, params.Branch)
		if err != nil {
			return nil, err
		}
		return tableOf(t), nil
	})
}

func tableOf(t workspace.TableInfo) gen.TableInfo {
	out := gen.TableInfo{Database: t.Database, Name: t.Name, Kind: gen.TableInfoKindTable, Columns: columnsOf(t.Columns), Ddl: t.DDL}
	if t.View != nil {
		out.Kind, out.ViewText = gen.TableInfoKindView, t.View.Text
		return out
	}
	out.PartitionKeys, out.PrimaryKeys = t.Schema.PartitionKeys, t.Schema.PrimaryKeys
	out.Options, out.Comment = t.Schema.Options, t.Schema.Comment
	out.Rows, out.Files, out.Bytes = &t.Rows, &t.Files, &t.Bytes
	for _, v := range t.Snapshots {
		out.Snapshots = append(out.Snapshots, gen.SnapshotInfo{Id: v.ID, Kind: v.Kind, At: v.At, TotalRows: v.TotalRows, DeltaRows: v.DeltaRows, ChangelogRows: v.ChangelogRows, Schema: v.Schema, Watermark: v.Watermark, User: v.User})
	}
	out.Branch, out.Branches, out.Tags = t.Branch, namedOf(t.Branches), namedOf(t.Tags)
	out.MergeEngine, out.ChangelogProducer, out.Buckets, out.SequenceGroups = t.MergeEngine, t.Changelog, t.Buckets, t.SequenceGroups
	for _, p := range t.Storage {
		out.Storage = append(out.Storage, gen.StoragePart{Partition: p.Partition, Bucket: p.Bucket, Level: p.Level, Files: p.Files, Small: p.Small, Rows: p.Rows, Bytes: p.Bytes})
	}
	if len(t.Snapshots) > 0 {
		out.Snapshot, out.SnapshotAt = t.Snapshots[0].ID, t.Snapshots[0].At
	}
	return out
}

func namedOf(refs []workspace.Ref) []gen.TableRef {
	out := make([]gen.TableRef, len(refs))
	for i, r := range refs {
		out[i] = gen.TableRef{Name: r.Name, Snapshot: r.Snapshot, At: r.At, Base: r.Base, Ahead: r.Ahead, Behind: r.Behind}
	}
	return out
}

// ListJobs implements gen.ServerInterface.
func (s *Server) ListJobs(w http.ResponseWriter, _ *http.Request) {
	out := []gen.Job{}
	for _, j := range s.jobs.List() {
		out = append(out, s.jobOf(j))
	}
	s.write(w, http.StatusOK, slices.Clip(out))
}

// CancelJob implements gen.ServerInterface.
func (s *Server) CancelJob(w http.ResponseWriter, r *http.Request, job string) {
	s.answer(w, r, func(context.Context) (any, error) {
		j, err := s.jobs.Cancel(job)
		return s.jobOf(j), err
	})
}
