/** Output for people: tables, colours, live lines. Knows nothing of brokers or git. */
@NullMarked
package ci.assay.cli.console;

import org.jspecify.annotations.NullMarked;
