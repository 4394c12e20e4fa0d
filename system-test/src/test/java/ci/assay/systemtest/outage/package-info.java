/** What a run's machines lose for a while: the broker's permissions, a repository, a worker. */
@NullMarked
package ci.assay.systemtest.outage;

import org.jspecify.annotations.NullMarked;
