package ci.assay.cli.settings;

import ci.assay.cli.settings.ConfigFile.NotifySection;
import ci.assay.common.Nearest;
import ci.assay.common.Texts;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads {@code assay.yaml}. Finds all errors instead of stopping at the first one, and replaces
 * {@code ${NAME}} with the value of the environment variable.
 */
public final class ConfigReader {

  private static final String REPOSITORIES = "repositories";
  private static final String NOTIFY = "notify";
  private static final String SECRETS = "secrets";
  private static final String COMMAND = "command";
  private static final String RULES = "rules";
  private static final List<String> RULE_KEYS = ConfigFile.ruleKeys();
  private static final int LONGEST_COMPLAINT = 500;

  private final Path file;
  private final Map<String, String> environment;
  private final Collection<String> keys;
  private final List<String> problems = new ArrayList<>();

  private ConfigReader(Path file, Map<String, String> environment, Collection<String> keys) {
    this.file = file;
    this.environment = environment;
    this.keys = keys;
  }

  /**
   * Reads a file.
   *
   * @param keys the keys of all options
   */
  public static ConfigFile read(
      Path file, Map<String, String> environment, Collection<String> keys) {
    return new ConfigReader(file, environment, keys).read();
  }

  private ConfigFile read() {
    Map<String, Setting> settings = new HashMap<>();
    List<Map<String, Setting>> repositories = new ArrayList<>();
    List<Map<String, Setting>> secrets = new ArrayList<>();
    NotifySection notify = null;
    for (NodeTuple entry : entries(root())) {
      String key = text(entry.getKeyNode());
      if (key.equals(REPOSITORIES)) {
        repositories.addAll(repositories(entry.getValueNode()));
      } else if (key.equals(SECRETS)) {
        secrets.addAll(secrets(entry.getValueNode()));
      } else if (key.equals(NOTIFY)) {
        notify = notify(entry.getValueNode());
      } else if (isKnown(entry.getKeyNode(), key, keys)) {
        put(settings, key, entry);
      }
    }
    return new ConfigFile(settings, repositories, secrets, notify, problems);
  }

  private @Nullable Node root() {
    try {
      return new Yaml(new LoaderOptions()).compose(new StringReader(Files.readString(file)));
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      wrong(Setting.at(file, line) + ": not YAML: " + e.getProblem());
    } catch (YAMLException e) {
      wrong(file.getFileName() + ": not YAML: " + firstLine(e));
    } catch (NoSuchFileException e) {
      wrong("config file '" + file + "' is not there");
    } catch (MalformedInputException e) {
      wrong("config file '" + file + "' is not UTF-8 text");
    } catch (IOException e) {
      wrong("config file '" + file + "' cannot be read: " + firstLine(e));
    }
    return null;
  }

  private List<NodeTuple> entries(@Nullable Node node) {
    if (node instanceof MappingNode mapping) {
      return mapping.getValue();
    }
    if (node != null) {
      wrong(at(node) + ": expected keys and values, like 'broker: amqp://…'");
    }
    return List.of();
  }

  private List<Map<String, Setting>> repositories(Node node) {
    List<Map<String, Setting>> all = new ArrayList<>();
    if (!(node instanceof SequenceNode list)) {
      wrong(at(node) + ": repositories: expected a list, each with '- url: …'");
      return all;
    }
    for (Node each : list.getValue()) {
      Map<String, Setting> repository = repository(each);
      if (repository.containsKey("url")) {
        all.add(repository);
      } else if (each instanceof MappingNode) {
        wrong(at(each) + ": a repository needs a url");
      }
    }
    return all;
  }

  private Map<String, Setting> repository(Node node) {
    return section(node, ConfigFile.REPOSITORY_KEYS);
  }

  private List<Map<String, Setting>> secrets(Node node) {
    List<Map<String, Setting>> all = new ArrayList<>();
    if (!(node instanceof SequenceNode list)) {
      wrong(at(node) + ": secrets: expected a list, each with '- name: …'");
      return all;
    }
    for (Node each : list.getValue()) {
      requireOneCommand(each);
      Map<String, Setting> secret = section(each, ConfigFile.SECRET_KEYS);
      boolean hasOrigin = secret.containsKey("file") || secret.containsKey(COMMAND);
      if (secret.containsKey("name") && secret.containsKey("repositories") && hasOrigin) {
        all.add(secret);
      } else if (each instanceof MappingNode) {
        wrong(
            at(each)
                + ": a secret needs a name, a file or command, and the repositories that may"
                + " have it ('*' for all)");
      }
    }
    return all;
  }

  /** A list would be joined by commas. */
  private void requireOneCommand(Node secret) {
    if (secret instanceof MappingNode mapping) {
      for (NodeTuple entry : mapping.getValue()) {
        if (text(entry.getKeyNode()).equals(COMMAND)
            && entry.getValueNode() instanceof SequenceNode) {
          wrong(at(entry.getKeyNode()) + ": command: expected one line for sh, like 'pass show x'");
        }
      }
    }
  }

  private NotifySection notify(Node node) {
    Map<String, Setting> settings = new HashMap<>();
    List<Map<String, Setting>> rules = new ArrayList<>();
    List<String> known = new ArrayList<>(ConfigFile.NOTIFY_KEYS);
    known.add(RULES);
    for (NodeTuple entry : entries(node)) {
      String key = text(entry.getKeyNode());
      if (key.equals(RULES)) {
        rules.addAll(rules(entry.getValueNode()));
      } else if (isKnown(entry.getKeyNode(), key, known)) {
        put(settings, key, entry);
      }
    }
    return new NotifySection(settings, rules);
  }

  private List<Map<String, Setting>> rules(Node node) {
    List<Map<String, Setting>> all = new ArrayList<>();
    if (!(node instanceof SequenceNode list)) {
      wrong(at(node) + ": rules: expected a list, each with '- name: …'");
      return all;
    }
    for (Node each : list.getValue()) {
      Map<String, Setting> rule = section(each, RULE_KEYS);
      if (rule.containsKey("name") && rule.containsKey("kind")) {
        all.add(rule);
      } else if (each instanceof MappingNode) {
        wrong(at(each) + ": a rule needs a name and a kind");
      }
    }
    return all;
  }

  private Map<String, Setting> section(Node node, List<String> known) {
    Map<String, Setting> section = new HashMap<>();
    for (NodeTuple entry : entries(node)) {
      String key = text(entry.getKeyNode());
      if (isKnown(entry.getKeyNode(), key, known)) {
        put(section, key, entry);
      }
    }
    return section;
  }

  private void put(Map<String, Setting> settings, String key, NodeTuple entry) {
    Node value = entry.getValueNode();
    String text = value(key, value);
    if (text == null) {
      return;
    }
    int line = value.getStartMark().getLine() + 1;
    if (settings.put(key, Setting.ofLine(file, line, key, text)) != null) {
      wrong(at(entry.getKeyNode()) + ": key '" + key + "' is given twice");
    }
  }

  private @Nullable String value(String key, Node node) {
    if (node instanceof SequenceNode list
        && list.getValue().stream().allMatch(ScalarNode.class::isInstance)) {
      return String.join(",", list.getValue().stream().map(this::text).toList());
    }
    if (node instanceof ScalarNode && !node.getTag().equals(Tag.NULL)) {
      return text(node);
    }
    boolean isEmpty = node instanceof ScalarNode;
    wrong(at(node) + ": " + key + ": " + (isEmpty ? "no value" : "not a value or a list"));
    return null;
  }

  private boolean isKnown(Node node, String key, Collection<String> known) {
    if (known.contains(key)) {
      return true;
    }
    String nearest = Nearest.to(key, known);
    wrong(
        at(node)
            + ": key '"
            + key
            + "' is unknown"
            + (nearest == null ? "" : "; did you mean '" + nearest + "'?"));
    return false;
  }

  private String text(Node node) {
    if (!(node instanceof ScalarNode scalar)) {
      return "";
    }
    String value = scalar.getValue();
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (int start = value.indexOf("${"); start >= 0; start = value.indexOf("${", from)) {
      int end = value.indexOf('}', start);
      if (end < 0) {
        break; // nor has any after it an end: looking for each would take the square of the time
      }
      text.append(value, from, start).append(expand(node, value.substring(start + 2, end)));
      from = end + 1;
    }
    return text.append(value, from, value.length()).toString();
  }

  private String expand(Node node, String name) {
    String value = environment.get(name);
    if (value == null) {
      wrong(at(node) + ": the environment has no variable '" + name + "'");
      return "";
    }
    return value;
  }

  /** Adds an error, on one line, whatever it quotes. */
  private void wrong(String what) {
    problems.add(Texts.line(what, LONGEST_COMPLAINT));
  }

  private String at(Node node) {
    return Setting.at(file, node.getStartMark().getLine() + 1);
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
  }
}
