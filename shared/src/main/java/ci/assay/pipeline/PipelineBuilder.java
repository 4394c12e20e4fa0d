package ci.assay.pipeline;

import ci.assay.common.Durations;
import ci.assay.common.ImageNames;
import ci.assay.common.Texts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes a {@link PipelineFile} from the nodes that were read, and checks what forms cannot. */
final class PipelineBuilder {

  private static final Pattern POOL = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

  /** Variables that the worker sets itself; the file must not set them. */
  private static final Set<String> OURS = Set.of("CI", "ASSAY", "HOME", "TMPDIR");

  private static final int LONGEST_QUOTE = 60;

  private final Node.Members given;

  PipelineBuilder(Node.Members given) {
    this.given = given;
  }

  PipelineFile build() {
    Node matrix = given.all().get(PipelineKeys.VARIANTS);
    List<Cell> cells = matrix == null ? List.of(Cell.DEFAULT) : Matrix.cells((Node.Members) matrix);
    return new PipelineFile(
        commands(cells),
        cells,
        pool(cells),
        span(given),
        new PipelineFile.Files(
            texts(given, PipelineKeys.REPORTS), texts(given, PipelineKeys.PATHS), artifacts()),
        "true".equals(text(given, PipelineKeys.SUBMODULES)));
  }

  private PipelineFile.Commands commands(List<Cell> cells) {
    String test = text(given, PipelineKeys.TEST);
    List<Step> steps = steps();
    if (test != null && !steps.isEmpty()) {
      throw place(PipelineKeys.STEPS).wrong("there is 'test' already; give either it or 'steps'");
    }
    Map<String, String> env = environment(given);
    return new PipelineFile.Commands(
        test, steps, env, retries(), image(cells), secrets(env, steps));
  }

  private PipelineFile.Secrets secrets(Map<String, String> env, List<Step> steps) {
    Set<String> others = new HashSet<>(env.keySet());
    steps.forEach(step -> others.addAll(step.env().keySet()));
    Set<String> named = new HashSet<>();
    return new PipelineFile.Secrets(
        secrets(PipelineKeys.SECRETS, others, named),
        secrets(PipelineKeys.OPTIONAL_SECRETS, others, named));
  }

  /**
   * @param others the variables that the file sets itself
   * @param named the secrets that were named before; these are added
   */
  private List<String> secrets(String key, Set<String> others, Set<String> named) {
    if (given.all().get(key) instanceof Node.Items items) {
      for (Node each : items.all()) {
        String name = ((Node.Value) each).text();
        requireFree(name, each.at());
        if (others.contains(name)) {
          throw each.at().wrong("'%s' is in 'env', too; leave one of them out".formatted(name));
        }
        if (!named.add(name)) {
          throw each.at().wrong("secret '%s' is named twice".formatted(name));
        }
      }
    }
    return texts(given, key);
  }

  /** Refuses the name of a variable that the worker sets. */
  private static void requireFree(String name, Place at) {
    if (OURS.contains(name) || name.startsWith("ASSAY_")) {
      throw at.wrong("Assay itself sets '%s'; take another name".formatted(name));
    }
  }

  private int retries() {
    return given.all().get(PipelineKeys.RETRY) instanceof Node.Members retry
        ? Integer.parseInt(String.valueOf(text(retry, PipelineKeys.FAILED)))
        : 0;
  }

  private List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    Set<String> names = new HashSet<>();
    if (given.all().get(PipelineKeys.STEPS) instanceof Node.Items items) {
      for (Node each : items.all()) {
        Step step = step((Node.Members) each, steps.size() + 1);
        if (!names.add(step.name())) {
          throw each.at().wrong("there are two steps with the name '%s'".formatted(step.name()));
        }
        steps.add(step);
      }
    }
    if (!steps.isEmpty() && steps.stream().allMatch(step -> step.when() == Step.When.FAILED)) {
      throw place(PipelineKeys.STEPS)
          .wrong("each step has 'if: failed', so none ever runs; leave it out of at least one");
    }
    return steps;
  }

  private static Step step(Node.Members step, int number) {
    String name = text(step, PipelineKeys.NAME);
    String when = text(step, PipelineKeys.IF);
    return new Step(
        name == null ? "step-" + number : name,
        String.valueOf(text(step, PipelineKeys.RUN)),
        when == null ? Step.When.PASSED : Step.When.valueOf(when.toUpperCase(Locale.ROOT)),
        span(step),
        environment(step));
  }

  private static Map<String, String> environment(Node.Members of) {
    Map<String, String> variables = new LinkedHashMap<>();
    if (of.all().get(PipelineKeys.ENV) instanceof Node.Members env) {
      env.all()
          .forEach(
              (name, value) -> {
                requireFree(name, env.keys().getOrDefault(name, value.at()));
                variables.put(name, ((Node.Value) value).text());
              });
    }
    return variables;
  }

  private @Nullable String image(List<Cell> cells) {
    String image = text(given, PipelineKeys.IMAGE);
    if (image != null) {
      for (Cell cell : cells) {
        String filled = cell.fill(image);
        if (!ImageNames.isOne(filled)) {
          throw place(PipelineKeys.IMAGE)
              .wrong(
                  "'%s' is not the name of a container image, such as maven:3.9-eclipse-temurin-21 or ghcr.io/org/tool:1.2"
                      .formatted(Texts.line(filled, LONGEST_QUOTE)));
        }
      }
    }
    return image;
  }

  private @Nullable String pool(List<Cell> cells) {
    String pool = text(given, PipelineKeys.POOL);
    if (pool != null) {
      for (Cell cell : cells) {
        if (!POOL.matcher(cell.fill(pool)).matches()) {
          throw place(PipelineKeys.POOL)
              .wrong(
                  "pool '%s' may only have letters, digits, '.', '_' and '-', 64 at most, and no dot first"
                      .formatted(cell.fill(pool)));
        }
      }
    }
    return pool;
  }

  private static @Nullable Duration span(Node.Members of) {
    String text = text(of, PipelineKeys.TIMEOUT);
    return text == null ? null : Durations.parse(text);
  }

  private @Nullable ArtifactRule artifacts() {
    Node written = given.all().get(PipelineKeys.ARTIFACTS);
    if (written == null) {
      return null;
    }
    Node.Members more = written instanceof Node.Members members ? members : null;
    List<String> paths =
        more == null ? texts(given, PipelineKeys.ARTIFACTS) : texts(more, PipelineKeys.PATHS);
    if (paths.stream().allMatch(each -> each.startsWith("!"))) {
      throw place(PipelineKeys.ARTIFACTS)
          .wrong("each pattern of 'artifacts' begins with '!'; one must say what is kept");
    }
    String keep = more == null ? null : text(more, PipelineKeys.KEEP);
    String when = more == null ? null : text(more, PipelineKeys.WHEN);
    return new ArtifactRule(
        paths,
        keep == null ? ArtifactRule.USUALLY_KEPT : Durations.parse(keep),
        when == null ? Step.When.ALWAYS : Step.When.valueOf(when.toUpperCase(Locale.ROOT)));
  }

  private static List<String> texts(Node.Members of, String key) {
    return of.all().get(key) instanceof Node.Items items
        ? items.all().stream().map(each -> ((Node.Value) each).text()).toList()
        : List.of();
  }

  private Place place(String key) {
    return given.keys().getOrDefault(key, given.at());
  }

  private static @Nullable String text(Node.Members of, String key) {
    return of.all().get(key) instanceof Node.Value value ? value.text() : null;
  }
}
