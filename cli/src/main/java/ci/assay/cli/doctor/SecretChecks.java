package ci.assay.cli.doctor;

import ci.assay.common.AssayException;
import ci.assay.worker.secret.SecretReader;
import ci.assay.worker.settings.SecretSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Checks the secrets of a worker: can each value be read and masked? None is shown. */
public final class SecretChecks {

  private static final String SUBJECT = "secrets";

  private SecretChecks() {}

  /** Reads each value once. */
  public static List<Finding> findings(List<SecretSource> secrets) throws InterruptedException {
    SecretReader reader = new SecretReader();
    List<Finding> findings = new ArrayList<>();
    for (SecretSource secret : secrets) {
      try {
        int characters = reader.read(secret).length();
        findings.add(
            Finding.ok(
                SUBJECT,
                "%s: %d characters from %s".formatted(secret.name(), characters, secret.origin())));
      } catch (IOException e) {
        findings.add(Finding.fail(SUBJECT, "%s: %s".formatted(secret.name(), e.getMessage())));
      }
    }
    return findings;
  }

  /** The findings for an invalid section {@code secrets}. */
  public static List<Finding> wrong(AssayException trouble) {
    return String.valueOf(trouble.getMessage())
        .lines()
        .map(line -> Finding.fail(SUBJECT, line))
        .toList();
  }
}
