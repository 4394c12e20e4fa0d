package ci.assay.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Timeout(180)
@Execution(value = ExecutionMode.CONCURRENT, reason = "each has a broker of its own, and waits")
@Tag("broker")
class TestBrokerTest {

  @Test
  void virtualHostsDoNotSeeEachOther() throws Exception {
    try (Connection one = connect(TestBroker.administered().newVirtualHost());
        Connection two = connect(TestBroker.administered().newVirtualHost());
        Channel first = one.createChannel();
        Channel second = two.createChannel()) {
      first.queueDeclare("assay.results", true, false, false, Map.of());
      second.queueDeclare("assay.results", false, true, false, Map.of());
    }
  }

  @Test
  @Tag("own-broker")
  void ownedBrokerComesBackOnTheSamePortWithItsData() throws Exception {
    try (TestBroker broker = TestBroker.owned()) {
      BrokerAddress address = broker.newVirtualHost();
      declare(address, "kept");
      broker.stop();
      broker.start();

      try (Connection connection = connect(address);
          Channel channel = connection.createChannel()) {
        assertThat(channel.queueDeclarePassive("kept").getQueue()).isEqualTo("kept");
      }
      assertThat(broker.ctl("list_vhosts", "--no-table-headers")).contains(address.virtualHost());
    }
  }

  @Test
  @Tag("own-broker")
  void brokerEndsWithTheJvmThatStartedItEvenWhenThatIsKilled() throws Exception {
    Process jvm = holder("");
    int port = portSaidBy(jvm);
    assertThat(isListening(port)).isTrue();

    jvm.destroyForcibly();

    await().atMost(Duration.ofSeconds(30)).until(() -> !isListening(port));
  }

  @Test
  @Tag("own-broker")
  void localBrokerOfARunIsSharedByItsJvmsAndEndsWithTheRunEvenWhenThatIsKilled(@TempDir Path folder)
      throws Exception {
    if (!System.getenv().getOrDefault("ASSAY_TEST_BROKER", "").equals("local")) {
      return; // there is no local broker to share
    }
    Process run =
        new ProcessBuilder(
                "bash",
                "-c",
                "mkfifo $0/lifeline && exec 3<>$0/lifeline && echo open && exec cat",
                folder.toString())
            .start();
    assertThat(run.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("open");
    Process first = holder(folder.toString());
    Process second = holder(folder.toString());
    int port = portSaidBy(first);
    assertThat(portSaidBy(second)).isEqualTo(port);
    first.destroyForcibly().waitFor();
    second.destroyForcibly().waitFor();
    assertThat(isListening(port)).isTrue();

    run.destroyForcibly();

    await().atMost(Duration.ofSeconds(30)).until(() -> !isListening(port));
  }

  /** Another JVM with a broker: its own, or that of the test run with this folder. */
  private static Process holder(String run) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                ChildJvm.command(
                    "-cp", System.getProperty("java.class.path"), Holder.class.getName()))
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put(TestRun.VARIABLE, run);
    return builder.start();
  }

  /** Starts a broker, prints its port, and does nothing more. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) {
      TestBroker broker = TestBroker.administered();
      System.out.println("port " + broker.address().port());
      while (true) {
        LockSupport.park(broker);
      }
    }
  }

  private static int portSaidBy(Process jvm) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8));
    String line = lines.readLine();
    while (line != null && !line.startsWith("port ")) {
      line = lines.readLine();
    }
    assertThat(line).as("the other JVM has a broker").isNotNull();
    return Integer.parseInt(line.substring("port ".length()));
  }

  private static boolean isListening(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static void declare(BrokerAddress address, String queue) throws Exception {
    try (Connection connection = connect(address);
        Channel channel = connection.createChannel()) {
      channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", "quorum"));
    }
  }

  private static Connection connect(BrokerAddress address) throws Exception {
    return BrokerNode.factory(address).newConnection("test");
  }
}
