// Package agon_test holds the house to its plan: who may know whom, what a room
// may be called, how long a file may be, what game/ may not do.
package agon_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// module is the path every import inside the house begins with.
const module = "agon"

// edges lists, for each room, the other rooms it may import:
//
//	cmd → chain guard gate player web lab → client game nn proof mpc fhe → libraries
//
// and lab → player, because what it measures are the players.
//
// What is not listed is forbidden. Inside a room packages are free, except in
// game, whose packages meet only in chain.
var edges = map[string][]string{
	"cmd": {
		"chain", "guard", "gate", "player", "web", "lab",
		"client", "game", "nn", "proof", "mpc", "fhe",
	},
	"chain":  {"client", "game", "nn", "proof", "mpc", "fhe"},
	"guard":  {"client", "game", "nn", "proof", "mpc", "fhe"},
	"gate":   {"client", "game", "nn", "proof", "mpc", "fhe"},
	"player": {"client", "game", "nn", "proof", "mpc", "fhe"},
	"web":    {"client", "game", "nn", "proof", "mpc", "fhe"},
	"lab":    {"player", "client", "game", "nn", "proof", "mpc", "fhe"},
	"client": {"game"},
	"game":   {},
	"nn":     {},
	"proof":  {"nn"},
	"mpc":    {"nn"},
	"fhe":    {"nn"},
}

// isolated rooms have packages that may not import each other.
var isolated = []string{"game"}

// vague names say where code was put and not what it provides.
var vague = []string{
	"util", "utils", "common", "helper", "helpers", "types", "base", "misc", "shared", "lib",
}

// Limits of a file. A tab counts as four columns.
const (
	maxLines   = 700
	maxColumns = 100
	tabColumns = 4
)

// longLines lists files that may have longer lines, with the reason. It only
// shrinks.
var longLines = map[string]string{}

// unfinished matches the marks that belong in an issue and not in the code.
// The words are split here so that this file passes its own rule.
var unfinished = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X|HA` + `CK)\b`)

// generated is the line by which Go tools know files nobody edits.
var generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

// file is one text file of the house: slash path from the root, and contents.
type file struct {
	path string
	text []byte
}

// house reads every source file below the root, in path order, leaving out
// what git would: dependencies, binaries, homes of nodes.
func house(t *testing.T) []file {
	t.Helper()
	var files []file
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			skip := []string{".git", "bin", ".agon", "node_modules", ".venv"}
			if slices.Contains(skip, d.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		if !slices.Contains([]string{".go", ".sol", ".mjs", ".js", ".py"}, path.Ext(p)) {
			return nil
		}
		text, err := os.ReadFile(p)
		files = append(files, file{filepath.ToSlash(p), text})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 2 {
		t.Fatalf("found %d source files: is this the root of the module?", len(files))
	}
	return files
}

// room is the first element of a path inside the house: "game" of "game/market".
func room(dir string) string {
	first, _, _ := strings.Cut(dir, "/")
	return first
}

// importFaults says which imports of a file in directory dir the design forbids.
func importFaults(dir string, imports []string) []string {
	var faults []string
	from := room(dir)
	allowed, known := edges[from]
	if !known {
		return []string{fmt.Sprintf("room %q is not in the design", from)}
	}
	for _, imp := range imports {
		to, inside := strings.CutPrefix(imp, module+"/")
		switch {
		case !inside:
			continue
		case room(to) != from && !slices.Contains(allowed, room(to)):
			faults = append(faults, fmt.Sprintf("%s may not import %s", from, to))
		case room(to) == from && to != dir && slices.Contains(isolated, from):
			faults = append(faults, fmt.Sprintf("%s and %s may not know each other", dir, to))
		}
	}
	return faults
}

// importsOf lists the import paths of a parsed file.
func importsOf(f *ast.File) []string {
	var paths []string
	for _, spec := range f.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			panic(err) // the parser accepted the literal
		}
		paths = append(paths, p)
	}
	return paths
}

// TestImportDirections checks every import of every file that is not a test.
// Tests may look further: a client's test may start a node.
func TestImportDirections(t *testing.T) {
	for _, f := range house(t) {
		if path.Ext(f.path) != ".go" || strings.HasSuffix(f.path, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.path, f.text, parser.ImportsOnly)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, fault := range importFaults(path.Dir(f.path), importsOf(parsed)) {
			t.Errorf("%s: %s", f.path, fault)
		}
	}
}

func TestImportRuleCatches(t *testing.T) {
	for _, c := range []struct {
		name, dir, imp string
		faults         int
	}{
		{"command knows chain", "cmd/agon", "agon/chain", 0},
		{"chain knows game", "chain/contracts", "agon/game/market", 0},
		{"inside a room", "player/swarm", "agon/player", 0},
		{"library", "game/market", "github.com/holiman/uint256", 0},
		{"player knows chain", "player", "agon/chain", 1},
		{"client knows chain", "client", "agon/chain/contracts", 1},
		{"client knows player", "client", "agon/player", 1},
		{"game knows client", "game/market", "agon/client", 1},
		{"game knows game", "game/market", "agon/game/court", 1},
		{"proof knows mpc", "proof", "agon/mpc", 1},
		{"chain knows command", "chain", "agon/cmd/agon", 1},
		{"chain knows player", "chain", "agon/player", 1},
		{"room out of plan", "attic", "fmt", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := importFaults(c.dir, []string{c.imp}); len(got) != c.faults {
				t.Errorf("%s importing %s: faults %q, want %d", c.dir, c.imp, got, c.faults)
			}
		})
	}
}

// nameFault says what is wrong with the name of a directory, or nothing.
func nameFault(dir string) string {
	for part := range strings.SplitSeq(dir, "/") {
		if slices.Contains(vague, part) {
			return fmt.Sprintf("%s: %q says nothing about what is inside", dir, part)
		}
	}
	return ""
}

func TestRoomNames(t *testing.T) {
	for _, f := range house(t) {
		if fault := nameFault(path.Dir(f.path)); fault != "" {
			t.Error(fault)
		}
	}
	for _, dir := range []string{"game/util", "chain/types", "common", "a/helpers/b"} {
		if nameFault(dir) == "" {
			t.Errorf("%s passed the rule on names", dir)
		}
	}
}

// columns is the width of a line, its tabs expanded.
func columns(line []byte) int {
	return utf8.RuneCount(line) + (tabColumns-1)*bytes.Count(line, []byte("\t"))
}

// textFaults applies the rules that need no parser.
func textFaults(f file) []string {
	var faults []string
	byMachine := generated.Match(f.text)
	lines := bytes.Split(bytes.TrimSuffix(f.text, []byte("\n")), []byte("\n"))
	if len(lines) > maxLines && !byMachine {
		faults = append(faults, fmt.Sprintf("%d lines, at most %d", len(lines), maxLines))
	}
	for i, line := range lines {
		wide := columns(line) > maxColumns && !byMachine && longLines[f.path] == ""
		if wide {
			faults = append(faults,
				fmt.Sprintf("line %d: %d columns, at most %d", i+1, columns(line), maxColumns))
		}
		if mark := unfinished.Find(line); mark != nil {
			faults = append(faults,
				fmt.Sprintf("line %d: %s: finish it or open an issue", i+1, mark))
		}
	}
	return faults
}

func TestFiles(t *testing.T) {
	for _, f := range house(t) {
		for _, fault := range textFaults(f) {
			t.Errorf("%s: %s", f.path, fault)
		}
	}
	for name := range longLines {
		if _, err := os.Stat(name); err != nil {
			t.Errorf("the list of exceptions names %s: %v", name, err)
		}
	}
}

func TestFileRulesCatch(t *testing.T) {
	header := "// Code generated by hand. DO NOT EDIT.\n"
	for _, c := range []struct {
		name, text string
		faults     int
	}{
		{"plain", "package a\n", 0},
		{"as long as allowed", strings.Repeat("\n", maxLines), 0},
		{"a line too long", strings.Repeat("\n", maxLines+1), 1},
		{"generated may be long", header + strings.Repeat("\n", maxLines+1), 0},
		{"as wide as allowed", strings.Repeat("é", maxColumns), 0},
		{"a column too wide", strings.Repeat("é", maxColumns+1), 1},
		{"tab counts", "\t" + strings.Repeat("x", maxColumns-tabColumns+1), 1},
		{"unfinished", "// TO" + "DO: later", 1},
		{"unfinished though generated", header + "// FIX" + "ME", 1},
		{"a word that contains it", "TO" + "DOS", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := textFaults(file{"a.go", []byte(c.text)}); len(got) != c.faults {
				t.Errorf("faults %q, want %d", got, c.faults)
			}
		})
	}
}

// undocumented lists the exported top-level names of a file that no comment
// explains. A comment on a group of constants, variables or types serves all,
// and methods every Go reader knows (Error, String, Unwrap, Is) need none.
func undocumented(f *ast.File) []string {
	var names []string
	check := func(id *ast.Ident, docs ...*ast.CommentGroup) {
		if !id.IsExported() {
			return
		}
		for _, doc := range docs {
			if doc != nil {
				return
			}
		}
		names = append(names, id.Name)
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			known := slices.Contains([]string{"Error", "String", "Unwrap", "Is"}, d.Name.Name)
			if d.Recv == nil || receiverExported(d.Recv) && !known {
				check(d.Name, d.Doc)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					check(s.Name, d.Doc, s.Doc, s.Comment)
				case *ast.ValueSpec:
					for _, id := range s.Names {
						check(id, d.Doc, s.Doc, s.Comment)
					}
				}
			}
		}
	}
	return names
}

// receiverExported reports whether a method belongs to an exported type.
func receiverExported(recv *ast.FieldList) bool {
	exported := false
	ast.Inspect(recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.IsExported() {
			exported = true
		}
		return true
	})
	return exported
}

// TestDocumentation wants a comment on every package and every exported name.
func TestDocumentation(t *testing.T) {
	documented := map[string]bool{}
	for _, f := range house(t) {
		if path.Ext(f.path) != ".go" || strings.HasSuffix(f.path, "_test.go") ||
			strings.Contains(f.path, "/testdata/") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.path, f.text, parser.ParseComments)
		if err != nil {
			t.Error(err)
			continue
		}
		dir := path.Dir(f.path)
		documented[dir] = documented[dir] || parsed.Doc != nil
		if generated.Match(f.text) {
			continue
		}
		for _, name := range undocumented(parsed) {
			t.Errorf("%s: %s is exported and has no comment", f.path, name)
		}
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("%s: no file says what the package is for", dir)
		}
	}
}

func TestDocumentationRuleCatches(t *testing.T) {
	const src = `package a
// A is explained.
func A() {}
func B() {}
// The group.
const ( C = 1; D = 2 )
type E struct{}
func (E) F() {}
func (E) String() string { return "" }
type g struct{}
func (g) String() string { return "" }
`
	f, err := parser.ParseFile(token.NewFileSet(), "a.go", src, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := undocumented(f), []string{"B", "E", "F"}; !slices.Equal(got, want) {
		t.Errorf("undocumented %q, want %q", got, want)
	}
}

// TestGeneratedAreChecked wants, beside every generated Go file, a test that
// names it: the test that proves it current.
func TestGeneratedAreChecked(t *testing.T) {
	files := house(t)
	for _, f := range files {
		if path.Ext(f.path) != ".go" || !generated.Match(f.text) {
			continue
		}
		if !namedByTest(files, f.path) {
			t.Errorf("%s: no test in its folder names it, so it could grow stale", f.path)
		}
	}
}

// namedByTest reports whether a test in the folder of p mentions its base name.
func namedByTest(files []file, p string) bool {
	for _, f := range files {
		if path.Dir(f.path) == path.Dir(p) && strings.HasSuffix(f.path, "_test.go") &&
			bytes.Contains(f.text, []byte(path.Base(p))) {
			return true
		}
	}
	return false
}

// TestLockfilesNameNoHost keeps lock files usable behind any registry mirror.
func TestLockfilesNameNoHost(t *testing.T) {
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() == "node_modules" || d.Name() == ".git" {
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return err
		}
		if d.Name() != "package-lock.json" {
			return nil
		}
		text, err := os.ReadFile(p)
		if bytes.Contains(text, []byte(`"resolved"`)) {
			t.Errorf("%s: a package names the host it came from", p)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
