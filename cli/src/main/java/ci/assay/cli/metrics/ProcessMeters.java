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

/** All metrics of one process: those of Java itself, and those that its parts add. Thread-safe. */
public final class ProcessMeters implements AutoCloseable {

  /** The media type of {@link #text}. */
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

  /** The current metrics in Prometheus's text format. */
  public String text() {
    return registry.scrape();
  }

  MeterRegistry registry() {
    return registry;
  }

  /**
   * Adds a gauge.
   *
   * @param of the object that is measured; only a weak reference is kept
   */
  <T> void gauge(String name, String description, T of, ToDoubleFunction<T> value) {
    Gauge.builder(name, of, value).description(description).register(registry);
  }

  /**
   * Adds a counter that is counted elsewhere.
   *
   * @param of the object that counts; only a weak reference is kept
   */
  <T> void count(String name, String description, T of, ToDoubleFunction<T> value) {
    FunctionCounter.builder(name, of, value).description(description).register(registry);
  }

  /**
   * Adds a counter of how often a part of the process has reconnected to the broker.
   *
   * @param of the object that counts; only a weak reference is kept
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
