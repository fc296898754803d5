package workspace

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"laketop/engine/problem"
)

// JobState is how a job stands.
type JobState string

// The states of a job.
const (
	JobRunning   JobState = "running"
	JobOK        JobState = "ok"
	JobError     JobState = "error"
	JobCancelled JobState = "cancelled"
)

// Job is work that takes a while, as it is told to people.
type Job struct {
	ID        string
	Kind      string // notebook, query, export, download, import
	State     JobState
	Title     string
	Notebook  string
	StartedAt time.Time
	Elapsed   time.Duration
	Progress  float64 // 0..1; negative while unknown
	Done      int
	Total     int
	Err       error
}

// keptJobs is how many ended jobs are remembered.
const keptJobs = 50

// progressPause is the least time between two progress events of one job.
const progressPause = 150 * time.Millisecond

// Jobs is the registry of running and recent work.
type Jobs struct {
	bus *Bus
	now func() time.Time

	mu   sync.Mutex
	next int
	jobs []*Running // oldest first
	wg   sync.WaitGroup
}

// NewJobs keeps jobs and tells their changes on bus.
func NewJobs(bus *Bus, now func() time.Time) *Jobs { return &Jobs{bus: bus, now: now} }

// Running is a job that its worker holds.
type Running struct {
	jobs   *Jobs
	cancel context.CancelCauseFunc

	mu   sync.Mutex
	job  Job
	told time.Time
}

// ErrCancelled is the cause of the context of a job that a person stopped.
var ErrCancelled = errors.New("stopped")

// Begin registers work and gives it a context that Cancel ends. The worker
// calls End once.
func (j *Jobs) Begin(ctx context.Context, job Job) (context.Context, *Running) {
	ctx, cancel := context.WithCancelCause(ctx)
	j.mu.Lock()
	j.next++
	job.ID, job.State, job.StartedAt = fmt.Sprintf("j%d", j.next), JobRunning, j.now()
	if job.Progress == 0 {
		job.Progress = -1
	}
	r := &Running{jobs: j, cancel: cancel, job: job}
	j.jobs = append(j.jobs, r)
	j.forgetOld()
	j.wg.Add(1)
	j.mu.Unlock()
	r.tell()
	return ctx, r
}

// forgetOld drops the oldest ended jobs.
func (j *Jobs) forgetOld() {
	for len(j.jobs) > keptJobs {
		i := slices.IndexFunc(j.jobs, func(r *Running) bool { return r.Job().State != JobRunning })
		if i < 0 {
			return
		}
		j.jobs = slices.Delete(j.jobs, i, i+1)
	}
}

// Job is the job as it stands.
func (r *Running) Job() Job {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.snapshot()
}

func (r *Running) snapshot() Job {
	job := r.job
	if job.State == JobRunning {
		job.Elapsed = r.jobs.now().Sub(job.StartedAt)
	}
	return job
}

// Update changes what the job tells; changes that come fast are told together.
func (r *Running) Update(change func(*Job)) {
	r.mu.Lock()
	change(&r.job)
	now := r.jobs.now()
	quiet := now.Sub(r.told) < progressPause
	if !quiet {
		r.told = now
	}
	r.mu.Unlock()
	if !quiet {
		r.tell()
	}
}

// End closes the job with its outcome. A job that was cancelled stays so.
func (r *Running) End(err error) {
	r.mu.Lock()
	switch {
	case r.job.State == JobCancelled:
	case err == nil:
		r.job.State, r.job.Progress = JobOK, 1
	case errors.Is(err, context.Canceled) || errors.Is(err, ErrCancelled):
		r.job.State = JobCancelled
	default:
		r.job.State, r.job.Err = JobError, err
	}
	r.job.Elapsed = r.jobs.now().Sub(r.job.StartedAt)
	r.mu.Unlock()
	r.cancel(nil)
	r.tell()
	r.jobs.wg.Done()
}

func (r *Running) tell() {
	job := r.Job()
	r.jobs.bus.Publish(Event{Type: "job", Job: &job, Notebook: job.Notebook})
}

// List is every job, newest first.
func (j *Jobs) List() []Job {
	j.mu.Lock()
	defer j.mu.Unlock()
	out := make([]Job, 0, len(j.jobs))
	for _, r := range slices.Backward(j.jobs) {
		out = append(out, r.Job())
	}
	return out
}

// Busy is how many jobs run.
func (j *Jobs) Busy() int {
	n := 0
	for _, job := range j.List() {
		if job.State == JobRunning {
			n++
		}
	}
	return n
}

// Cancel asks a job to stop and answers at once: to people it is stopped, and
// its memory comes free as the work unwinds.
func (j *Jobs) Cancel(id string) (Job, error) {
	r := j.find(id)
	if r == nil {
		return Job{}, problem.New("job.unknown", "job", id)
	}
	r.mu.Lock()
	running := r.job.State == JobRunning
	if running {
		r.job.State, r.job.Elapsed = JobCancelled, r.jobs.now().Sub(r.job.StartedAt)
	}
	r.mu.Unlock()
	if running {
		r.cancel(ErrCancelled)
		r.tell()
	}
	return r.Job(), nil
}

func (j *Jobs) find(id string) *Running {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, r := range j.jobs {
		if r.job.ID == id { // the id never changes after Begin
			return r
		}
	}
	return nil
}

// CancelAll stops every job and waits until the workers have ended.
func (j *Jobs) CancelAll() {
	for _, job := range j.List() {
		if job.State == JobRunning {
			_, _ = j.Cancel(job.ID) // the id was just listed
		}
	}
	j.wg.Wait()
}
