package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"laketop/app/api"
	"laketop/app/api/gen"
	"laketop/app/workspace"
)

func (p *Program) exportCommand() *cobra.Command {
	c := &cobra.Command{Use: "export DASHBOARD --out FILE.(png|svg|pdf)", Short: "Draw a dashboard into a picture file", Args: positional(1, 1)}
	dir := workspaceFlag(c)
	given := paramFlag(c)
	out := c.Flags().String("out", "", "the file to write; its end says the format")
	theme := c.Flags().String("theme", "light", "light or dark")
	scale := c.Flags().Float64("scale", 1, "multiplies the pixels, 1 to 4")
	width := c.Flags().Int("width", 1600, "width of the picture in pixels")
	lang := c.Flags().String("lang", "", "en or zh-CN (default: the settings')")
	c.RunE = func(c *cobra.Command, args []string) error {
		format := strings.TrimPrefix(strings.ToLower(filepath.Ext(*out)), ".")
		switch {
		case *out == "":
			return usagef("export: --out FILE is missing")
		case !slices.Contains([]string{"png", "svg", "pdf"}, format):
			return usagef("export: --out must end in .png, .svg or .pdf")
		case *theme != "light" && *theme != "dark":
			return usagef("export: --theme is light or dark")
		case !slices.Contains([]string{"", "en", "zh-CN"}, *lang):
			return usagef("export: --lang is en or zh-CN")
		case *scale < 1 || *scale > 4:
			return usagef("export: --scale is from 1 to 4")
		case *width < 320 || *width > 7680:
			return usagef("export: --width is from 320 to 7680")
		}
		values, err := params(*given)
		if err != nil {
			return err
		}
		return p.export(c.Context(), args[0], *dir, *out, gen.ExportRequest{
			Format: gen.ExportRequestFormat(format), Theme: gen.ExportRequestTheme(*theme), Language: gen.ExportRequestLanguage(*lang), Scale: *scale, Width: *width, Params: values,
		})
	}
	return c
}

func (p *Program) export(ctx context.Context, name, dir, out string, req gen.ExportRequest) error {
	name, dir, alone, err := findDashboard(name, dir)
	if err != nil {
		return err
	}
	b, err := p.open(ctx, dir, alone)
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	res, err := b.client.ExportDashboard(ctx, name, req)
	err = stream(&buf)(res, err)
	if err = errors.Join(err, b.close()); err != nil {
		return err
	}
	abs, err := filepath.Abs(out)
	if err != nil {
		return err
	}
	if err := workspace.WriteFile(abs, buf.Bytes()); err != nil {
		return fmt.Errorf("write %s: %w", out, err)
	}
	fmt.Fprintf(p.Stderr, "wrote %s (%s bytes)\n", out, grouped(int64(buf.Len())))
	return failedTiles(res.Header)
}

// failedTiles is what a picture says of datasets that its tiles miss.
func failedTiles(h http.Header) error {
	text, err := url.QueryUnescape(h.Get(api.FailedHeader))
	if err != nil || text == "" {
		return err
	}
	var failed gen.Problem
	if err := json.Unmarshal([]byte(text), &failed); err != nil {
		return fmt.Errorf("read the picture's failures: %w", err)
	}
	return problemFrom(failed)
}

// findDashboard takes a path or a name under dashboards/. A file outside of
// the workspace's folder is read by this process alone.
func findDashboard(name, dir string) (id, ws string, alone bool, err error) {
	path := ""
	if _, statErr := os.Stat(name); statErr == nil && filepath.Ext(name) == ".yaml" {
		if path, err = filepath.Abs(name); err != nil {
			return "", "", false, err
		}
		if dir == "" {
			if dir, err = workspace.Find(filepath.Dir(path)); err != nil {
				return "", "", false, err
			}
		}
	}
	if ws, err = chosen(dir); err != nil || path == "" {
		return name, ws, false, err
	}
	if rest, ok := strings.CutPrefix(path, filepath.Join(ws, "dashboards")+string(filepath.Separator)); ok {
		return strings.TrimSuffix(filepath.ToSlash(rest), ".yaml"), ws, false, nil
	}
	return path, ws, true, nil
}
