package ci.assay.worker.masking;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskingTest {

  private static final String PLAIN = "s3cr3t-T0ken_42";

  /** Hard for every notation: what each of them escapes, a blank, and a letter of two bytes. */
  private static final String HARD = "p+/=%41\\n\"<&>' ä~\ud83d\ude00x";

  private static final String KEY =
      "-----BEGIN KEY-----\n  MIIEvQIBADANBgkqhkiG9w0\nQEFAASCBKcwggSj\nab==\n-----END KEY-----";

  @Test
  void withoutSecretsNothingIsChangedOrHeldBack() {
    assertThat(Masking.of(List.of()).isNeeded()).isFalse();
    assertThat(Masking.NONE.text("a *** b")).isEqualTo("a *** b");
    List<String> passed = new ArrayList<>();
    Masking.NONE.stream()
        .add(bytes("abc"), 3, (from, offset, length) -> passed.add(string(from, offset, length)));
    assertThat(passed).containsExactly("abc");
  }

  /**
   * Each form in which programs write a value, made by somebody else's code where there is some.
   */
  private static Map<String, String> formsOf(String value) throws Exception {
    Map<String, String> forms = new TreeMap<>();
    forms.put("plain", value);
    for (int before = 0; before < 3; before++) {
      byte[] text = bytes("x".repeat(before) + value + "\n");
      forms.put("base64 after " + before, Base64.getEncoder().encodeToString(text));
      forms.put("base64url after " + before, Base64.getUrlEncoder().encodeToString(text));
      forms.put("folded base64 after " + before, Base64.getMimeEncoder().encodeToString(text));
    }
    Base64.Encoder narrow = Base64.getMimeEncoder(8, bytes("\n"));
    forms.put("narrow base64", narrow.encodeToString(bytes(value)));
    forms.put("hex", HexFormat.of().formatHex(bytes(value)));
    forms.put("HEX", HexFormat.of().withUpperCase().formatHex(bytes(value)));
    String form = URLEncoder.encode(value, UTF_8);
    forms.put("form", form);
    forms.put("url", form.replace("+", "%20"));
    forms.put("url in small letters", form.replace("+", "%20").toLowerCase(Locale.ROOT));
    forms.put("all of a url", HexFormat.of().withPrefix("%").formatHex(bytes(value)));
    forms.put("json", new ObjectMapper().writeValueAsString(value));
    forms.put(
        "json with slashes", new ObjectMapper().writeValueAsString(value).replace("/", "\\/"));
    StringBuilder units = new StringBuilder();
    value.chars().forEach(each -> units.append("\\u%04X".formatted(each)));
    StringBuilder entities = new StringBuilder();
    value
        .codePoints()
        .forEach(each -> entities.append((each % 2 == 0 ? "&#%d;" : "&#x%x;").formatted(each)));
    forms.put("json of ASCII", units.toString());
    forms.put("entities", entities.toString());
    forms.put(
        "xml",
        value
            .replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            .replace("\"", "&quot;")
            .replace("'", "&apos;"));
    forms.remove(value.equals(value.toLowerCase(Locale.ROOT)) ? "" : "url in small letters");
    return forms;
  }

  @ParameterizedTest
  @ValueSource(strings = {PLAIN, HARD, "ab cd ef", "%%%%%%%%", "\\\\\\\\\\\\\\\\", "&amp;&amp;"})
  void eachFormOfAValueIsMasked(String value) throws Exception {
    Masking masking = Masking.of(List.of(value));
    formsOf(value)
        .forEach(
            (form, written) ->
                assertThat(masking.text("before " + written + " after"))
                    .as("%s: %s", form, written)
                    .startsWith("before ")
                    .endsWith(" after")
                    .contains("***")
                    .satisfies(masked -> assertThat(masked.length()).isLessThan(28)));
  }

  @Test
  void aValueOfSeveralLinesIsMaskedAsAWholeAndLineByLine() throws Exception {
    Masking masking = Masking.of(List.of(KEY));
    for (String form : formsOf(KEY).values()) {
      assertThat(masking.text(form)).contains("***").hasSizeLessThan(16);
    }
    assertThat(masking.text("> QEFAASCBKcwggSj\r\n> MIIEvQIBADANBgkqhkiG9w0\r\n> ab==\r\n"))
        .as("lines of less than 8 characters are not masked by themselves")
        .isEqualTo("> ***\r\n> ***\r\n> ab==\r\n");
  }

  @Test
  void whatIsNearlyAValueStays() {
    Masking masking = Masking.of(List.of(PLAIN, "s3cr3t-T1"));
    assertThat(masking.text("s3cr3t-T0ken_4 s3cr3t-T0ken_4x s3cr3t- %73 \\ & &am &#x; %"))
        .isEqualTo("s3cr3t-T0ken_4 s3cr3t-T0ken_4x s3cr3t- %73 \\ & &am &#x; %");
    assertThat(masking.text("s3cr3t-T0s3cr3t-T1" + PLAIN + "." + PLAIN))
        .isEqualTo("s3cr3t-T0***.***");
  }

  @Test
  void theBeginningOfAValueIsMaskedWhereATextEndsOrWasCut() {
    Masking masking = Masking.of(List.of(PLAIN));
    assertThat(masking.text("a s3cr3t-T0k")).isEqualTo("a ***");
    assertThat(masking.text("a s3cr3t-T0k… of b")).isEqualTo("a ***… of b");
    assertThat(masking.text("a s3cr3t-")).isEqualTo("a s3cr3t-");
  }

  @Test
  void tooShortAndTooLongValuesAreRefused() {
    for (String value : List.of("", "1234567", "x".repeat(Masking.LONGEST + 1))) {
      assertThatThrownBy(() -> Masking.of(List.of(value)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "%61", "\\u0061", "&#x00061;", "Y\nW\r\nF\nh\n\n", "61\n"})
  void whatIsHeldBackIsBounded(String nearly) {
    MaskingStream stream = Masking.of(List.of("a".repeat(Masking.LONGEST - 2) + "bb")).stream();
    byte[] chunk = bytes(nearly.repeat(100));
    long given = 0;
    long[] passed = {0};
    while (given < 30L * Masking.LONGEST) {
      stream.add(chunk, chunk.length, (from, offset, length) -> passed[0] += length);
      given += chunk.length;
    }
    assertThat(given - passed[0]).isLessThan(10L * Masking.LONGEST + chunk.length);
  }

  @Property(tries = 300)
  void theOutputIsTheSameHoweverTheInputIsDivided(
      @ForAll @From("texts") List<String> texts, @ForAll @From("cuts") List<Integer> cuts) {
    Masking masking = Masking.of(List.of(PLAIN, HARD, KEY));
    byte[] all = bytes(String.join("", texts));
    byte[] whole = masked(masking, all, List.of(all.length + 1));
    assertThat(masked(masking, all, cuts)).isEqualTo(whole);
    assertThat(masked(masking, all, List.of(1))).isEqualTo(whole);
    String shown = new String(whole, UTF_8);
    for (String value : List.of(PLAIN, HARD, KEY, "QEFAASCBKcwggSj")) {
      for (int before = 0; before < 3; before++) {
        assertThat(shown)
            .doesNotContain(value)
            .doesNotContain(encodedAfter(before, value))
            .doesNotContain(HexFormat.of().formatHex(bytes(value)));
      }
    }
  }

  @Property(tries = 300)
  void noTextOfAFewLettersHidesAValueOfThem(
      @ForAll @From("values") List<String> values, @ForAll @From("letters") String text) {
    String shown = Masking.of(values).text(text);
    for (String value : values) {
      assertThat(shown).doesNotContain(value);
    }
    if (values.stream().noneMatch(value -> text.contains(value))) {
      assertThat(text).startsWith(shown.replaceFirst("\\*\\*\\*$", ""));
    }
  }

  @Provide
  Arbitrary<List<String>> texts() {
    List<String> forms = new ArrayList<>(List.of("s3cr3t-", "\n", "\r\n", "%", "\\", "&", "-----"));
    try {
      for (String value : List.of(PLAIN, HARD, KEY)) {
        forms.addAll(formsOf(value).values());
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    return Arbitraries.oneOf(
            Arbitraries.of(forms),
            Arbitraries.strings().withChars("ab3%\\&;#ux41\n \"").ofMaxLength(6),
            Arbitraries.of(forms).map(form -> form.substring(0, form.length() / 2)))
        .list()
        .ofMaxSize(12);
  }

  @Provide
  Arbitrary<List<Integer>> cuts() {
    return Arbitraries.integers().between(1, 40).list().ofMinSize(1).ofMaxSize(20);
  }

  @Provide
  Arbitrary<List<String>> values() {
    return Arbitraries.strings().withChars("ab").ofMinLength(8).ofMaxLength(12).list().ofSize(3);
  }

  @Provide
  Arbitrary<String> letters() {
    return Arbitraries.strings().withChars("ab").ofMaxLength(120);
  }

  private static byte[] masked(Masking masking, byte[] all, List<Integer> cuts) {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    MaskingStream stream = masking.stream();
    int at = 0;
    for (int turn = 0; at < all.length; turn++) {
      int length = Math.min(cuts.get(turn % cuts.size()), all.length - at);
      byte[] chunk = new byte[length];
      System.arraycopy(all, at, chunk, 0, length);
      stream.add(chunk, length, shown::write);
      at += length;
    }
    stream.end(shown::write);
    return shown.toByteArray();
  }

  private static String encodedAfter(int before, String value) {
    String all = Base64.getEncoder().encodeToString(bytes("x".repeat(before) + value));
    return all.substring(before + 1, all.length() - 4);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String string(byte[] from, int offset, int length) {
    return new String(from, offset, length, ISO_8859_1);
  }
}
