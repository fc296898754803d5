package commit

import (
	"context"
	"slices"

	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/schema"
)

// merge keeps the number of manifests small, as Paimon does: groups of small
// ones become one, and when much of what is listed has been deleted again, all
// of them are written anew without it. Order stays, a DELETE whose ADD lies in
// an earlier manifest stays.
//
// The names of new manifests are added to a.base.
func (a *attempt) merge(ctx context.Context, sch *schema.Schema, metas []manifest.ManifestMeta) ([]manifest.ManifestMeta, error) {
	target := sch.ManifestTarget()
	var loose int64
	for _, m := range metas {
		if m.DeletedFiles > 0 || !full(m, target) {
			loose += m.SizeBytes
		}
	}
	if a.request.Manifests || loose >= sch.ManifestFullThreshold() {
		return a.rewrite(ctx, sch, metas, false)
	}
	var out, group []manifest.ManifestMeta
	var size int64
	for _, m := range metas {
		group, size = append(group, m), size+m.SizeBytes
		if size < target && (len(group) > 1 || !full(m, target)) {
			continue
		}
		merged, err := a.rewrite(ctx, sch, group, true)
		if err != nil {
			return nil, err
		}
		out, group, size = append(out, merged...), nil, 0
	}
	if len(group) < sch.ManifestMergeMin() {
		return append(out, group...), nil
	}
	merged, err := a.rewrite(ctx, sch, group, true)
	return append(out, merged...), err
}

// full tells a manifest that is not worth merging: its size was aimed at the
// target and may be a little below.
func full(m manifest.ManifestMeta, target int64) bool { return m.SizeBytes >= target*3/4 }

// rewrite writes what is left of a group of manifests anew. A partial group may
// hold deletes of what manifests before it add.
func (a *attempt) rewrite(ctx context.Context, sch *schema.Schema, group []manifest.ManifestMeta, partial bool) ([]manifest.ManifestMeta, error) {
	if len(group) == 1 && partial {
		return group, nil
	}
	var entries []manifest.Entry
	for _, m := range group {
		more, err := a.table.Manifests.Manifest(ctx, a.path(m.FileName), m.SizeBytes)
		if err != nil {
			return nil, err
		}
		entries = append(entries, more...)
	}
	live, pending := manifest.Live(entries)
	if !partial {
		pending = nil // a DELETE without its ADD takes nothing away
	}
	// A file that is deleted and added again in the group needs this order.
	metas, names, err := a.writeManifests(ctx, sch, slices.Concat(pending, live))
	a.base = append(a.base, names...)
	return metas, err
}

// writeManifests writes entries as manifests of about the target size.
func (a *attempt) writeManifests(ctx context.Context, sch *schema.Schema, entries []manifest.Entry) ([]manifest.ManifestMeta, []string, error) {
	metas, names := []manifest.ManifestMeta{}, []string{}
	if len(entries) == 0 {
		return metas, names, nil
	}
	most, err := perManifest(sch, entries)
	if err != nil {
		return nil, nil, err
	}
	for part := range slices.Chunk(entries, most) {
		name := a.name("manifest-")
		names = append(names, name)
		size, err := manifest.WriteManifest(ctx, a.table.IO, a.path(name), part)
		if err != nil {
			return nil, names, err
		}
		m, err := manifest.Meta(name, size, part, sch.PartitionTypes())
		if err != nil {
			return nil, names, err
		}
		metas = append(metas, m)
	}
	return metas, names, nil
}

// sampledEntries is how many entries always go into one manifest, and how many
// tell the size of the others.
const sampledEntries = 1000

// perManifest is how many of the entries fill a manifest: compressed, one takes
// between 50 bytes and half a KiB. Manifests that stay too small would be merged
// again by every commit.
func perManifest(sch *schema.Schema, entries []manifest.Entry) (int, error) {
	if len(entries) <= sampledEntries {
		return sampledEntries, nil
	}
	sample := make([]manifest.Entry, 0, sampledEntries)
	for i := range sampledEntries {
		sample = append(sample, entries[i*len(entries)/sampledEntries])
	}
	b, err := manifest.Encode(sample)
	if err != nil {
		return 0, err
	}
	n := max(sampledEntries, int(sch.ManifestTarget()*sampledEntries/int64(len(b))))
	// Equal parts, so that none is left that is too small.
	parts := max(1, (len(entries)+n/2)/n)
	return (len(entries) + parts - 1) / parts, nil
}
