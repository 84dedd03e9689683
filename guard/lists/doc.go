// Package lists holds what others have already judged: hosts of scams and of
// honest sites, addresses, tokens. Lists come from files that the user names,
// in the forms that wallets publish: one entry a line, MetaMask's phishing
// configuration, Uniswap's token lists.
//
// A lookup costs the labels of the host asked for and not the size of the list:
// a million hosts take about 16 MB and well under a microsecond. What is on no
// list is unknown, which is neither good nor bad.
package lists
