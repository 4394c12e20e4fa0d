package ci.assay.cli.mcp;

/** The answer of a tool. */
record Answer(String text, boolean isError) {}
