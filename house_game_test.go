package agon_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// pure lists what game/ may import. None of these brings a clock, randomness,
// a goroutine, a socket or a file into the rules, and none hands out the
// entries of a map (as package maps would).
var pure = []string{
	"bytes", "cmp", "crypto/sha256", "encoding/binary", "encoding/hex", "errors", "fmt",
	"iter", "math", "math/big", "math/bits", "slices", "sort", "strconv", "strings",
	"unicode", "unicode/utf8",
	"github.com/holiman/uint256",
}

// fault is one breach of determinism and where it stands.
type fault struct {
	pos  token.Position
	what string
}

// nondeterminism lists what, in one file, could make two replays differ:
// ranging over a map, floats (whose rounding compilers may fuse), goroutines,
// channels, and imports that are not known to be pure.
func nondeterminism(fset *token.FileSet, f *ast.File, info *types.Info) []fault {
	var faults []fault
	report := func(n ast.Node, format string, args ...any) {
		faults = append(faults, fault{fset.Position(n.Pos()), fmt.Sprintf(format, args...)})
	}
	for i, imp := range importsOf(f) {
		if !slices.Contains(pure, imp) {
			report(f.Imports[i], "import of %s, which is not on the list of pure packages", imp)
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.RangeStmt:
			switch under(info.TypeOf(n.X)).(type) {
			case *types.Map:
				report(n, "range over a map")
			case *types.Chan:
				report(n, "range over a channel")
			}
		case *ast.GoStmt:
			report(n, "go statement")
		case *ast.SelectStmt:
			report(n, "select statement")
		case *ast.SendStmt:
			report(n, "send on a channel")
		case *ast.ChanType:
			report(n, "channel type")
		}
		if e, ok := n.(ast.Expr); ok && isFloat(info.TypeOf(e)) {
			report(n, "floating point")
			return false // once an expression is enough
		}
		return true
	})
	return faults
}

// under is the underlying type, nil for expressions without one.
func under(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	return t.Underlying()
}

// isFloat reports whether values of t round as floats do. A literal such as
// 1e18 counts by the type it takes: an exact integer constant is none.
func isFloat(t types.Type) bool {
	b, ok := under(t).(*types.Basic)
	return ok && b.Info()&(types.IsFloat|types.IsComplex) != 0
}

// TestGameIsDeterministic type-checks the rules and applies nondeterminism.
func TestGameIsDeterministic(t *testing.T) {
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax}, "./game/...")
	if err != nil {
		t.Fatal(err)
	}
	if len(pkgs) == 0 {
		t.Fatal("no package under game/")
	}
	for _, p := range pkgs {
		for _, e := range p.Errors {
			t.Error(e)
		}
		for _, f := range p.Syntax {
			for _, x := range nondeterminism(p.Fset, f, p.TypesInfo) {
				t.Errorf("%s: %s", x.pos, x.what)
			}
		}
	}
}

func TestDeterminismRuleCatches(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"range over a map", `func f(m map[int]int) { for range m {} }`, "range over a map"},
		{"range over a named map", `type m map[int]int; func f(x m) { for k := range x { _ = k } }`,
			"range over a map"},
		{"range over a slice", `func f(s []int) { for range s {} }`, ""},
		{"a map without ranging", `func f(m map[int]int) int { return m[1] }`, ""},
		{"float type", `var x float64`, "floating point"},
		{"float in a struct", `type x struct { p float32 }`, "floating point"},
		{"float literal", `var x = 0.5`, "floating point"},
		{"float conversion", `func f(n int) int { return int(float64(n) / 3) }`, "floating point"},
		{"exact integer constant", `const one uint64 = 1e18`, ""},
		{"complex", `var x complex128`, "floating point"},
		{"goroutine", `func f() { go f() }`, "go statement"},
		{"select", `func f() { select {} }`, "select statement"},
		{"channel", `var x chan int`, "channel type"},
		{"clock", `import _ "time"`, "import of time"},
		{"randomness", `import _ "math/rand/v2"`, "import of math/rand/v2"},
		{"secret randomness", `import _ "crypto/rand"`, "import of crypto/rand"},
		{"files", `import _ "os"`, "import of os"},
		{"sockets", `import _ "net"`, "import of net"},
		{"maps", `import _ "maps"`, "import of maps"},
		{"pure import", `import _ "slices"`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, "a.go", "package a\n"+c.src, 0)
			if err != nil {
				t.Fatal(err)
			}
			info := &types.Info{
				Types: map[ast.Expr]types.TypeAndValue{},
				Defs:  map[*ast.Ident]types.Object{},
				Uses:  map[*ast.Ident]types.Object{},
			}
			// Imports do not resolve here; the rule reads them from the syntax.
			conf := types.Config{Error: func(error) {}}
			conf.Check("a", fset, []*ast.File{f}, info)
			got := nondeterminism(fset, f, info)
			if c.want == "" && len(got) > 0 {
				t.Errorf("faults %v, want none", got)
			}
			if c.want != "" && (len(got) == 0 || !strings.HasPrefix(got[0].what, c.want)) {
				t.Errorf("faults %v, want %q", got, c.want)
			}
		})
	}
}
