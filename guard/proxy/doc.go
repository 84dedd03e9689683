// Package proxy stands where a wallet expects its node. It passes everything on
// but what signs or sends; that is scanned first. What the verdict stops is held
// back: the wallet gets an EIP-1193 error with the address of a page on which a
// person sees what would happen and may release that very request, once.
//
//	wallet ──JSON-RPC──→ proxy ──→ node
//	                       │ held: error 4001, review at /review/ID
//	person ──browser────→ page ──release──→ node
//
// The same server answers programs (POST /v0/evm/…/scan, in the manner of the
// field) and shows the reports. It listens on the loopback interface and checks
// the Host header, so that a web page cannot reach it under a name of its own;
// releasing needs a token that only the page holds.
package proxy
