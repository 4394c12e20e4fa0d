package ci.assay.notify.outbox;

/**
 * A notice to be noted.
 *
 * @param id the same for the same event and rule
 * @param isState whether a later one with the same rule and commit makes it needless
 * @param body the notice, as JSON
 */
public record NewEntry(
    String id, Entry.Address address, Entry.Subject subject, boolean isState, String body) {}
