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
import org.jspecify.annotations.Nullable;

/**
 * What {@code .assay.yml} at a commit asks for.
 *
 * @param cells at least one; {@link Cell#DEFAULT} alone where there is no matrix
 * @param pool as it is written, with placeholders; null where the file does not say
 * @param timeout how long all commands may run; null where the file does not say
 * @param submodules whether they are to be checked out, too
 */
public record PipelineFile(
    Commands commands,
    List<Cell> cells,
    @Nullable String pool,
    @Nullable Duration timeout,
    Files files,
    boolean submodules) {

  /** What is asked for where there is no file. */
  public static final PipelineFile NONE =
      new PipelineFile(
          Commands.NONE, List.of(Cell.DEFAULT), null, null, new Files(List.of(), List.of()), false);

  /** Its name at the top of the commit's tree. */
  public static final String NAME = ".assay.yml";

  /** Its other name. */
  public static final String OTHER_NAME = ".assay.yaml";

  /** What is wrong where a commit has both. */
  public static final String TWO_FILES =
      "%s: there is also %s; keep one of them".formatted(NAME, OTHER_NAME);

  /** The longest file that is read. */
  public static final int MAX_BYTES = 64 * 1024;

  public PipelineFile {
    cells = List.copyOf(cells);
  }

  /**
   * What is run.
   *
   * @param test the command or script of the short form; null where there is none
   * @param steps none with the short form
   * @param env variables of all of them
   * @param retries how many more tries a failed run has
   * @param image of the containers that they run in, as it is written, with placeholders; null
   *     where they run in none
   */
  public record Commands(
      @Nullable String test,
      List<Step> steps,
      Map<String, String> env,
      int retries,
      @Nullable String image) {

    static final Commands NONE = new Commands(null, List.of(), Map.of(), 0, null);

    public Commands {
      steps = List.copyOf(steps);
      env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    }
  }

  /**
   * Which files mean something; patterns for {@link PathFilter}.
   *
   * @param reports what is read as test reports; none: what looks like some
   * @param paths what must be touched; none: whatever
   */
  public record Files(List<String> reports, List<String> paths) {

    public Files {
      reports = List.copyOf(reports);
      paths = List.copyOf(paths);
    }
  }

  /**
   * Reads the file's content.
   *
   * @throws InvalidInputException when it is not YAML, has a key that we don't know (a typo is not
   *     to be ignored in silence) or a value of the wrong form; one line that names line and column
   */
  public static PipelineFile parse(byte[] yaml) {
    if (yaml.length > MAX_BYTES) {
      throw tooLong(yaml.length);
    }
    Node.Members given = FormReader.read(text(yaml), PipelineKeys.ROOT);
    return given == null ? NONE : new PipelineBuilder(given).build();
  }

  /** What is wrong with a file of so many bytes. */
  public static InvalidInputException tooLong(long bytes) {
    return new InvalidInputException(
        "%s has %d bytes; at most %d are allowed".formatted(NAME, bytes, MAX_BYTES));
  }

  /** The cell of this name. */
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
