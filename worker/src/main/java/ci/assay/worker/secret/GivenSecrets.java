package ci.assay.worker.secret;

import ci.assay.worker.masking.Masking;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The secrets of one run. Its text does not contain them. */
public final class GivenSecrets {

  /** No secrets. */
  public static final GivenSecrets NONE = new GivenSecrets(Map.of(), List.of());

  private final Map<String, String> values;
  private final List<String> notes;
  private final Masking masking;

  /**
   * @param values by the name of the variable
   */
  GivenSecrets(Map<String, String> values, List<String> notes) {
    this.values = Map.copyOf(values);
    this.notes = List.copyOf(notes);
    this.masking = Masking.of(this.values.values());
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** The variables of the run. */
  public Map<String, String> variables() {
    return values;
  }

  /** Lines for the log of the run: which optional secrets it does not have, and why. */
  public List<String> notes() {
    return notes;
  }

  /** Masks them in whatever leaves the worker. */
  public Masking masking() {
    return masking;
  }

  /** The same trouble, without a secret that its message quotes, as in the name of a file. */
  public IOException masked(IOException trouble) {
    String message = String.valueOf(trouble.getMessage());
    String masked = masking.text(message);
    return masked.equals(message) ? trouble : new IOException(masked);
  }

  @Override
  public String toString() {
    return "secrets " + values.keySet();
  }
}
