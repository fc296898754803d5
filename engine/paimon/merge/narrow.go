package merge

import "slices"

// Narrow is the rule over some of the columns, for a reader that needs no
// others: those named, and those without which they have no result, which are
// keys, sequence fields, the leads of their groups and of groups that may remove
// the row. Columns keep their order.
func (r *Rule) Narrow(names []string) *Rule {
	keep := make([]bool, len(r.Columns))
	for i := range r.Columns {
		c := &r.Columns[i]
		keep[i] = slices.Contains(names, c.Name) || slices.Contains(r.Sequence, c.Name)
		for _, k := range r.Keys {
			keep[i] = keep[i] || k.Name == c.Name
		}
	}
	for i, c := range r.Columns {
		for _, lead := range r.leads(c.Group) {
			keep[lead] = keep[lead] || keep[i] || r.Groups[c.Group].RemoveOnDelete
		}
	}
	if len(r.Groups) > 0 && !slices.ContainsFunc(r.Groups, func(g Group) bool { return keep[g.Sequence[0]] }) {
		for _, lead := range r.Groups[0].Sequence { // a table with groups takes deletes in its own way
			keep[lead] = true
		}
	}
	out := *r
	out.Columns, out.Groups = nil, nil
	to := make([]int, len(r.Columns)) // places of the columns that stay
	for i, c := range r.Columns {
		if to[i] = -1; keep[i] {
			to[i] = len(out.Columns)
			out.Columns = append(out.Columns, c)
		}
	}
	for _, g := range r.Groups {
		out.addGroup(g, to)
	}
	return &out
}

// leads are the columns that order a group; none for -1.
func (r *Rule) leads(group int) []int {
	if group < 0 {
		return nil
	}
	return r.Groups[group].Sequence
}

// addGroup takes over a group if it still has columns.
func (r *Rule) addGroup(g Group, to []int) {
	moved := Group{RemoveOnDelete: g.RemoveOnDelete}
	for _, part := range []struct {
		from []int
		to   *[]int
	}{{g.Sequence, &moved.Sequence}, {g.Members, &moved.Members}} {
		for _, i := range part.from {
			if to[i] >= 0 {
				*part.to = append(*part.to, to[i])
			}
		}
	}
	if len(moved.Sequence) == 0 {
		return
	}
	for _, i := range slices.Concat(moved.Sequence, moved.Members) {
		r.Columns[i].Group = len(r.Groups)
	}
	r.Groups = append(r.Groups, moved)
}
