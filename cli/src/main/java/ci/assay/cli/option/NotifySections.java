package ci.assay.cli.option;

import ci.assay.cli.process.CommandContext;
import ci.assay.cli.settings.ConfigFile;
import ci.assay.cli.settings.Setting;
import ci.assay.cli.value.OptionValues;
import ci.assay.cli.value.WebAddress;
import ci.assay.common.InvalidInputException;
import ci.assay.notify.ReceiverFactory;
import ci.assay.notify.receiver.Http;
import ci.assay.notify.rule.NotifySettings;
import ci.assay.notify.rule.Rule;
import ci.assay.notify.rule.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads {@code notify} in {@code assay.yaml}; collects what is wrong. */
public final class NotifySections {

  private static final Set<String> FILES =
      Set.of("secret-file", "token-file", "password-file", "url-file", "authors-file");
  private static final Set<String> COMMON =
      Set.of("name", "kind", "when", "repositories", "branches", "outcomes");

  private final CommandContext context;
  private final SectionReader reader = new SectionReader();

  private NotifySections(CommandContext context) {
    this.context = context;
  }

  /**
   * Reads it.
   *
   * @return what it says; empty where there is no {@code notify}
   * @throws InvalidInputException with a line for each thing that is wrong
   */
  public static Optional<NotifySettings> read(CommandContext context, ConfigFile file) {
    ConfigFile.NotifySection section = file.notifications();
    return section == null
        ? Optional.empty()
        : Optional.of(new NotifySections(context).read(section));
  }

  /** As {@link #read}, of the file as it is now. */
  public static NotifySettings reread(CommandContext context, ConfigSource source) {
    return read(context, source.reread()).orElse(NotifySettings.NONE);
  }

  private NotifySettings read(ConfigFile.NotifySection section) {
    Optional<String> address =
        reader.value(
            section.settings(), "address", text -> WebAddress.parse(text).uri().toString());
    Duration giveUpAfter =
        reader
            .value(section.settings(), "give-up-after", OptionValues::duration)
            .orElse(NotifySettings.GIVE_UP_AFTER);
    List<Rule> rules = new ArrayList<>();
    Set<String> names = new HashSet<>();
    ReceiverFactory receivers = new ReceiverFactory(new Http(context.clock()));
    for (Map<String, Setting> each : section.rules()) {
      rule(each, receivers)
          .ifPresent(
              rule -> {
                rules.add(rule);
                if (!names.add(rule.name())) {
                  reader.reject(each, "name", "there are two rules with this name");
                }
              });
    }
    if (!reader.problems().isEmpty()) {
      throw new InvalidInputException(String.join("\n", reader.problems()));
    }
    return new NotifySettings(
        address.map(text -> text.replaceFirst("/+$", "")).orElse(null), giveUpAfter, rules);
  }

  private Optional<Rule> rule(Map<String, Setting> section, ReceiverFactory receivers) {
    int before = reader.problems().size();
    Optional<Rule.Kind> kind = reader.value(section, "kind", Rule.Kind::ofWord);
    if (kind.isEmpty()) {
      return Optional.empty();
    }
    Rule.When when = when(section, kind.get());
    Scope scope = scope(section, when);
    Map<String, String> values = values(section, kind.get());
    if (reader.problems().size() > before) {
      return Optional.empty();
    }
    return reader.value(
        section,
        "name",
        name -> {
          Rule rule = new Rule(name, kind.get(), when, scope, values);
          Object unused = receivers.of(rule); // says what is missing
          return rule;
        });
  }

  private Rule.When when(Map<String, Setting> section, Rule.Kind kind) {
    if (kind.usual() == Rule.When.STATE && section.containsKey("when")) {
      reader.reject(section, "when", "a forge always shows how each commit stands; leave it out");
    }
    return reader.value(section, "when", Rule.When::ofWord).orElse(kind.usual());
  }

  private Scope scope(Map<String, Setting> section, Rule.When when) {
    if (when == Rule.When.STATE && section.containsKey("outcomes")) {
      reader.reject(
          section, "outcomes", "a forge always shows how each commit stands; leave it out");
    }
    Scope scope =
        reader.value(section, "repositories", Scope.ALL::withRepositories).orElse(Scope.ALL);
    scope = reader.value(section, "branches", scope::withBranches).orElse(scope);
    return reader.value(section, "outcomes", scope::withOutcomes).orElse(scope);
  }

  private Map<String, String> values(Map<String, Setting> section, Rule.Kind kind) {
    Map<String, String> values = new HashMap<>();
    section.forEach(
        (key, setting) -> {
          if (kind.keys().contains(key)) {
            values.put(
                key,
                FILES.contains(key) ? context.path(setting.text()).toString() : setting.text());
          } else if (!COMMON.contains(key)) {
            reader.reject(
                section,
                key,
                "a rule of kind %s has no such key; it has %s"
                    .formatted(
                        kind.word(),
                        kind.keys().stream().sorted().collect(Collectors.joining(", "))));
          }
        });
    return values;
  }
}
