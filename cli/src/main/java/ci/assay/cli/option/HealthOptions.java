package ci.assay.cli.option;

import ci.assay.cli.metrics.HealthServer;
import ci.assay.cli.metrics.ProcessMeters;
import ci.assay.cli.value.HostAndPort;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The address at which a process without pages reports its health. */
public final class HealthOptions {

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      description =
          "Serves /healthz, /readyz and /metrics (for Prometheus) at this address, such as"
              + " 127.0.0.1:8011 (default: not at all).")
  @Nullable HostAndPort http;

  /** Whether an address was given. */
  public boolean isGiven() {
    return http != null;
  }

  /**
   * Listens at the address that was given.
   *
   * @param obstacle why the process does not do its work now; empty when it does
   */
  public HealthServer serve(ProcessMeters meters, Supplier<Optional<String>> obstacle) {
    HostAndPort where = http;
    if (where == null) {
      throw new IllegalStateException("no address was given");
    }
    return HealthServer.start(where.host(), where.port(), obstacle, meters::text);
  }
}
