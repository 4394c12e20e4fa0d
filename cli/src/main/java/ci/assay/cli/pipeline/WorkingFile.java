package ci.assay.cli.pipeline;

import ci.assay.common.CannotRunException;
import ci.assay.common.InvalidInputException;
import ci.assay.pipeline.PipelineFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the {@code .assay.yml} of a working tree. */
final class WorkingFile {

  private WorkingFile() {}

  /**
   * Reads the file in a folder.
   *
   * @throws InvalidInputException when it is wrong, or there is none, or there are two
   */
  static PipelineFile in(Path folder) {
    Path file = folder.resolve(PipelineFile.NAME);
    Path other = folder.resolve(PipelineFile.OTHER_NAME);
    if (Files.exists(file) && Files.exists(other)) {
      throw new InvalidInputException(PipelineFile.TWO_FILES);
    }
    return read(Files.exists(other) ? other : file);
  }

  /**
   * Reads a file.
   *
   * @throws InvalidInputException when it is wrong or missing
   */
  static PipelineFile read(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new InvalidInputException(
            "there is no file '%s'; write one with a line such as 'test: make check'"
                .formatted(file));
      }
      if (Files.size(file) > PipelineFile.MAX_BYTES) {
        throw PipelineFile.tooLong(Files.size(file));
      }
      return PipelineFile.parse(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new CannotRunException("cannot read '%s': %s".formatted(file, e), e);
    }
  }
}
