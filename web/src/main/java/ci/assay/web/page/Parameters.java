package ci.assay.web.page;

import ci.assay.model.Outcome;
import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

/** Reads what stands behind the question mark of an address. */
public final class Parameters {

  private Parameters() {}

  /** Null for a parameter that is missing, or empty as forms send it. */
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
