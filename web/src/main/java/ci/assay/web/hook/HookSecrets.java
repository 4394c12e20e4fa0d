package ci.assay.web.hook;

import ci.assay.common.CannotRunException;
import ci.assay.model.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The file of the secrets of hooks: a line {@code REPOSITORY SECRET} each, {@code *} for all
 * repositories, as many for one as there are. It is read for each hook, so a change counts at once.
 * Safe for use by many threads.
 */
public final class HookSecrets {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String ALL = "*";
  private static final int SECRET_BYTES = 32;
  private static final int LEAST = 16;

  private final Path file;

  /**
   * @param file may be missing: then there are none
   */
  public HookSecrets(Path file) {
    this.file = file;
  }

  /**
   * Those of a repository, its own ones first.
   *
   * @throws CannotRunException when the file cannot be read, or a line of it is none
   */
  public List<String> of(String repository) {
    List<String> own = new ArrayList<>();
    List<String> shared = new ArrayList<>();
    int number = 0;
    for (String line : lines()) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] parts = line.strip().split("\\s+", -1);
      if (parts.length != 2 || parts[1].length() < LEAST) {
        throw new CannotRunException(
            "line %d of %s is not like REPOSITORY SECRET, with a secret of at least %d characters; mend it, or use assay hook"
                .formatted(number, file, LEAST));
      }
      if (parts[0].equals(repository)) {
        own.add(parts[1]);
      } else if (parts[0].equals(ALL)) {
        shared.add(parts[1]);
      }
    }
    own.addAll(shared);
    return own;
  }

  private List<String> lines() {
    try {
      return Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new CannotRunException("cannot read the secrets of hooks in '" + file + "': " + e, e);
    }
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
    String secret = "whsec_" + Base64.getEncoder().encodeToString(random);
    try {
      if (!Files.exists(file)) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Files.writeString(file, repository + " " + secret + "\n", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new CannotRunException("cannot write the secrets of hooks to '" + file + "': " + e, e);
    }
    return secret;
  }
}
