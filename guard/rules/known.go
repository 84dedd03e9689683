package rules

import (
	"github.com/ethereum/go-ethereum/common"

	"agon/guard/clearsign"
	"agon/guard/lists"
)

// brands are domains that imitators use most: exchanges, wallets, markets,
// bridges and services of this field. Chosen by hand; users add theirs.
var brands = []string{
	"uniswap.org", "aave.com", "opensea.io", "metamask.io", "ledger.com", "trezor.io",
	"coinbase.com", "binance.com", "kraken.com", "blockchain.com", "curve.finance", "lido.fi",
	"makerdao.com", "compound.finance", "sushi.com", "pancakeswap.finance", "1inch.io",
	"balancer.fi", "yearn.fi", "etherscan.io", "polygon.technology", "arbitrum.io", "optimism.io",
	"base.org", "zksync.io", "starknet.io", "linea.build", "scroll.io", "blast.io", "blur.io",
	"rarible.com", "magiceden.io", "looksrare.org", "trustwallet.com", "phantom.app", "rainbow.me",
	"rabby.io", "safe.global", "gnosis.io", "walletconnect.com", "ethena.fi", "eigenlayer.xyz",
	"pendle.finance", "morpho.org", "gmx.io", "dydx.exchange", "hyperliquid.xyz",
	"stargate.finance",
	"layerzero.network", "wormhole.com", "across.to", "chainlink.com", "thegraph.com",
	"snapshot.org", "coingecko.com", "coinmarketcap.com", "dexscreener.com", "revoke.cash",
	"debank.com", "zapper.xyz", "circle.com", "tether.to", "okx.com", "bybit.com", "kucoin.com",
	"crypto.com", "gemini.com", "ethereum.org",
}

// routers are contracts that trade for whoever calls them and keep no accounts, at
// the addresses that their makers publish: what is sent to them without a call is
// anybody's. Chosen by hand; descriptors know more contracts.
var routers = lists.Addresses{
	common.HexToAddress("0x7a250d5630B4cF539739dF2C5dAcb4c659F2488D"): "Uniswap V2: Router",
	common.HexToAddress("0xE592427A0AEce92De3Edee1F18E0157C05861564"): "Uniswap V3: Router",
	common.HexToAddress("0x68b3465833fb72A70ecDF485E0e4C7bD8665Fc45"): "Uniswap V3: Router 2",
	common.HexToAddress("0xEf1c6E67703c7BD7107eed8303Fbe6EC2554BF6B"): "Uniswap: Universal Router",
	common.HexToAddress("0x3fC91A3afd70395Cd496C647d5a6CC9D4B2b7FAD"): "Uniswap: Universal Router",
	common.HexToAddress("0x66a9893cC07D91D95644AEDD05D03f95e1dBA8Af"): "Uniswap: Universal Router",
	common.HexToAddress("0xd9e1cE17f2641f24aE83637ab66a2cca9C378B9F"): "SushiSwap: Router",
	common.HexToAddress("0x10ED43C718714eb63d5aA57B78B54704E256024E"): "PancakeSwap: Router",
	common.HexToAddress("0xDef1C0ded9bec7F1a1670819833240f027b25EfF"): "0x: Exchange Proxy",
	common.HexToAddress("0x1111111254fb6c44bAC0beD2854e76F90643097d"): "1inch: Router 4",
	common.HexToAddress("0x1111111254EEB25477B68fb85Ed929f73A960582"): "1inch: Router 5",
	common.HexToAddress("0x111111125421cA6dc452d289314280a0f8842A65"): "1inch: Router 6",
	common.HexToAddress("0x6131B5fae19EA4f9D964eAc0408E4408b66337b5"): "KyberSwap: Router 2",
	common.HexToAddress("0x881D40237659C251811CEC9c364ef91dC08D300C"): "MetaMask: Swap Router",
	common.HexToAddress("0x9008D19f58AAbD9eD0D60971565AA8510560ab41"): "CoW: Settlement",
}

// Know takes over what descriptors vouch for: which contracts belong to which
// site, and that they are known at all. The brands and the routers come with it.
func (l *Lists) Know(contracts []clearsign.Contract) {
	l.Brands = append(l.Brands, brands...)
	for a, label := range routers {
		l.Routers[a] = label
	}
	l.Chains = map[common.Address][]uint64{}
	for _, c := range contracts {
		l.Chains[c.Address] = append(l.Chains[c.Address], c.Chain)
		if l.Contracts[c.Domain] == nil {
			l.Contracts[c.Domain] = map[common.Address]string{}
		}
		l.Contracts[c.Domain][c.Address] = c.Label
	}
}

// Names gives names to tokens of lists and to contracts of descriptors.
func (l *Lists) Names() clearsign.Names { return names{l} }

type names struct{ lists *Lists }

func (n names) Token(chain uint64, a common.Address) (clearsign.Token, bool) {
	k, ok := n.lists.Tokens.At(chain, a)
	if !ok {
		return clearsign.Token{}, false
	}
	return clearsign.Token{Symbol: k.Symbol, Decimals: k.Decimals}, true
}

func (n names) Name(_ uint64, a common.Address) (string, bool) {
	if label := n.lists.TrustedAddresses[a]; label != "" {
		return label, true
	}
	return "", false
}
