// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import "./Tokens.sol";

/// A constant-product pool of one token against the coin that is its own
/// router, with the functions that wallets know.
contract Market {
    Token public immutable token;

    constructor(Token token_) payable {
        token = token_;
    }

    receive() external payable {}

    function out(uint256 given, uint256 have, uint256 other) public pure returns (uint256) {
        return (given * 997 * other) / (have * 1000 + given * 997);
    }

    function swapExactETHForTokens(uint256 least, address[] calldata path, address to, uint256)
        external
        payable
        returns (uint256[] memory amounts)
    {
        require(path[1] == address(token), "path");
        uint256 before = address(this).balance - msg.value;
        uint256 got = out(msg.value, before, token.balanceOf(address(this)));
        require(got >= least, "too little");
        token.transfer(to, got);
        amounts = new uint256[](2);
        (amounts[0], amounts[1]) = (msg.value, got);
    }

    function swapExactTokensForETHSupportingFeeOnTransferTokens(
        uint256 given,
        uint256 least,
        address[] calldata path,
        address to,
        uint256
    ) external {
        require(path[0] == address(token), "path");
        uint256 before = token.balanceOf(address(this));
        require(token.transferFrom(msg.sender, address(this), given), "refused");
        uint256 came = token.balanceOf(address(this)) - before;
        uint256 got = out(came, before, address(this).balance);
        require(got >= least, "too little");
        (bool ok, ) = to.call{value: got}("");
        require(ok, "no coin");
    }
}
