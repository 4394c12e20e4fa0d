package ci.assay.web.hook;

import ci.assay.common.CannotRunException;
import ci.assay.common.Names;
import ci.assay.common.PrivateTextFile;
import ci.assay.notify.webhook.StandardWebhooks;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The file of the secrets of hooks: a line {@code REPOSITORY SECRET} each, {@code *} for all
 * repositories, as many for one as there are. A change counts at once. Safe for use by many
 * threads.
 */
public final class HookSecrets {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String ALL = "*";
  private static final int SECRET_BYTES = 32;
  private static final int LEAST = 16;

  private final Path file;
  private final PrivateTextFile<List<Line>> lines;

  private record Line(String repository, String secret) {}

  /**
   * @param file may be missing: then there are none
   */
  public HookSecrets(Path file) {
    this.file = file;
    this.lines = new PrivateTextFile<>(file, this::parse);
  }

  /**
   * Those of a repository, its own ones first.
   *
   * @throws CannotRunException when the file cannot be read, or a line of it is none
   */
  public List<String> of(String repository) {
    List<String> all = new ArrayList<>();
    for (String each : new LinkedHashSet<>(List.of(repository, ALL))) {
      lines().stream()
          .filter(line -> line.repository().equals(each))
          .forEach(line -> all.add(line.secret()));
    }
    return all;
  }

  private List<Line> lines() {
    try {
      return lines.content();
    } catch (IOException e) {
      throw new CannotRunException("cannot read the secrets of hooks in '" + file + "': " + e, e);
    }
  }

  private List<Line> parse(List<String> all) {
    List<Line> parsed = new ArrayList<>();
    int number = 0;
    for (String line : all) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] parts = line.strip().split("\\s+", -1);
      if (parts.length != 2 || parts[1].length() < LEAST) {
        throw new CannotRunException(
            "line %d of %s is not like REPOSITORY SECRET, with a secret of at least %d characters; correct it, or use assay hook"
                .formatted(number, file, LEAST));
      }
      parsed.add(new Line(parts[0], parts[1]));
    }
    return List.copyOf(parsed);
  }

  /**
   * Makes a secret; those that are there stay good.
   *
   * @return the secret, as Standard Webhooks write one
   * @throws CannotRunException when the file cannot be written
   */
  public synchronized String add(String repository) {
    if (!repository.equals(ALL)) {
      Names.require("repository name", repository);
    }
    byte[] random = new byte[SECRET_BYTES];
    RANDOM.nextBytes(random);
    String secret = StandardWebhooks.secret(random);
    try {
      List<String> more = new ArrayList<>(lines.lines());
      more.add(repository + " " + secret);
      lines.replace(more);
    } catch (IOException e) {
      throw new CannotRunException("cannot write the secrets of hooks to '" + file + "': " + e, e);
    }
    return secret;
  }
}
