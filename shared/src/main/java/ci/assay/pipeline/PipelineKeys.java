package ci.assay.pipeline;

import ci.assay.common.ImageNames;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * All keys of the file and the forms of their values. The reader and the schema are both derived
 * from this definition.
 */
final class PipelineKeys {

  static final String TEST = "test";
  static final String STEPS = "steps";
  static final String NAME = "name";
  static final String RUN = "run";
  static final String IF = "if";
  static final String TIMEOUT = "timeout";
  static final String ENV = "env";
  static final String VARIANTS = "variants";
  static final String EXCLUDE = "exclude";
  static final String MAY_FAIL = "may-fail";
  static final String IMAGE = "image";
  static final String POOL = "pool";
  static final String REPORTS = "reports";
  static final String PATHS = "paths";
  static final String ARTIFACTS = "artifacts";
  static final String KEEP = "keep";
  static final String WHEN = "when";
  static final String SUBMODULES = "submodules";
  static final String RETRY = "retry";
  static final String FAILED = "failed";
  static final String SECRETS = "secrets";
  static final String OPTIONAL_SECRETS = "optional-secrets";

  /** The longest timeout that a file may set. */
  static final Duration LONGEST_TIMEOUT = Duration.ofHours(23);

  /** The longest time for which a file may have artifacts kept. */
  static final Duration LONGEST_KEEP = Duration.ofDays(365);

  static final int MOST_STEPS = 50;
  static final int MOST_TRIES = 3;

  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,99}");
  private static final Pattern AXIS = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,31}");

  /** Without ':' and line ends, with which it would look like the output of a test runner. */
  private static final Pattern STEP = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._+/@#()-]*");

  private static final Form.Text COMMAND =
      new Form.Text("a command, such as 'make test'", 32_768, null, false);
  private static final Form.MapOf ENVIRONMENT =
      new Form.MapOf("variable", VARIABLE, new Form.Text("a text", 8_192, null, true), 100);
  private static final Form.ListOf SECRET_NAMES =
      new Form.ListOf(
          "a list of names, such as [NPM_TOKEN]",
          new Form.Text("a name of letters, digits and _", 100, VARIABLE, false),
          20);
  private static final Form.Text AXIS_VALUE =
      new Form.Text("a value", 100, Pattern.compile("\\P{Cntrl}+"), false);
  private static final Form.ListOf GLOBS =
      new Form.ListOf(
          "a list of patterns, such as [src/**]",
          new Form.Text("a pattern", 1_000, null, false),
          100);
  private static final Form.ListOf CELLS =
      new Form.ListOf(
          "a list of cells, such as [{java: 25}]",
          new Form.MapOf("axis", AXIS, AXIS_VALUE, 8),
          256);

  private static final Form.Fields STEP_KEYS =
      new Form.Fields(
          "a step with 'run: COMMAND'",
          List.of(
              new Form.Key(
                  NAME,
                  new Form.Text("a name of letters, digits, blanks and ._+/@#()-", 64, STEP, false),
                  false,
                  "What it is called in the log and on pages; step-N, counted from 1, without it."),
              new Form.Key(RUN, COMMAND, true, "A command for sh, or a script of several lines."),
              new Form.Key(
                  IF,
                  new Form.Word(List.of("passed", "failed", "always")),
                  false,
                  "Whether it runs when all steps before it passed (the default), only when one did"
                      + " not, or always."),
              new Form.Key(
                  TIMEOUT,
                  new Form.Span(LONGEST_TIMEOUT),
                  false,
                  "How long it may take; never longer than what is left of the whole."),
              new Form.Key(
                  ENV, ENVIRONMENT, false, "Variables of this step, beside those of all.")),
          null);

  private static final Form.Fields MATRIX =
      new Form.Fields(
          "axes, such as 'java: [17, 21]'",
          List.of(
              new Form.Key(EXCLUDE, CELLS, false, "Cells that are left out."),
              new Form.Key(
                  MAY_FAIL,
                  CELLS,
                  false,
                  "Cells that are shown but do not count for the verdict.")),
          new Form.MapOf(
              "axis",
              AXIS,
              new Form.ListOf("a list of values, such as [17, 21]", AXIS_VALUE, 64),
              10));

  private static final Form.Fields RETRIES =
      new Form.Fields(
          "keys and values, such as {failed: 1}",
          List.of(
              new Form.Key(
                  FAILED,
                  new Form.Whole(0, MOST_TRIES),
                  true,
                  "How many more tries a failed run has. One that passes then is flaky.")),
          null);

  private static final Form.Fields KEPT_FILES =
      new Form.Fields(
          "keys and values, such as {paths: [target/site/**], keep: 14d, when: failed}",
          List.of(
              new Form.Key(
                  PATHS,
                  GLOBS,
                  true,
                  "Which files of the work tree are kept; '!' takes files out again."),
              new Form.Key(
                  KEEP,
                  new Form.Span(LONGEST_KEEP),
                  false,
                  "How long they are kept; 30d without it, 365d at most."),
              new Form.Key(
                  WHEN,
                  new Form.Word(List.of("always", "passed", "failed")),
                  false,
                  "Whether they are kept always (the default), only of runs that passed, or only"
                      + " of others.")),
          null);

  /** The form of the whole file. */
  static final Form.Fields ROOT =
      new Form.Fields(
          "'key: value' lines such as 'test: make test'",
          List.of(
              new Form.Key(TEST, COMMAND, false, "A command for sh, or a script of several lines."),
              new Form.Key(
                  STEPS,
                  new Form.ListOf(
                      "a list of steps, such as '- run: make test'", STEP_KEYS, MOST_STEPS),
                  false,
                  "In place of test: commands that run one after the other in one work tree."),
              new Form.Key(ENV, ENVIRONMENT, false, "Variables of all commands."),
              new Form.Key(
                  SECRETS,
                  SECRET_NAMES,
                  false,
                  "Secrets of the worker that the commands have as variables. A ref that may not"
                      + " have one is errored."),
              new Form.Key(
                  OPTIONAL_SECRETS,
                  SECRET_NAMES,
                  false,
                  "As secrets, but a ref that may not have one is run without it."),
              new Form.Key(
                  IMAGE,
                  new Form.Text(
                      "the name of a container image, such as maven:3.9-eclipse-temurin-{java}",
                      ImageNames.LONGEST,
                      null,
                      false),
                  false,
                  "All commands run in containers of this image; {axis} is filled in."),
              new Form.Key(VARIANTS, MATRIX, false, "A matrix; each cell is a job of its own."),
              new Form.Key(
                  POOL,
                  new Form.Text(
                      "a name of letters, digits, '.', '_', '-' and {axis}", 200, null, false),
                  false,
                  "The work queue; the observer says which ones may be asked for."),
              new Form.Key(
                  TIMEOUT,
                  new Form.Span(LONGEST_TIMEOUT),
                  false,
                  "How long all commands together may take."),
              new Form.Key(
                  REPORTS,
                  GLOBS,
                  false,
                  "Which files are read as test reports; without it, those that look like some."),
              new Form.Key(
                  ARTIFACTS,
                  new Form.Either(GLOBS, KEPT_FILES),
                  false,
                  "Files that are kept beside the result, to look at or download."),
              new Form.Key(
                  PATHS,
                  GLOBS,
                  false,
                  "A commit that touches none of them is skipped; '!' takes files out again."),
              new Form.Key(
                  SUBMODULES, new Form.Flag(), false, "Whether submodules are checked out."),
              new Form.Key(RETRY, RETRIES, false, "Whether what failed is tried again.")),
          null);

  private PipelineKeys() {}
}
