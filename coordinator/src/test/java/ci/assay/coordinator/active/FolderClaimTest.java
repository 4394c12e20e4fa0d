package ci.assay.coordinator.active;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.broker.BrokerQueues;
import ci.assay.common.CannotRunException;
import ci.assay.coordinator.store.ResultsFolder;
import ci.assay.testing.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderClaimTest {

  private static final Instant SINCE = Instant.parse("2026-11-23T01:02:03Z");
  private static final BrokerQueues HERE = new BrokerQueues("rabbit@a /", "amqp://a:5672");
  private static final BrokerQueues SAME = new BrokerQueues("rabbit@a /", "amqps://a.example:5671");
  private static final BrokerQueues OTHER = new BrokerQueues("rabbit@a ci", "amqp://a:5672/ci");
  private static final BrokerQueues NAMESAKE = new BrokerQueues("rabbit@b /", "amqp://a:5672");
  private static final BrokerQueues NAMELESS = new BrokerQueues(null, "amqp://127.0.0.1:4711");

  @TempDir Path folder;

  /** A process that holds a claim until its standard input ends. */
  static final class Elsewhere {
    public static void main(String[] arguments) throws Exception {
      try (FolderClaim unused =
          FolderClaim.take(new ResultsFolder(Path.of(arguments[0])), holder("elsewhere", HERE))) {
        System.out.println("held");
        System.in.read();
      }
    }
  }

  @Test
  void coordinatorsOnTheSameQueuesShareAFolderAndOthersAreToldWhoHasIt() throws Exception {
    try (FolderClaim first = take("one", HERE);
        FolderClaim second = take("two", SAME)) {
      assertThat(first).isNotSameAs(second);
      assertThatThrownBy(() -> take("three", OTHER))
          .isInstanceOf(CannotRunException.class)
          .hasMessageMatching(
              "results folder .* is written by another coordinator, (one|two): process "
                  + ProcessHandle.current().pid()
                  + " on \\S+, since 2026-11-23 01:02:03 UTC, at amqps?://a\\S+; a folder has one"
                  + " writer: stop that one first, or name another folder");
      assertThatThrownBy(() -> take("four", NAMELESS)).isInstanceOf(CannotRunException.class);
      first.close();
      assertThatThrownBy(() -> take("five", OTHER)).hasMessageContaining(", two:");
    }
    take("six", OTHER).close();
    take("seven", NAMELESS).close();
  }

  /** For example {@code localhost} on another machine. */
  @Test
  void sameAddressOfAnotherBrokerIsNotTheSameQueues() throws Exception {
    try (FolderClaim unused = take("one", HERE)) {
      assertThatThrownBy(() -> take("two", NAMESAKE)).isInstanceOf(CannotRunException.class);
    }
  }

  @Test
  void claimOfAnotherProcessCountsUntilItDies() throws Exception {
    Process other = start();
    try {
      take("same", SAME).close();
      assertThatThrownBy(() -> take("mine", OTHER))
          .hasMessageContaining("elsewhere: process " + other.pid() + " on ");
      other.destroyForcibly();
      assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
      take("mine", OTHER).close();
    } finally {
      other.destroyForcibly();
    }
    assertThat(ResultsFolder.list(folder.resolve(".coordinators")))
        .extracting(path -> path.getFileName().toString())
        .as("the file of the dead process is gone")
        .containsExactly("turn");
  }

  @Test
  void otherFilesExcludeNobody() throws Exception {
    Path claims = Files.createDirectories(folder.resolve(".coordinators"));
    Files.writeString(claims.resolve("odd"), "nonsense");
    take("mine", HERE).close();
    assertThat(claims.resolve("odd")).doesNotExist();
  }

  /** A claim that was listed and is released before it is read. */
  @Test
  void claimReleasedWhileItIsReadExcludesNobody() throws Exception {
    Path claims = Files.createDirectories(folder.resolve(".coordinators"));
    Files.createSymbolicLink(claims.resolve("gone"), claims.resolve("nowhere"));
    try (FolderClaim unused = take("mine", HERE)) {
      assertThatThrownBy(() -> take("other", OTHER)).isInstanceOf(CannotRunException.class);
    }
  }

  private FolderClaim take(String name, BrokerQueues queues) throws InterruptedException {
    return FolderClaim.take(new ResultsFolder(folder), holder(name, queues));
  }

  private static FolderClaim.Holder holder(String name, BrokerQueues queues) {
    return FolderClaim.Holder.here(name, SINCE, queues);
  }

  private Process start() throws Exception {
    Process process =
        new ProcessBuilder(
                ChildJvm.command(
                    "-cp",
                    System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")),
                    Elsewhere.class.getName(),
                    folder.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("held");
    return process;
  }
}
