package ci.assay.web.page;

import ci.assay.coordinator.store.ResultReader;
import ci.assay.index.CommitQueries;
import ci.assay.index.TestQueries;
import ci.assay.index.TrendQueries;
import ci.assay.web.access.Access;
import ci.assay.web.log.LogTextCache;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * What pages and API are made from.
 *
 * @param management the address of RabbitMQ's management page; null when it is not known
 */
public record PageSources(
    CommitQueries commits,
    TestQueries tests,
    TrendQueries trends,
    ResultReader files,
    Installation installation,
    LogTextCache logs,
    Access access,
    @Nullable String management,
    Clock clock) {}
