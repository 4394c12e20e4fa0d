package ci.assay.cli;

import ci.assay.cli.console.Terminal;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.StopSignal;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs commands in this process, in a folder and an environment of their own. */
final class Sandbox {

  final Path folder;
  final Map<String, String> environment = new HashMap<>();
  StopSignal stop = new StopSignal();
  InputStream in = InputStream.nullInputStream();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  Sandbox(Path folder) {
    this.folder = folder;
    environment.put("HOME", folder.resolve("home").toString());
    environment.put("PATH", System.getenv("PATH"));
  }

  int run(String... arguments) {
    out.reset();
    err.reset();
    return Assay.run(context(), arguments);
  }

  CommandContext context() {
    Terminal terminal = Terminal.plain(stream(out), stream(err));
    return new CommandContext(
        Map.copyOf(environment), folder, in, terminal, Clock.systemUTC(), () -> stop);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  String both() {
    return out() + err();
  }

  List<String> errorLines() {
    return err().lines().toList();
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
