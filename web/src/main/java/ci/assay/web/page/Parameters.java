package ci.assay.web.page;

import ci.assay.model.Outcome;
import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

/** Reads query parameters. */
public final class Parameters {

  private Parameters() {}

  /** The value of a parameter; null if it is missing, or blank, as forms send it. */
  public static @Nullable String given(Context context, String name) {
    String value = context.queryParam(name);
    return value == null || value.isBlank() ? null : value;
  }

  static long number(@Nullable String digits, long otherwise) {
    return digits != null && digits.matches("[0-9]{1,15}") ? Long.parseLong(digits) : otherwise;
  }

  static @Nullable Outcome outcome(@Nullable String word) {
    return word == null ? null : Outcome.ofWord(word);
  }
}
