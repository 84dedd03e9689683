package intent

import (
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/calldata"
	"agon/guard/unfold"
)

// Types of messages by whose signature others act for the signer: operations of
// ERC-4337 from version 0.8 on, forwarders (ERC-2771) and meta-transactions,
// rights over all that an account has in a protocol, delegations of smart
// accounts, messages of a Safe, messages inside others (ERC-7739).
const (
	packedOperation = "PackedUserOperation(address sender,uint256 nonce,bytes initCode," +
		"bytes callData,bytes32 accountGasLimits,uint256 preVerificationGas,bytes32 gasFees," +
		"bytes paymasterAndData)"
	metaTransaction = "MetaTransaction(uint256 nonce,address from,bytes functionSignature)"
	forwardRequest  = "ForwardRequest(address from,address to,uint256 value,"
	safeTxOld       = "SafeTx(address to,uint256 value,bytes data,uint8 operation," +
		"uint256 safeTxGas,uint256 dataGas,uint256 gasPrice,address gasToken," +
		"address refundReceiver,uint256 nonce)"
	compoundAllow = "Authorization(address owner,address manager,bool isAllowed,"
	morphoAllow   = "Authorization(address authorizer,address authorized,bool isAuthorized,"
	aaveDelegate  = "DelegationWithSig(address delegatee,uint256 value,"
	permitItem    = "Permit(address spender,uint256 tokenId,uint256 nonce,uint256 deadline)"
	permitAll     = "PermitForAll(address operator,bool approved,uint256 nonce,uint256 deadline)"
	accountAgent  = "Delegation(address delegate,address delegator,bytes32 authority,"
	insideOther   = "TypedDataSign("
)

// bearers by the beginning of the type.
var bearers map[string]func(*signed)

func init() { // not a literal, as the signers
	bearers = map[string]func(*signed){
		packedOperation: (*signed).operation,
		metaTransaction: (*signed).meta,
		forwardRequest:  (*signed).forward,
		safeTxOld:       (*signed).safe,
		compoundAllow:   func(s *signed) { s.everything("owner", "manager", "isAllowed") },
		morphoAllow: func(s *signed) {
			s.everything("authorizer", "authorized", "isAuthorized")
		},
		permitAll:    func(s *signed) { s.everything("", "operator", "approved") },
		aaveDelegate: (*signed).credit,
		permitItem:   (*signed).item,
		accountAgent: (*signed).agent,
		insideOther:  (*signed).inside,
	}
}

// operation opens what an account will be made to do.
func (s *signed) operation() {
	v := s.m.Value
	sender := addressIn(v, "sender")
	s.in.open(unfold.Call{Chain: s.in.Chain, From: s.contract, To: &sender,
		Data: bytesIn(v, "callData")}, s.reader)
}

// meta opens the call that a contract makes to itself in the signer's name.
func (s *signed) meta() {
	v := s.m.Value
	s.in.open(unfold.Call{Chain: s.in.Chain, From: addressIn(v, "from"), To: &s.contract,
		Data: bytesIn(v, "functionSignature")}, s.reader)
}

// forward opens the call that a forwarder makes in the signer's name.
func (s *signed) forward() {
	v := s.m.Value
	to := addressIn(v, "to")
	s.in.open(unfold.Call{Chain: s.in.Chain, From: addressIn(v, "from"), To: &to,
		Value: numberIn(v, "value"), Data: bytesIn(v, "data")}, s.reader)
}

// everything notes a right over all that the owner has at the contract; without
// an owner's name it is the signer.
func (s *signed) everything(owner, operator, yes string) {
	v := s.m.Value
	g := Grant{
		Right: All, Token: s.contract, Owner: s.in.Account, Spender: addressIn(v, operator),
		Unlimited: numberIn(v, yes).Sign() != 0, Signed: true,
	}
	if owner != "" {
		g.Owner = addressIn(v, owner)
	}
	g.Revokes = !g.Unlimited
	s.in.Grants = append(s.in.Grants, g)
}

// credit notes that somebody may borrow at the signer's cost.
func (s *signed) credit() {
	v := s.m.Value
	amount := numberIn(v, "value")
	s.in.Grants = append(s.in.Grants, Grant{
		Right: Spend, Token: s.contract, Owner: s.in.Account, Spender: addressIn(v, "delegatee"),
		Amount: amount, Unlimited: unlimited(amount), Revokes: amount.Sign() == 0, Signed: true,
	})
}

// item reads the permit of one item of a collection (ERC-4494).
func (s *signed) item() {
	v := s.m.Value
	s.in.Grants = append(s.in.Grants, Grant{
		Right: Item, Token: s.contract, Owner: s.in.Account, Spender: addressIn(v, "spender"),
		ID: numberIn(v, "tokenId"), Signed: true,
		Revokes: addressIn(v, "spender") == common.Address{},
	})
}

// agent notes that somebody may act for a smart account, within what caveats say.
func (s *signed) agent() {
	v := s.m.Value
	s.in.Changes = append(s.in.Changes, Change{
		Control: Agent, Where: addressIn(v, "delegator"), Who: addressIn(v, "delegate"),
	})
}

// inside reads the message that another one wraps for smart accounts.
func (s *signed) inside() {
	contents := field(s.m.Value, "contents")
	if contents.Type == nil || contents.Type.Kind != calldata.Tuple ||
		strings.HasPrefix(contents.Type.Name, "TypedDataSign") {
		s.in.Opaque = "a message inside another one, of which only a hash is shown"
		return
	}
	m := *s.m
	m.Primary, m.Value = contents.Type.Name, contents
	s.m = &m
	s.read()
}

func bytesIn(v calldata.Value, name string) []byte {
	b, _ := field(v, name).Bytes()
	return b
}

// onlyHashes reports whether a message holds nothing but words or bytes that stand
// for something else, such as SafeMessage and the roots of orders.
func onlyHashes(v calldata.Value) bool {
	for _, e := range v.Elems {
		switch e.Type.Kind {
		case calldata.FixedBytes:
			if e.Type.Size != common.HashLength {
				return false
			}
		case calldata.Bytes:
			if len(e.Raw) > 0 && !hashlike(e.Raw) {
				return false
			}
		default:
			return false
		}
	}
	return len(v.Elems) > 0
}
