/**
 * What the programs tell each other about jobs and runs, a record each. docs/messages.md has their
 * JSON. Begin with {@link ci.assay.message.StartRequest}, which a worker sends before each run.
 */
@NullMarked
package ci.assay.message;

import org.jspecify.annotations.NullMarked;
