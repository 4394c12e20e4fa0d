package ci.assay.cli;

import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Help.IParamLabelRenderer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The help of a command, without superfluous names of values: none for a flag, although that
 * accepts {@code =false}, and no second one for options that accept several values separated by
 * commas.
 */
final class PlainHelp extends Help {

  PlainHelp(CommandSpec command, ColorScheme colours) {
    super(command, colours);
  }

  @Override
  public IParamLabelRenderer parameterLabelRenderer() {
    return new Labels(super.parameterLabelRenderer(), colorScheme());
  }

  private record Labels(IParamLabelRenderer usual, ColorScheme colours)
      implements IParamLabelRenderer {

    @Override
    public Text renderParameterLabel(ArgSpec argument, Ansi ansi, List<IStyle> styles) {
      if (argument.isOption() && isFlag(argument)) {
        return ansi.text("");
      }
      if (argument.splitRegex().isEmpty()) {
        return usual.renderParameterLabel(argument, ansi, styles);
      }
      return argument.isOption()
          ? colours.apply(separator() + argument.paramLabel(), styles)
          : colours.apply("[" + argument.paramLabel() + "...]", styles);
    }

    private static boolean isFlag(ArgSpec argument) {
      return argument.type() == boolean.class;
    }

    @Override
    public String separator() {
      return usual.separator();
    }
  }
}
