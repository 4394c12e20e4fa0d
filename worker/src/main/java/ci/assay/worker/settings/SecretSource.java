package ci.assay.worker.settings;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import ci.assay.common.PathPattern;
import ci.assay.git.RefGlobs;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A secret of this worker: the variable that a run has it in, where its value is, and which runs
 * may have it. Runs of untrusted refs never do.
 */
public record SecretSource(String name, Origin origin, Scope scope) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,99}");

  /** Variables that the worker sets. */
  private static final Set<String> OURS = Set.of("CI", "ASSAY", "HOME", "TMPDIR", "PATH");

  /** Top folders of the system that runs need as a whole. */
  private static final Set<String> SYSTEM =
      Set.of("usr", "bin", "sbin", "lib", "lib32", "lib64", "dev", "proc", "sys");

  /** Where a value is. It is read for each run, so that a change takes effect at once. */
  public sealed interface Origin {

    /** The folder that runs must not see; null for none. */
    @Nullable Path hidden();
  }

  /** The content of a file that only its owner may read, without the line end at its end. */
  public record InFile(Path file) implements Origin {
    public InFile {
      file = file.toAbsolutePath().normalize();
      requireFolderOfItsOwn(file);
    }

    /** The folder is hidden from runs in the sandbox, so it must have nothing that they need. */
    private static void requireFolderOfItsOwn(Path file) {
      boolean isOfTheSystem =
          file.getNameCount() > 0 && SYSTEM.contains(file.getName(0).toString());
      if (file.getNameCount() < 3 || isOfTheSystem) {
        throw new InvalidInputException(
            "'%s' is in a folder of the system; put it into one of its own, such as /etc/assay/secrets"
                .formatted(file));
      }
    }

    @Override
    public Path hidden() {
      return Objects.requireNonNull(file.getParent());
    }

    @Override
    public String toString() {
      return "file " + file;
    }
  }

  /**
   * What a command for sh prints, without the line end at its end.
   *
   * @param home the home of the worker's user, where such commands have their keys; null for none
   */
  public record ByCommand(String command, @Nullable Path home) implements Origin {
    public ByCommand {
      if (command.isBlank()) {
        throw new InvalidInputException("no command; write one such as 'pass show ci/npm'");
      }
    }

    @Override
    public @Nullable Path hidden() {
      return home == null || home.getNameCount() < 2 ? null : home;
    }

    @Override
    public String toString() {
      return "command '" + command + "'";
    }
  }

  /**
   * Which runs may have it.
   *
   * @param repositories globs of names, at least one
   * @param refs globs; empty for all trusted refs
   * @param pools names; empty for all pools
   */
  public record Scope(List<String> repositories, List<String> refs, List<String> pools) {

    public Scope {
      repositories = List.copyOf(repositories);
      refs = List.copyOf(refs);
      pools = List.copyOf(pools);
      pools.forEach(pool -> Names.require("pool", pool));
      new RefGlobs(refs);
      if (repositories.isEmpty() || repositories.stream().anyMatch(String::isBlank)) {
        throw new InvalidInputException("no repository; name those that may have it, or '*'");
      }
    }

    /** Whether one of the globs is of this repository. */
    public boolean hasRepository(String repository) {
      return repositories.stream().anyMatch(glob -> PathPattern.parse(glob).matches(repository));
    }

    public boolean hasRef(String ref) {
      return refs.isEmpty() || new RefGlobs(refs).matches(ref);
    }

    public boolean hasPool(String pool) {
      return pools.isEmpty() || pools.contains(pool);
    }
  }

  public SecretSource {
    if (!NAME.matcher(name).matches() || OURS.contains(name) || name.startsWith("ASSAY_")) {
      throw new InvalidInputException(
          "'%s' cannot be the name of a secret; use letters, digits and _, and not a name that Assay itself sets"
              .formatted(name));
    }
  }
}
