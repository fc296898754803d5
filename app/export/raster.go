package export

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"laketop/frontend"
)

// rasteriser is resvg compiled to WebAssembly. Its module speaks the calling
// convention of wasm-bindgen: JS values live in a table on this side and cross
// as indexes.
type rasteriser struct {
	mu       sync.Mutex
	runtime  wazero.Runtime
	cache    wazero.CompilationCache
	compiled wazero.CompiledModule
	heap     *heap
}

func newRasteriser(ctx context.Context, cacheDir string) (*rasteriser, error) {
	wasm, err := frontend.Rasteriser()
	if err != nil {
		return nil, err
	}
	r := &rasteriser{}
	conf := wazero.NewRuntimeConfig()
	if cacheDir != "" {
		// An unwritable folder costs a second, not the picture.
		if r.cache, err = wazero.NewCompilationCacheWithDir(cacheDir); err == nil {
			conf = conf.WithCompilationCache(r.cache)
		}
	}
	r.runtime = wazero.NewRuntimeWithConfig(ctx, conf)
	if r.compiled, err = r.runtime.CompileModule(ctx, wasm); err != nil {
		return nil, errors.Join(fmt.Errorf("compile the rasteriser: %w", err), r.close(ctx))
	}
	if err := r.checkImports(); err != nil {
		return nil, errors.Join(err, r.close(ctx))
	}
	if _, err := r.host().Instantiate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("prepare the rasteriser: %w", err), r.close(ctx))
	}
	return r, nil
}

func (r *rasteriser) close(ctx context.Context) error {
	err := r.runtime.Close(ctx)
	if r.cache != nil {
		if e := r.cache.Close(ctx); err == nil {
			err = e
		}
	}
	if err != nil {
		return fmt.Errorf("close the rasteriser: %w", err)
	}
	return nil
}

// checkImports compares what the module asks for with what host offers: the
// names carry hashes that change with its version.
func (r *rasteriser) checkImports() error {
	offered := r.hostFunctions()
	var missing []string
	for _, f := range r.compiled.ImportedFunctions() {
		if _, name, _ := f.Import(); offered[name] == nil {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return fmt.Errorf("the rasteriser asks for functions this build does not know (is @resvg/resvg-wasm 2.6.2 pinned?): %s", strings.Join(missing, ", "))
	}
	return nil
}

// png draws an SVG at a width in pixels.
func (r *rasteriser) png(ctx context.Context, svg string, width int, fonts [][]byte) (out []byte, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	h := &heap{objects: make([]any, reserved)}
	r.heap = h
	module, err := r.runtime.InstantiateModule(ctx, r.compiled, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return nil, fmt.Errorf("start the rasteriser: %w", err)
	}
	defer func() { err = errors.Join(err, module.Close(ctx)) }()
	h.module = module
	list := make([]any, len(fonts))
	for i, f := range fonts {
		list[i] = f
	}
	options := fmt.Sprintf(`{"fitTo":{"mode":"width","value":%d},"font":{"defaultFontFamily":"Inter","sansSerifFamily":"Inter","monospaceFamily":"JetBrains Mono"},"shapeRendering":2,"textRendering":1,"imageRendering":0,"logLevel":"off"}`, width)
	optionsAt, optionsLen, err := h.pass(ctx, options)
	if err != nil {
		return nil, err
	}
	tree, err := h.call(ctx, "resvg_new", uint64(h.add(svg)), uint64(optionsAt), uint64(optionsLen), uint64(h.add(list)))
	if err != nil {
		return nil, fmt.Errorf("read the SVG: %w", err)
	}
	image, err := h.call(ctx, "resvg_render", uint64(tree))
	if err != nil {
		return nil, fmt.Errorf("rasterise: %w", err)
	}
	index, err := h.call(ctx, "renderedimage_asPng", uint64(image))
	if err != nil {
		return nil, fmt.Errorf("encode PNG: %w", err)
	}
	b, ok := h.objects[index].([]byte)
	if !ok {
		return nil, fmt.Errorf("encode PNG: the rasteriser gave %T", h.objects[index])
	}
	return slices.Clone(b), nil
}

// reserved indexes stand for undefined, null, true and false.
const reserved = 132

// heap is the table of JS values of one module instance.
type heap struct {
	objects []any
	free    []uint32
	module  api.Module
}

type (
	memory   struct{} // WebAssembly.Memory, and its buffer
	iterator struct {
		items []any
		next  int
	}
	step struct {
		done  bool
		value any
	}
)

func (h *heap) add(o any) uint32 {
	if n := len(h.free); n > 0 {
		i := h.free[n-1]
		h.free = h.free[:n-1]
		h.objects[i] = o
		return i
	}
	h.objects = append(h.objects, o)
	return uint32(len(h.objects) - 1)
}

func (h *heap) drop(i uint32) {
	if i >= reserved {
		h.objects[i] = nil
		h.free = append(h.free, i)
	}
}

func (h *heap) text(at, n uint32) string {
	b, _ := h.module.Memory().Read(at, n)
	return string(b)
}

// pass copies a text into the module's memory, which frees it itself.
func (h *heap) pass(ctx context.Context, s string) (at, n uint32, err error) {
	out, err := h.module.ExportedFunction("__wbindgen_malloc").Call(ctx, uint64(len(s)), 1)
	if err != nil {
		return 0, 0, fmt.Errorf("rasteriser memory: %w", err)
	}
	if !h.module.Memory().Write(uint32(out[0]), []byte(s)) {
		return 0, 0, fmt.Errorf("rasteriser memory: %d bytes do not fit", len(s))
	}
	return uint32(out[0]), uint32(len(s)), nil
}

// call runs an export that answers {value, error, failed} through a pointer.
func (h *heap) call(ctx context.Context, name string, args ...uint64) (uint32, error) {
	stack := h.module.ExportedFunction("__wbindgen_add_to_stack_pointer")
	at, err := stack.Call(ctx, api.EncodeI32(-16))
	if err != nil {
		return 0, fmt.Errorf("rasteriser stack: %w", err)
	}
	if _, err := h.module.ExportedFunction(name).Call(ctx, append([]uint64{at[0]}, args...)...); err != nil {
		return 0, err
	}
	p := uint32(at[0])
	value, _ := h.module.Memory().ReadUint32Le(p)
	failure, _ := h.module.Memory().ReadUint32Le(p + 4)
	failed, _ := h.module.Memory().ReadUint32Le(p + 8)
	if _, err := stack.Call(ctx, 16); err != nil {
		return 0, fmt.Errorf("rasteriser stack: %w", err)
	}
	if failed != 0 {
		return 0, fmt.Errorf("%v", h.objects[failure])
	}
	return value, nil
}
