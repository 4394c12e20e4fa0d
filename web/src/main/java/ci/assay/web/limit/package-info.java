/**
 * Limits what one client, and all clients together, can use of a server: connections, streams,
 * threads and time. Begin with {@link ci.assay.web.limit.GuardedServer}.
 */
@NullMarked
package ci.assay.web.limit;

import org.jspecify.annotations.NullMarked;
