package export

import (
	"context"
	"fmt"
	"slices"

	"github.com/tetratelabs/wazero"
)

// host is the module of JS functions that resvg imports.
func (r *rasteriser) host() wazero.HostModuleBuilder {
	b := r.runtime.NewHostModuleBuilder("wbg")
	functions := r.hostFunctions()
	names := make([]string, 0, len(functions))
	for name := range functions {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		b.NewFunctionBuilder().WithFunc(functions[name]).Export(name)
	}
	return b
}

// hostFunctions are the imports of @resvg/resvg-wasm 2.6.2. A panic in one
// becomes an error of the call that led here.
func (r *rasteriser) hostFunctions() map[string]any {
	return map[string]any{
		// new Error(text)
		"__wbg_new_28c511d9baebfa89": func(at, n uint32) uint32 { return r.heap.add(fmt.Errorf("%s", r.heap.text(at, n))) },
		// the memory, and its buffer
		"__wbindgen_memory":             func() uint32 { return r.heap.add(memory{}) },
		"__wbg_buffer_12d079cc21e14bdb": func(uint32) uint32 { return r.heap.add(memory{}) },
		// new Uint8Array(buffer, offset, length): a copy, made before memory can grow
		"__wbg_newwithbyteoffsetandlength_aa4a17c33a06e5cb": func(_, at, n uint32) uint32 {
			b, _ := r.heap.module.Memory().Read(at, n)
			return r.heap.add(slices.Clone(b))
		},
		"__wbindgen_object_drop_ref": func(i uint32) { r.heap.drop(i) },
		// new Uint8Array(array or buffer)
		"__wbg_new_63b92bc8671ed464": func(i uint32) uint32 {
			switch v := r.heap.objects[i].(type) {
			case []byte:
				return r.heap.add(v)
			case memory:
				return r.heap.add(v)
			}
			panic(fmt.Sprintf("no bytes in a %T", r.heap.objects[i]))
		},
		// array.values(), next(), done, value
		"__wbg_values_839f3396d5aac002": func(i uint32) uint32 { return r.heap.add(&iterator{items: r.heap.objects[i].([]any)}) },
		"__wbg_next_196c84450b364254": func(i uint32) uint32 {
			it := r.heap.objects[i].(*iterator)
			if it.next >= len(it.items) {
				return r.heap.add(step{done: true})
			}
			it.next++
			return r.heap.add(step{value: it.items[it.next-1]})
		},
		"__wbg_done_298b57d23c0fc80c": func(i uint32) uint32 {
			if r.heap.objects[i].(step).done {
				return 1
			}
			return 0
		},
		"__wbg_value_d93c65011f51a456": func(i uint32) uint32 { return r.heap.add(r.heap.objects[i].(step).value) },
		"__wbg_instanceof_Uint8Array_2b3bbecd033d19f6": func(i uint32) uint32 {
			if _, ok := r.heap.objects[i].([]byte); ok {
				return 1
			}
			return 0
		},
		"__wbindgen_string_get": func(ctx context.Context, out, i uint32) {
			var at, n uint32
			if s, ok := r.heap.objects[i].(string); ok {
				var err error
				if at, n, err = r.heap.pass(ctx, s); err != nil {
					panic(err)
				}
			}
			r.heap.module.Memory().WriteUint32Le(out, at)
			r.heap.module.Memory().WriteUint32Le(out+4, n)
		},
		"__wbg_new_16b304a2cfa7ff4a": func() uint32 { return r.heap.add([]any{}) },
		"__wbindgen_string_new":      func(at, n uint32) uint32 { return r.heap.add(r.heap.text(at, n)) },
		"__wbg_push_a5b05aedc7234f9f": func(i, v uint32) uint32 {
			list := append(r.heap.objects[i].([]any), r.heap.objects[v])
			r.heap.objects[i] = list
			return uint32(len(list))
		},
		"__wbg_length_c20a40f15020d68a": func(i uint32) uint32 { return uint32(len(r.heap.objects[i].([]byte))) },
		// target.set(source, offset): target is the module's memory
		"__wbg_set_a47bac70306a19a7": func(target, source, at uint32) {
			b := r.heap.objects[source].([]byte)
			switch v := r.heap.objects[target].(type) {
			case memory:
				r.heap.module.Memory().Write(at, b)
			case []byte:
				copy(v[at:], b)
			}
		},
		"__wbindgen_throw": func(at, n uint32) { panic(r.heap.text(at, n)) },
	}
}
