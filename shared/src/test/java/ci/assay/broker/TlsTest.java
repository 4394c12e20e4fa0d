package ci.assay.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.CannotRunException;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("own-broker")
@Timeout(120)
class TlsTest {

  @TempDir static Path folder;
  private static TestCertificates certificates;
  private static TestBroker broker;

  @BeforeAll
  static void start() {
    certificates = TestCertificates.in(folder);
    broker = TestBroker.owned(certificates);
  }

  @AfterAll
  static void end() {
    broker.close();
  }

  @Test
  void brokerWhoseCaIsNamedIsTrusted() throws Exception {
    try (BrokerConnection link = link(broker.tlsAddress().withCaFile(certificates.ca()))) {
      assertThat(link.awaitOpen().isOpen()).isTrue();
    }
  }

  @Test
  void brokerOfAnUnknownCaIsRefusedInOneLine() {
    try (BrokerConnection link = link(broker.tlsAddress())) {
      assertThatThrownBy(link::awaitOpen)
          .isInstanceOf(CannotRunException.class)
          .hasMessageContaining("no TLS with the broker at amqps://")
          .hasMessageContaining("its certificate is not from a trusted authority; name its CA")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void certificateOfAnotherHostIsRefused() {
    BrokerAddress right = broker.tlsAddress();
    BrokerAddress wrong =
        new BrokerAddress(
            true,
            "127.0.0.1",
            right.port(),
            new BrokerLogin(right.user(), right.password()),
            right.virtualHost(),
            certificates.ca());
    try (BrokerConnection link = link(wrong)) {
      assertThatThrownBy(link::awaitOpen)
          .isInstanceOf(CannotRunException.class)
          .hasMessageContaining("its certificate is for another name (")
          .hasMessageContaining("127.0.0.1")
          .hasMessageEndingWith("give that name in --broker");
    }
  }

  @Test
  void fileWithoutCertificatesIsReportedInOneLine() throws Exception {
    Path file = Files.writeString(folder.resolve("empty.pem"), "nothing\n");

    assertThatThrownBy(() -> link(broker.tlsAddress().withCaFile(file)))
        .isInstanceOf(CannotRunException.class)
        .hasMessageStartingWith("CA file '" + file + "' is not a readable file of PEM certificates")
        .hasMessageNotContaining("\n");
  }

  @Test
  void missingCaFileIsReportedInOneLine() {
    assertThatThrownBy(() -> link(broker.tlsAddress().withCaFile(folder.resolve("nowhere.pem"))))
        .isInstanceOf(CannotRunException.class)
        .hasMessageContaining("nowhere.pem'");
  }

  private static BrokerConnection link(BrokerAddress address) {
    BrokerConnection link = BrokerConnection.forPublishingOnly(address, "assay test");
    link.start();
    return link;
  }
}
