package chain

import (
	_ "github.com/cosmos/evm/ante/evm"
	_ "github.com/cosmos/evm/mempool"
	_ "github.com/cosmos/evm/rpc"
	_ "github.com/cosmos/evm/server"
	_ "github.com/cosmos/evm/x/feemarket"
	_ "github.com/cosmos/evm/x/vm"
	_ "github.com/cometbft/cometbft/node"
	_ "github.com/cosmos/cosmos-sdk/x/auth"
	_ "github.com/cosmos/cosmos-sdk/x/bank"
	_ "github.com/cosmos/cosmos-sdk/x/consensus"
	_ "github.com/ethereum/go-ethereum/ethclient"
	_ "github.com/ethereum/go-ethereum/accounts/abi/bind"
	_ "github.com/cloudflare/circl/sign/bls"
	_ "github.com/spf13/cobra"
	_ "github.com/holiman/uint256"
	_ "pgregory.net/rapid"
	_ "golang.org/x/tools/go/packages"
	_ "github.com/prometheus/client_golang/prometheus/promhttp"
)
