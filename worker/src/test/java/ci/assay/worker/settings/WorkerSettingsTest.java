package ci.assay.worker.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.broker.BrokerAddress;
import ci.assay.common.InvalidInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerSettingsTest {

  private static WorkerSettings of(String user, String name) {
    return new WorkerSettings(
        BrokerAddress.parse("amqp://" + user + "@mq.example.org"),
        name,
        new WorkerSettings.Capacity(1, List.of("default")),
        new WorkerSettings.Limits(Duration.ofMinutes(30), 3, Duration.ofMinutes(10)),
        Path.of("work"),
        WorkerSettings.Disk.DEFAULT);
  }

  @Test
  void workerWhoseUserMayNotSpeakForItIsRefusedWithBothNames() {
    assertThatThrownBy(() -> of("worker.alpha", "host-1"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll("'worker.alpha'", "'host-1'", "--name");
  }

  @Test
  void workerWhoseUserSpeaksForItIsTaken() {
    assertThat(of("worker.alpha", "alpha.2").name()).isEqualTo("alpha.2");
    assertThat(of("worker", "host-1").name()).isEqualTo("host-1");
  }
}
