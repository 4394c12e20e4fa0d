/**
 * SQLite files that several processes of one machine may have open: creating them, migrating them
 * to this version, and the pools of connections. One begins to read at {@code SqliteFile}.
 */
@NullMarked
package ci.assay.sqlite;

import org.jspecify.annotations.NullMarked;
