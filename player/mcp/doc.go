// Package mcp serves the market to language-model agents over the Model Context
// Protocol: tools to list and read questions, forecast them, ask, trade, and
// look after positions.
//
//	agent ── MCP (stdio, HTTP on loopback) ──→ Server ──→ client ──→ node
//	                                             │
//	                      Allowance: what may be spent a call, a day, ever before
//	                      anything is signed
//
// Without an account the server has only the tools that read. With one, every
// coin that a call may spend is written to the account's ledger, on disk,
// before anything is signed, and a call beyond the limits is refused there: an
// agent that was talked into spending everything spends a day's allowance.
//
// Questions and evidence were written by strangers. The server cleans and
// bounds them and says so; it cannot keep an agent from believing them, which
// is what the allowance is for.
package mcp
