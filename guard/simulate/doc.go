// Package simulate tries requests out before they are signed. It climbs down a
// ladder and says on which rung it stands:
//
//  1. the request is run here, over state fetched from a node with Merkle
//     proofs that fit the state root of the pinned block (eth_getProof), so a
//     node that lies about the state is caught;
//  2. the node runs it (eth_simulateV1), between calls that read balances
//     before and after;
//  3. the node traces it (debug_traceCall with the call and prestate tracers).
//
// Balances, allowances and owners are read from the state before and after;
// logs only say where to look. What cannot be found out is listed as
// incomplete. An error while the state is read stops the run: the EVM would go
// on with zeros.
//
// Cold, a swap takes three round trips: the block with an access list; proofs
// and code of everything on it; what the first run touched besides.
package simulate
