package rules

import (
	"github.com/ethereum/go-ethereum/common"

	"agon/guard/clearsign"
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

// Know takes over what descriptors vouch for: which contracts belong to which
// site, and that they are known at all. The brands come with it.
func (l *Lists) Know(contracts []clearsign.Contract) {
	l.Brands = append(l.Brands, brands...)
	for _, c := range contracts {
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
