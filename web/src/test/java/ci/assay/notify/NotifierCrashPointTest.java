package ci.assay.notify;

import static ci.assay.index.StoredFiles.job;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.common.CrashPoint;
import ci.assay.model.Outcome;
import ci.assay.notify.receiver.OddServer;
import ci.assay.notify.rule.Rule.Kind;
import ci.assay.notify.rule.Rule.When;
import ci.assay.testing.ChildJvm;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A coordinator is killed while it sends notifications, and another one goes on. */
@Tag("long")
@Timeout(120)
class NotifierCrashPointTest {

  private static final int EXIT_CODE = 137;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = "NOTIFIER_.*")
  void nothingIsLostAndOnlyTheMessageInProgressIsSentTwiceWithItsId(CrashPoint point)
      throws Exception {
    Path secret =
        Files.writeString(folder.resolve("secret"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    Path results = folder.resolve("results");
    try (OddServer server = new OddServer()) {
      NotifierRig rig =
          new NotifierRig(results, NotifierRig.rule("hook", Kind.WEBHOOK, When.EVERY)).start();
      rig.close();
      for (int n = 1; n <= 3; n++) {
        rig.files.judge(job("bottle", n, "refs/heads/main", "One"), Outcome.PASSED, "it", "");
      }
      assertThat(dieAt(point, results, server, secret)).isEqualTo(EXIT_CODE);
      int before = server.asked.size();
      NotifierProcess.main(results.toString(), server.address() + "/hook", secret.toString());

      List<String> ids = new ArrayList<>();
      server.asked.forEach(each -> ids.add(each.headers().get("webhook-id")));
      assertThat(new LinkedHashSet<>(ids)).hasSize(3);
      int doubled = point == CrashPoint.NOTIFIER_ANSWERED ? 1 : 0;
      assertThat(ids).hasSize(3 + doubled);
      assertThat(ids.subList(before, ids.size()))
          .as("the message in progress is sent first again")
          .startsWith(before == 0 ? ids.get(0) : ids.get(before - doubled));
      assertThat(server.asked.get(ids.size() - 1).text()).contains("\"" + "0".repeat(39) + "3\"");
    }
  }

  private static int dieAt(CrashPoint point, Path results, OddServer server, Path secret)
      throws Exception {
    Process process =
        new ProcessBuilder(
                ChildJvm.command(
                    "-Dassay.crash-at=" + point,
                    "-cp",
                    System.getProperty("java.class.path"),
                    "ci.assay.notify.NotifierProcess",
                    results.toString(),
                    server.address() + "/hook",
                    secret.toString()))
            .redirectErrorStream(true)
            .redirectOutput(new File("/dev/null"))
            .start();
    try {
      assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }
}
