package ci.assay.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.common.InvalidInputException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the schema says and what the reader takes is the same. */
class PipelineSchemaTest {

  private static final Path DOCS = Path.of("..", "docs");
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(PipelineSchema.json());

  @Test
  void theSchemaInTheDocumentationIsTheOneOfTheCode() {
    assertThat(DOCS.resolve("pipeline.schema.json"))
        .as("write it anew with: ./assay validate --schema > docs/pipeline.schema.json")
        .hasContent(PipelineSchema.json());
  }

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(DOCS.resolve("examples"))) {
      return files.filter(file -> file.toString().endsWith(".assay.yml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void bothTakeTheExamples(Path example) throws IOException {
    byte[] yaml = Files.readAllBytes(example);
    assertThat(PipelineFile.parse(yaml)).isNotEqualTo(PipelineFile.NONE);
    assertThat(SCHEMA.validate(tree(yaml))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tests: make",
        "test: [a]",
        "test: {a: b}",
        "test: ''",
        "steps: []",
        "steps: [make]",
        "steps: [{name: a}]",
        "steps: [{run: make, when: failed}]",
        "steps: [{run: make, if: never}]",
        "steps: [{run: make, name: 'a: b'}]",
        "steps: [{run: make, timeout: soon}]",
        "{test: a, steps: [{run: b}]}",
        "env: [A=b]",
        "env: {}",
        "env: {a-b: c}",
        "env: {A: [b]}",
        "variants: [a]",
        "variants: {java: 17}",
        "variants: {java: []}",
        "variants: {1: [a]}",
        "variants: {java: [{a: b}]}",
        "variants: {java: [1], exclude: {java: 1}}",
        "variants: {java: [1], exclude: []}",
        "timeout: 10",
        "timeout: ''",
        "reports: a.xml",
        "paths: [[a]]",
        "artifacts: a",
        "artifacts: {keep: 1d}",
        "artifacts: {paths: [a], when: never}",
        "artifacts: {paths: [a], to: b}",
        "submodules: maybe",
        "retry: 1",
        "retry: {failed: 4}",
        "retry: {failed: -1}",
        "retry: {failed: 1.5}",
        "retry: {}",
        "retry: {failed: 1, passed: 1}",
        "secrets: A",
        "secrets: []",
        "secrets: [a b]",
        "secrets: [{name: A}]",
        "optional-secrets: {A: b}",
      })
  void bothRefuse(String yaml) throws IOException {
    assertThat(refusal(yaml.getBytes(UTF_8))).startsWith(".assay.yml line ");
    assertThat(SCHEMA.validate(tree(yaml.getBytes(UTF_8)))).isNotEmpty();
  }

  private static JsonNode tree(byte[] yaml) throws IOException {
    return YAML.readTree(yaml);
  }

  private static String refusal(byte[] yaml) {
    try {
      return "taken: " + PipelineFile.parse(yaml);
    } catch (InvalidInputException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
