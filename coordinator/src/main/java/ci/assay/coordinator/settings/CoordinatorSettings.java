package ci.assay.coordinator.settings;

import ci.assay.broker.BrokerAddress;
import java.nio.file.Path;

/**
 * What a coordinator has to be told.
 *
 * @param name who it is, as people read it in the broker's management page and on the log
 * @param results the folder of the result files; created when it is not there
 */
public record CoordinatorSettings(
    BrokerAddress broker, String name, Path results, CoordinatorTimings timings) {

  /** With the usual timings. */
  public CoordinatorSettings(BrokerAddress broker, String name, Path results) {
    this(broker, name, results, CoordinatorTimings.DEFAULT);
  }
}
