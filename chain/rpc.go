package chain

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	rpcclient "github.com/cometbft/cometbft/rpc/client"
	ethrpc "github.com/ethereum/go-ethereum/rpc"
	"github.com/rs/cors"
	"github.com/spf13/viper"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/server"
	"github.com/cosmos/evm/rpc"
	"github.com/cosmos/evm/rpc/backend"
	"github.com/cosmos/evm/rpc/stream"
	evmconfig "github.com/cosmos/evm/server/config"
)

// Limits of JSON-RPC.
const (
	rpcBodyLimit    = 5 << 20  // bytes of a request
	rpcBatchLimit   = 1000     // requests in a batch
	rpcBatchBytes   = 25 << 20 // bytes of a batch's answer
	rpcTimeout      = 30 * time.Second
	rpcIdleTimeout  = 2 * time.Minute
	rpcShutdownTime = 2 * time.Second
	rpcCallGas      = 100_000_000 // of eth_call and eth_estimateGas
	rpcCallTimeout  = 5 * time.Second
	rpcLogsCap      = 50_000 // logs in one answer
	rpcBlockRange   = 10_000 // blocks in one question about logs
	rpcFeeCap       = 100.0  // coins of fee in one transaction
)

// rpcNamespaces are the methods served.
var rpcNamespaces = []string{"eth", "net", "web3", "txpool", "debug"}

// rpcServer answers JSON-RPC over HTTP and WebSocket.
type rpcServer struct {
	stream       *stream.RPCStream
	http, ws     *http.Server
	onHTTP, onWS net.Listener
	log          logger
}

// newRPC listens; serve answers.
func newRPC(n *Node, c client.Context, log logger) (*rpcServer, error) {
	events, ok := c.Client.(rpcclient.EventsClient)
	if !ok {
		return nil, fmt.Errorf("rpc: client %T has no events", c.Client)
	}
	r := &rpcServer{
		stream: stream.NewRPCStreams(events, log, c.TxConfig.TxDecoder()),
		log:    log,
	}
	var err error
	if r.onHTTP, err = net.Listen("tcp", n.config.HTTPAddr); err != nil {
		return nil, fmt.Errorf("rpc: %w", err)
	}
	if r.onWS, err = net.Listen("tcp", n.config.WSAddr); err != nil {
		return nil, errors.Join(fmt.Errorf("rpc: %w", err), r.onHTTP.Close())
	}
	settings, v := rpcSettings(n.chainID, r.httpAddr(), r.wsAddr())
	n.app.watchPending(r.stream.ListenPendingTx)
	context := &server.Context{Viper: v, Config: cometConfig(n.config), Logger: log}
	methods := ethrpc.NewServer()
	methods.SetBatchLimits(rpcBatchLimit, rpcBatchBytes)
	methods.SetHTTPBodyLimit(rpcBodyLimit)
	back := backend.NewBackend(context, c, n.index, door{n.app.pool, n.app},
		backend.WithLogger(log))
	for _, api := range rpc.BuildRPCs(rpcNamespaces, context, c, r.stream, back) {
		if err := methods.RegisterName(api.Namespace, api.Service); err != nil {
			return nil, errors.Join(fmt.Errorf("rpc: %s: %w", api.Namespace, err), r.close())
		}
	}
	// The last registration of a method wins.
	for _, own := range []any{receipts{back, n.index}, filler{back}} {
		if err := methods.RegisterName("eth", own); err != nil {
			return nil, errors.Join(fmt.Errorf("rpc: %T: %w", own, err), r.close())
		}
	}
	socket, ok := rpc.NewWebsocketsServer(c, log, r.stream, settings).(http.Handler)
	if !ok {
		return nil, errors.Join(errors.New("rpc: the WebSocket server is no handler"), r.close())
	}
	r.http = httpServer(cors.AllowAll().Handler(n.routes(methods)))
	r.ws = httpServer(socket)
	return r, nil
}

func httpServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: rpcTimeout,
		ReadTimeout:       rpcTimeout,
		WriteTimeout:      rpcTimeout,
		IdleTimeout:       rpcIdleTimeout,
	}
}

// rpcSettings is the EVM's configuration, as a value and in the form in which
// its backend reads it.
func rpcSettings(chainID uint64, httpAddr, wsAddr string) (*evmconfig.Config, *viper.Viper) {
	settings := evmconfig.DefaultConfig()
	settings.EVM.EVMChainID = chainID
	rpc := &settings.JSONRPC
	rpc.Enable, rpc.Address, rpc.WsAddress = true, httpAddr, wsAddr
	rpc.WSOrigins = []string{"*"}
	rpc.GasCap, rpc.EVMTimeout = rpcCallGas, rpcCallTimeout
	rpc.LogsCap, rpc.BlockRangeCap, rpc.TxFeeCap = rpcLogsCap, rpcBlockRange, rpcFeeCap
	v := viper.New()
	v.Set("evm.evm-chain-id", chainID)
	v.Set("json-rpc.enable", true)
	v.Set("json-rpc.gas-cap", rpcCallGas)
	v.Set("json-rpc.evm-timeout", rpcCallTimeout)
	v.Set("json-rpc.logs-cap", rpcLogsCap)
	v.Set("json-rpc.block-range-cap", rpcBlockRange)
	v.Set("json-rpc.txfee-cap", rpcFeeCap)
	return settings, v
}

// serve answers until close.
func (r *rpcServer) serve() {
	for server, listener := range map[*http.Server]net.Listener{r.http: r.onHTTP, r.ws: r.onWS} {
		go func() {
			if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				r.log.Error("rpc", "address", listener.Addr(), "error", err)
			}
		}()
	}
}

// close ends open requests, waiting at most rpcShutdownTime for each server.
func (r *rpcServer) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), rpcShutdownTime)
	defer cancel()
	for _, s := range []*http.Server{r.http, r.ws} {
		if s == nil {
			continue
		}
		// WebSockets do not end by themselves; Close ends what Shutdown left.
		if err := s.Shutdown(ctx); err != nil {
			if err := s.Close(); err != nil {
				return fmt.Errorf("rpc: %w", err)
			}
		}
	}
	for _, l := range []net.Listener{r.onHTTP, r.onWS} {
		if err := l.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			return fmt.Errorf("rpc: %w", err)
		}
	}
	return nil
}

func (r *rpcServer) httpAddr() string { return r.onHTTP.Addr().String() }
func (r *rpcServer) wsAddr() string   { return r.onWS.Addr().String() }

// routes puts the JSON-RPC methods and the operator's pages on one port.
func (n *Node) routes(methods http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /{$}", methods)
	mux.HandleFunc("GET /health", n.serveHealth)
	mux.Handle("GET /metrics", metricsPage())
	return mux
}
