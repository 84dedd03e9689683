// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IMarket, Order} from "../../contracts/IMarket.sol";
import {Asker} from "./Asker.sol";

/// @title A contract that changes its mind.
/// @notice What it did in a call that was reverted must leave no trace in the market, while what
/// the calls around it did stays.
contract Waverer is Asker {
    /// @notice The market as seen at one moment.
    struct Sight {
        uint64 questions;
        uint256 balance; // of this contract, in the market
        uint256 coins; // of this contract, outside
        uint256 held; // by the market, in coins
    }

    /// @notice What was seen before, inside and after the reverted call, and the question that
    /// was opened afterwards.
    event Wavered(Sight before, Sight inside, Sight afterwards, uint64 kept);

    /// @notice Carries what a call saw out of its revert.
    error Regret(Sight inside);

    constructor(IMarket market_) Asker(market_) {}

    /// @notice Asks, buys, deposits, and reverts all of it.
    function regret(string calldata host) external payable {
        act(host);
        revert Regret(sight());
    }

    /// @notice Like regret, but it is the gas that runs out.
    function exhaust(string calldata host) external payable {
        act(host);
        while (true) {}
    }

    /// @notice Takes coins out of the market, and reverts that.
    function regretWithdrawal(uint256 amount) external {
        market.withdraw(amount);
        revert Regret(sight());
    }

    /// @notice Has regret reverted and then opens a question that stays. Half of what is sent
    /// goes into each; the first half comes back to this contract.
    function waver(string calldata host) external payable {
        Sight memory before = sight();
        Sight memory inside;
        try this.regret{value: msg.value / 2}(host) {
            revert("regret did not revert");
        } catch (bytes memory data) {
            inside = sightOf(data);
        }
        keep(before, inside, host);
    }

    /// @notice Has exhaust run out of its gas and then opens a question that stays.
    function waverWithoutGas(string calldata host, uint256 gasInside) external payable {
        Sight memory before = sight();
        Sight memory unknown;
        try this.exhaust{value: msg.value / 2, gas: gasInside}(host) {
            revert("exhaust returned");
        } catch {}
        keep(before, unknown, host);
    }

    /// @notice Deposits what is sent, has a withdrawal of half of it reverted, and opens a
    /// question out of the balance, with that half.
    function waverOverWithdrawal(string calldata host) external payable {
        market.deposit{value: msg.value}();
        Sight memory before = sight();
        Sight memory inside;
        try this.regretWithdrawal(msg.value / 2) {
            revert("regretWithdrawal did not revert");
        } catch (bytes memory data) {
            inside = sightOf(data);
        }
        Sight memory afterwards = sight();
        emit Wavered(before, inside, afterwards, market.ask(spec(host, msg.value / 2)));
    }

    /// @notice Places an order that is refused and reads why, as a contract does it.
    function refusal(
        uint64 question
    ) external payable returns (uint256 index, uint8 reason, string memory detail) {
        Order[] memory orders = new Order[](2);
        orders[0] = buy(question, uint128(msg.value), 9e17);
        orders[1] = buy(question, uint128(msg.value), 0);
        try market.place{value: msg.value}(orders) {
            revert("the market took a limit of 0");
        } catch (bytes memory data) {
            require(bytes4(data) == IMarket.Refused.selector, "not the market's error");
            return abi.decode(tail(data), (uint256, uint8, string));
        }
    }

    /// @notice Whether the market would write in a static call, and whether it would run as this
    /// contract's own code.
    function misuse() external returns (bool still, bool borrowed) {
        bytes memory call = abi.encodeCall(IMarket.deposit, ());
        (still, ) = address(market).staticcall{gas: 200_000}(call);
        (borrowed, ) = address(market).delegatecall{gas: 200_000}(call);
    }

    /// act leaves a trace of every kind: a question, an order, a balance, logs.
    function act(string calldata host) private {
        uint256 part = msg.value / 4;
        uint64 question = market.ask{value: part * 2}(spec(host, part * 2));
        Order[] memory orders = new Order[](1);
        orders[0] = buy(question, uint128(part), 9e17);
        market.place{value: part}(orders);
        market.deposit{value: part}();
    }

    function keep(Sight memory before, Sight memory inside, string calldata host) private {
        Sight memory afterwards = sight();
        uint256 half = msg.value / 2;
        emit Wavered(before, inside, afterwards, market.ask{value: half}(spec(host, half)));
    }

    function sight() private view returns (Sight memory) {
        return Sight({
            questions: market.questionCount(),
            balance: market.balanceOf(address(this)),
            coins: address(this).balance,
            held: address(market).balance
        });
    }

    function sightOf(bytes memory data) private pure returns (Sight memory) {
        require(bytes4(data) == Regret.selector, "it reverted for another reason");
        return abi.decode(tail(data), (Sight));
    }

    /// tail is revert data without its selector.
    function tail(bytes memory data) private pure returns (bytes memory rest) {
        rest = new bytes(data.length - 4);
        for (uint256 i = 0; i < rest.length; i++) rest[i] = data[i + 4];
    }
}
