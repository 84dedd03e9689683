// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IMarket, Spec, Order, Preview} from "../../contracts/IMarket.sol";

/// @title A contract that uses the market as anybody's contract could.
contract Asker {
    /// Template 4 asks whether the dapp at a host is a scam.
    uint8 internal constant DAPP_SCAM = 4;
    uint8 internal constant BUY_YES = 0;

    IMarket public immutable market;

    /// @notice What the market told this contract while it asked and bought.
    event Saw(uint64 question, uint64 price, bool provisional, uint256 foretold, uint64 order);

    constructor(IMarket market_) {
        market = market_;
    }

    /// The market pays withdrawals as a plain transfer.
    receive() external payable {}

    /// @notice Opens a question, reads its price and buys YES with a part of what is sent; the
    /// rest is the subsidy.
    function askAndBuy(string calldata host, uint128 budget) external payable {
        uint64 question = market.ask{value: msg.value - budget}(spec(host, msg.value - budget));
        (uint64 price, bool provisional) = market.price(question, 0);
        market.deposit{value: budget}();
        Order[] memory orders = new Order[](1);
        orders[0] = buy(question, budget, 9e17);
        Preview memory foretold = market.dryRun(address(this), orders[0]);
        uint64[] memory ids = market.place(orders);
        emit Saw(question, price, provisional, foretold.shares, ids[0]);
    }

    /// @notice Takes coins out of this contract's market balance and passes them on.
    function withdraw(uint256 amount) external {
        uint256 before = address(this).balance;
        market.withdraw(amount);
        require(address(this).balance == before + amount, "the market paid another amount");
        (bool ok, ) = msg.sender.call{value: amount}("");
        require(ok, "the caller takes no coins");
    }

    function spec(string calldata host, uint256 subsidy) internal view returns (Spec memory s) {
        s.template = DAPP_SCAM;
        s.fields = new string[](1);
        s.fields[0] = host;
        s.subsidy = subsidy;
        s.window = 10_000;
        s.resolver = msg.sender;
    }

    function buy(
        uint64 question,
        uint128 budget,
        uint64 limit
    ) internal pure returns (Order memory o) {
        o.question = question;
        o.action = BUY_YES;
        o.amount = budget;
        o.limit = limit;
    }
}
