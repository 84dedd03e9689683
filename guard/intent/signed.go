package intent

import (
	"math/big"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/calldata"
	"agon/guard/typed"
	"agon/guard/unfold"
)

// typed notes what typed data gives away.
func (in *Intent) typed(m *typed.Message, reader *unfold.Reader) {
	if m.Domain.ChainID != nil && m.Domain.ChainID.IsUint64() {
		in.Chain = m.Domain.ChainID.Uint64()
	}
	if reader.Library != nil {
		in.Screen, _ = reader.Library.Message(m, reader.Names)
	}
	s := signed{in: in, m: m, reader: reader}
	if m.Domain.VerifyingContract != nil {
		s.contract = *m.Domain.VerifyingContract
	}
	s.read()
}

// read notes what the message gives away: by its exact type, by its beginning
// (witnesses of Permit2 have types of their own behind the canonical part), by
// the names of an order's members.
func (s *signed) read() {
	form := s.m.EncodeType(s.m.Primary)
	if read, ok := signers[form]; ok {
		read(s)
		return
	}
	for _, table := range []map[string]func(*signed){signersByPrefix, bearers} {
		for prefix, read := range table {
			if strings.HasPrefix(form, prefix) {
				read(s)
				return
			}
		}
	}
	switch {
	case s.swap() || s.list():
	case onlyHashes(s.m.Value):
		s.in.Opaque = "a hash, which may stand for a transaction of a smart account"
	default:
		s.in.Unread = true
	}
}

// signed reads one message.
type signed struct {
	in       *Intent
	m        *typed.Message
	reader   *unfold.Reader
	contract common.Address // that the domain names
}

// Types of EIP-2612, Dai, Permit2, EIP-3009 and Safe, as encodeType has them.
const (
	permit2612 = "Permit(address owner,address spender,uint256 value,uint256 nonce," +
		"uint256 deadline)"
	permitDai = "Permit(address holder,address spender,uint256 nonce,uint256 expiry,bool allowed)"

	permit2Details = "PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)"
	permit2Single  = "PermitSingle(PermitDetails details,address spender,uint256 sigDeadline)" +
		permit2Details
	permit2Batch = "PermitBatch(PermitDetails[] details,address spender,uint256 sigDeadline)" +
		permit2Details
	permit2Tokens   = "TokenPermissions(address token,uint256 amount)"
	permit2Transfer = "PermitTransferFrom(TokenPermissions permitted,address spender," +
		"uint256 nonce,uint256 deadline)" + permit2Tokens
	permit2TransferBatch = "PermitBatchTransferFrom(TokenPermissions[] permitted,address spender," +
		"uint256 nonce,uint256 deadline)" + permit2Tokens
	permit2Witness = "PermitWitnessTransferFrom(TokenPermissions permitted,address spender," +
		"uint256 nonce,uint256 deadline,"
	permit2WitnessBatch = "PermitBatchWitnessTransferFrom(TokenPermissions[] permitted," +
		"address spender,uint256 nonce,uint256 deadline,"

	authorization = "WithAuthorization(address from,address to,uint256 value," +
		"uint256 validAfter,uint256 validBefore,bytes32 nonce)"

	safeTx = "SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas," +
		"uint256 baseGas,uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)"
)

var signers map[string]func(*signed)

var signersByPrefix map[string]func(*signed)

func init() { // not literals: the readers open calls, whose readers these tables reach
	signers = map[string]func(*signed){
		permit2612:                 (*signed).permit,
		permitDai:                  (*signed).dai,
		permit2Single:              (*signed).permit2,
		permit2Batch:               (*signed).permit2,
		permit2Transfer:            (*signed).pull,
		permit2TransferBatch:       (*signed).pull,
		"Transfer" + authorization: (*signed).authorized,
		"Receive" + authorization:  (*signed).authorized,
		safeTx:                     (*signed).safe,
		seaportOrder:               (*signed).seaport,
		zeroExLimit:                (*signed).zeroEx,
		zeroExRfq:                  (*signed).zeroEx,
		blurRoot:                   (*signed).root,
	}
	signersByPrefix = map[string]func(*signed){
		permit2Witness:      (*signed).pull,
		permit2WitnessBatch: (*signed).pull,
		seaportBulk:         (*signed).bulk,
		blurOrder:           (*signed).blur,
	}
}

func field(v calldata.Value, name string) calldata.Value {
	f, _ := v.Field(name)
	return f
}

func addressIn(v calldata.Value, name string) common.Address {
	a, _ := field(v, name).Address()
	return a
}

func numberIn(v calldata.Value, name string) *big.Int { return quantity(field(v, name)) }

func (s *signed) permit() {
	v := s.m.Value
	amount := numberIn(v, "value")
	s.in.Grants = append(s.in.Grants, Grant{
		Right: Spend, Token: s.contract, Owner: addressIn(v, "owner"),
		Spender: addressIn(v, "spender"), Amount: amount, Unlimited: unlimited(amount),
		Revokes: amount.Sign() == 0, Signed: true,
	})
}

func (s *signed) dai() {
	v := s.m.Value
	allowed := numberIn(v, "allowed").Sign() != 0
	s.in.Grants = append(s.in.Grants, Grant{
		Right: Spend, Token: s.contract, Owner: addressIn(v, "holder"),
		Spender: addressIn(v, "spender"), Unlimited: allowed, Revokes: !allowed, Signed: true,
	})
}

// each gives the elements of an array, or the value itself.
func each(v calldata.Value) []calldata.Value {
	if v.Type != nil && v.Type.Kind == calldata.Slice {
		return v.Elems
	}
	return []calldata.Value{v}
}

func (s *signed) permit2() {
	v := s.m.Value
	for _, d := range each(field(v, "details")) {
		amount := numberIn(d, "amount")
		s.in.Grants = append(s.in.Grants, Grant{
			Right: Spend, Token: addressIn(d, "token"), Owner: s.in.Account,
			Spender: addressIn(v, "spender"), Amount: amount, Unlimited: unlimited(amount),
			Expires: numberIn(d, "expiration"), Revokes: amount.Sign() == 0,
			Signed: true, Permit2: true,
		})
	}
}

// pull reads Permit2's signature transfers. A witness is the member behind the
// four canonical ones.
func (s *signed) pull() {
	v := s.m.Value
	var witness *calldata.Value
	if len(v.Elems) > 4 {
		witness = &v.Elems[4]
	}
	for _, p := range each(field(v, "permitted")) {
		amount := numberIn(p, "amount")
		s.in.Grants = append(s.in.Grants, Grant{
			Right: Pull, Token: addressIn(p, "token"), Owner: s.in.Account,
			Spender: addressIn(v, "spender"), Amount: amount, Unlimited: unlimited(amount),
			Expires: numberIn(v, "deadline"), Signed: true, Permit2: true, Witness: witness,
		})
	}
}

func (s *signed) authorized() {
	v := s.m.Value
	token := s.contract
	s.in.Grants = append(s.in.Grants, Grant{
		Right: Pull, Token: token, Owner: addressIn(v, "from"), Spender: addressIn(v, "to"),
		Amount: numberIn(v, "value"), Expires: numberIn(v, "validBefore"), Signed: true,
	})
}

// safe opens the call that a Safe's owner signs.
func (s *signed) safe() {
	v := s.m.Value
	to := addressIn(v, "to")
	data, _ := field(v, "data").Bytes()
	s.in.open(unfold.Call{
		Chain: s.in.Chain, From: s.contract, To: &to, Value: numberIn(v, "value"), Data: data,
		Delegate: numberIn(v, "operation").Sign() != 0,
	}, s.reader)
	if numberIn(v, "gasPrice").Sign() > 0 {
		s.in.Changes = append(s.in.Changes, Change{
			Control: SafeRefund, Where: s.contract, Who: addressIn(v, "refundReceiver"),
		})
	}
}
