package native

import (
	"fmt"
	"strings"
)

// docWidth is where the Solidity interface breaks its comments.
const docWidth = 96

// Solidity returns the contract's interface as Solidity source with NatSpec.
func (c *Contract) Solidity() []byte {
	var b strings.Builder
	b.WriteString("// SPDX-License-Identifier: Apache-2.0\n")
	b.WriteString("// Code generated from the Go registration; DO NOT EDIT.\n")
	b.WriteString("pragma solidity ^0.8.4;\n\n")
	for _, s := range c.structs() {
		writeStruct(&b, s, c.structDocs[s.name])
	}
	comment(&b, "", "/// @notice ", c.doc)
	fmt.Fprintf(&b, "/// @dev Deployed at %s.\n", c.address.Hex())
	fmt.Fprintf(&b, "interface %s {\n", c.name)
	for i, m := range c.members {
		if i > 0 {
			b.WriteString("\n")
		}
		writeMember(&b, m)
	}
	b.WriteString("}\n")
	return []byte(b.String())
}

func writeStruct(b *strings.Builder, s *shape, doc string) {
	comment(b, "", "// ", doc)
	fmt.Fprintf(b, "struct %s {\n", s.name)
	for _, f := range s.fields {
		comment(b, "    ", "// ", f.doc)
		fmt.Fprintf(b, "    %s %s;\n", f.shape.name, f.name)
	}
	b.WriteString("}\n\n")
}

func writeMember(b *strings.Builder, m *member) {
	comment(b, "    ", "/// @notice ", m.doc)
	for _, f := range m.in.fields {
		if f.doc != "" {
			comment(b, "    ", "/// @param "+f.name+" ", f.doc)
		}
	}
	tail := ";"
	if m.kind == "function" {
		tail = " external"
		if m.mutability != "nonpayable" {
			tail += " " + m.mutability
		}
		if len(m.out.fields) > 0 {
			tail += fmt.Sprintf(" returns (%s)", strings.Join(list(m.out, "memory"), ", "))
		}
		tail += ";"
	}
	location := ""
	if m.kind == "function" {
		location = "calldata"
	}
	args := list(m.in, location)
	line := fmt.Sprintf("    %s %s(%s)%s\n", m.kind, m.name, strings.Join(args, ", "), tail)
	if len(line) > docWidth {
		line = fmt.Sprintf("    %s %s(\n        %s\n    )%s\n",
			m.kind, m.name, strings.Join(args, ",\n        "), tail)
	}
	b.WriteString(line)
}

// list writes parameters, with a data location, if there is one, where Solidity
// wants it.
func list(s *shape, location string) []string {
	parts := make([]string, len(s.fields))
	for i, f := range s.fields {
		p := f.shape.name
		switch reference := f.dynamic || f.kind == kindTuple; {
		case reference && location != "":
			p += " " + location
		case f.indexed:
			p += " indexed"
		}
		parts[i] = strings.TrimSpace(p + " " + f.name)
	}
	return parts
}

// comment writes text in lines of at most docWidth, the first after lead, the
// others after the comment mark alone.
func comment(b *strings.Builder, indent, lead, text string) {
	if text == "" {
		return
	}
	mark := lead[:strings.IndexByte(lead, ' ')+1]
	line := indent + lead
	for i, word := range strings.Fields(text) {
		if i > 0 && len(line)+1+len(word) > docWidth {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = indent + mark
		} else if i > 0 && !strings.HasSuffix(line, " ") {
			line += " "
		}
		line += word
	}
	b.WriteString(line + "\n")
}

// structs lists the named tuples a contract uses, each after those it needs.
func (c *Contract) structs() []*shape {
	var out []*shape
	seen := map[string]bool{}
	var visit func(s *shape, top bool)
	visit = func(s *shape, top bool) {
		for s.kind == kindList {
			s = s.elem
		}
		if s.kind != kindTuple || !top && seen[s.name] {
			return
		}
		for _, f := range s.fields {
			visit(f.shape, false)
		}
		if !top {
			seen[s.name] = true
			out = append(out, s)
		}
	}
	for _, m := range c.members {
		visit(m.in, true)
		if m.out != nil {
			visit(m.out, true)
		}
	}
	return out
}
