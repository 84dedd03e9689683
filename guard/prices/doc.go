// Package prices tells what tokens are worth from a file that the user keeps, so
// that nobody is asked. The file is JSON: by chain and address the price of a whole
// token in any one currency; the zero address is the chain's coin.
//
//	{"1": {"0x0000000000000000000000000000000000000000": 2500,
//	       "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48": 1}}
//
// The file is read again when it changes. Prices age: those of a file that nobody
// has written for a day are not used.
package prices
