// Package lineup reads who is to play from a file: YAML, of which JSON is a
// part.
//
//	seed: a secret            # of keys; whoever knows it has the players' money
//	budget: 20                # coins each may lose, ever
//	players:
//	  - name: hosts
//	    model: [host-ngram, host-trees]   # built-in models, divided in turn
//	    count: 300
//	    kelly: [0.1, 0.4]     # drawn for each player between these
//	  - name: careful
//	    language: {url: "http://127.0.0.1:11434/v1", model: qwen3:8b}
//	    count: 2
//	  - name: evens
//	    arbitrage: {risk: 0.02}
//	    count: 3
//	links:
//	  - opposites: [12, 15]   # question 12 is YES where 15 is NO
//
// Whatever is wrong with a file is said with its line, what was found and what
// was wanted. docs/swarm.md lists all fields.
package lineup
