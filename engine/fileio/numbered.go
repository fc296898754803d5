package fileio

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// Numbered lists the n of every file <prefix><n> in a folder, ascending.
func Numbered(ctx context.Context, io FileIO, dir, prefix string) ([]int64, error) {
	infos, err := io.List(ctx, dir)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, i := range infos {
		digits, ok := strings.CutPrefix(i.Path[strings.LastIndexByte(i.Path, '/')+1:], prefix)
		if !ok || i.IsDir {
			continue
		}
		if id, err := strconv.ParseInt(digits, 10, 64); err == nil && id >= 0 && strconv.FormatInt(id, 10) == digits {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, nil
}
