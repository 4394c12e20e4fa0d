package ci.assay.pipeline;

import ci.assay.common.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The content of {@code .assay.yml} at a commit.
 *
 * @param cells at least one; {@link Cell#DEFAULT} alone if there is no matrix
 * @param pool the pool as written, with placeholders; null if the file has none
 * @param timeout how long all commands together may run; null if the file has none
 * @param submodules whether to check out submodules
 */
public record PipelineFile(
    Commands commands,
    List<Cell> cells,
    @Nullable String pool,
    @Nullable Duration timeout,
    Files files,
    boolean submodules) {

  /** The settings if there is no file. */
  public static final PipelineFile NONE =
      new PipelineFile(
          Commands.NONE,
          List.of(Cell.DEFAULT),
          null,
          null,
          new Files(List.of(), List.of(), null),
          false);

  /** The name of the file, at the top of the commit's tree. */
  public static final String NAME = ".assay.yml";

  /** The other name of the file. */
  public static final String OTHER_NAME = ".assay.yaml";

  /** The error if a commit has files of both names. */
  public static final String TWO_FILES =
      "%s: there is also %s; keep one of them".formatted(NAME, OTHER_NAME);

  /** The maximum size of the file, in bytes. */
  public static final int MAX_BYTES = 64 * 1024;

  public PipelineFile {
    cells = List.copyOf(cells);
  }

  /**
   * What to run.
   *
   * @param test the command or script of the short form; null if there is none
   * @param steps empty with the short form
   * @param env the variables of all steps
   * @param retries how many more tries a failed run has
   * @param image the image of their containers as written, with placeholders; null for no
   *     containers
   * @param secrets the names of the secrets that all steps are given
   */
  public record Commands(
      @Nullable String test,
      List<Step> steps,
      Map<String, String> env,
      int retries,
      @Nullable String image,
      Secrets secrets) {

    static final Commands NONE = new Commands(null, List.of(), Map.of(), 0, null, Secrets.NONE);

    public Commands {
      steps = List.copyOf(steps);
      env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    }
  }

  /**
   * Names of secrets; their values are only on the workers.
   *
   * @param required those without which the commands cannot run
   * @param optional those that the commands do without, where they are not given
   */
  public record Secrets(List<String> required, List<String> optional) {

    /** No secrets. */
    public static final Secrets NONE = new Secrets(List.of(), List.of());

    public Secrets {
      required = List.copyOf(required);
      optional = List.copyOf(optional);
    }

    /** All names. */
    public List<String> all() {
      return Stream.concat(required.stream(), optional.stream()).toList();
    }
  }

  /**
   * Patterns of files, for {@link PathFilter}.
   *
   * @param reports the test reports; empty for those that are recognised by their names
   * @param paths a commit is tested only if it changes one of these files; empty for all
   * @param artifacts the files to keep; null for none
   */
  public record Files(List<String> reports, List<String> paths, @Nullable ArtifactRule artifacts) {

    public Files {
      reports = List.copyOf(reports);
      paths = List.copyOf(paths);
    }
  }

  /**
   * Reads the file's content.
   *
   * @throws InvalidInputException when it is not YAML, has an unknown key (so that typos are not
   *     ignored) or a value of the wrong form; the message is one line with line and column
   */
  public static PipelineFile parse(byte[] yaml) {
    if (yaml.length > MAX_BYTES) {
      throw tooLong(yaml.length);
    }
    Node.Members given = FormReader.read(text(yaml), PipelineKeys.ROOT);
    return given == null ? NONE : new PipelineBuilder(given).build();
  }

  /** The error for a file that is too long. */
  public static InvalidInputException tooLong(long bytes) {
    return new InvalidInputException(
        "%s has %d bytes; at most %d are allowed".formatted(NAME, bytes, MAX_BYTES));
  }

  /** The cell with a name. */
  public Optional<Cell> cell(String name) {
    return cells.stream().filter(each -> each.name().equals(name)).findAny();
  }

  private static String text(byte[] yaml) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(yaml)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw Place.wrongFile("not readable as UTF-8", e);
    }
  }
}
