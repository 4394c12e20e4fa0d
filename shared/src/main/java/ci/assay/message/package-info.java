/**
 * The messages between the programs about jobs and runs, each a record. docs/messages.md has their
 * JSON. Begin with {@link ci.assay.message.StartRequest}, which a worker sends before each run.
 */
@NullMarked
package ci.assay.message;

import org.jspecify.annotations.NullMarked;
