// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// A smart account as ERC-4337 wallets have it, without its guards.
contract Wallet {
    struct Call {
        address target;
        uint256 value;
        bytes data;
    }

    receive() external payable {}

    function execute(address target, uint256 value, bytes calldata data) public payable {
        (bool ok, bytes memory why) = target.call{value: value}(data);
        if (!ok) {
            assembly {
                revert(add(why, 32), mload(why))
            }
        }
    }

    function executeBatch(Call[] calldata calls) external payable {
        for (uint256 i = 0; i < calls.length; i++) {
            execute(calls[i].target, calls[i].value, calls[i].data);
        }
    }

    function multicall(bytes[] calldata data) external payable {
        for (uint256 i = 0; i < data.length; i++) {
            (bool ok, ) = address(this).delegatecall(data[i]);
            require(ok, "multicall");
        }
    }
}

/// A vault that takes a deposit and gives shares for it.
contract Vault {
    string public constant symbol = "vCOIN";
    uint8 public constant decimals = 18;
    mapping(address => uint256) public balanceOf;

    event Transfer(address indexed from, address indexed to, uint256 value);

    function deposit() external payable {
        balanceOf[msg.sender] += msg.value;
        emit Transfer(address(0), msg.sender, msg.value);
    }

    function claim() external {
        balanceOf[msg.sender] += 1;
        emit Transfer(address(0), msg.sender, 1);
    }
}
