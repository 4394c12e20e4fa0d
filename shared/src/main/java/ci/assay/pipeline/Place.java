package ci.assay.pipeline;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Texts;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;

/** A position in the file; line and column count from 1. */
record Place(int line, int column) {

  /** Messages may quote the file. */
  private static final int LONGEST_COMPLAINT = 300;

  static Place of(Mark mark) {
    return new Place(mark.getLine() + 1, mark.getColumn() + 1);
  }

  /** An error at this position, with a message of one line. */
  InvalidInputException wrong(String why) {
    return new InvalidInputException(
        "%s line %d, column %d: %s"
            .formatted(PipelineFile.NAME, line, column, Texts.line(why, LONGEST_COMPLAINT)));
  }

  /** An error of the file as a whole. */
  static InvalidInputException wrongFile(String why, @Nullable Throwable cause) {
    return new InvalidInputException(
        PipelineFile.NAME + ": " + Texts.line(why, LONGEST_COMPLAINT), cause);
  }
}
