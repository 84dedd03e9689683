package clearsign

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"sync"
)

// registryZip is the public registry (CC0-1.0) of 2026-08-20, made by
// guard/clearsign/pack.
//
//go:embed registry.zip
var registryZip []byte

// Shipped is the library that comes with the program.
var Shipped = sync.OnceValues(func() (*Library, error) {
	files, err := zip.NewReader(bytes.NewReader(registryZip), int64(len(registryZip)))
	if err != nil {
		return nil, err
	}
	return Open(files)
})
