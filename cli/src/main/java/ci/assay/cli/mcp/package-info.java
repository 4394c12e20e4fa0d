/**
 * A server of the Model Context Protocol, for programs that read verdicts on behalf of a person.
 * Begin with {@link ci.assay.cli.mcp.McpCommand}; {@link ci.assay.cli.mcp.Tools} has what it
 * offers.
 */
@NullMarked
package ci.assay.cli.mcp;

import org.jspecify.annotations.NullMarked;
