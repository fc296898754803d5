package workspace

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"laketop/engine/problem"
)

// Endpoint is where the owner of a workspace listens.
type Endpoint struct {
	URL   string `json:"url"`   // http://127.0.0.1:7080
	Token string `json:"token"` // of this run
	PID   int    `json:"pid"`
}

const (
	lockFile     = "lock"
	endpointFile = "endpoint.json"
)

// Owner holds a workspace for one interactive process, a window or a server:
//
//	.laketop/lock            held with flock while the owner lives; its pid inside
//	.laketop/endpoint.json   0600: where it listens, and its token
//
// The lock dies with the process, so a crash leaves nothing to mend: the next
// owner replaces the endpoint file. Command-line runs that find no owner work
// beside each other without it: commits to the lake are safe among processes.
type Owner struct {
	dir  string
	file *os.File
}

// Own takes the workspace whose state folder is dir; a problem workspace.busy
// names the process that has it.
func Own(dir, workspace string) (*Owner, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the state folder: %w", err)
	}
	path := filepath.Join(dir, lockFile)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock: %w", err)
	}
	if err := patientLock(f); err != nil {
		pid, _ := os.ReadFile(path) // only for the message
		return nil, errors.Join(problem.New("workspace.busy", "path", workspace, "pid", string(pid)).Because(err), f.Close())
	}
	o := &Owner{dir: dir, file: f}
	if err := errors.Join(f.Truncate(0), writeAt(f, strconv.Itoa(os.Getpid()))); err != nil {
		return nil, errors.Join(fmt.Errorf("write the lock: %w", err), o.Release())
	}
	return o, nil
}

// patientLock tries for a moment: someone who only asks for the owner holds
// the lock that long.
func patientLock(f *os.File) error {
	var err error
	for range 6 {
		if err = tryLock(f); err == nil {
			return nil
		}
		time.Sleep(30 * time.Millisecond)
	}
	return err
}

func writeAt(f *os.File, s string) error {
	_, err := f.WriteAt([]byte(s), 0)
	return err
}

// Publish writes where the owner listens. The file of an owner that crashed is
// replaced: holding the lock proves that it is gone.
func (o *Owner) Publish(e Endpoint) error {
	path := filepath.Join(o.dir, endpointFile)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("replace the endpoint file: %w", err)
	}
	data, err := json.Marshal(e)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write the endpoint file: %w", err)
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

// Release gives the workspace up.
func (o *Owner) Release() error {
	err := os.Remove(filepath.Join(o.dir, endpointFile))
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, o.file.Close())
}

// FindOwner is where a live owner listens; false when nobody has the
// workspace. A file left by a crash is not an owner: its lock is free.
func FindOwner(dir string) (Endpoint, bool) {
	var e Endpoint
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR, 0o600)
	if err != nil {
		return e, false
	}
	defer f.Close()
	if tryLock(f) == nil {
		return e, false
	}
	data, err := os.ReadFile(filepath.Join(dir, endpointFile))
	if err != nil || json.Unmarshal(data, &e) != nil {
		return Endpoint{}, false
	}
	return e, e.URL != ""
}
