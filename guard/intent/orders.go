package intent

import (
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/calldata"
)

// Types of orders, as encodeType has them: Seaport 1.5 and 1.6, 0x version 4,
// Blur's exchange.
const (
	seaportItems = "ConsiderationItem(uint8 itemType,address token,uint256 identifierOrCriteria," +
		"uint256 startAmount,uint256 endAmount,address recipient)"
	seaportOffers = "OfferItem(uint8 itemType,address token,uint256 identifierOrCriteria," +
		"uint256 startAmount,uint256 endAmount)"
	seaportParts = "OrderComponents(address offerer,address zone,OfferItem[] offer," +
		"ConsiderationItem[] consideration,uint8 orderType,uint256 startTime,uint256 endTime," +
		"bytes32 zoneHash,uint256 salt,bytes32 conduitKey,uint256 counter)"
	seaportOrder = seaportParts + seaportItems + seaportOffers
	seaportBulk  = "BulkOrder(OrderComponents["

	zeroExLimit = "LimitOrder(address makerToken,address takerToken,uint128 makerAmount," +
		"uint128 takerAmount,uint128 takerTokenFeeAmount,address maker,address taker," +
		"address sender,address feeRecipient,bytes32 pool,uint64 expiry,uint256 salt)"
	zeroExRfq = "RfqOrder(address makerToken,address takerToken,uint128 makerAmount," +
		"uint128 takerAmount,address maker,address taker,address txOrigin,bytes32 pool," +
		"uint64 expiry,uint256 salt)"

	blurOrder = "Order(address trader,uint8 side,address matchingPolicy,address collection," +
		"uint256 tokenId,uint256 amount,address paymentToken,uint256 price,"
	blurRoot = "Root(bytes32 root)"
)

func (s *signed) seaport() { s.components(s.m.Value) }

// bulk reads the orders at the leaves of Seaport's tree, which has the depth
// that its type says. Empty leaves fill the tree up.
func (s *signed) bulk() { s.leaves(field(s.m.Value, "tree")) }

func (s *signed) leaves(v calldata.Value) {
	if v.Type == nil {
		return
	}
	if v.Type.Kind == calldata.Tuple {
		if addressIn(v, "offerer") != (common.Address{}) {
			s.components(v)
		}
		return
	}
	for _, elem := range v.Elems {
		s.leaves(elem)
	}
}

// components reads one OrderComponents.
func (s *signed) components(v calldata.Value) {
	o := Order{
		Market: "Seaport", Contract: s.contract, Offerer: addressIn(v, "offerer"),
		Expires: numberIn(v, "endTime"),
	}
	for _, item := range field(v, "offer").Elems {
		o.Gives = append(o.Gives, seaportLeg(item, o.Offerer))
	}
	for _, item := range field(v, "consideration").Elems {
		leg := seaportLeg(item, addressIn(item, "recipient"))
		if leg.To == o.Offerer {
			o.Gets = append(o.Gets, leg)
		} else {
			o.Others = append(o.Others, leg)
		}
	}
	s.in.Orders = append(s.in.Orders, o)
}

// seaportLeg reads an item; of amounts that move with time the lesser counts,
// which is what the offerer is sure to get.
func seaportLeg(item calldata.Value, to common.Address) Leg {
	leg := Leg{To: to, Amount: numberIn(item, "startAmount")}
	if end := numberIn(item, "endAmount"); end.Cmp(leg.Amount) < 0 {
		leg.Amount = end
	}
	kind := numberIn(item, "itemType")
	if kind.Sign() != 0 { // 0: the chain's coin
		token := addressIn(item, "token")
		leg.Token = &token
	}
	if kind.Cmp(big.NewInt(2)) >= 0 { // 2 and above: items of a collection
		leg.ID = numberIn(item, "identifierOrCriteria")
	}
	return leg
}

func (s *signed) zeroEx() {
	v := s.m.Value
	maker, gives, gets := addressIn(v, "maker"), addressIn(v, "makerToken"), addressIn(v,
		"takerToken")
	o := Order{
		Market: "0x", Contract: s.contract, Offerer: maker, Expires: numberIn(v, "expiry"),
		Gives: []Leg{{Token: &gives, Amount: numberIn(v, "makerAmount"), To: maker}},
		Gets:  []Leg{{Token: &gets, Amount: numberIn(v, "takerAmount"), To: maker}},
	}
	if taker := addressIn(v, "taker"); taker != (common.Address{}) {
		o.Taker = &taker
	}
	s.in.Orders = append(s.in.Orders, o)
}

func (s *signed) blur() {
	v := s.m.Value
	trader, collection, money := addressIn(v, "trader"), addressIn(v, "collection"),
		addressIn(v, "paymentToken")
	thing := Leg{
		Token: &collection, ID: numberIn(v, "tokenId"), Amount: numberIn(v, "amount"), To: trader,
	}
	price := Leg{Amount: numberIn(v, "price"), To: trader}
	if money != (common.Address{}) {
		price.Token = &money
	}
	o := Order{
		Market: "Blur", Contract: s.contract, Offerer: trader, Expires: numberIn(v,
			"expirationTime"),
		Gives: []Leg{thing}, Gets: []Leg{price},
	}
	if numberIn(v, "side").Sign() == 0 { // 0: buy
		o.Gives, o.Gets = o.Gets, o.Gives
	}
	s.in.Orders = append(s.in.Orders, o)
}

// root notes a signature over many orders at once, of which only a hash shows.
func (s *signed) root() {
	s.in.Orders = append(s.in.Orders, Order{
		Market: "many orders at once", Contract: s.contract, Offerer: s.in.Account, Root: true,
	})
	s.in.Opaque = "one signature for a tree of orders: those inside cannot all be seen"
}
