package native

// Gas is charged in proportion to the work done: about 100 a microsecond of the
// reference machine, so that a block full of native calls takes as long as a
// block full of ordinary contracts; state that stays is dearer, as everywhere.
const (
	gasCall      = 700 // entering a native function
	gasInputByte = 3   // copying and decoding calldata

	gasRead      = 800 // looking a key up, through every cache to the tree
	gasReadByte  = 1   // per byte of the value
	gasWrite     = 2_500
	gasWriteByte = 10 // per byte of key and value: it stays in the tree
	gasDelete    = 1_000
	gasNext      = 200 // stepping an iterator

	gasLog      = 375 // the EVM's own prices of logs
	gasLogTopic = 375
	gasLogByte  = 8

	gasPay = 9_000 // the EVM's price of a call with value
)

// gasChunk is the unit in which stored bytes are counted. An amount that grows
// by a digit between the moment a wallet estimates a call and the block that
// runs it should not make the call run out of gas.
const gasChunk = 64

// stored is n bytes in whole chunks.
func stored(n int) uint64 { return uint64(n+gasChunk-1) / gasChunk * gasChunk }

// The prices of access to the store, for a Cache that charges by what a call
// means to do, not by what of it reaches the store.

// ChargeRead pays for looking a key up; ChargeBytes for a value of n bytes that
// was found.
func (c *Ctx) ChargeRead() { c.Charge(gasRead) }

// ChargeBytes pays for a value of n bytes that was read.
func (c *Ctx) ChargeBytes(n int) { c.Charge(gasReadByte * stored(n)) }

// ChargeWrite pays for writing n bytes of key and value.
func (c *Ctx) ChargeWrite(n int) { c.Charge(gasWrite + gasWriteByte*stored(n)) }

// ChargeDelete pays for deleting a key.
func (c *Ctx) ChargeDelete() { c.Charge(gasDelete) }

// ChargeNext pays for a step from key to key.
func (c *Ctx) ChargeNext() { c.Charge(gasNext) }
