// Package clearsign shows calls and typed messages in the words of their own
// authors: ERC-7730 descriptors, which name the intent of a function and say
// how each parameter should read ("Amount to supply: 32.3 ETH").
//
//	lib, err := clearsign.Open(os.DirFS("registry"))
//	screen, err := lib.Call(clearsign.Container{Chain: 1, To: &to, Value: v}, data, names)
//
// A descriptor is a claim of its author about a contract at an address. It is
// chosen by chain and address alone; the generic ones of the standards (ERC-20,
// ERC-721, ERC-4626), which name no address, are used only where no other
// fits, and the screen says so. Files are read when they are first needed: the
// index is all that is parsed at the start.
//
// Format: ERC-7730, versions 1 and 2.
package clearsign
