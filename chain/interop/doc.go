// Package interop holds tests of the market with tools that know nothing of
// Agon: solc, viem, ethers, web3.py and go-ethereum's bindings, talking over
// real sockets to the agon binary as users run it. It has no code of its own.
//
// The scripts in the three libraries tell the same story and print what they
// saw, a line of JSON a step; the Go side alone judges it:
//
//	ask → fund a key → dry run → sign → relay → fill (subscription, logs, receipt)
//	                                      └→ refused: forged, replayed, bad limit
//
// The tools are the versions in package-lock.json and requirements.txt, which
// "make tools" installs here. Without them the tests are skipped, in CI they
// fail.
package interop
