package workspace

import (
	"context"
	"errors"
	"sync"
	"time"

	"laketop/engine/catalog"
	"laketop/engine/duck"
	"laketop/engine/filestore"
	"laketop/engine/paimon/commit"
)

// compactor merges the files of tables behind the statements that write them:
// one table at a time, when nothing else runs. A statement does not wait for it,
// and readers keep the files of their snapshot. What a table cannot do without,
// because readers would not see its rows, the writing statement does itself.
//
//	commit ── Wanted ──► queue ── idle? ──► filestore.Compact ──► COMPACT snapshot
//	                       ▲                    │ lost to another writer: the next commit asks again
//	                       └────────────────────┘
type compactor struct {
	w      *Workspace
	ctx    context.Context //nolint:containedctx // of the work, which close ends
	cancel context.CancelFunc
	wake   chan struct{}
	ended  chan struct{}

	mu    sync.Mutex
	queue []compactTarget
	last  error // of the last compaction; for tests and the curious
	busy  bool
	idle  *sync.Cond
}

// compactTarget is a table that had a commit.
type compactTarget struct {
	catalog string
	id      catalog.Identifier
}

// The pauses of the compactor: after a commit, for more may follow, and while
// statements run. After patience it goes ahead all the same.
const (
	compactDelay    = 500 * time.Millisecond
	compactPoll     = 200 * time.Millisecond
	compactPatience = 30 * time.Second
)

func newCompactor(w *Workspace) *compactor {
	c := &compactor{w: w, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	c.idle = sync.NewCond(&c.mu)
	c.ctx, c.cancel = context.WithCancel(context.Background())
	go c.work()
	return c
}

// wanted is told of a table whose buckets got files; it never waits.
func (c *compactor) wanted(alias string, id catalog.Identifier) {
	target := compactTarget{alias, id}
	c.mu.Lock()
	for _, q := range c.queue {
		if q == target {
			c.mu.Unlock()
			return
		}
	}
	c.queue = append(c.queue, target)
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// close stops what runs; the table is then as if nothing had been begun.
func (c *compactor) close() error {
	c.cancel()
	<-c.ended
	return nil
}

// wait returns when the queue is empty; the error is that of the last
// compaction.
func (c *compactor) wait() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for (len(c.queue) > 0 || c.busy) && c.ctx.Err() == nil {
		c.idle.Wait()
	}
	return c.last
}

func (c *compactor) work() {
	defer close(c.ended)
	for {
		select {
		case <-c.ctx.Done():
			c.idle.Broadcast()
			return
		case <-c.wake:
		}
		for c.quiet() {
			target, ok := c.next()
			if !ok {
				break
			}
			err := c.compact(target)
			c.mu.Lock()
			c.busy, c.last = false, err
			c.mu.Unlock()
			c.idle.Broadcast()
		}
	}
}

func (c *compactor) next() (compactTarget, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.queue) == 0 {
		return compactTarget{}, false
	}
	target := c.queue[0]
	c.queue, c.busy = c.queue[1:], true
	return target, true
}

// quiet waits until no job runs, but not for ever; false when the workspace
// closes.
func (c *compactor) quiet() bool {
	pause := compactDelay
	for waited := time.Duration(0); waited < compactPatience; waited += pause {
		select {
		case <-c.ctx.Done():
			return false
		case <-time.After(pause):
		}
		if c.w.Jobs == nil || c.w.Jobs.Busy() == 0 {
			break
		}
		pause = compactPoll
	}
	return c.ctx.Err() == nil
}

// compact does what the options of a table ask for. Losing to other writers is
// no error: their commits ask again.
func (c *compactor) compact(target compactTarget) (err error) {
	cat := c.w.catalogs[target.catalog]
	if cat == nil {
		return nil
	}
	table, err := cat.Table(c.ctx, target.id)
	if errors.Is(err, catalog.ErrNoTable) || errors.Is(err, catalog.ErrNoDatabase) {
		return nil // it was dropped
	}
	if err != nil {
		return err
	}
	conn, err := c.w.db.Conn(c.ctx, duck.Settings{TimeZone: c.w.zone})
	if err != nil {
		return err
	}
	store := filestore.New(conn, c.w.lake)
	defer func() {
		err = errors.Join(err, store.Close(context.WithoutCancel(c.ctx)), conn.Close())
		if errors.Is(err, context.Canceled) && c.ctx.Err() != nil || errors.Is(err, commit.ErrConflict) {
			err = nil
		}
	}()
	out, err := store.Compact(c.ctx, table, filestore.CompactOptions{Now: c.w.Now()})
	if err == nil && out.Snapshot != nil && c.w.Bus != nil {
		c.w.Bus.Publish(Event{Type: "catalog", Table: &TableVersion{Table: target.id.Database + "." + target.id.Table, Snapshot: out.Snapshot.ID}})
	}
	return err
}
