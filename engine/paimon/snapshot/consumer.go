package snapshot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"laketop/engine/fileio"
	"laketop/engine/problem"
)

const consumerPrefix = "consumer-"

// Consumer is a streaming reader's place: expiry keeps its next snapshot and
// what comes after.
type Consumer struct {
	ID   string
	Next int64
}

type consumerJSON struct {
	Next int64 `json:"nextSnapshot"`
}

func (m *Manager) consumerPath(id string) string {
	return fileio.Join(m.dir, "consumer", consumerPrefix+id)
}

// Consumers reads every consumer, by name.
func (m *Manager) Consumers(ctx context.Context) ([]Consumer, error) {
	infos, err := m.io.List(ctx, fileio.Join(m.dir, "consumer"))
	if err != nil {
		return nil, fmt.Errorf("list consumers: %w", err)
	}
	var all []Consumer
	for _, i := range infos {
		id, ok := strings.CutPrefix(i.Path[strings.LastIndexByte(i.Path, '/')+1:], consumerPrefix)
		if !ok || i.IsDir {
			continue
		}
		b, err := m.io.ReadFile(ctx, i.Path)
		if errors.Is(err, fileio.ErrNotExist) {
			continue // removed since
		}
		if err != nil {
			return nil, fmt.Errorf("read consumer %s: %w", id, err)
		}
		var c consumerJSON
		if err := json.Unmarshal(b, &c); err != nil {
			return nil, corrupt(i.Path, err)
		}
		all = append(all, Consumer{id, c.Next})
	}
	return all, nil
}

// SetConsumer moves a consumer to its next snapshot, and makes it when it is
// not there.
func (m *Manager) SetConsumer(ctx context.Context, c Consumer) error {
	p := m.consumerPath(c.ID)
	if strings.TrimSpace(c.ID) == "" || strings.Contains(c.ID, "/") || fileio.CheckPath(p) != nil {
		return problem.New("table.bad_name", "name", c.ID).With("kind", problem.Say("table.consumer")).With("why", problem.Say("table.no_file_name"))
	}
	text := "{\n  \"nextSnapshot\" : " + strconv.FormatInt(c.Next, 10) + "\n}"
	if err := m.io.Overwrite(ctx, p, []byte(text)); err != nil {
		return fmt.Errorf("write consumer %s: %w", c.ID, err)
	}
	return nil
}

// RemoveConsumer forgets a consumer; a missing one is no error.
func (m *Manager) RemoveConsumer(ctx context.Context, id string) error {
	if err := m.io.Remove(ctx, m.consumerPath(id)); err != nil {
		return fmt.Errorf("remove consumer %s: %w", id, err)
	}
	return nil
}
