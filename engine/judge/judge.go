// Package judge asks the real things what is right: Paimon Java, pypaimon and
// Spark. It is a test instrument; only tests import it.
//
//	java := judge.Java(t).At(warehouse, "d")                  one JVM for the whole test binary
//	java.Create(t, "orders", judge.Table{Fields: judge.Fields(t, "id INT NOT NULL", "v STRING"),
//		Primary: []string{"id"}, Options: map[string]string{"bucket": "1"}})
//	java.Write(t, "orders", judge.Write{Rows: judge.Rows(judge.Row{1, "a"}, judge.Row{1, "b"}),
//		Kinds: []string{"+I", "-D"}, User: "job", Identifier: 7})
//	java.Read(t, "orders", judge.Read{Options: map[string]string{"scan.snapshot-id": "1"}}).Rows
//	java.Read(t, "orders$audit_log", judge.Read{}).Rows       rowkind, id, v
//	java.Changes(t, "orders", judge.Changes{From: 1}).Kinds   what a streaming reader meets
//	java.Compact(t, "orders", judge.Compact{Full: true})
//	java.Files(t, "orders", 0)[0].Level                      key ranges, deletion vectors
//
// A judge is a process that answers one line of JSON with one line; the
// operations are described in ../paimon/testdata/interop/README.md. A method
// of Lake runs one and fails the test when the judge refuses; Ask hands the
// refusal out, All runs a list. pypaimon knows Create, Write, Read and Tag;
// Spark (see Spark) answers SQL. Judges are shared by the tests of a binary
// and safe for parallel ones; they end with the binary.
//
// # Values
//
// A value is nil, or text that no language rounds or shifts:
//
//	BOOLEAN, integers, CHAR, VARCHAR   as they are
//	DECIMAL                            plain, with the type's scale
//	FLOAT, DOUBLE                      the IEEE bits in hex, NaN as Java's; see Float and Double
//	BINARY, BYTES                      base64
//	DATE, TIME                         2024-02-29, 12:34:56.001 without the fraction's last zeros
//	TIMESTAMP, TIMESTAMP_LTZ           2024-02-29T12:34:56.000001, and with Z at its end (UTC)
//	ARRAY, ROW                         []any
//	MAP, MULTISET                      []any of [key, value], by key
//
// Rows turns Go values into them, Value an Arrow value. The judges live where
// engine/paimon/testdata/interop/install.sh put them: $LAKETOP_JUDGES, or
// /opt/laketop-judges.
package judge

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Op is an operation as its JSON: "op" and what the README names.
type Op map[string]any

// Answer is what a judge said. Which members are set depends on the operation.
type Answer struct {
	Error     string          // a trace; the other members are empty then
	Rows      [][]any         // in the order read; compare with Lines where a table has none
	Kinds     []string        // "+I", "-U", "+U", "-D" of each row (Java)
	Columns   []string        // of Rows (Java)
	Types     json.RawMessage // of Rows, as Paimon's fields (Java)
	Files     int             // data files that the plan of a read kept
	Snapshot  int64           // the table's latest after the operation, 0 is none (Java)
	Names     []string        // tags, branches
	Count     int             // snapshots that went
	Schema    json.RawMessage // as in the file schema-<id>
	LiveFiles []File
	Answers   []Answer // of All
}

// Judge is a running process of the real thing.
type Judge struct {
	Name   string // "java", "pypaimon", "spark"
	mu     sync.Mutex
	in     io.WriteCloser
	out    *bufio.Reader
	errors said
}

// Java is Paimon Java in a JVM of this test binary's own; see Paimon2.
func Java(tb testing.TB) *Judge {
	tb.Helper()
	j, err := shared.java()
	require.NoError(tb, err)
	return j
}

// Python is pypaimon in a process of this test binary's own.
func Python(tb testing.TB) *Judge {
	tb.Helper()
	j, err := shared.python()
	require.NoError(tb, err)
	return j
}

// shared holds the processes: a JVM takes a second to start, a Spark ten, and
// they keep nothing between operations. Each ends when this binary does, for
// then its input ends.
var shared = struct{ java, python, spark func() (*Judge, error) }{
	java: sync.OnceValues(func() (*Judge, error) {
		return startJava("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
	}),
	python: sync.OnceValues(func() (*Judge, error) { return start("pypaimon", PythonPath(), filepath.Join(interop(), "judge.py")) }),
	spark:  sync.OnceValues(func() (*Judge, error) { return start("spark", PythonPath(), filepath.Join(interop(), "spark.py")) }),
}

// Home is where the judges are installed.
func Home() string {
	if home := os.Getenv("LAKETOP_JUDGES"); home != "" {
		return home
	}
	return "/opt/laketop-judges"
}

// SparkPaimon is the interpreter that has Spark 3.5, and the Paimon connector
// for it: the newest that is published for Spark.
func SparkPaimon() (python, connector string) {
	dir := filepath.Join(Home(), "spark35")
	return filepath.Join(dir, "bin", "python"), filepath.Join(dir, "paimon-spark-3.5.jar")
}

// PythonPath is the interpreter that has pypaimon and PySpark.
func PythonPath() string { return filepath.Join(Home(), "bin", "python") }

// interop is the folder of the judges' sources, found from wherever a test
// binary runs.
func interop() string {
	dir, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	return filepath.Join(dir, "engine", "paimon", "testdata", "interop")
}

// startJava starts the Java judge in a JVM with these options.
func startJava(options ...string) (*Judge, error) {
	dir := filepath.Join(Home(), "java")
	built, err := os.ReadFile(filepath.Join(dir, "stamp"))
	if err != nil {
		return nil, fmt.Errorf("no Java judge in %s, run make judges: %w", Home(), err)
	}
	if stamp, err := sources(); err != nil || stamp != string(built) {
		return nil, errors.Join(errors.New("the Java judge is of other sources: run make judges"), err)
	}
	libraries := filepath.Join(dir, "lib", "*")
	if Paimon2() {
		libraries = filepath.Join(Home(), "java2", "*")
	}
	path := filepath.Join(dir, "judge.jar") + ":" + libraries
	return start("java", slices.Concat([]string{"java"}, options, []string{"-XX:+DisplayVMOutputToStderr", "-Xlog:disable", "-Xlog:all=warning:stderr", "-Duser.timezone=America/New_York", "-cp", path, "laketop.Judge"})...)
}

// Paimon2 tells that the Java judge is the newest release of Paimon 2 instead of
// Paimon 1: LAKETOP_PAIMON=2.
func Paimon2() bool { return os.Getenv("LAKETOP_PAIMON") == "2" }

// sources is install.sh's hash of what the jar is built from.
func sources() (string, error) {
	files, err := filepath.Glob(filepath.Join(interop(), "src/main/java/laketop/*.java"))
	if err != nil {
		return "", err
	}
	sort.Strings(files)
	h := sha256.New()
	for _, f := range append([]string{filepath.Join(interop(), "pom.xml")}, files...) {
		b, err := os.ReadFile(f)
		if err != nil {
			return "", err
		}
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func start(name string, command ...string) (*Judge, error) {
	j := &Judge{Name: name}
	cmd := exec.CommandContext(context.Background(), command[0], command[1:]...)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	cmd.Stderr = &j.errors
	j.in, j.out = in, bufio.NewReaderSize(out, 1<<20)
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("judge %s does not start, run make judges: %w", name, err)
	}
	return j, nil
}

// Ask runs one operation and tells the judge's refusal in Answer.Error.
func (j *Judge) Ask(tb testing.TB, o Op) Answer {
	tb.Helper()
	var a Answer
	j.exchange(tb, o, &a)
	return a
}

// Do runs an operation that must succeed.
func (j *Judge) Do(tb testing.TB, o Op) Answer {
	tb.Helper()
	a := j.Ask(tb, o)
	require.Empty(tb, a.Error, "%s refuses %s of %s", j.Name, o["op"], o["table"])
	return a
}

func (j *Judge) exchange(tb testing.TB, o Op, answer any) {
	tb.Helper()
	line, err := json.Marshal(o)
	require.NoError(tb, err)
	j.mu.Lock()
	defer j.mu.Unlock()
	_, err = j.in.Write(append(line, '\n'))
	require.NoError(tb, err, "%s: %s", j.Name, j.errors.String())
	reply, err := j.out.ReadBytes('\n')
	require.NoError(tb, err, "%s: %s", j.Name, j.errors.String())
	require.NoError(tb, json.Unmarshal(reply, answer), "%s", reply)
}

// said keeps what a judge writes to its error stream while a test reads it.
type said struct {
	mu  sync.Mutex
	all bytes.Buffer
}

// Write implements io.Writer.
func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.Write(p)
}

// String is everything so far.
func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.String()
}
