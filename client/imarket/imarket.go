// Code generated via abigen V2 - DO NOT EDIT.
// This file is a generated binding and any manual changes will be lost.

package imarket

import (
	"bytes"
	"errors"
	"math/big"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// Reference imports to suppress errors if they are not otherwise used.
var (
	_ = bytes.Equal
	_ = errors.New
	_ = big.NewInt
	_ = common.Big1
	_ = types.BloomLookup
	_ = abi.ConvertType
)

// BookView is an auto generated low-level Go binding around an user-defined struct.
type BookView struct {
	Name   string
	Yes    *big.Int
	No     *big.Int
	Price  uint64
	Median uint64
	Payoff uint64
}

// Evidence is an auto generated low-level Go binding around an user-defined struct.
type Evidence struct {
	Inlined []byte
	Uri     string
	Hash    [32]byte
	Size    uint64
}

// Order is an auto generated low-level Go binding around an user-defined struct.
type Order struct {
	Question uint64
	Book     uint8
	Action   uint8
	Amount   *big.Int
	Limit    uint64
	Expiry   uint64
}

// OrderView is an auto generated low-level Go binding around an user-defined struct.
type OrderView struct {
	Id       uint64
	Trader   common.Address
	Question uint64
	Book     uint8
	Action   uint8
	Amount   *big.Int
	Left     *big.Int
	Limit    uint64
	Expiry   uint64
	Placed   uint64
}

// Placed is an auto generated low-level Go binding around an user-defined struct.
type Placed struct {
	Id     uint64
	Reason uint8
}

// Preview is an auto generated low-level Go binding around an user-defined struct.
type Preview struct {
	Reason     uint8
	Shares     *big.Int
	Cost       *big.Int
	Fee        *big.Int
	PriceAfter uint64
}

// QuestionView is an auto generated low-level Go binding around an user-defined struct.
type QuestionView struct {
	Id        uint64
	Opener    common.Address
	Template  uint8
	Kind      uint8
	Phase     uint8
	Text      string
	Criteria  string
	Fields    []string
	Lo        int64
	Hi        int64
	Subsidy   *big.Int
	B         *big.Int
	Fee       uint16
	Opened    uint64
	End       uint64
	ClosedAt  uint64
	ResolveBy uint64
	Reopened  uint8
	Resolver  common.Address
	Trusted   bool
	Verdict   uint8
	Member    uint8
	Value     int64
	Evidence  Evidence
	Books     []BookView
}

// SignedOrder is an auto generated low-level Go binding around an user-defined struct.
type SignedOrder struct {
	Trader    common.Address
	Order     Order
	Nonce     *big.Int
	FromBlock uint64
	ToBlock   uint64
	R         [32]byte
	Vs        [32]byte
}

// Spec is an auto generated low-level Go binding around an user-defined struct.
type Spec struct {
	Template uint8
	Kind     uint8
	Fields   []string
	Members  []string
	Openings []uint64
	Lo       int64
	Hi       int64
	Subsidy  *big.Int
	Window   uint64
	Grace    uint64
	Resolver common.Address
	Evidence Evidence
}

// IMarketMetaData contains all meta data concerning the IMarket contract.
var IMarketMetaData = bind.MetaData{
	ABI: "[{\"type\":\"function\",\"name\":\"ask\",\"inputs\":[{\"name\":\"spec\",\"type\":\"tuple\",\"internalType\":\"structSpec\",\"components\":[{\"name\":\"template\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"kind\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"fields\",\"type\":\"string[]\",\"internalType\":\"string[]\"},{\"name\":\"members\",\"type\":\"string[]\",\"internalType\":\"string[]\"},{\"name\":\"openings\",\"type\":\"uint64[]\",\"internalType\":\"uint64[]\"},{\"name\":\"lo\",\"type\":\"int64\",\"internalType\":\"int64\"},{\"name\":\"hi\",\"type\":\"int64\",\"internalType\":\"int64\"},{\"name\":\"subsidy\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"window\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"grace\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"resolver\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"evidence\",\"type\":\"tuple\",\"internalType\":\"structEvidence\",\"components\":[{\"name\":\"inlined\",\"type\":\"bytes\",\"internalType\":\"bytes\"},{\"name\":\"uri\",\"type\":\"string\",\"internalType\":\"string\"},{\"name\":\"hash\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"size\",\"type\":\"uint64\",\"internalType\":\"uint64\"}]}]}],\"outputs\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\"}],\"stateMutability\":\"payable\"},{\"type\":\"function\",\"name\":\"place\",\"inputs\":[{\"name\":\"orders\",\"type\":\"tuple[]\",\"internalType\":\"structOrder[]\",\"components\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"book\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"action\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"amount\",\"type\":\"uint128\",\"internalType\":\"uint128\"},{\"name\":\"limit\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"expiry\",\"type\":\"uint64\",\"internalType\":\"uint64\"}]}],\"outputs\":[{\"name\":\"ids\",\"type\":\"uint64[]\",\"internalType\":\"uint64[]\"}],\"stateMutability\":\"payable\"},{\"type\":\"function\",\"name\":\"placeSigned\",\"inputs\":[{\"name\":\"orders\",\"type\":\"tuple[]\",\"internalType\":\"structSignedOrder[]\",\"components\":[{\"name\":\"trader\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"order\",\"type\":\"tuple\",\"internalType\":\"structOrder\",\"components\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"book\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"action\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"amount\",\"type\":\"uint128\",\"internalType\":\"uint128\"},{\"name\":\"limit\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"expiry\",\"type\":\"uint64\",\"internalType\":\"uint64\"}]},{\"name\":\"nonce\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"fromBlock\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"toBlock\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"r\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"vs\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}]}],\"outputs\":[{\"name\":\"results\",\"type\":\"tuple[]\",\"internalType\":\"structPlaced[]\",\"components\":[{\"name\":\"id\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"reason\",\"type\":\"uint8\",\"internalType\":\"uint8\"}]}],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"placePacked\",\"inputs\":[{\"name\":\"orders\",\"type\":\"bytes\",\"internalType\":\"bytes\"}],\"outputs\":[{\"name\":\"placed\",\"type\":\"uint32\",\"internalType\":\"uint32\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"dryRun\",\"inputs\":[{\"name\":\"trader\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"order\",\"type\":\"tuple\",\"internalType\":\"structOrder\",\"components\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"book\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"action\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"amount\",\"type\":\"uint128\",\"internalType\":\"uint128\"},{\"name\":\"limit\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"expiry\",\"type\":\"uint64\",\"internalType\":\"uint64\"}]}],\"outputs\":[{\"name\":\"\",\"type\":\"tuple\",\"internalType\":\"structPreview\",\"components\":[{\"name\":\"reason\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"shares\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"cost\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"fee\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"priceAfter\",\"type\":\"uint64\",\"internalType\":\"uint64\"}]}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"cancel\",\"inputs\":[{\"name\":\"ids\",\"type\":\"uint64[]\",\"internalType\":\"uint64[]\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"invalidateNonces\",\"inputs\":[{\"name\":\"word\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"mask\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"mintSet\",\"inputs\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"n\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[],\"stateMutability\":\"payable\"},{\"type\":\"function\",\"name\":\"burnSet\",\"inputs\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"n\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"resolve\",\"inputs\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"verdict\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"member\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"value\",\"type\":\"int64\",\"internalType\":\"int64\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"lapse\",\"inputs\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"claim\",\"inputs\":[{\"name\":\"questions\",\"type\":\"uint64[]\",\"internalType\":\"uint64[]\"}],\"outputs\":[{\"name\":\"amount\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"deposit\",\"inputs\":[],\"outputs\":[],\"stateMutability\":\"payable\"},{\"type\":\"function\",\"name\":\"depositFor\",\"inputs\":[{\"name\":\"accounts\",\"type\":\"address[]\",\"internalType\":\"address[]\"},{\"name\":\"amounts\",\"type\":\"uint256[]\",\"internalType\":\"uint256[]\"}],\"outputs\":[],\"stateMutability\":\"payable\"},{\"type\":\"function\",\"name\":\"withdraw\",\"inputs\":[{\"name\":\"amount\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[],\"stateMutability\":\"nonpayable\"},{\"type\":\"function\",\"name\":\"question\",\"inputs\":[{\"name\":\"id\",\"type\":\"uint64\",\"internalType\":\"uint64\"}],\"outputs\":[{\"name\":\"\",\"type\":\"tuple\",\"internalType\":\"structQuestionView\",\"components\":[{\"name\":\"id\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"opener\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"template\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"kind\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"phase\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"text\",\"type\":\"string\",\"internalType\":\"string\"},{\"name\":\"criteria\",\"type\":\"string\",\"internalType\":\"string\"},{\"name\":\"fields\",\"type\":\"string[]\",\"internalType\":\"string[]\"},{\"name\":\"lo\",\"type\":\"int64\",\"internalType\":\"int64\"},{\"name\":\"hi\",\"type\":\"int64\",\"internalType\":\"int64\"},{\"name\":\"subsidy\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"b\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"fee\",\"type\":\"uint16\",\"internalType\":\"uint16\"},{\"name\":\"opened\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"end\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"closedAt\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"resolveBy\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"reopened\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"resolver\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"trusted\",\"type\":\"bool\",\"internalType\":\"bool\"},{\"name\":\"verdict\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"member\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"value\",\"type\":\"int64\",\"internalType\":\"int64\"},{\"name\":\"evidence\",\"type\":\"tuple\",\"internalType\":\"structEvidence\",\"components\":[{\"name\":\"inlined\",\"type\":\"bytes\",\"internalType\":\"bytes\"},{\"name\":\"uri\",\"type\":\"string\",\"internalType\":\"string\"},{\"name\":\"hash\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"},{\"name\":\"size\",\"type\":\"uint64\",\"internalType\":\"uint64\"}]},{\"name\":\"books\",\"type\":\"tuple[]\",\"internalType\":\"structBookView[]\",\"components\":[{\"name\":\"name\",\"type\":\"string\",\"internalType\":\"string\"},{\"name\":\"yes\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"no\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"price\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"median\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"payoff\",\"type\":\"uint64\",\"internalType\":\"uint64\"}]}]}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"questions\",\"inputs\":[{\"name\":\"after_\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"max\",\"type\":\"uint16\",\"internalType\":\"uint16\"}],\"outputs\":[{\"name\":\"ids\",\"type\":\"uint64[]\",\"internalType\":\"uint64[]\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"questionCount\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"uint64\",\"internalType\":\"uint64\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"price\",\"inputs\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"book\",\"type\":\"uint8\",\"internalType\":\"uint8\"}],\"outputs\":[{\"name\":\"price\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"provisional\",\"type\":\"bool\",\"internalType\":\"bool\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"position\",\"inputs\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"book\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"trader\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[{\"name\":\"yes\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"no\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"balanceOf\",\"inputs\":[{\"name\":\"account\",\"type\":\"address\",\"internalType\":\"address\"}],\"outputs\":[{\"name\":\"\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"fund\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"order\",\"inputs\":[{\"name\":\"id\",\"type\":\"uint64\",\"internalType\":\"uint64\"}],\"outputs\":[{\"name\":\"\",\"type\":\"tuple\",\"internalType\":\"structOrderView\",\"components\":[{\"name\":\"id\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"trader\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"book\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"action\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"amount\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"left\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"limit\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"expiry\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"placed\",\"type\":\"uint64\",\"internalType\":\"uint64\"}]}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"orders\",\"inputs\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"after_\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"max\",\"type\":\"uint16\",\"internalType\":\"uint16\"}],\"outputs\":[{\"name\":\"\",\"type\":\"tuple[]\",\"internalType\":\"structOrderView[]\",\"components\":[{\"name\":\"id\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"trader\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"book\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"action\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"amount\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"left\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"limit\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"expiry\",\"type\":\"uint64\",\"internalType\":\"uint64\"},{\"name\":\"placed\",\"type\":\"uint64\",\"internalType\":\"uint64\"}]}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"nonceWord\",\"inputs\":[{\"name\":\"account\",\"type\":\"address\",\"internalType\":\"address\"},{\"name\":\"word\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"outputs\":[{\"name\":\"\",\"type\":\"uint256\",\"internalType\":\"uint256\"}],\"stateMutability\":\"view\"},{\"type\":\"function\",\"name\":\"domainSeparator\",\"inputs\":[],\"outputs\":[{\"name\":\"\",\"type\":\"bytes32\",\"internalType\":\"bytes32\"}],\"stateMutability\":\"view\"},{\"type\":\"event\",\"name\":\"Asked\",\"inputs\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":true},{\"name\":\"opener\",\"type\":\"address\",\"internalType\":\"address\",\"indexed\":true},{\"name\":\"template\",\"type\":\"uint8\",\"internalType\":\"uint8\",\"indexed\":false},{\"name\":\"kind\",\"type\":\"uint8\",\"internalType\":\"uint8\",\"indexed\":false},{\"name\":\"text\",\"type\":\"string\",\"internalType\":\"string\",\"indexed\":false},{\"name\":\"subsidy\",\"type\":\"uint256\",\"internalType\":\"uint256\",\"indexed\":false},{\"name\":\"end\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":false}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Ordered\",\"inputs\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":true},{\"name\":\"trader\",\"type\":\"address\",\"internalType\":\"address\",\"indexed\":true},{\"name\":\"id\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":false},{\"name\":\"book\",\"type\":\"uint8\",\"internalType\":\"uint8\",\"indexed\":false},{\"name\":\"action\",\"type\":\"uint8\",\"internalType\":\"uint8\",\"indexed\":false},{\"name\":\"amount\",\"type\":\"uint256\",\"internalType\":\"uint256\",\"indexed\":false},{\"name\":\"limit\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":false},{\"name\":\"expiry\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":false}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"RefusedOrder\",\"inputs\":[{\"name\":\"trader\",\"type\":\"address\",\"internalType\":\"address\",\"indexed\":true},{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":true},{\"name\":\"nonce\",\"type\":\"uint256\",\"internalType\":\"uint256\",\"indexed\":false},{\"name\":\"reason\",\"type\":\"uint8\",\"internalType\":\"uint8\",\"indexed\":false}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Filled\",\"inputs\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":true},{\"name\":\"trader\",\"type\":\"address\",\"internalType\":\"address\",\"indexed\":true},{\"name\":\"id\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":false},{\"name\":\"book\",\"type\":\"uint8\",\"internalType\":\"uint8\",\"indexed\":false},{\"name\":\"action\",\"type\":\"uint8\",\"internalType\":\"uint8\",\"indexed\":false},{\"name\":\"shares\",\"type\":\"uint256\",\"internalType\":\"uint256\",\"indexed\":false},{\"name\":\"coins\",\"type\":\"uint256\",\"internalType\":\"uint256\",\"indexed\":false},{\"name\":\"left\",\"type\":\"uint256\",\"internalType\":\"uint256\",\"indexed\":false}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Cancelled\",\"inputs\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":true},{\"name\":\"trader\",\"type\":\"address\",\"internalType\":\"address\",\"indexed\":true},{\"name\":\"id\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":false},{\"name\":\"left\",\"type\":\"uint256\",\"internalType\":\"uint256\",\"indexed\":false},{\"name\":\"expired\",\"type\":\"bool\",\"internalType\":\"bool\",\"indexed\":false}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Moved\",\"inputs\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":true},{\"name\":\"book\",\"type\":\"uint8\",\"internalType\":\"uint8\",\"indexed\":false},{\"name\":\"from\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":false},{\"name\":\"to\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":false},{\"name\":\"orders\",\"type\":\"uint32\",\"internalType\":\"uint32\",\"indexed\":false},{\"name\":\"volume\",\"type\":\"uint256\",\"internalType\":\"uint256\",\"indexed\":false}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Closed\",\"inputs\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":true},{\"name\":\"height\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":false}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Reopened\",\"inputs\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":true},{\"name\":\"end\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":false}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Settled\",\"inputs\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":true},{\"name\":\"verdict\",\"type\":\"uint8\",\"internalType\":\"uint8\",\"indexed\":false},{\"name\":\"member\",\"type\":\"uint8\",\"internalType\":\"uint8\",\"indexed\":false},{\"name\":\"value\",\"type\":\"int64\",\"internalType\":\"int64\",\"indexed\":false},{\"name\":\"payoffs\",\"type\":\"uint64[]\",\"internalType\":\"uint64[]\",\"indexed\":false},{\"name\":\"toOpener\",\"type\":\"uint256\",\"internalType\":\"uint256\",\"indexed\":false},{\"name\":\"toFund\",\"type\":\"uint256\",\"internalType\":\"uint256\",\"indexed\":false}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Halted\",\"inputs\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":true},{\"name\":\"why\",\"type\":\"string\",\"internalType\":\"string\",\"indexed\":false}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Claimed\",\"inputs\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":true},{\"name\":\"account\",\"type\":\"address\",\"internalType\":\"address\",\"indexed\":true},{\"name\":\"amount\",\"type\":\"uint256\",\"internalType\":\"uint256\",\"indexed\":false}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Deposited\",\"inputs\":[{\"name\":\"account\",\"type\":\"address\",\"internalType\":\"address\",\"indexed\":true},{\"name\":\"amount\",\"type\":\"uint256\",\"internalType\":\"uint256\",\"indexed\":false}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Withdrawn\",\"inputs\":[{\"name\":\"account\",\"type\":\"address\",\"internalType\":\"address\",\"indexed\":true},{\"name\":\"amount\",\"type\":\"uint256\",\"internalType\":\"uint256\",\"indexed\":false}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Minted\",\"inputs\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":true},{\"name\":\"account\",\"type\":\"address\",\"internalType\":\"address\",\"indexed\":true},{\"name\":\"n\",\"type\":\"uint256\",\"internalType\":\"uint256\",\"indexed\":false}],\"anonymous\":false},{\"type\":\"event\",\"name\":\"Burned\",\"inputs\":[{\"name\":\"question\",\"type\":\"uint64\",\"internalType\":\"uint64\",\"indexed\":true},{\"name\":\"account\",\"type\":\"address\",\"internalType\":\"address\",\"indexed\":true},{\"name\":\"n\",\"type\":\"uint256\",\"internalType\":\"uint256\",\"indexed\":false}],\"anonymous\":false},{\"type\":\"error\",\"name\":\"Refused\",\"inputs\":[{\"name\":\"index\",\"type\":\"uint256\",\"internalType\":\"uint256\"},{\"name\":\"reason\",\"type\":\"uint8\",\"internalType\":\"uint8\"},{\"name\":\"detail\",\"type\":\"string\",\"internalType\":\"string\"}]}]",
	ID:  "IMarket",
}

// IMarket is an auto generated Go binding around an Ethereum contract.
type IMarket struct {
	abi abi.ABI
}

// NewIMarket creates a new instance of IMarket.
func NewIMarket() *IMarket {
	parsed, err := IMarketMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &IMarket{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *IMarket) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackAsk is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x1cba2787.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function ask((uint8,uint8,string[],string[],uint64[],int64,int64,uint256,uint64,uint64,address,(bytes,string,bytes32,uint64)) spec) payable returns(uint64 question)
func (iMarket *IMarket) PackAsk(spec Spec) []byte {
	enc, err := iMarket.abi.Pack("ask", spec)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAsk is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x1cba2787.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function ask((uint8,uint8,string[],string[],uint64[],int64,int64,uint256,uint64,uint64,address,(bytes,string,bytes32,uint64)) spec) payable returns(uint64 question)
func (iMarket *IMarket) TryPackAsk(spec Spec) ([]byte, error) {
	return iMarket.abi.Pack("ask", spec)
}

// UnpackAsk is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x1cba2787.
//
// Solidity: function ask((uint8,uint8,string[],string[],uint64[],int64,int64,uint256,uint64,uint64,address,(bytes,string,bytes32,uint64)) spec) payable returns(uint64 question)
func (iMarket *IMarket) UnpackAsk(data []byte) (uint64, error) {
	out, err := iMarket.abi.Unpack("ask", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
	return out0, nil
}

// PackBalanceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x70a08231.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function balanceOf(address account) view returns(uint256)
func (iMarket *IMarket) PackBalanceOf(account common.Address) []byte {
	enc, err := iMarket.abi.Pack("balanceOf", account)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBalanceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x70a08231.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function balanceOf(address account) view returns(uint256)
func (iMarket *IMarket) TryPackBalanceOf(account common.Address) ([]byte, error) {
	return iMarket.abi.Pack("balanceOf", account)
}

// UnpackBalanceOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x70a08231.
//
// Solidity: function balanceOf(address account) view returns(uint256)
func (iMarket *IMarket) UnpackBalanceOf(data []byte) (*big.Int, error) {
	out, err := iMarket.abi.Unpack("balanceOf", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackBurnSet is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc39c3e8a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function burnSet(uint64 question, uint256 n) returns()
func (iMarket *IMarket) PackBurnSet(question uint64, n *big.Int) []byte {
	enc, err := iMarket.abi.Pack("burnSet", question, n)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBurnSet is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc39c3e8a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function burnSet(uint64 question, uint256 n) returns()
func (iMarket *IMarket) TryPackBurnSet(question uint64, n *big.Int) ([]byte, error) {
	return iMarket.abi.Pack("burnSet", question, n)
}

// PackCancel is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd9fee8e6.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function cancel(uint64[] ids) returns()
func (iMarket *IMarket) PackCancel(ids []uint64) []byte {
	enc, err := iMarket.abi.Pack("cancel", ids)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCancel is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd9fee8e6.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function cancel(uint64[] ids) returns()
func (iMarket *IMarket) TryPackCancel(ids []uint64) ([]byte, error) {
	return iMarket.abi.Pack("cancel", ids)
}

// PackClaim is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x35442c43.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function claim(uint64[] questions) returns(uint256 amount)
func (iMarket *IMarket) PackClaim(questions []uint64) []byte {
	enc, err := iMarket.abi.Pack("claim", questions)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackClaim is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x35442c43.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function claim(uint64[] questions) returns(uint256 amount)
func (iMarket *IMarket) TryPackClaim(questions []uint64) ([]byte, error) {
	return iMarket.abi.Pack("claim", questions)
}

// UnpackClaim is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x35442c43.
//
// Solidity: function claim(uint64[] questions) returns(uint256 amount)
func (iMarket *IMarket) UnpackClaim(data []byte) (*big.Int, error) {
	out, err := iMarket.abi.Unpack("claim", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackDeposit is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd0e30db0.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function deposit() payable returns()
func (iMarket *IMarket) PackDeposit() []byte {
	enc, err := iMarket.abi.Pack("deposit")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDeposit is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd0e30db0.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function deposit() payable returns()
func (iMarket *IMarket) TryPackDeposit() ([]byte, error) {
	return iMarket.abi.Pack("deposit")
}

// PackDepositFor is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc8dba6b1.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function depositFor(address[] accounts, uint256[] amounts) payable returns()
func (iMarket *IMarket) PackDepositFor(accounts []common.Address, amounts []*big.Int) []byte {
	enc, err := iMarket.abi.Pack("depositFor", accounts, amounts)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDepositFor is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc8dba6b1.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function depositFor(address[] accounts, uint256[] amounts) payable returns()
func (iMarket *IMarket) TryPackDepositFor(accounts []common.Address, amounts []*big.Int) ([]byte, error) {
	return iMarket.abi.Pack("depositFor", accounts, amounts)
}

// PackDomainSeparator is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf698da25.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function domainSeparator() view returns(bytes32)
func (iMarket *IMarket) PackDomainSeparator() []byte {
	enc, err := iMarket.abi.Pack("domainSeparator")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDomainSeparator is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf698da25.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function domainSeparator() view returns(bytes32)
func (iMarket *IMarket) TryPackDomainSeparator() ([]byte, error) {
	return iMarket.abi.Pack("domainSeparator")
}

// UnpackDomainSeparator is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xf698da25.
//
// Solidity: function domainSeparator() view returns(bytes32)
func (iMarket *IMarket) UnpackDomainSeparator(data []byte) ([32]byte, error) {
	out, err := iMarket.abi.Unpack("domainSeparator", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackDryRun is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x082ee988.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function dryRun(address trader, (uint64,uint8,uint8,uint128,uint64,uint64) order) view returns((uint8,uint256,uint256,uint256,uint64))
func (iMarket *IMarket) PackDryRun(trader common.Address, order Order) []byte {
	enc, err := iMarket.abi.Pack("dryRun", trader, order)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDryRun is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x082ee988.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function dryRun(address trader, (uint64,uint8,uint8,uint128,uint64,uint64) order) view returns((uint8,uint256,uint256,uint256,uint64))
func (iMarket *IMarket) TryPackDryRun(trader common.Address, order Order) ([]byte, error) {
	return iMarket.abi.Pack("dryRun", trader, order)
}

// UnpackDryRun is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x082ee988.
//
// Solidity: function dryRun(address trader, (uint64,uint8,uint8,uint128,uint64,uint64) order) view returns((uint8,uint256,uint256,uint256,uint64))
func (iMarket *IMarket) UnpackDryRun(data []byte) (Preview, error) {
	out, err := iMarket.abi.Unpack("dryRun", data)
	if err != nil {
		return *new(Preview), err
	}
	out0 := *abi.ConvertType(out[0], new(Preview)).(*Preview)
	return out0, nil
}

// PackFund is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb60d4288.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function fund() view returns(uint256)
func (iMarket *IMarket) PackFund() []byte {
	enc, err := iMarket.abi.Pack("fund")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackFund is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb60d4288.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function fund() view returns(uint256)
func (iMarket *IMarket) TryPackFund() ([]byte, error) {
	return iMarket.abi.Pack("fund")
}

// UnpackFund is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xb60d4288.
//
// Solidity: function fund() view returns(uint256)
func (iMarket *IMarket) UnpackFund(data []byte) (*big.Int, error) {
	out, err := iMarket.abi.Unpack("fund", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackInvalidateNonces is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2bce68d2.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function invalidateNonces(uint256 word, uint256 mask) returns()
func (iMarket *IMarket) PackInvalidateNonces(word *big.Int, mask *big.Int) []byte {
	enc, err := iMarket.abi.Pack("invalidateNonces", word, mask)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackInvalidateNonces is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2bce68d2.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function invalidateNonces(uint256 word, uint256 mask) returns()
func (iMarket *IMarket) TryPackInvalidateNonces(word *big.Int, mask *big.Int) ([]byte, error) {
	return iMarket.abi.Pack("invalidateNonces", word, mask)
}

// PackLapse is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf16060a7.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function lapse(uint64 question) returns()
func (iMarket *IMarket) PackLapse(question uint64) []byte {
	enc, err := iMarket.abi.Pack("lapse", question)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackLapse is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf16060a7.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function lapse(uint64 question) returns()
func (iMarket *IMarket) TryPackLapse(question uint64) ([]byte, error) {
	return iMarket.abi.Pack("lapse", question)
}

// PackMintSet is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb2fbee51.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function mintSet(uint64 question, uint256 n) payable returns()
func (iMarket *IMarket) PackMintSet(question uint64, n *big.Int) []byte {
	enc, err := iMarket.abi.Pack("mintSet", question, n)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackMintSet is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb2fbee51.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function mintSet(uint64 question, uint256 n) payable returns()
func (iMarket *IMarket) TryPackMintSet(question uint64, n *big.Int) ([]byte, error) {
	return iMarket.abi.Pack("mintSet", question, n)
}

// PackNonceWord is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x484c1fc0.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function nonceWord(address account, uint256 word) view returns(uint256)
func (iMarket *IMarket) PackNonceWord(account common.Address, word *big.Int) []byte {
	enc, err := iMarket.abi.Pack("nonceWord", account, word)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackNonceWord is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x484c1fc0.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function nonceWord(address account, uint256 word) view returns(uint256)
func (iMarket *IMarket) TryPackNonceWord(account common.Address, word *big.Int) ([]byte, error) {
	return iMarket.abi.Pack("nonceWord", account, word)
}

// UnpackNonceWord is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x484c1fc0.
//
// Solidity: function nonceWord(address account, uint256 word) view returns(uint256)
func (iMarket *IMarket) UnpackNonceWord(data []byte) (*big.Int, error) {
	out, err := iMarket.abi.Unpack("nonceWord", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackOrder is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa0b94e0b.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function order(uint64 id) view returns((uint64,address,uint64,uint8,uint8,uint256,uint256,uint64,uint64,uint64))
func (iMarket *IMarket) PackOrder(id uint64) []byte {
	enc, err := iMarket.abi.Pack("order", id)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOrder is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa0b94e0b.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function order(uint64 id) view returns((uint64,address,uint64,uint8,uint8,uint256,uint256,uint64,uint64,uint64))
func (iMarket *IMarket) TryPackOrder(id uint64) ([]byte, error) {
	return iMarket.abi.Pack("order", id)
}

// UnpackOrder is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xa0b94e0b.
//
// Solidity: function order(uint64 id) view returns((uint64,address,uint64,uint8,uint8,uint256,uint256,uint64,uint64,uint64))
func (iMarket *IMarket) UnpackOrder(data []byte) (OrderView, error) {
	out, err := iMarket.abi.Unpack("order", data)
	if err != nil {
		return *new(OrderView), err
	}
	out0 := *abi.ConvertType(out[0], new(OrderView)).(*OrderView)
	return out0, nil
}

// PackOrders is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd8ca4c57.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function orders(uint64 question, uint64 after_, uint16 max) view returns((uint64,address,uint64,uint8,uint8,uint256,uint256,uint64,uint64,uint64)[])
func (iMarket *IMarket) PackOrders(question uint64, after uint64, max uint16) []byte {
	enc, err := iMarket.abi.Pack("orders", question, after, max)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOrders is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd8ca4c57.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function orders(uint64 question, uint64 after_, uint16 max) view returns((uint64,address,uint64,uint8,uint8,uint256,uint256,uint64,uint64,uint64)[])
func (iMarket *IMarket) TryPackOrders(question uint64, after uint64, max uint16) ([]byte, error) {
	return iMarket.abi.Pack("orders", question, after, max)
}

// UnpackOrders is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xd8ca4c57.
//
// Solidity: function orders(uint64 question, uint64 after_, uint16 max) view returns((uint64,address,uint64,uint8,uint8,uint256,uint256,uint64,uint64,uint64)[])
func (iMarket *IMarket) UnpackOrders(data []byte) ([]OrderView, error) {
	out, err := iMarket.abi.Unpack("orders", data)
	if err != nil {
		return *new([]OrderView), err
	}
	out0 := *abi.ConvertType(out[0], new([]OrderView)).(*[]OrderView)
	return out0, nil
}

// PackPlace is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x690ab18e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function place((uint64,uint8,uint8,uint128,uint64,uint64)[] orders) payable returns(uint64[] ids)
func (iMarket *IMarket) PackPlace(orders []Order) []byte {
	enc, err := iMarket.abi.Pack("place", orders)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPlace is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x690ab18e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function place((uint64,uint8,uint8,uint128,uint64,uint64)[] orders) payable returns(uint64[] ids)
func (iMarket *IMarket) TryPackPlace(orders []Order) ([]byte, error) {
	return iMarket.abi.Pack("place", orders)
}

// UnpackPlace is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x690ab18e.
//
// Solidity: function place((uint64,uint8,uint8,uint128,uint64,uint64)[] orders) payable returns(uint64[] ids)
func (iMarket *IMarket) UnpackPlace(data []byte) ([]uint64, error) {
	out, err := iMarket.abi.Unpack("place", data)
	if err != nil {
		return *new([]uint64), err
	}
	out0 := *abi.ConvertType(out[0], new([]uint64)).(*[]uint64)
	return out0, nil
}

// PackPlacePacked is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfcbe2281.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function placePacked(bytes orders) returns(uint32 placed)
func (iMarket *IMarket) PackPlacePacked(orders []byte) []byte {
	enc, err := iMarket.abi.Pack("placePacked", orders)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPlacePacked is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfcbe2281.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function placePacked(bytes orders) returns(uint32 placed)
func (iMarket *IMarket) TryPackPlacePacked(orders []byte) ([]byte, error) {
	return iMarket.abi.Pack("placePacked", orders)
}

// UnpackPlacePacked is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xfcbe2281.
//
// Solidity: function placePacked(bytes orders) returns(uint32 placed)
func (iMarket *IMarket) UnpackPlacePacked(data []byte) (uint32, error) {
	out, err := iMarket.abi.Unpack("placePacked", data)
	if err != nil {
		return *new(uint32), err
	}
	out0 := *abi.ConvertType(out[0], new(uint32)).(*uint32)
	return out0, nil
}

// PackPlaceSigned is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2f52aac1.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function placeSigned((address,(uint64,uint8,uint8,uint128,uint64,uint64),uint256,uint64,uint64,bytes32,bytes32)[] orders) returns((uint64,uint8)[] results)
func (iMarket *IMarket) PackPlaceSigned(orders []SignedOrder) []byte {
	enc, err := iMarket.abi.Pack("placeSigned", orders)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPlaceSigned is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2f52aac1.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function placeSigned((address,(uint64,uint8,uint8,uint128,uint64,uint64),uint256,uint64,uint64,bytes32,bytes32)[] orders) returns((uint64,uint8)[] results)
func (iMarket *IMarket) TryPackPlaceSigned(orders []SignedOrder) ([]byte, error) {
	return iMarket.abi.Pack("placeSigned", orders)
}

// UnpackPlaceSigned is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x2f52aac1.
//
// Solidity: function placeSigned((address,(uint64,uint8,uint8,uint128,uint64,uint64),uint256,uint64,uint64,bytes32,bytes32)[] orders) returns((uint64,uint8)[] results)
func (iMarket *IMarket) UnpackPlaceSigned(data []byte) ([]Placed, error) {
	out, err := iMarket.abi.Unpack("placeSigned", data)
	if err != nil {
		return *new([]Placed), err
	}
	out0 := *abi.ConvertType(out[0], new([]Placed)).(*[]Placed)
	return out0, nil
}

// PackPosition is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf1e1fe44.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function position(uint64 question, uint8 book, address trader) view returns(uint256 yes, uint256 no)
func (iMarket *IMarket) PackPosition(question uint64, book uint8, trader common.Address) []byte {
	enc, err := iMarket.abi.Pack("position", question, book, trader)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPosition is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf1e1fe44.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function position(uint64 question, uint8 book, address trader) view returns(uint256 yes, uint256 no)
func (iMarket *IMarket) TryPackPosition(question uint64, book uint8, trader common.Address) ([]byte, error) {
	return iMarket.abi.Pack("position", question, book, trader)
}

// PositionOutput serves as a container for the return parameters of contract
// method Position.
type PositionOutput struct {
	Yes *big.Int
	No  *big.Int
}

// UnpackPosition is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xf1e1fe44.
//
// Solidity: function position(uint64 question, uint8 book, address trader) view returns(uint256 yes, uint256 no)
func (iMarket *IMarket) UnpackPosition(data []byte) (PositionOutput, error) {
	out, err := iMarket.abi.Unpack("position", data)
	outstruct := new(PositionOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Yes = abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	outstruct.No = abi.ConvertType(out[1], new(big.Int)).(*big.Int)
	return *outstruct, nil
}

// PackPrice is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xbefd3239.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function price(uint64 question, uint8 book) view returns(uint64 price, bool provisional)
func (iMarket *IMarket) PackPrice(question uint64, book uint8) []byte {
	enc, err := iMarket.abi.Pack("price", question, book)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPrice is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xbefd3239.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function price(uint64 question, uint8 book) view returns(uint64 price, bool provisional)
func (iMarket *IMarket) TryPackPrice(question uint64, book uint8) ([]byte, error) {
	return iMarket.abi.Pack("price", question, book)
}

// PriceOutput serves as a container for the return parameters of contract
// method Price.
type PriceOutput struct {
	Price       uint64
	Provisional bool
}

// UnpackPrice is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xbefd3239.
//
// Solidity: function price(uint64 question, uint8 book) view returns(uint64 price, bool provisional)
func (iMarket *IMarket) UnpackPrice(data []byte) (PriceOutput, error) {
	out, err := iMarket.abi.Unpack("price", data)
	outstruct := new(PriceOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Price = *abi.ConvertType(out[0], new(uint64)).(*uint64)
	outstruct.Provisional = *abi.ConvertType(out[1], new(bool)).(*bool)
	return *outstruct, nil
}

// PackQuestion is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa4320821.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function question(uint64 id) view returns((uint64,address,uint8,uint8,uint8,string,string,string[],int64,int64,uint256,uint256,uint16,uint64,uint64,uint64,uint64,uint8,address,bool,uint8,uint8,int64,(bytes,string,bytes32,uint64),(string,uint256,uint256,uint64,uint64,uint64)[]))
func (iMarket *IMarket) PackQuestion(id uint64) []byte {
	enc, err := iMarket.abi.Pack("question", id)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackQuestion is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa4320821.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function question(uint64 id) view returns((uint64,address,uint8,uint8,uint8,string,string,string[],int64,int64,uint256,uint256,uint16,uint64,uint64,uint64,uint64,uint8,address,bool,uint8,uint8,int64,(bytes,string,bytes32,uint64),(string,uint256,uint256,uint64,uint64,uint64)[]))
func (iMarket *IMarket) TryPackQuestion(id uint64) ([]byte, error) {
	return iMarket.abi.Pack("question", id)
}

// UnpackQuestion is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xa4320821.
//
// Solidity: function question(uint64 id) view returns((uint64,address,uint8,uint8,uint8,string,string,string[],int64,int64,uint256,uint256,uint16,uint64,uint64,uint64,uint64,uint8,address,bool,uint8,uint8,int64,(bytes,string,bytes32,uint64),(string,uint256,uint256,uint64,uint64,uint64)[]))
func (iMarket *IMarket) UnpackQuestion(data []byte) (QuestionView, error) {
	out, err := iMarket.abi.Unpack("question", data)
	if err != nil {
		return *new(QuestionView), err
	}
	out0 := *abi.ConvertType(out[0], new(QuestionView)).(*QuestionView)
	return out0, nil
}

// PackQuestionCount is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x1468aa2c.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function questionCount() view returns(uint64)
func (iMarket *IMarket) PackQuestionCount() []byte {
	enc, err := iMarket.abi.Pack("questionCount")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackQuestionCount is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x1468aa2c.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function questionCount() view returns(uint64)
func (iMarket *IMarket) TryPackQuestionCount() ([]byte, error) {
	return iMarket.abi.Pack("questionCount")
}

// UnpackQuestionCount is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x1468aa2c.
//
// Solidity: function questionCount() view returns(uint64)
func (iMarket *IMarket) UnpackQuestionCount(data []byte) (uint64, error) {
	out, err := iMarket.abi.Unpack("questionCount", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
	return out0, nil
}

// PackQuestions is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x42ad7477.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function questions(uint64 after_, uint16 max) view returns(uint64[] ids)
func (iMarket *IMarket) PackQuestions(after uint64, max uint16) []byte {
	enc, err := iMarket.abi.Pack("questions", after, max)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackQuestions is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x42ad7477.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function questions(uint64 after_, uint16 max) view returns(uint64[] ids)
func (iMarket *IMarket) TryPackQuestions(after uint64, max uint16) ([]byte, error) {
	return iMarket.abi.Pack("questions", after, max)
}

// UnpackQuestions is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x42ad7477.
//
// Solidity: function questions(uint64 after_, uint16 max) view returns(uint64[] ids)
func (iMarket *IMarket) UnpackQuestions(data []byte) ([]uint64, error) {
	out, err := iMarket.abi.Unpack("questions", data)
	if err != nil {
		return *new([]uint64), err
	}
	out0 := *abi.ConvertType(out[0], new([]uint64)).(*[]uint64)
	return out0, nil
}

// PackResolve is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5e232726.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function resolve(uint64 question, uint8 verdict, uint8 member, int64 value) returns()
func (iMarket *IMarket) PackResolve(question uint64, verdict uint8, member uint8, value int64) []byte {
	enc, err := iMarket.abi.Pack("resolve", question, verdict, member, value)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackResolve is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5e232726.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function resolve(uint64 question, uint8 verdict, uint8 member, int64 value) returns()
func (iMarket *IMarket) TryPackResolve(question uint64, verdict uint8, member uint8, value int64) ([]byte, error) {
	return iMarket.abi.Pack("resolve", question, verdict, member, value)
}

// PackWithdraw is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2e1a7d4d.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function withdraw(uint256 amount) returns()
func (iMarket *IMarket) PackWithdraw(amount *big.Int) []byte {
	enc, err := iMarket.abi.Pack("withdraw", amount)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackWithdraw is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2e1a7d4d.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function withdraw(uint256 amount) returns()
func (iMarket *IMarket) TryPackWithdraw(amount *big.Int) ([]byte, error) {
	return iMarket.abi.Pack("withdraw", amount)
}

// IMarketAsked represents a Asked event raised by the IMarket contract.
type IMarketAsked struct {
	Question uint64
	Opener   common.Address
	Template uint8
	Kind     uint8
	Text     string
	Subsidy  *big.Int
	End      uint64
	Raw      *types.Log // Blockchain specific contextual infos
}

const IMarketAskedEventName = "Asked"

// ContractEventName returns the user-defined event name.
func (IMarketAsked) ContractEventName() string {
	return IMarketAskedEventName
}

// UnpackAskedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Asked(uint64 indexed question, address indexed opener, uint8 template, uint8 kind, string text, uint256 subsidy, uint64 end)
func (iMarket *IMarket) UnpackAskedEvent(log *types.Log) (*IMarketAsked, error) {
	event := "Asked"
	if len(log.Topics) == 0 || log.Topics[0] != iMarket.abi.Events[event].ID {
		return nil, errors.New("event signature mismatch")
	}
	out := new(IMarketAsked)
	if len(log.Data) > 0 {
		if err := iMarket.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range iMarket.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// IMarketBurned represents a Burned event raised by the IMarket contract.
type IMarketBurned struct {
	Question uint64
	Account  common.Address
	N        *big.Int
	Raw      *types.Log // Blockchain specific contextual infos
}

const IMarketBurnedEventName = "Burned"

// ContractEventName returns the user-defined event name.
func (IMarketBurned) ContractEventName() string {
	return IMarketBurnedEventName
}

// UnpackBurnedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Burned(uint64 indexed question, address indexed account, uint256 n)
func (iMarket *IMarket) UnpackBurnedEvent(log *types.Log) (*IMarketBurned, error) {
	event := "Burned"
	if len(log.Topics) == 0 || log.Topics[0] != iMarket.abi.Events[event].ID {
		return nil, errors.New("event signature mismatch")
	}
	out := new(IMarketBurned)
	if len(log.Data) > 0 {
		if err := iMarket.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range iMarket.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// IMarketCancelled represents a Cancelled event raised by the IMarket contract.
type IMarketCancelled struct {
	Question uint64
	Trader   common.Address
	Id       uint64
	Left     *big.Int
	Expired  bool
	Raw      *types.Log // Blockchain specific contextual infos
}

const IMarketCancelledEventName = "Cancelled"

// ContractEventName returns the user-defined event name.
func (IMarketCancelled) ContractEventName() string {
	return IMarketCancelledEventName
}

// UnpackCancelledEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Cancelled(uint64 indexed question, address indexed trader, uint64 id, uint256 left, bool expired)
func (iMarket *IMarket) UnpackCancelledEvent(log *types.Log) (*IMarketCancelled, error) {
	event := "Cancelled"
	if len(log.Topics) == 0 || log.Topics[0] != iMarket.abi.Events[event].ID {
		return nil, errors.New("event signature mismatch")
	}
	out := new(IMarketCancelled)
	if len(log.Data) > 0 {
		if err := iMarket.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range iMarket.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// IMarketClaimed represents a Claimed event raised by the IMarket contract.
type IMarketClaimed struct {
	Question uint64
	Account  common.Address
	Amount   *big.Int
	Raw      *types.Log // Blockchain specific contextual infos
}

const IMarketClaimedEventName = "Claimed"

// ContractEventName returns the user-defined event name.
func (IMarketClaimed) ContractEventName() string {
	return IMarketClaimedEventName
}

// UnpackClaimedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Claimed(uint64 indexed question, address indexed account, uint256 amount)
func (iMarket *IMarket) UnpackClaimedEvent(log *types.Log) (*IMarketClaimed, error) {
	event := "Claimed"
	if len(log.Topics) == 0 || log.Topics[0] != iMarket.abi.Events[event].ID {
		return nil, errors.New("event signature mismatch")
	}
	out := new(IMarketClaimed)
	if len(log.Data) > 0 {
		if err := iMarket.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range iMarket.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// IMarketClosed represents a Closed event raised by the IMarket contract.
type IMarketClosed struct {
	Question uint64
	Height   uint64
	Raw      *types.Log // Blockchain specific contextual infos
}

const IMarketClosedEventName = "Closed"

// ContractEventName returns the user-defined event name.
func (IMarketClosed) ContractEventName() string {
	return IMarketClosedEventName
}

// UnpackClosedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Closed(uint64 indexed question, uint64 height)
func (iMarket *IMarket) UnpackClosedEvent(log *types.Log) (*IMarketClosed, error) {
	event := "Closed"
	if len(log.Topics) == 0 || log.Topics[0] != iMarket.abi.Events[event].ID {
		return nil, errors.New("event signature mismatch")
	}
	out := new(IMarketClosed)
	if len(log.Data) > 0 {
		if err := iMarket.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range iMarket.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// IMarketDeposited represents a Deposited event raised by the IMarket contract.
type IMarketDeposited struct {
	Account common.Address
	Amount  *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const IMarketDepositedEventName = "Deposited"

// ContractEventName returns the user-defined event name.
func (IMarketDeposited) ContractEventName() string {
	return IMarketDepositedEventName
}

// UnpackDepositedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Deposited(address indexed account, uint256 amount)
func (iMarket *IMarket) UnpackDepositedEvent(log *types.Log) (*IMarketDeposited, error) {
	event := "Deposited"
	if len(log.Topics) == 0 || log.Topics[0] != iMarket.abi.Events[event].ID {
		return nil, errors.New("event signature mismatch")
	}
	out := new(IMarketDeposited)
	if len(log.Data) > 0 {
		if err := iMarket.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range iMarket.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// IMarketFilled represents a Filled event raised by the IMarket contract.
type IMarketFilled struct {
	Question uint64
	Trader   common.Address
	Id       uint64
	Book     uint8
	Action   uint8
	Shares   *big.Int
	Coins    *big.Int
	Left     *big.Int
	Raw      *types.Log // Blockchain specific contextual infos
}

const IMarketFilledEventName = "Filled"

// ContractEventName returns the user-defined event name.
func (IMarketFilled) ContractEventName() string {
	return IMarketFilledEventName
}

// UnpackFilledEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Filled(uint64 indexed question, address indexed trader, uint64 id, uint8 book, uint8 action, uint256 shares, uint256 coins, uint256 left)
func (iMarket *IMarket) UnpackFilledEvent(log *types.Log) (*IMarketFilled, error) {
	event := "Filled"
	if len(log.Topics) == 0 || log.Topics[0] != iMarket.abi.Events[event].ID {
		return nil, errors.New("event signature mismatch")
	}
	out := new(IMarketFilled)
	if len(log.Data) > 0 {
		if err := iMarket.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range iMarket.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// IMarketHalted represents a Halted event raised by the IMarket contract.
type IMarketHalted struct {
	Question uint64
	Why      string
	Raw      *types.Log // Blockchain specific contextual infos
}

const IMarketHaltedEventName = "Halted"

// ContractEventName returns the user-defined event name.
func (IMarketHalted) ContractEventName() string {
	return IMarketHaltedEventName
}

// UnpackHaltedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Halted(uint64 indexed question, string why)
func (iMarket *IMarket) UnpackHaltedEvent(log *types.Log) (*IMarketHalted, error) {
	event := "Halted"
	if len(log.Topics) == 0 || log.Topics[0] != iMarket.abi.Events[event].ID {
		return nil, errors.New("event signature mismatch")
	}
	out := new(IMarketHalted)
	if len(log.Data) > 0 {
		if err := iMarket.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range iMarket.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// IMarketMinted represents a Minted event raised by the IMarket contract.
type IMarketMinted struct {
	Question uint64
	Account  common.Address
	N        *big.Int
	Raw      *types.Log // Blockchain specific contextual infos
}

const IMarketMintedEventName = "Minted"

// ContractEventName returns the user-defined event name.
func (IMarketMinted) ContractEventName() string {
	return IMarketMintedEventName
}

// UnpackMintedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Minted(uint64 indexed question, address indexed account, uint256 n)
func (iMarket *IMarket) UnpackMintedEvent(log *types.Log) (*IMarketMinted, error) {
	event := "Minted"
	if len(log.Topics) == 0 || log.Topics[0] != iMarket.abi.Events[event].ID {
		return nil, errors.New("event signature mismatch")
	}
	out := new(IMarketMinted)
	if len(log.Data) > 0 {
		if err := iMarket.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range iMarket.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// IMarketMoved represents a Moved event raised by the IMarket contract.
type IMarketMoved struct {
	Question uint64
	Book     uint8
	From     uint64
	To       uint64
	Orders   uint32
	Volume   *big.Int
	Raw      *types.Log // Blockchain specific contextual infos
}

const IMarketMovedEventName = "Moved"

// ContractEventName returns the user-defined event name.
func (IMarketMoved) ContractEventName() string {
	return IMarketMovedEventName
}

// UnpackMovedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Moved(uint64 indexed question, uint8 book, uint64 from, uint64 to, uint32 orders, uint256 volume)
func (iMarket *IMarket) UnpackMovedEvent(log *types.Log) (*IMarketMoved, error) {
	event := "Moved"
	if len(log.Topics) == 0 || log.Topics[0] != iMarket.abi.Events[event].ID {
		return nil, errors.New("event signature mismatch")
	}
	out := new(IMarketMoved)
	if len(log.Data) > 0 {
		if err := iMarket.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range iMarket.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// IMarketOrdered represents a Ordered event raised by the IMarket contract.
type IMarketOrdered struct {
	Question uint64
	Trader   common.Address
	Id       uint64
	Book     uint8
	Action   uint8
	Amount   *big.Int
	Limit    uint64
	Expiry   uint64
	Raw      *types.Log // Blockchain specific contextual infos
}

const IMarketOrderedEventName = "Ordered"

// ContractEventName returns the user-defined event name.
func (IMarketOrdered) ContractEventName() string {
	return IMarketOrderedEventName
}

// UnpackOrderedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Ordered(uint64 indexed question, address indexed trader, uint64 id, uint8 book, uint8 action, uint256 amount, uint64 limit, uint64 expiry)
func (iMarket *IMarket) UnpackOrderedEvent(log *types.Log) (*IMarketOrdered, error) {
	event := "Ordered"
	if len(log.Topics) == 0 || log.Topics[0] != iMarket.abi.Events[event].ID {
		return nil, errors.New("event signature mismatch")
	}
	out := new(IMarketOrdered)
	if len(log.Data) > 0 {
		if err := iMarket.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range iMarket.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// IMarketRefusedOrder represents a RefusedOrder event raised by the IMarket contract.
type IMarketRefusedOrder struct {
	Trader   common.Address
	Question uint64
	Nonce    *big.Int
	Reason   uint8
	Raw      *types.Log // Blockchain specific contextual infos
}

const IMarketRefusedOrderEventName = "RefusedOrder"

// ContractEventName returns the user-defined event name.
func (IMarketRefusedOrder) ContractEventName() string {
	return IMarketRefusedOrderEventName
}

// UnpackRefusedOrderEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event RefusedOrder(address indexed trader, uint64 indexed question, uint256 nonce, uint8 reason)
func (iMarket *IMarket) UnpackRefusedOrderEvent(log *types.Log) (*IMarketRefusedOrder, error) {
	event := "RefusedOrder"
	if len(log.Topics) == 0 || log.Topics[0] != iMarket.abi.Events[event].ID {
		return nil, errors.New("event signature mismatch")
	}
	out := new(IMarketRefusedOrder)
	if len(log.Data) > 0 {
		if err := iMarket.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range iMarket.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// IMarketReopened represents a Reopened event raised by the IMarket contract.
type IMarketReopened struct {
	Question uint64
	End      uint64
	Raw      *types.Log // Blockchain specific contextual infos
}

const IMarketReopenedEventName = "Reopened"

// ContractEventName returns the user-defined event name.
func (IMarketReopened) ContractEventName() string {
	return IMarketReopenedEventName
}

// UnpackReopenedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Reopened(uint64 indexed question, uint64 end)
func (iMarket *IMarket) UnpackReopenedEvent(log *types.Log) (*IMarketReopened, error) {
	event := "Reopened"
	if len(log.Topics) == 0 || log.Topics[0] != iMarket.abi.Events[event].ID {
		return nil, errors.New("event signature mismatch")
	}
	out := new(IMarketReopened)
	if len(log.Data) > 0 {
		if err := iMarket.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range iMarket.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// IMarketSettled represents a Settled event raised by the IMarket contract.
type IMarketSettled struct {
	Question uint64
	Verdict  uint8
	Member   uint8
	Value    int64
	Payoffs  []uint64
	ToOpener *big.Int
	ToFund   *big.Int
	Raw      *types.Log // Blockchain specific contextual infos
}

const IMarketSettledEventName = "Settled"

// ContractEventName returns the user-defined event name.
func (IMarketSettled) ContractEventName() string {
	return IMarketSettledEventName
}

// UnpackSettledEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Settled(uint64 indexed question, uint8 verdict, uint8 member, int64 value, uint64[] payoffs, uint256 toOpener, uint256 toFund)
func (iMarket *IMarket) UnpackSettledEvent(log *types.Log) (*IMarketSettled, error) {
	event := "Settled"
	if len(log.Topics) == 0 || log.Topics[0] != iMarket.abi.Events[event].ID {
		return nil, errors.New("event signature mismatch")
	}
	out := new(IMarketSettled)
	if len(log.Data) > 0 {
		if err := iMarket.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range iMarket.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// IMarketWithdrawn represents a Withdrawn event raised by the IMarket contract.
type IMarketWithdrawn struct {
	Account common.Address
	Amount  *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const IMarketWithdrawnEventName = "Withdrawn"

// ContractEventName returns the user-defined event name.
func (IMarketWithdrawn) ContractEventName() string {
	return IMarketWithdrawnEventName
}

// UnpackWithdrawnEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Withdrawn(address indexed account, uint256 amount)
func (iMarket *IMarket) UnpackWithdrawnEvent(log *types.Log) (*IMarketWithdrawn, error) {
	event := "Withdrawn"
	if len(log.Topics) == 0 || log.Topics[0] != iMarket.abi.Events[event].ID {
		return nil, errors.New("event signature mismatch")
	}
	out := new(IMarketWithdrawn)
	if len(log.Data) > 0 {
		if err := iMarket.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range iMarket.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (iMarket *IMarket) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], iMarket.abi.Errors["Refused"].ID.Bytes()[:4]) {
		return iMarket.UnpackRefusedError(raw[4:])
	}
	return nil, errors.New("Unknown error")
}

// IMarketRefused represents a Refused error raised by the IMarket contract.
type IMarketRefused struct {
	Index  *big.Int
	Reason uint8
	Detail string
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error Refused(uint256 index, uint8 reason, string detail)
func IMarketRefusedErrorID() common.Hash {
	return common.HexToHash("0x00d0872671f33db50401e00c173367ad56094102a74f37f701fbe41babda6cb1")
}

// UnpackRefusedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error Refused(uint256 index, uint8 reason, string detail)
func (iMarket *IMarket) UnpackRefusedError(raw []byte) (*IMarketRefused, error) {
	out := new(IMarketRefused)
	if err := iMarket.abi.UnpackIntoInterface(out, "Refused", raw); err != nil {
		return nil, err
	}
	return out, nil
}
