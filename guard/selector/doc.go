// Package selector names functions by the first four bytes of a call, where
// neither a descriptor nor an ABI says what they are: from a table of the
// functions of the standards and of common contracts, from tables that the user
// indexed ahead, and as a last resort by guessing from the bytes.
//
// Four bytes are no proof: anybody can find a name with a selector of choice.
// So a name counts only if the call's data reads as its parameters without
// anything irregular, and what comes of it is shown as likely, not as certain.
package selector
