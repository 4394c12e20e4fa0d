/** Tests of temporary losses: of the broker's permissions, of a repository, of a worker. */
@NullMarked
package ci.assay.systemtest.outage;

import org.jspecify.annotations.NullMarked;
