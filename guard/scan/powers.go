package scan

import (
	"bytes"

	"agon/guard/calldata"
)

// powers finds, in the code of a token, functions by which an owner changes the
// rules. A contract's dispatcher compares the selector with each of its
// functions' by PUSH4 (0x63), so they stand in the code as five bytes. Other
// code can hold the same bytes by chance: one in 2⁴⁰ places does.
func powers(code []byte) []string {
	var out []string
	for _, p := range powerful {
		for _, push := range p.pushes {
			if bytes.Contains(code, push) {
				out = append(out, p.what)
				break
			}
		}
	}
	return out
}

type power struct {
	what   string
	pushes [][]byte
}

var powerful = []power{
	newPower("make new tokens", "mint(address,uint256)", "mint(uint256)", "issue(uint256)"),
	newPower("stop transfers", "pause()", "setTradingEnabled(bool)", "enableTrading(bool)",
		"setTradingOpen(bool)"),
	newPower("block accounts", "blacklist(address)", "addBlackList(address)",
		"setBlacklist(address,bool)",
		"addToBlacklist(address)", "blacklistAddress(address,bool)", "setBots(address[])",
		"addBots(address[])", "freeze(address)"),
	newPower("set a tax on transfers", "setFee(uint256)", "setFees(uint256,uint256)",
		"setTaxes(uint256,uint256)", "setTax(uint256)", "setSellFee(uint256)", "setBuyFee(uint256)",
		"updateFees(uint256,uint256)", "setTaxFeePercent(uint256)"),
	newPower("limit what one account may hold or sell", "setMaxTxAmount(uint256)",
		"setMaxWalletSize(uint256)", "setMaxTxnAmount(uint256)", "setMaxWallet(uint256)"),
	newPower("replace the code", "upgradeTo(address)", "upgradeToAndCall(address,bytes)"),
}

func newPower(what string, signatures ...string) power {
	p := power{what: what}
	for _, s := range signatures {
		f, err := calldata.ParseFunction(s)
		if err != nil {
			panic(err) // a literal of this file
		}
		sel := f.Selector()
		p.pushes = append(p.pushes, append([]byte{0x63}, sel[:]...))
	}
	return p
}
