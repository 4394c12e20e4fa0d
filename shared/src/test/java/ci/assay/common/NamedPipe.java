package ci.assay.common;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A named pipe, and a process that writes into it as soon as somebody reads.
 *
 * @param writer ends when it has written everything
 */
record NamedPipe(Path path, Process writer) implements AutoCloseable {

  static NamedPipe with(Path folder, String content) throws IOException {
    Path text = Files.writeString(folder.resolve("content"), content);
    Path pipe = folder.resolve("pipe");
    new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().onExit().join();
    Process writer =
        new ProcessBuilder("sh", "-c", "exec cat \"$0\" >\"$1\"", text.toString(), pipe.toString())
            .inheritIO()
            .start();
    return new NamedPipe(pipe, writer);
  }

  @Override
  public void close() {
    writer.destroyForcibly();
  }
}
