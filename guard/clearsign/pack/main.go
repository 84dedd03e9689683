// Command pack makes registry.zip, the descriptors that ship with the guard, of
// a copy of the public ERC-7730 registry (CC0-1.0). The same input gives the
// same bytes.
//
//	go run ./guard/clearsign/pack -from DIR -to guard/clearsign/registry.zip
package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"agon/guard/clearsign"
)

func main() {
	from := flag.String("from", "", "folder with index.calldata.json, registry/ and ercs/")
	to := flag.String("to", "registry.zip", "file to write")
	flag.Parse()
	if err := run(*from, *to); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func run(from, to string) error {
	files := os.DirFS(from)
	lib, err := clearsign.Open(files)
	if err != nil {
		return err
	}
	contracts, err := lib.Contracts()
	if err != nil {
		return err
	}
	index, err := json.Marshal(contracts)
	if err != nil {
		return err
	}
	content := map[string][]byte{clearsign.ContractsFile: index}
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		wanted := strings.HasPrefix(name, "registry/") || strings.HasPrefix(name, "ercs/") ||
			strings.HasPrefix(path.Base(name), "index.") || path.Base(name) == "LICENSE.md"
		if err != nil || d.IsDir() || !wanted {
			return err
		}
		content[name], err = fs.ReadFile(files, name)
		return err
	})
	if err != nil {
		return err
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	var names []string
	for name := range content {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		raw := content[name]
		if strings.HasSuffix(name, ".json") {
			var small bytes.Buffer
			if err := json.Compact(&small, raw); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			raw = small.Bytes()
		}
		w, err := z.CreateHeader(&zip.FileHeader{
			Name: name, Method: zip.Deflate, Modified: time.Date(2026, 8, 20, 0, 0, 0, 0, time.UTC),
		})
		if err != nil {
			return err
		}
		if _, err := w.Write(raw); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(to, out.Bytes(), 0o644)
}
