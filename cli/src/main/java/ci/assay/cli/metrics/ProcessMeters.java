package ci.assay.cli.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.ToDoubleFunction;

/**
 * All numbers of one process: those of Java itself, and what the parts that run in it add. Safe for
 * use by many threads.
 */
public final class ProcessMeters implements AutoCloseable {

  /** What {@link #text} is, for who is sent it. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gc = new JvmGcMetrics();

  public ProcessMeters() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    gc.bindTo(registry);
  }

  /** The numbers as they are now, in Prometheus's text format. */
  public String text() {
    return registry.scrape();
  }

  MeterRegistry registry() {
    return registry;
  }

  /**
   * A number that goes up and down.
   *
   * @param of kept alive by somebody else
   */
  <T> void gauge(String name, String description, T of, ToDoubleFunction<T> value) {
    Gauge.builder(name, of, value).description(description).register(registry);
  }

  /**
   * A number that is counted elsewhere and only grows.
   *
   * @param of kept alive by somebody else
   */
  <T> void count(String name, String description, T of, ToDoubleFunction<T> value) {
    FunctionCounter.builder(name, of, value).description(description).register(registry);
  }

  /**
   * How often a part of the process was connected again.
   *
   * @param of kept alive by somebody else
   */
  <T> void reconnects(String role, T of, ToDoubleFunction<T> value) {
    FunctionCounter.builder("assay.reconnects", of, value)
        .description("Connections to the broker that were made again after they had been lost")
        .tag("role", role)
        .register(registry);
  }

  @Override
  public void close() {
    gc.close();
    registry.close();
  }
}
