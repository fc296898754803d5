package workspace

import "sync"

// Event is one thing that happened, told to every open window. Type says which
// fields are set: "job", "cell", "notebook", "catalog", "workspace", "status".
type Event struct {
	Type      string
	Job       *Job
	Notebook  string
	Cell      string
	Run       any // of a cell: a *notebook.Run
	Table     *TableVersion
	Workspace bool // the open workspace changed: ask for it
}

// TableVersion names a table, database.table, at a snapshot.
type TableVersion struct {
	Table    string
	Snapshot int64
}

// Bus hands events to whoever listens. The zero value is ready.
type Bus struct {
	mu   sync.Mutex
	subs map[chan Event]bool
}

// busBuffer is how many events a listener may lag behind. One that lags more
// loses its channel; it connects anew and asks for the current state.
const busBuffer = 1024

// Subscribe starts listening; the channel is closed by stop or when the
// listener lags.
func (b *Bus) Subscribe() (events <-chan Event, stop func()) {
	ch := make(chan Event, busBuffer)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.subs == nil {
		b.subs = map[chan Event]bool{}
	}
	b.subs[ch] = true
	return ch, func() { b.drop(ch) }
}

func (b *Bus) drop(ch chan Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.subs[ch] {
		delete(b.subs, ch)
		close(ch)
	}
}

// Publish tells everybody and never waits.
func (b *Bus) Publish(e Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for ch := range b.subs {
		select {
		case ch <- e:
		default:
			delete(b.subs, ch)
			close(ch)
		}
	}
}
