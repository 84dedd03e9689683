// SPDX-License-Identifier: Apache-2.0
// Code generated from the Go registration; DO NOT EDIT.
pragma solidity ^0.8.4;

// What a question is to be judged by. Data, never instructions.
struct Evidence {
    // at most 16 KB
    bytes inlined;
    // https:// or ipfs://; empty if everything is inlined
    string uri;
    // SHA-256 of the document at uri
    bytes32 hash;
    // bytes of the document at uri
    uint64 size;
}

// What an opener asks for.
struct Spec {
    uint8 template;
    // 0 binary, 1 group, 2 scalar
    uint8 kind;
    // the template's fields, in its order
    string[] fields;
    // of a group, without "other", which is appended
    string[] members;
    // opening YES prices in 1e-18, one a book; none: the base rate
    uint64[] openings;
    // of a scalar: LONG pays (x - lo) / (hi - lo)
    int64 lo;
    // of a scalar
    int64 hi;
    // the opener's worst-case loss
    uint256 subsidy;
    // blocks of trading; 0: the template's
    uint64 window;
    // blocks the resolver has after the close; 0: the template's
    uint64 grace;
    // who will answer; never changed
    address resolver;
    Evidence evidence;
}

// A standing instruction: buys are limited by coins, sells by shares.
struct Order {
    uint64 question;
    // member of a group; 0 otherwise
    uint8 book;
    // 0 buy YES, 1 buy NO, 2 sell YES, 3 sell NO
    uint8 action;
    // coins for a buy, shares for a sell
    uint128 amount;
    // price of the share traded, in 1e-18: at most, or at least
    uint64 limit;
    // last block whose batch it may join; 0: only the next
    uint64 expiry;
}

// An order with its trader's EIP-712 signature.
struct SignedOrder {
    address trader;
    Order order;
    // unordered: bit nonce mod 256 of word nonce / 256
    uint256 nonce;
    // first block in which it may be placed
    uint64 fromBlock;
    // last block in which it may be placed
    uint64 toBlock;
    // EIP-2098 signature of the EIP-712 digest
    bytes32 r;
    // its s, with the parity of y in the top bit
    bytes32 vs;
}

// The outcome of one signed order.
struct Placed {
    // 0 if it was refused
    uint64 id;
    // 0: placed
    uint8 reason;
}

// What an order would do alone in the next batch.
struct Preview {
    // 0: it would be placed
    uint8 reason;
    uint256 shares;
    uint256 cost;
    uint256 fee;
    // of YES, in 1e-18
    uint64 priceAfter;
}

// The ledger of one binary market.
struct BookView {
    string name;
    // YES shares outstanding
    uint256 yes;
    // NO shares outstanding
    uint256 no;
    // of YES; provisional while the question is open
    uint64 price;
    // time-weighted, over the last third of the window; 0 before
    uint64 median;
    // of a YES share, once settled; a NO pays 1e18 - payoff
    uint64 payoff;
}

// A question, its answer and its books.
struct QuestionView {
    uint64 id;
    address opener;
    uint8 template;
    // 0 binary, 1 group, 2 scalar
    uint8 kind;
    // 1 open, 2 closed, 3 settled, 4 halted
    uint8 phase;
    string text;
    string criteria;
    string[] fields;
    int64 lo;
    int64 hi;
    uint256 subsidy;
    // liquidity
    uint256 b;
    // on what a taker pays or gets, in 1e-4
    uint16 fee;
    uint64 opened;
    // the latest close
    uint64 end;
    uint64 closedAt;
    // from this block on anyone may lapse it
    uint64 resolveBy;
    uint8 reopened;
    address resolver;
    // the resolver is an ordinary account, to be trusted
    bool trusted;
    // 0 none, 1 YES, 2 NO, 3 INVALID, 4 TOO EARLY, 5 member, 6 value
    uint8 verdict;
    uint8 member;
    int64 value;
    Evidence evidence;
    BookView[] books;
}

// An order in the book.
struct OrderView {
    uint64 id;
    address trader;
    uint64 question;
    uint8 book;
    uint8 action;
    uint256 amount;
    // what of amount is still in escrow
    uint256 left;
    uint64 limit;
    uint64 expiry;
    uint64 placed;
}

/// @notice Questions, orders, positions, answers. Coins, shares and prices are in 1e-18. A
/// market balance is what an account has in the market and not in orders. Reasons of refusals:
/// 0 ok, 1 no such question, 2 no such live order, 3 the question was halted, 4 trading has
/// closed, 5 the question has no such book, 6 no such action, 7 limit outside the allowed
/// prices, 8 amount below the minimum, 9 amount above the maximum, 10 the order would expire
/// before its first batch, 11 balance too low, 12 not enough free shares, 13 too many orders
/// rest on this book, 14 too many orders wait for the next batch, 15 too many live orders of
/// this trader on this book, 16 it would trade with the trader's own order, 17 not for this
/// kind of question, 18 nonce already used, 19 too soon, 20 the signed window of blocks has
/// passed, 21 signature is not the trader's, 22 only the resolver may, 23 the order belongs to
/// another account, 24 no such outcome for this question, 25 trading has not closed, 26 the
/// question is not settled, 27 nothing to claim, 28 the resolver still has time, 29 no such
/// template, or not for this kind, 30 the template's fields are missing, too long or not plain
/// text, 31 members are missing, too many, repeated or not plain text, 32 opening prices do not
/// fit, 33 the scalar's range is empty, 34 subsidy outside the allowed amounts, 35 window
/// outside the allowed lengths, 36 grace outside the allowed lengths, 37 a question needs a
/// resolver, 38 evidence is too large, incomplete or at an address not allowed, 39 no more
/// question numbers, 40 not a well-formed call, 41 the question is settled, 42 orders are still
/// being returned after the close.
/// @dev Deployed at 0x000000000000000000000000000000000000a601.
interface IMarket {
    /// @notice Opens a question. What is sent is credited to the caller's market balance first;
    /// the subsidy is taken from that balance.
    function ask(Spec calldata spec) external payable returns (uint64 question);

    /// @notice Places the caller's orders, all or none. What is sent is credited to the
    /// caller's market balance first.
    function place(Order[] calldata orders) external payable returns (uint64[] memory ids);

    /// @notice Places many traders' signed orders, carried by anyone. A bad one is refused by
    /// itself, with a reason; it never reverts the rest.
    function placeSigned(
        SignedOrder[] calldata orders
    ) external returns (Placed[] memory results);

    /// @notice Places many traders' signed orders, as placeSigned does, from a shorter form: of
    /// each order, one after the other, trader (20 bytes), question (uvarint), book and action
    /// (a byte each), amount (a byte of length, at most 16, and its big-endian bytes), limit (8
    /// bytes), expiry (uvarint), nonce (a byte of length, at most 32, and its bytes), fromBlock
    /// and toBlock (uvarints), r and vs (32 bytes each). A uvarint is seven bits a byte, the
    /// lowest first, the top bit set on all but the last; numbers are as short as can be.
    /// Returns how many were placed; each order leaves one Ordered or one RefusedOrder, in
    /// their order.
    /// @param orders the orders, packed
    function placePacked(bytes calldata orders) external returns (uint32 placed);

    /// @notice What an order would do if it were alone in the next batch, or why it would be
    /// refused.
    function dryRun(
        address trader,
        Order calldata order
    ) external view returns (Preview memory);

    /// @notice Cancels the caller's orders, all or none; what is left of them returns to the
    /// market balance.
    function cancel(uint64[] calldata ids) external;

    /// @notice Marks as used the caller's nonces 256 * word + i for every bit i of mask.
    function invalidateNonces(uint256 word, uint256 mask) external;

    /// @notice Turns n coins into n full sets: of a group one YES of every member, otherwise
    /// one YES and one NO.
    function mintSet(uint64 question, uint256 n) external payable;

    /// @notice Turns n full sets back into n coins.
    function burnSet(uint64 question, uint256 n) external;

    /// @notice The resolver's answer to a closed question.
    /// @param verdict 1 YES, 2 NO, 3 INVALID, 4 TOO EARLY, 5 member, 6 value
    /// @param member which member of a group is the answer
    /// @param value the answer of a scalar, in the units of lo and hi
    function resolve(uint64 question, uint8 verdict, uint8 member, int64 value) external;

    /// @notice Makes INVALID a question whose resolver was silent past resolveBy, or whose work
    /// failed. Anyone may call it.
    function lapse(uint64 question) external;

    /// @notice Pays the caller's shares in settled questions into the market balance.
    function claim(uint64[] calldata questions) external returns (uint256 amount);

    /// @notice Credits what is sent to the caller's market balance.
    function deposit() external payable;

    /// @notice Credits what is sent to others' market balances; the amounts must add up to it.
    function depositFor(
        address[] calldata accounts,
        uint256[] calldata amounts
    ) external payable;

    /// @notice Pays out from the caller's market balance.
    function withdraw(uint256 amount) external;

    /// @notice A question with its books.
    function question(uint64 id) external view returns (QuestionView memory);

    /// @notice Ids of questions above a given one, oldest first.
    /// @param after_ the last id of the page before; 0 for the first page
    function questions(uint64 after_, uint16 max) external view returns (uint64[] memory ids);

    /// @notice How many questions were ever asked, which is the newest id.
    function questionCount() external view returns (uint64);

    /// @notice The price of a book's YES; of a closed question the median that is its published
    /// answer.
    function price(
        uint64 question,
        uint8 book
    ) external view returns (uint64 price, bool provisional);

    /// @notice A trader's free shares in a book.
    function position(
        uint64 question,
        uint8 book,
        address trader
    ) external view returns (uint256 yes, uint256 no);

    /// @notice An account's market balance.
    function balanceOf(address account) external view returns (uint256);

    /// @notice What the audit fund holds.
    function fund() external view returns (uint256);

    /// @notice A live order.
    function order(uint64 id) external view returns (OrderView memory);

    /// @notice Live orders of a question, oldest first.
    /// @param after_ the last id of the page before; 0 for the first page
    function orders(
        uint64 question,
        uint64 after_,
        uint16 max
    ) external view returns (OrderView[] memory);

    /// @notice 256 of an account's nonces; a set bit is a used one.
    function nonceWord(address account, uint256 word) external view returns (uint256);

    /// @notice EIP-712 domain of signed orders.
    function domainSeparator() external view returns (bytes32);

    /// @notice A question was opened.
    event Asked(
        uint64 indexed question,
        address indexed opener,
        uint8 template,
        uint8 kind,
        string text,
        uint256 subsidy,
        uint64 end
    );

    /// @notice An order was placed; it joins the next batch.
    event Ordered(
        uint64 indexed question,
        address indexed trader,
        uint64 id,
        uint8 book,
        uint8 action,
        uint256 amount,
        uint64 limit,
        uint64 expiry
    );

    /// @notice A signed order was refused, and nothing else with it.
    event RefusedOrder(
        address indexed trader,
        uint64 indexed question,
        uint256 nonce,
        uint8 reason
    );

    /// @notice An order traded in a batch, or part of it.
    event Filled(
        uint64 indexed question,
        address indexed trader,
        uint64 id,
        uint8 book,
        uint8 action,
        uint256 shares,
        uint256 coins,
        uint256 left
    );

    /// @notice An order ended with what was left of it.
    event Cancelled(
        uint64 indexed question,
        address indexed trader,
        uint64 id,
        uint256 left,
        bool expired
    );

    /// @notice A batch moved a book's price, or crossed orders at it.
    event Moved(
        uint64 indexed question,
        uint8 book,
        uint64 from,
        uint64 to,
        uint32 orders,
        uint256 volume
    );

    /// @notice Trading ended, at a block that nobody knew before.
    event Closed(uint64 indexed question, uint64 height);

    /// @notice It was too early to tell; trading goes on.
    event Reopened(uint64 indexed question, uint64 end);

    /// @notice A question was answered and its pool divided.
    event Settled(
        uint64 indexed question,
        uint8 verdict,
        uint8 member,
        int64 value,
        uint64[] payoffs,
        uint256 toOpener,
        uint256 toFund
    );

    /// @notice Work on a question failed; it can only lapse.
    event Halted(uint64 indexed question, string why);

    /// @notice Shares of a settled question were paid.
    event Claimed(uint64 indexed question, address indexed account, uint256 amount);

    /// @notice Coins entered a market balance.
    event Deposited(address indexed account, uint256 amount);

    /// @notice Coins left a market balance.
    event Withdrawn(address indexed account, uint256 amount);

    /// @notice Coins became full sets.
    event Minted(uint64 indexed question, address indexed account, uint256 n);

    /// @notice Full sets became coins.
    event Burned(uint64 indexed question, address indexed account, uint256 n);

    /// @notice A call, or one element of its list, was refused.
    /// @param index which element of a list was refused; 0 if there is none
    /// @param reason a code that never changes its meaning
    /// @param detail the reason in words, with what was wanted and what was there
    error Refused(uint256 index, uint8 reason, string detail);
}
