package ci.assay.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.BrokerAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerChecksTest {

  @TempDir Path programs;

  @Test
  void aBrokerThatIsNotThereIsSaidWithTheCommandThatStartsOneHere() throws IOException {
    assertThat(said("amqp://localhost:1")).contains("install one: apt-get install rabbitmq-server");
    make("docker");
    assertThat(said("amqp://127.0.0.1:1"))
        .contains(
            "start one: docker run -d --name rabbitmq -p 127.0.0.1:1:5672 rabbitmq:4-management");
    make("rabbitmq-server");
    assertThat(said("amqp://localhost:1")).contains("start it: systemctl start rabbitmq-server");
  }

  @Test
  void oneOnAnotherMachineIsToBeLookedForThere() throws IOException {
    make("docker");
    assertThat(said("amqp://nosuch.invalid"))
        .contains("is RabbitMQ running on nosuch.invalid, and port 5672 open to this machine?")
        .doesNotContain("docker");
  }

  private void make(String program) throws IOException {
    assertThat(Files.createFile(programs.resolve(program)).toFile().setExecutable(true)).isTrue();
  }

  private String said(String broker) {
    List<Finding> findings =
        BrokerChecks.findings(
            BrokerAddress.parse(broker), "test", List.of(), Map.of("PATH", programs.toString()));
    assertThat(findings).hasSize(1);
    assertThat(findings.get(0).level()).isEqualTo(Finding.Level.FAIL);
    assertThat(findings.get(0).text()).startsWith("no broker at amqp://");
    return findings.get(0).text();
  }
}
