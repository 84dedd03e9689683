// Package scan puts the guard together: it reads a request, gathers what the
// rules may look at (the simulation, the accounts, the lists, the user's own
// history), lets them judge, and words the verdict. Its faces, the JSON-RPC
// proxy, the HTTP interface, the command and the page, all show its Report.
//
// Nothing leaves the machine but questions to the node that the user named.
package scan
