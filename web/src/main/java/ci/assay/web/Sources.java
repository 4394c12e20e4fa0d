package ci.assay.web;

import ci.assay.coordinator.ResultReader;
import ci.assay.index.CommitQueries;
import ci.assay.index.TestQueries;
import ci.assay.index.TrendQueries;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * What pages and API are made from.
 *
 * @param management the address of RabbitMQ's management page; null when it is not known
 */
record Sources(
    CommitQueries commits,
    TestQueries tests,
    TrendQueries trends,
    ResultReader files,
    Installation installation,
    LogTexts logs,
    Access access,
    @Nullable String management,
    Clock clock) {}
