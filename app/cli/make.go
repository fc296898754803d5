package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"laketop/app/workspace"
	"laketop/sampledata"
)

func (p *Program) initCommand() *cobra.Command {
	c := &cobra.Command{Use: "init DIR", Short: "Make a workspace", Args: positional(1, 1)}
	sample := c.Flags().String("sample", "", "game: bring the game's data, notebook and dashboard")
	c.RunE = func(_ *cobra.Command, args []string) error {
		if *sample != "" && *sample != "game" {
			return usagef("init: there is no sample %q; there is game", *sample)
		}
		if err := workspace.Init(args[0], *sample); err != nil {
			return err
		}
		fmt.Fprintf(p.Stderr, "made %s\n", args[0])
		next := "laketop " + args[0]
		if *sample == "game" {
			next = "laketop run " + filepath.Join(args[0], "notebooks", "game_etl.ipynb")
		}
		fmt.Fprintf(p.Stderr, "next: %s\n", next)
		return nil
	}
	return c
}

func (p *Program) sampleCommand() *cobra.Command {
	c := &cobra.Command{Use: "sample", Short: "Write sample data", Args: positional(0, 0), RunE: func(*cobra.Command, []string) error {
		return usagef("sample: which one? There is: laketop sample game DIR")
	}}
	c.AddCommand(p.gameCommand())
	return c
}

func (p *Program) gameCommand() *cobra.Command {
	c := &cobra.Command{Use: "game DIR", Short: "Write the raw files of a mobile game", Args: positional(1, 1)}
	var opt sampledata.Options
	c.Flags().IntVar(&opt.Users, "users", 32_000, "players")
	c.Flags().IntVar(&opt.Days, "days", 30, "days")
	c.Flags().Int64Var(&opt.Seed, "seed", 0, "the same seed makes the same bytes")
	c.Flags().BoolVar(&opt.BinaryIDs, "binary-ids", false, "user_id as text in a BINARY column")
	expect := c.Flags().String("expect", "", "write the answers that the ETL must find to this file")
	c.RunE = func(c *cobra.Command, args []string) error {
		if opt.Users < 1 || opt.Days < 1 {
			return usagef("sample game: --users and --days are at least 1")
		}
		if err := opt.Validate(); err != nil {
			return usageError{err}
		}
		b := newBar(p.Stderr)
		sum, err := sampledata.Generate(c.Context(), args[0], opt, func(done, total int) { b.show("players", float64(done)/float64(max(total, 1))) })
		b.clear()
		if err != nil {
			return err
		}
		if *expect != "" {
			answers, err := sampledata.Expect(c.Context(), opt)
			if err != nil {
				return err
			}
			data, err := json.MarshalIndent(answers, "", " ")
			if err != nil {
				return err
			}
			abs, err := filepath.Abs(*expect)
			if err = errors.Join(err, workspace.WriteFile(abs, append(data, '\n'))); err != nil {
				return err
			}
		}
		fmt.Fprintf(p.Stderr, "wrote %s: %s events, %s profile rows of %s players, %s bytes\n", args[0], grouped(sum.Events), grouped(sum.Profiles), grouped(int64(sum.Users)), grouped(sum.Bytes))
		return nil
	}
	return c
}
