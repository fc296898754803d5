package export

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dop251/goja"

	"laketop/frontend"
)

// engine runs the chart bundle in JS machines, which are kept and handed out
// one a call.
type engine struct {
	program *goja.Program
	idle    chan *machine
	readMap func(string) ([]byte, error)
}

// machine is one JS engine with the bundle loaded; not safe for concurrent use.
type machine struct {
	vm   *goja.Runtime
	api  *goja.Object
	maps map[string]bool // made known to it
}

func newEngine(conf Config) (*engine, error) {
	source, err := frontend.ChartBundle()
	if err != nil {
		return nil, err
	}
	program, err := goja.Compile("chart.js", string(source), false)
	if err != nil {
		return nil, fmt.Errorf("compile the chart bundle: %w", err)
	}
	e := &engine{program: program, idle: make(chan *machine, conf.Workers), readMap: conf.Map}
	for range conf.Workers {
		e.idle <- nil // made when first needed
	}
	return e, nil
}

// call runs one function of the bundle; arguments and answer are texts. A
// cancelled context stops the machine, which is then thrown away.
func (e *engine) call(ctx context.Context, name string, args ...string) (string, error) {
	return e.callWithMap(ctx, "", name, args...)
}

// callWithMap is call after a map was made known to the machine; "" is none.
func (e *engine) callWithMap(ctx context.Context, mapName, name string, args ...string) (string, error) {
	var m *machine
	select {
	case m = <-e.idle:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	keep := m
	defer func() { e.idle <- keep }()
	if m == nil {
		made, err := e.start()
		if err != nil {
			return "", err
		}
		m, keep = made, made
	}
	stop := context.AfterFunc(ctx, func() { m.vm.Interrupt(ctx.Err()) })
	err := e.provideMap(m, mapName)
	var answer string
	if err == nil {
		answer, err = m.call(name, args)
	}
	if !stop() {
		keep = nil
		return "", ctx.Err()
	}
	if err != nil {
		keep = nil
	}
	return answer, err
}

// start loads the bundle into a fresh machine. ECharts asks for a console and
// for timers; there is no time in here, so timers never fire.
func (e *engine) start() (*machine, error) {
	vm := goja.New()
	nothing := func(goja.FunctionCall) goja.Value { return goja.Undefined() }
	console := vm.NewObject()
	for _, name := range []string{"log", "info", "warn", "error"} {
		if err := console.Set(name, nothing); err != nil {
			return nil, fmt.Errorf("prepare JS: %w", err)
		}
	}
	for name, value := range map[string]any{"console": console, "setTimeout": nothing, "clearTimeout": nothing} {
		if err := vm.Set(name, value); err != nil {
			return nil, fmt.Errorf("prepare JS: %w", err)
		}
	}
	if _, err := vm.RunProgram(e.program); err != nil {
		return nil, fmt.Errorf("load the chart bundle: %w", err)
	}
	return &machine{vm: vm, api: vm.Get("laketop").ToObject(vm), maps: map[string]bool{}}, nil
}

// provideMap gives a machine a map it lacks. A map that does not exist is left
// to the chart, which says so in its place.
func (e *engine) provideMap(m *machine, name string) error {
	if name == "" || m.maps[name] {
		return nil
	}
	geo, err := e.readMap(name)
	if errors.Is(err, frontend.ErrNoMap) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read map %s: %w", name, err)
	}
	if _, err := m.call("registerMap", []string{name, string(geo)}); err != nil {
		return fmt.Errorf("map %s: %w", name, err)
	}
	m.maps[name] = true
	return nil
}

// mapOf is the map that a chart spec needs; "" for none.
func mapOf(spec []byte) string {
	var chart struct{ Kind, Map string }
	if json.Unmarshal(spec, &chart) != nil || chart.Kind != "map" {
		return ""
	}
	if chart.Map == "" {
		return "china"
	}
	return chart.Map
}

func (m *machine) call(name string, args []string) (string, error) {
	f, ok := goja.AssertFunction(m.api.Get(name))
	if !ok {
		return "", fmt.Errorf("the chart bundle has no function %s", name)
	}
	values := make([]goja.Value, len(args))
	for i, a := range args {
		values[i] = m.vm.ToValue(a)
	}
	answer, err := f(goja.Undefined(), values...)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return answer.String(), nil
}
