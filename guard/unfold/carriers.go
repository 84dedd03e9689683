package unfold

import (
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/calldata"
)

// carries gives the calls inside a call, without their chains. False if its
// function is none that carries calls.
func carries(c *Call) ([]Call, bool) {
	open, ok := carriers[c.Function.Signature()]
	if !ok {
		return nil, false
	}
	return open(c), true
}

// carriers by canonical signature. Every function of the table takes apart the
// arguments that its signature promises.
var carriers = map[string]func(*Call) []Call{
	// Contracts that call themselves: the sender stays, the code too.
	"multicall(bytes[])":         self(0),
	"multicall(uint256,bytes[])": self(1),
	"multicall(bytes32,bytes[])": self(1),

	// Multicall2 and 3: the contract calls others.
	"aggregate((address,bytes)[])":                    batch(0),
	"tryAggregate(bool,(address,bytes)[])":            batch(1),
	"blockAndAggregate((address,bytes)[])":            batch(0),
	"tryBlockAndAggregate(bool,(address,bytes)[])":    batch(1),
	"aggregate3((address,bool,bytes)[])":              batch(0),
	"aggregate3Value((address,bool,uint256,bytes)[])": batch(0),

	// Safe: the wallet calls, or lets a library act as itself (operation 1).
	"execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address," +
		"bytes)": safe,
	"execTransactionFromModule(address,uint256,bytes,uint8)":           safe,
	"execTransactionFromModuleReturnData(address,uint256,bytes,uint8)": safe,
	"multiSend(bytes)": multiSend,
	"createProxyWithNonce(address,bytes,uint256)":                            initialise(0, 1),
	"setup(address[],uint256,address,bytes,address,address,uint256,address)": initialise(2, 3),

	// Smart accounts.
	"execute(address,uint256,bytes)":                                    single,
	"execute(address,uint256,bytes,uint8)":                              safe,
	"executeUserOp(address,uint256,bytes,uint8)":                        safe,
	"executeUserOpWithErrorString(address,uint256,bytes,uint8)":         safe,
	"execTransactionWithRole(address,uint256,bytes,uint8,bytes32,bool)": safe,
	"execute((address,uint256,bytes)[],bytes)":                          batch(0),
	// DSProxy: the target acts as the proxy.
	"execute(address,bytes)":                    initialise(0, 1),
	"executeBatch(address[],bytes[])":           lists,
	"executeBatch(address[],uint256[],bytes[])": lists,
	"executeBatch((address,uint256,bytes)[])":   batch(0),
	"execute((address,uint256,bytes)[])":        batch(0),
	"execute(bytes32,bytes)":                    modular,
	"executeFromExecutor(bytes32,bytes)":        modular,
	"handleOps((address,uint256,bytes,bytes,uint256,uint256,uint256,uint256,uint256,bytes," +
		"bytes)[],address)": operations,
	"handleOps((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes)[]," +
		"address)": operations,

	// Timelocks and governors.
	"schedule(address,uint256,bytes,bytes32,bytes32,uint256)": single,
	"execute(address,uint256,bytes,bytes32,bytes32)":          single,
	"propose(address[],uint256[],bytes[],string)":             lists,

	// Proxies: the new code is initialised as the proxy.
	"upgradeToAndCall(address,bytes)": initialise(0, 1),
	"upgradeAndCall(address,address,bytes)": func(c *Call) []Call {
		proxy := addressOf(c.Arg(0))
		return []Call{{From: proxy, To: at(c, 1), Data: bytesOf(c.Arg(2)), Delegate: true}}
	},

	// Uniswap's universal router.
	"execute(bytes,bytes[],uint256)": commands,
	"execute(bytes,bytes[])":         commands,
}

// initialise reads the call by which code (argument to) sets a contract up,
// acting as that contract.
func initialise(to, data int) func(*Call) []Call {
	return func(c *Call) []Call {
		return []Call{{From: *c.To, To: at(c, to), Data: bytesOf(c.Arg(data)), Delegate: true}}
	}
}

func at(c *Call, i int) *common.Address {
	a := addressOf(c.Arg(i))
	return &a
}

// self reads the calls that a contract makes to itself: argument i holds their
// data.
func self(i int) func(*Call) []Call {
	return func(c *Call) []Call {
		var out []Call
		for _, data := range c.Arg(i).Elems {
			out = append(out, Call{From: c.From, To: c.To, Data: bytesOf(data)})
		}
		return out
	}
}

// batch reads the calls that a contract makes to others: argument i is a list
// of tuples.
func batch(i int) func(*Call) []Call {
	return func(c *Call) []Call { return structs(c, i, *c.To) }
}

// structs reads an array of tuples: the address, the number and the bytes of
// each, wherever they stand in it.
func structs(c *Call, i int, from common.Address) []Call {
	var out []Call
	for _, item := range c.Arg(i).Elems {
		in := Call{From: from}
		for _, v := range item.Elems {
			switch v.Type.Kind {
			case calldata.Address:
				a := addressOf(v)
				in.To = &a
			case calldata.Uint:
				in.Value = v.Int
			case calldata.Bytes:
				in.Data = v.Raw
			}
		}
		out = append(out, in)
	}
	return out
}

func single(c *Call) []Call {
	return []Call{{From: *c.To, To: at(c, 0), Value: numberOf(c.Arg(1)), Data: bytesOf(c.Arg(2))}}
}

// lists reads parallel arrays: addresses, values if there are three, data.
func lists(c *Call) []Call {
	targets := c.Arg(0).Elems
	var values, data []calldata.Value
	if c.Arg(1).Type.Elem.Kind == calldata.Uint {
		values, data = c.Arg(1).Elems, c.Arg(2).Elems
	} else {
		data = c.Arg(1).Elems
	}
	var out []Call
	for i, target := range targets {
		a := addressOf(target)
		in := Call{From: *c.To, To: &a}
		// Accounts read a missing value as 0; lists of other lengths revert.
		if i < len(values) {
			in.Value = numberOf(values[i])
		}
		if i < len(data) {
			in.Data = bytesOf(data[i])
		}
		out = append(out, in)
	}
	return out
}

func safe(c *Call) []Call {
	return []Call{{
		From: *c.To, To: at(c, 0), Value: numberOf(c.Arg(1)), Data: bytesOf(c.Arg(2)),
		Delegate: numberOf(c.Arg(3)).Sign() != 0,
	}}
}

// multiSend reads Safe's packed batch, whose calls come from whoever delegates
// to the library:
//
//	operation (1) ‖ to (20) ‖ value (32) ‖ length (32) ‖ data
func multiSend(c *Call) []Call {
	const head = 1 + 20 + 32 + 32
	var out []Call
	for raw := bytesOf(c.Arg(0)); len(raw) > 0; {
		if len(raw) < head {
			c.Irregular = append(c.Irregular, "a batch that ends within a call")
			break
		}
		to := common.BytesToAddress(raw[1:21])
		size := new(big.Int).SetBytes(raw[53:85])
		if !size.IsInt64() || size.Int64() > int64(len(raw)-head) {
			c.Irregular = append(c.Irregular, "a batch that ends within a call")
			break
		}
		end := head + int(size.Int64())
		out = append(out, Call{
			From: c.From, To: &to, Value: new(big.Int).SetBytes(raw[21:53]), Data: raw[head:end],
			Delegate: raw[0] != 0,
		})
		raw = raw[end:]
		if len(out) > maxCalls {
			break
		}
	}
	return out
}

// modular reads ERC-7579 and ERC-7821: the first byte of the mode says how the
// rest is laid out.
func modular(c *Call) []Call {
	mode, data := bytesOf(c.Arg(0)), bytesOf(c.Arg(1))
	switch mode[0] {
	case 0x00: // to ‖ value ‖ data
		if len(data) < 52 {
			return nil
		}
		to := common.BytesToAddress(data[:20])
		return []Call{{
			From: *c.To, To: &to, Value: new(big.Int).SetBytes(data[20:52]), Data: data[52:],
		}}
	case 0xff: // delegate call: to ‖ data
		if len(data) < 20 {
			return nil
		}
		to := common.BytesToAddress(data[:20])
		return []Call{{From: *c.To, To: &to, Data: data[20:], Delegate: true}}
	case 0x01: // (to, value, data)[], perhaps with bytes of the account's own behind
		args, _, err := calldata.Decode(batchOf, data)
		if err != nil {
			return nil
		}
		return structs(&Call{To: c.To, Args: args}, 0, *c.To)
	}
	return nil
}

// batchOf is the parameter of a modular batch.
var batchOf = must("f((address target, uint256 value, bytes data)[] calls)").Inputs

func must(signature string) *calldata.Function {
	f, err := calldata.ParseFunction(signature)
	if err != nil {
		panic(err) // a literal of this package
	}
	return f
}

// operations reads the user operations of a bundle: each account calls itself.
func operations(c *Call) []Call {
	var out []Call
	for _, op := range c.Arg(0).Elems {
		sender := addressOf(op.Elems[0])
		out = append(out, Call{From: *c.To, To: &sender, Data: bytesOf(op.Elems[3])})
	}
	return out
}

// commands reads the language of Uniswap's universal router: a byte for each
// command (the high bit lets it fail), and its parameters. They are shown as
// calls of the router to itself.
func commands(c *Call) []Call {
	codes, inputs := bytesOf(c.Arg(0)), c.Arg(1).Elems
	var out []Call
	for i, code := range codes {
		if i >= len(inputs) {
			c.Irregular = append(c.Irregular, "a command without parameters")
			break
		}
		in := Call{From: c.From, To: c.To, Data: bytesOf(inputs[i]), How: Unread}
		f, ok := routerCommands[code&0x7f]
		if !ok {
			f = &calldata.Function{Name: fmt.Sprintf("COMMAND_0x%02x", code&0x7f)}
		}
		in.Function = f
		if args, irregular, err := calldata.Decode(f.Inputs, in.Data); ok && err == nil {
			in.How, in.Args, in.Irregular = Named, args, irregular
		}
		out = append(out, in)
	}
	return out
}

// routerCommands by code: Uniswap's technical reference of the universal
// router, with the names that it gives.
var routerCommands = map[byte]*calldata.Function{
	0x00: must("V3_SWAP_EXACT_IN(address recipient, uint256 amountIn, uint256 amountOutMin, " +
		"bytes path, bool payerIsUser)"),
	0x01: must("V3_SWAP_EXACT_OUT(address recipient, uint256 amountOut, uint256 amountInMax, " +
		"bytes path, bool payerIsUser)"),
	0x02: must("PERMIT2_TRANSFER_FROM(address token, address recipient, uint160 amount)"),
	0x04: must("SWEEP(address token, address recipient, uint256 amountMin)"),
	0x05: must("TRANSFER(address token, address recipient, uint256 amount)"),
	0x06: must("PAY_PORTION(address token, address recipient, uint256 bips)"),
	0x08: must("V2_SWAP_EXACT_IN(address recipient, uint256 amountIn, uint256 amountOutMin, " +
		"address[] path, bool payerIsUser)"),
	0x09: must("V2_SWAP_EXACT_OUT(address recipient, uint256 amountOut, uint256 amountInMax, " +
		"address[] path, bool payerIsUser)"),
	0x0a: must("PERMIT2_PERMIT(((address token, uint160 amount, uint48 expiration, uint48 nonce) " +
		"details, address spender, uint256 sigDeadline) permitSingle, bytes signature)"),
	0x0b: must("WRAP_ETH(address recipient, uint256 amountMin)"),
	0x0c: must("UNWRAP_WETH(address recipient, uint256 amountMin)"),
}
