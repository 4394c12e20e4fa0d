package ci.assay.pipeline;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Texts;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;

/** Where something stands in the file, counted from 1. */
record Place(int line, int column) {

  /** It may quote the file. */
  private static final int LONGEST_COMPLAINT = 300;

  static Place of(Mark mark) {
    return new Place(mark.getLine() + 1, mark.getColumn() + 1);
  }

  /** What is wrong there, in one line. */
  InvalidInputException wrong(String why) {
    return new InvalidInputException(
        "%s line %d, column %d: %s"
            .formatted(PipelineFile.NAME, line, column, Texts.line(why, LONGEST_COMPLAINT)));
  }

  /** What is wrong with all of it. */
  static InvalidInputException wrongFile(String why, @Nullable Throwable cause) {
    return new InvalidInputException(
        PipelineFile.NAME + ": " + Texts.line(why, LONGEST_COMPLAINT), cause);
  }
}
