// SPDX-License-Identifier: Apache-2.0
// Code generated from the Go registration; DO NOT EDIT.
pragma solidity ^0.8.4;

/// @notice The beginning of every block.
/// @dev Deployed at 0x000000000000000000000000000000000000a600.
interface IClock {
    /// @notice Begins a block: extends the beacon and does the work that is due. Only the
    /// ticker may call it; a second call in one block does nothing.
    /// @param signature the proposer's, over chain id, height and the previous beacon
    function tick(uint64 height, bytes calldata signature) external;

    /// @notice The randomness of the last tick.
    function beacon() external view returns (bytes32);

    /// @notice The block of the last tick.
    function height() external view returns (uint64);

    /// @notice A block began; work was done on so many questions.
    event Ticked(uint64 indexed height, bytes32 beacon, uint32 questions);
}
